"""One reader per foreign source of items: a module named as the source, with a constant ``SOURCE``."""
