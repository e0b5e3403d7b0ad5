"""Statements: what each party owes and is owed for a month, with the whole computation."""
