"""Clausework: the pipeline's own evidence that the software life cycle of EN 62304 was followed.

Nothing is imported here, so that ``clausework --help`` stays fast: import the room that is needed, for
example ``from clausework.actions import record``.
"""

__version__ = "0.1.0"
