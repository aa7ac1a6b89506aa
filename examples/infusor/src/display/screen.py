"""What the clinician reads: state and rate, volume, and the most urgent alarm."""

from __future__ import annotations

from display.status import Status

WIDTH = 40
MICROLITRES_PER_MILLILITRE = 1_000
MICROLITRES_PER_TENTH = 100

NOT_VALID = ["NO VALID STATUS", "Look at the patient and the pump", ""]
"""In place of numbers that may be wrong."""

NO_STATUS = ["NO STATUS", "Look at the patient and the pump", ""]
"""When the controller says nothing more."""


def format_millilitres(microlitres: int) -> str:
    """Return millilitres with one decimal. Parts of a tenth are cut off, not rounded (ANOM-001)."""
    whole, rest = divmod(microlitres, MICROLITRES_PER_MILLILITRE)
    return f"{whole}.{rest // MICROLITRES_PER_TENTH}"


def screen(status: Status) -> list[str]:
    """Return the three lines of the display, each at most 40 characters."""
    lines = [
        f"{status.state.upper()}  {format_millilitres(status.rate)} mL/h",
        _volume_line(status),
        _alarm_line(status),
    ]
    return [line[:WIDTH] for line in lines]


def _volume_line(status: Status) -> str:
    if not status.volume:
        return "No prescription"
    return f"Infused {format_millilitres(status.infused)} of {format_millilitres(status.volume)} mL"


def _alarm_line(status: Status) -> str:
    if not status.alarms:
        return ""
    priority, label = status.alarms[0]
    more = f" (+{len(status.alarms) - 1})" if len(status.alarms) > 1 else ""
    return f"{priority} {label}{more}"
