"""Dose limits: what may be prescribed, and whether what flows is what was set."""

from __future__ import annotations

from attrs import define, field, frozen, validators

from infusor.alarm import AlarmKind

SMALLEST_RATE = 100
LARGEST_RATE = 999_900
LARGEST_VOLUME = 9_999_000

DEVIATION_PERCENT = 10
DEVIATION_FLOOR = 200
DEVIATION_MS = 5_000
FREE_FLOW_RATE = 1_000
FREE_FLOW_MS = 1_000


def _whole_number_from(least: int, most: int) -> object:
    return field(
        validator=validators.and_(validators.instance_of(int), validators.ge(least), validators.le(most))
    )


@frozen
class DrugLimits:
    """A drug of the library: its hard limits and its keep-vein-open rate, in microlitres (per hour)."""

    name: str = field(validator=validators.and_(validators.instance_of(str), validators.min_len(1)))
    hard_rate: int = _whole_number_from(SMALLEST_RATE, LARGEST_RATE)
    hard_volume: int = _whole_number_from(SMALLEST_RATE, LARGEST_VOLUME)
    keep_open_rate: int = _whole_number_from(SMALLEST_RATE, 10_000)


@frozen
class Prescription:
    """What is to be infused: the drug, the rate in microlitres per hour, the volume in microlitres."""

    drug: DrugLimits
    rate: int
    volume: int

    def violations(self) -> list[str]:
        """Return why this must not be infused; nothing when it may."""
        found = []
        if not SMALLEST_RATE <= self.rate <= LARGEST_RATE:
            found.append("rate outside 0.1 to 999.9 mL/h")
        elif self.rate > self.drug.hard_rate:
            found.append(f"rate above the hard limit of {self.drug.name}")
        if self.volume <= 0:
            found.append("volume not above 0 mL")
        elif self.volume > self.drug.hard_volume:
            found.append(f"volume above the hard limit of {self.drug.name}")
        return found

    @property
    def keep_open_rate(self) -> int:
        """The rate after completion: never faster than what was prescribed."""
        return min(self.drug.keep_open_rate, self.rate)


@define
class FlowMonitor:
    """Compares the flow that the encoder measures with the flow that is commanded."""

    _deviating_ms: int = 0
    _flowing_ms: int = 0

    def observe(self, commanded: int, measured: int, elapsed_ms: int) -> set[AlarmKind]:
        """Return the alarm causes present after ``elapsed_ms`` of these rates, in microlitres per hour."""
        tolerated = max(commanded * DEVIATION_PERCENT // 100, DEVIATION_FLOOR)
        deviates = commanded > 0 and abs(measured - commanded) > tolerated
        flows = commanded == 0 and measured > FREE_FLOW_RATE
        self._deviating_ms = self._deviating_ms + elapsed_ms if deviates else 0
        self._flowing_ms = self._flowing_ms + elapsed_ms if flows else 0
        present = set()
        if self._deviating_ms >= DEVIATION_MS:
            present.add(AlarmKind.FLOW_DEVIATION)
        if self._flowing_ms >= FREE_FLOW_MS:
            present.add(AlarmKind.FREE_FLOW)
        return present
