"""Air in line: single bubbles, and what many small ones add up to."""

from __future__ import annotations

from collections import deque

from attrs import define, field

from infusor.alarm import AlarmKind
from infusor.units import MILLISECONDS_PER_HOUR, VolumeMeter

BUBBLE_LIMIT = 50
ACCUMULATION_LIMIT = 100
ACCUMULATION_WINDOW_MS = 900_000


@define
class AirMonitor:
    """Measures air as it passes the detector: the time that it is seen, times the commanded rate."""

    _bubble: VolumeMeter = field(factory=VolumeMeter)
    _passed: deque[tuple[int, int]] = field(factory=deque)
    _window_rate_time: int = 0
    _now_ms: int = 0

    def observe(self, air_seen: bool, commanded: int, elapsed_ms: int) -> set[AlarmKind]:
        """Return the alarm causes present after ``elapsed_ms`` at ``commanded`` microlitres per hour."""
        self._now_ms += elapsed_ms
        if air_seen:
            self._bubble.add(commanded, elapsed_ms)
            self._remember(commanded * elapsed_ms)
        else:
            self._bubble = VolumeMeter()
        self._forget()
        present = set()
        if air_seen and self._bubble.reaches(BUBBLE_LIMIT):
            present.add(AlarmKind.AIR_BUBBLE)
        if self._window_rate_time >= ACCUMULATION_LIMIT * MILLISECONDS_PER_HOUR:
            present.add(AlarmKind.AIR_ACCUMULATED)
        return present

    def purge(self) -> None:
        """Forget the air: the clinician has primed the line again."""
        self._bubble = VolumeMeter()
        self._passed.clear()
        self._window_rate_time = 0

    def _remember(self, rate_time: int) -> None:
        self._passed.append((self._now_ms, rate_time))
        self._window_rate_time += rate_time

    def _forget(self) -> None:
        while self._passed and self._passed[0][0] <= self._now_ms - ACCUMULATION_WINDOW_MS:
            self._window_rate_time -= self._passed.popleft()[1]
