"""Shocks: what may be done against a tie."""
