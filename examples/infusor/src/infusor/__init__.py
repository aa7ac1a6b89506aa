"""The controller of the Infusor, a single-channel infusion pump."""

__version__ = "2.4.1"
PRODUCT = "infusor-controller"
