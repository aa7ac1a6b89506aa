"""``python -m clausework`` is ``clausework``."""

from clausework.cli import main

main()
