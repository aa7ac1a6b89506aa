"""The companion of the Infusor: makes the ward's report from exported logs. Nothing of it is used for therapy."""

__version__ = "0.7.2"
PRODUCT = "infusor-companion"
