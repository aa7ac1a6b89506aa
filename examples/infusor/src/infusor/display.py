"""What the clinician reads: state and rate, volume, and the most urgent alarm."""

from __future__ import annotations

from infusor.controller import Controller
from infusor.units import MICROLITRES_PER_MILLILITRE, MICROLITRES_PER_TENTH

WIDTH = 40


def format_millilitres(microlitres: int) -> str:
    """Return millilitres with one decimal. Parts of a tenth are cut off, not rounded (ANOM-001)."""
    whole, rest = divmod(microlitres, MICROLITRES_PER_MILLILITRE)
    return f"{whole}.{rest // MICROLITRES_PER_TENTH}"


def screen(controller: Controller) -> list[str]:
    """Return the three lines of the display, each at most 40 characters."""
    lines = [
        f"{controller.state.value.upper()}  {format_millilitres(controller.motor_rate)} mL/h",
        _volume_line(controller),
        _alarm_line(controller),
    ]
    return [line[:WIDTH] for line in lines]


def _volume_line(controller: Controller) -> str:
    if controller.prescription is None:
        return "No prescription"
    infused = format_millilitres(controller.infused.microlitres)
    return f"Infused {infused} of {format_millilitres(controller.prescription.volume)} mL"


def _alarm_line(controller: Controller) -> str:
    active = controller.alarms.in_order()
    if not active:
        return ""
    more = f" (+{len(active) - 1})" if len(active) > 1 else ""
    return f"{active[0].priority.name} {active[0].label}{more}"
