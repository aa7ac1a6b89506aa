"""Battery: warnings in good time, and a stop that is announced before the power goes."""

from __future__ import annotations

from infusor.alarm import AlarmKind

LOW_PERCENT = 20
CRITICAL_PERCENT = 5
EMPTY_PERCENT = 2


def battery_alarms(on_mains: bool, percent: int) -> set[AlarmKind]:
    """Return the one alarm cause for a charge; a reading outside 0 to 100 counts as critical."""
    if on_mains:
        return set()
    if not 0 <= percent <= 100:
        return {AlarmKind.BATTERY_CRITICAL}
    if percent <= EMPTY_PERCENT:
        return {AlarmKind.BATTERY_EMPTY}
    if percent <= CRITICAL_PERCENT:
        return {AlarmKind.BATTERY_CRITICAL}
    if percent <= LOW_PERCENT:
        return {AlarmKind.BATTERY_LOW}
    return set()
