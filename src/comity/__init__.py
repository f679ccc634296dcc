"""Comity: a sourced picture of the defence ties between states, in which every number opens its evidence."""
