"""Alarms latch, clear, order and sound as they should."""

import pytest

from infusor.alarm import AUDIO_PAUSE_MS, AlarmBoard, AlarmKind

pytestmark = pytest.mark.verifies("UNIT-002")
HIGH, MEDIUM, LOW = AlarmKind.DOWNSTREAM_OCCLUSION, AlarmKind.BATTERY_LOW, AlarmKind.INFUSION_COMPLETE


@pytest.mark.verifies_implementation("CTRL-013")
@pytest.mark.verifies("REQ-028")
def test_high_priority_latches_until_acknowledged() -> None:
    """A high-priority alarm whose cause is gone stays until it is acknowledged."""
    board = AlarmBoard()
    assert board.update({HIGH}, 100) == [HIGH]
    assert board.update(set(), 100) == []
    assert board.in_order() == [HIGH]
    board.acknowledge()
    assert board.in_order() == []


@pytest.mark.verifies("REQ-028")
def test_high_priority_stays_while_its_cause_does() -> None:
    """Acknowledging does not remove an alarm whose cause is present; it goes when the cause goes."""
    board = AlarmBoard()
    board.update({HIGH}, 100)
    board.acknowledge()
    assert board.in_order() == [HIGH]
    assert board.stops_motor
    board.update(set(), 100)
    assert board.in_order() == []
    assert not board.stops_motor


@pytest.mark.verifies("REQ-027")
@pytest.mark.parametrize("kind", [MEDIUM, LOW])
def test_others_clear_with_their_cause(kind: AlarmKind) -> None:
    """An alarm below high priority goes with its cause."""
    board = AlarmBoard()
    board.update({kind}, 100)
    assert not board.stops_motor
    board.update(set(), 100)
    assert board.in_order() == []


@pytest.mark.verifies("REQ-029")
def test_most_urgent_first() -> None:
    """Alarms are in order of priority, and of age among equals."""
    board = AlarmBoard()
    for kind in (LOW, AlarmKind.FREE_FLOW, MEDIUM, HIGH):
        board.update({*board.in_order(), kind}, 100)
    assert board.in_order() == [AlarmKind.FREE_FLOW, HIGH, MEDIUM, LOW]


@pytest.mark.verifies("REQ-030", "REQ-032")
def test_audio_pause_ends() -> None:
    """The sound is paused for two minutes and not a step longer."""
    board = AlarmBoard()
    assert not board.audible
    board.update({MEDIUM}, 100)
    assert board.audible
    board.pause_audio()
    board.update({MEDIUM}, AUDIO_PAUSE_MS - 1)
    assert not board.audible
    board.update({MEDIUM}, 1)
    assert board.audible


@pytest.mark.verifies("REQ-031")
def test_new_high_priority_ends_the_audio_pause() -> None:
    """A new high-priority alarm sounds though the sound is paused; a new lower one does not."""
    board = AlarmBoard()
    board.update({MEDIUM}, 100)
    board.pause_audio()
    board.update({MEDIUM, LOW}, 100)
    assert not board.audible
    board.update({MEDIUM, LOW, HIGH}, 100)
    assert board.audible
