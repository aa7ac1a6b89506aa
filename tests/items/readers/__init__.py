"""Readers of items that others hold, and the writers for them."""
