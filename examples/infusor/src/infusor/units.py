"""Quantities as the controller counts them: microlitres, microlitres per hour, kilopascals, milliseconds.

Whole numbers, because a sum of a million floating-point steps drifts, and a dose must not.
"""

from __future__ import annotations

import re

from attrs import define

MICROLITRES_PER_MILLILITRE = 1_000
MICROLITRES_PER_TENTH = 100
MILLISECONDS_PER_HOUR = 3_600_000

_TENTHS = re.compile(r"([0-9]{1,4})(?:\.([0-9]))?")


class NotAQuantity(ValueError):
    """A text is no number of millilitres in steps of a tenth."""


def microlitres(millilitres: str) -> int:
    """Return the microlitres in what a clinician enters: ``12`` or ``12.5``, and nothing else."""
    match = _TENTHS.fullmatch(millilitres)
    if match is None:
        raise NotAQuantity(f"'{millilitres}' is not a number of millilitres with at most one decimal")
    whole, tenth = match.groups(default="0")
    return int(whole) * MICROLITRES_PER_MILLILITRE + int(tenth) * MICROLITRES_PER_TENTH


@define
class VolumeMeter:
    """Adds up what was delivered without rounding: rate times time, divided only when it is read."""

    _rate_time: int = 0

    def add(self, microlitres_per_hour: int, elapsed_ms: int) -> None:
        """Count a delivery at a rate over a time."""
        self._rate_time += microlitres_per_hour * elapsed_ms

    def reaches(self, volume: int) -> bool:
        """Tell whether at least ``volume`` microlitres were delivered."""
        return self._rate_time >= volume * MILLISECONDS_PER_HOUR

    @property
    def microlitres(self) -> int:
        """Whole microlitres delivered."""
        return self._rate_time // MILLISECONDS_PER_HOUR
