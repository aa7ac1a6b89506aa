"""Why a file cannot be read: raised within a reader, told as a finding by it."""

from __future__ import annotations

from clausework.core.places import Finding, Place


class Rejection(Exception):
    """A file, or what is left of it, cannot be read; ``finding`` says why and where. It never leaves a reader."""

    def __init__(self, rule: str, message: str, place: Place, hint: str = "") -> None:
        super().__init__(message)
        self.finding = Finding(rule, message, place, hint=hint)
