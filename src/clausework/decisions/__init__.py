"""Decisions: one form per kind, with its fields, who may sign it, independence, and the clauses it serves."""
