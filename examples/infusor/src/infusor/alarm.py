"""Alarms: their priorities, which of them stop the motor, latching, acknowledgement, and the audio pause."""

from __future__ import annotations

from collections.abc import Set
from enum import Enum, IntEnum, unique

from attrs import define, field

AUDIO_PAUSE_MS = 120_000


class Priority(IntEnum):
    """How urgent an alarm is."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


@unique
class AlarmKind(Enum):
    """Every alarm: what it is called, its priority, and whether it stops the motor."""

    DOWNSTREAM_OCCLUSION = ("Downstream occlusion", Priority.HIGH, True)
    PRESSURE_SENSOR = ("Pressure sensor failure", Priority.HIGH, True)
    AIR_BUBBLE = ("Air bubble in line", Priority.HIGH, True)
    AIR_ACCUMULATED = ("Air accumulated in line", Priority.HIGH, True)
    FLOW_DEVIATION = ("Flow differs from setting", Priority.HIGH, True)
    FREE_FLOW = ("Flow while stopped", Priority.HIGH, True)
    CONTROL_LATE = ("Controller late", Priority.HIGH, True)
    SELF_TEST = ("Self-test failed", Priority.HIGH, True)
    BATTERY_EMPTY = ("Battery empty", Priority.HIGH, True)
    BATTERY_CRITICAL = ("Battery critical", Priority.HIGH, False)
    BATTERY_LOW = ("Battery low", Priority.MEDIUM, False)
    PAUSED_LONG = ("Infusion paused", Priority.MEDIUM, False)
    INFUSION_COMPLETE = ("Infusion complete", Priority.LOW, False)

    def __init__(self, label: str, priority: Priority, stops_motor: bool) -> None:
        self.label = label
        self.priority = priority
        self.stops_motor = stops_motor


@define
class AlarmBoard:
    """The alarms that are active, oldest first, and whether they sound.

    A high-priority alarm stays until its cause is gone and a person has acknowledged it; others go with
    their cause. Pausing the sound silences what is known: a new high-priority alarm sounds at once.
    """

    _acknowledged: dict[AlarmKind, bool] = field(factory=dict)
    _present: frozenset[AlarmKind] = frozenset()
    _pause_left_ms: int = 0

    def update(self, present: Set[AlarmKind], elapsed_ms: int) -> list[AlarmKind]:
        """Take the causes that are present now; return the alarms that are new."""
        self._present = frozenset(present)
        self._pause_left_ms = max(0, self._pause_left_ms - elapsed_ms)
        new = [kind for kind in AlarmKind if kind in present and kind not in self._acknowledged]
        for kind in new:
            self._acknowledged[kind] = False
            if kind.priority is Priority.HIGH:
                self._pause_left_ms = 0
        self._clear()
        return new

    def acknowledge(self) -> None:
        """Note that a person has seen every active alarm."""
        for kind in self._acknowledged:
            self._acknowledged[kind] = True
        self._clear()

    def pause_audio(self) -> None:
        """Silence the alarms that are active, for two minutes."""
        self._pause_left_ms = AUDIO_PAUSE_MS

    @property
    def audible(self) -> bool:
        """Whether the alarm sounds."""
        return bool(self._acknowledged) and self._pause_left_ms == 0

    @property
    def stops_motor(self) -> bool:
        """Whether an active alarm forbids the motor to run."""
        return any(kind.stops_motor for kind in self._acknowledged)

    def in_order(self) -> list[AlarmKind]:
        """Return the active alarms, the most urgent first, and the older first among equals."""
        return sorted(self._acknowledged, key=lambda kind: -kind.priority)

    def _clear(self) -> None:
        for kind, acknowledged in list(self._acknowledged.items()):
            latched = kind.priority is Priority.HIGH and not acknowledged
            if kind not in self._present and not latched:
                del self._acknowledged[kind]
