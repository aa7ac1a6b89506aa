"""The state machine: what the pump does, as the clinician asks, the sensors say and the alarms allow."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum, unique

import attrs
from attrs import define, field, frozen

from infusor.air import AirMonitor
from infusor.alarm import AlarmBoard, AlarmKind
from infusor.battery import battery_alarms
from infusor.dose import FlowMonitor, Prescription
from infusor.occlusion import OcclusionMonitor
from infusor.units import VolumeMeter

SELF_TESTS = ("memory", "motor", "pressure_sensor", "air_sensor")
LATEST_TICK_MS = 500
PAUSE_REMINDER_MS = 120_000


@unique
class State(Enum):
    """What the pump is doing."""

    POWER_ON = "power on"
    STANDBY = "standby"
    INFUSING = "infusing"
    KEEPING_OPEN = "keeping vein open"
    PAUSED = "paused"
    STOPPED = "stopped by alarm"
    FAULT = "fault"


RUNNING = frozenset({State.INFUSING, State.KEEPING_OPEN})
STARTABLE = frozenset({State.STANDBY, State.PAUSED, State.STOPPED})


@frozen
class Readings:
    """What the sensors say: pressure (none: no reading), air, charge, mains, flow in microlitres per hour."""

    pressure_kpa: int | None
    air_seen: bool
    battery_percent: int
    on_mains: bool
    measured_rate: int


@frozen
class Event:
    """Something that happened, for the log: when, what, and which."""

    at_ms: int
    name: str
    detail: str


@define
class Controller:
    """One pump channel. ``tick`` is called by the control loop, everything else by the keys.

    A request that is refused returns the reasons and changes nothing.
    """

    state: State = State.POWER_ON
    motor_rate: int = 0
    now_ms: int = 0
    prescription: Prescription | None = None
    confirmed: bool = False
    alarms: AlarmBoard = field(factory=AlarmBoard)
    infused: VolumeMeter = field(factory=VolumeMeter)
    events: list[Event] = field(factory=list)
    _occlusion: OcclusionMonitor = field(factory=OcclusionMonitor)
    _air: AirMonitor = field(factory=AirMonitor)
    _flow: FlowMonitor = field(factory=FlowMonitor)
    _paused_ms: int = 0
    _failed_tests: bool = False
    _air_at_detector: bool = False

    def self_test(self, passed: Collection[str]) -> list[str]:
        """Take the outcome of the power-on self-test; a test that is not named as passed has failed."""
        if self.state is not State.POWER_ON:
            return ["self-test only at power on"]
        failed = [name for name in SELF_TESTS if name not in passed]
        self._failed_tests = bool(failed)
        self._enter(State.FAULT if failed else State.STANDBY)
        return [f"{name} failed" for name in failed]

    def prescribe(self, prescription: Prescription, threshold_kpa: int) -> list[str]:
        """Take what is to be infused and the occlusion threshold; both must be confirmed before the start."""
        if self.state is not State.STANDBY:
            return [f"not while {self.state.value}"]
        reasons = prescription.violations()
        try:
            occlusion = OcclusionMonitor(threshold_kpa)
        except ValueError:
            reasons.append("occlusion threshold outside 20 to 120 kPa")
        if reasons:
            return reasons
        self.prescription, self.confirmed = prescription, False
        self._occlusion = occlusion
        self.infused = VolumeMeter()
        return []

    def confirm(self) -> list[str]:
        """Take the clinician's second look at what was entered."""
        if self.prescription is None:
            return ["nothing prescribed"]
        self.confirmed = True
        return []

    def start(self) -> list[str]:
        """Begin or resume the infusion."""
        if self.state not in STARTABLE:
            return [f"not while {self.state.value}"]
        if self.prescription is None or not self.confirmed:
            return ["prescription not confirmed"]
        if self.alarms.stops_motor:
            return [kind.label for kind in self.alarms.in_order() if kind.stops_motor]
        if self._air_at_detector:
            return ["air at the detector"]
        complete = self.infused.reaches(self.prescription.volume)
        self._enter(State.KEEPING_OPEN if complete else State.INFUSING)
        return []

    def stop(self) -> list[str]:
        """Stop the motor at once, whatever the state; the infusion is paused if one was running."""
        if self.state in RUNNING:
            self._enter(State.PAUSED)
        return []

    def change_rate(self, rate: int) -> list[str]:
        """Go on at another rate; on refusal the infusion goes on as it was."""
        if self.state is not State.INFUSING or self.prescription is None:
            return ["no infusion running"]
        changed = attrs.evolve(self.prescription, rate=rate)
        reasons = changed.violations()
        if not reasons:
            self.prescription = changed
            self._set_motor(rate)
        return reasons

    def acknowledge(self) -> list[str]:
        """Take the clinician's acknowledgement of the alarms; air in a stopped line counts as purged."""
        if self.state is State.STOPPED:
            self._air.purge()
        self.alarms.acknowledge()
        return []

    def pause_audio(self) -> list[str]:
        """Silence the alarms that are active."""
        self.alarms.pause_audio()
        return []

    def tick(self, readings: Readings, elapsed_ms: int) -> int:
        """Advance by ``elapsed_ms``; return the rate that the motor is to run at, in microlitres per hour."""
        self.now_ms += elapsed_ms
        self.infused.add(self.motor_rate if self.state in RUNNING else 0, elapsed_ms)
        self._paused_ms = self._paused_ms + elapsed_ms if self.state is State.PAUSED else 0
        present = self._causes(readings, elapsed_ms)
        for kind in self.alarms.update(present, elapsed_ms):
            self._log("alarm", f"{kind.priority.name.lower()}: {kind.label}")
        if self.alarms.stops_motor and self.state in RUNNING:
            self._enter(State.STOPPED)
        elif self.state is State.INFUSING and self._is_complete():
            self._enter(State.KEEPING_OPEN)
        return self.motor_rate

    def _causes(self, readings: Readings, elapsed_ms: int) -> set[AlarmKind]:
        present = self._occlusion.observe(readings.pressure_kpa, elapsed_ms)
        self._air_at_detector = readings.air_seen
        present |= self._air.observe(readings.air_seen, self.motor_rate, elapsed_ms)
        present |= self._flow.observe(self.motor_rate, readings.measured_rate, elapsed_ms)
        present |= battery_alarms(readings.on_mains, readings.battery_percent)
        if elapsed_ms > LATEST_TICK_MS:
            present.add(AlarmKind.CONTROL_LATE)
        if self._failed_tests:
            present.add(AlarmKind.SELF_TEST)
        if self._paused_ms >= PAUSE_REMINDER_MS:
            present.add(AlarmKind.PAUSED_LONG)
        if self.state in RUNNING and self._is_complete():
            present.add(AlarmKind.INFUSION_COMPLETE)
        return present

    def _is_complete(self) -> bool:
        return self.prescription is not None and self.infused.reaches(self.prescription.volume)

    def _enter(self, state: State) -> None:
        self.state = state
        self._log("state", state.value)
        self._set_motor(self._rate_in(state))

    def _rate_in(self, state: State) -> int:
        if self.prescription is None or state not in RUNNING:
            return 0
        return self.prescription.rate if state is State.INFUSING else self.prescription.keep_open_rate

    def _set_motor(self, rate: int) -> None:
        if rate != self.motor_rate:
            self.motor_rate = rate
            self._log("motor", str(rate))

    def _log(self, name: str, detail: str) -> None:
        self.events.append(Event(self.now_ms, name, detail))
