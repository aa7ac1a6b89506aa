"""Downstream occlusion: the pressure alarm, and the failure of the sensor that it rests on."""

from __future__ import annotations

from attrs import define, field, validators

from infusor.alarm import AlarmKind

LOWEST_THRESHOLD_KPA = 20
HIGHEST_THRESHOLD_KPA = 120
DEFAULT_THRESHOLD_KPA = 60

CONFIRM_MS = 500
LOWEST_PLAUSIBLE_KPA = -20
HIGHEST_PLAUSIBLE_KPA = 250


@define
class OcclusionMonitor:
    """Watches the downstream pressure.

    A pressure above the threshold counts once it has lasted for 0.5 s, so that a patient's cough is no
    occlusion and the alarm still comes within 2 s. A reading that is missing or not plausible for as long
    counts as a failed sensor: the pump does not run on a pressure that it cannot know.
    """

    threshold_kpa: int = field(
        default=DEFAULT_THRESHOLD_KPA,
        validator=validators.and_(
            validators.instance_of(int),
            validators.ge(LOWEST_THRESHOLD_KPA),
            validators.le(HIGHEST_THRESHOLD_KPA),
        ),
    )
    _above_ms: int = 0
    _unknown_ms: int = 0

    def observe(self, pressure_kpa: int | None, elapsed_ms: int) -> set[AlarmKind]:
        """Return the alarm causes present after ``elapsed_ms`` of this reading."""
        if pressure_kpa is None or not LOWEST_PLAUSIBLE_KPA <= pressure_kpa <= HIGHEST_PLAUSIBLE_KPA:
            self._unknown_ms += elapsed_ms
        else:
            self._unknown_ms = 0
            self._above_ms = self._above_ms + elapsed_ms if self._is_high(pressure_kpa) else 0
        present = set()
        if self._above_ms >= CONFIRM_MS:
            present.add(AlarmKind.DOWNSTREAM_OCCLUSION)
        if self._unknown_ms >= CONFIRM_MS:
            present.add(AlarmKind.PRESSURE_SENSOR)
        return present

    def _is_high(self, pressure_kpa: int) -> bool:
        return pressure_kpa > self.threshold_kpa
