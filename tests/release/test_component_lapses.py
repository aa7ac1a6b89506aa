"""Self-reported versions are held against the component's own, not that of the device (clauses 5.8.4, 8.1.3)."""

from __future__ import annotations

from clausework.release.facts import ComponentFact, ReleaseFacts
from tests.release.changes import changed, verdict_on
from tests.tracing.making import digest


def _two(sound: ReleaseFacts, reported: str) -> ReleaseFacts:
    """Return the facts of a version of two components: the counter 1.0.0, and a screen that is 3.2.1."""
    (counter,) = sound.builds
    own = changed(
        counter.build.outputs[0], name="screen.txt", sha256=digest("screen"), reported_version=reported
    )
    build = changed(counter.build, id=digest("screen build"), software_item="screen", outputs=(own,))
    components = (*sound.components, ComponentFact("screen", "3.2.1", build.id))
    return changed(sound, builds=(counter, changed(counter, build=build)), components=components)


def test_each_component_has_a_version_of_its_own(sound: ReleaseFacts) -> None:
    """The control: a screen that reports 3.2.1 is part of the device 1.0.0."""
    assert verdict_on(_two(sound, "3.2.1"), "5.8.4").outcome == "pass"


def test_attack_an_old_component_beside_a_new_one(sound: ReleaseFacts) -> None:
    """ATTACK last year's screen is put beside the new counter: it is named, and the counter is not in doubt."""
    verdict = verdict_on(_two(sound, "3.1.0"), "5.8.4")
    assert verdict.outcome == "fail"
    told = [reason.message for reason in verdict.reasons]
    assert told == ["version mismatch: screen.txt reports '3.1.0', screen is 3.2.1"]


def test_attack_a_component_that_reports_the_version_of_the_device(sound: ReleaseFacts) -> None:
    """ATTACK a screen that says 1.0.0, as the device, and is none of the screen's versions."""
    assert verdict_on(_two(sound, sound.version), "5.8.4").outcome == "fail"


def test_lapse_a_component_that_reports_nothing(sound: ReleaseFacts) -> None:
    """Lapse: one of two components cannot say which version it is."""
    verdict = verdict_on(_two(sound, ""), "5.8.4")
    assert verdict.outcome == "fail"
    assert "screen.txt reports 'nothing'" in verdict.reasons[0].message
