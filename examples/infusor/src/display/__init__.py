"""The display of the Infusor: a program of its own that reads status messages and commands nothing."""

__version__ = "1.9.0"
PRODUCT = "infusor-display"
