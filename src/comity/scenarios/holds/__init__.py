"""Holds: what may be done for a tie."""
