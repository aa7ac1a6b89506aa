"""Which deployment takes the place of which."""

from __future__ import annotations

import msgspec

from clausework.ledger.records import Body
from clausework.ledger.records.build import ArtefactSignature, BuildOutputs, Output
from clausework.ledger.records.delivery import Derivation
from clausework.ledger.records.release import Deployment
from clausework.ledger.records.values import Descriptor
from clausework.release.placements import placements, running_in, told_before
from tests.tracing.making import MADE, blob, digest, in_log

SIGNATURE = ArtefactSignature(digest("key"), "")


def built(version: str, *names: str, item: str = "controller") -> BuildOutputs:
    """Return the artefacts of a build, their names and contents of the version."""
    found = [
        Output(Descriptor(name.replace("*", version), digest(f"{name} {version}"), 1), SIGNATURE, version)
        for name in names
    ]
    return BuildOutputs(MADE, digest(version), item, tuple(found))


def deployed(word: str, site: str = "ward", *, outcome: str = "admitted", version: str = "") -> Deployment:
    """Return a deployment of the artefact that the word stands for."""
    body = Deployment(MADE, "production", digest(word), "", "admitted", version=version, site=site)
    return msgspec.structs.replace(body, outcome=outcome)


def running(*bodies: Body) -> list[int]:
    """Return the records of what still runs."""
    return [one.record for one in running_in(in_log(*bodies), "production")]


def test_the_next_version_of_an_artefact_replaces_it_at_its_site() -> None:
    """Names that hold the version are one name, and those of other artefacts are others."""
    outputs = [built(version, "pump-*.bin", "ui-*.zip") for version in ("1.0", "1.1")]
    found = placements(
        in_log(
            *outputs,
            deployed("pump-*.bin 1.0"),
            deployed("ui-*.zip 1.0"),
            deployed("pump-*.bin 1.0", "theatre"),
            deployed("pump-*.bin 1.1"),
        )
    )
    assert [(one.record, one.replaced_at) for one in found] == [(2, 5), (3, -1), (4, -1), (5, -1)]
    assert found[0].name == "pump-1.0.bin"
    assert found[0].replaced_by is not None


def test_a_refusal_replaces_nothing() -> None:
    """Attack: what was refused counts as running, and hides what runs."""
    assert running(
        built("1.0", "a-*"), built("1.1", "a-*"), deployed("a-* 1.0"), deployed("a-* 1.1", outcome="refused")
    ) == [2]


def test_a_derived_artefact_takes_the_place_of_its_source() -> None:
    """Re-signed or not, it is the same part of the device; what no build made stands for itself."""
    derived = Derivation(MADE, digest("a-* 1.1"), blob("signed"), "resigned", "Compared.", "pipeline")
    outputs = [built("1.0", "a-*"), built("1.1", "a-*")]
    assert running(*outputs, derived, deployed("a-* 1.0"), deployed("signed")) == [4]
    assert running(*outputs, deployed("a-* 1.0"), deployed("elsewhere"), deployed("elsewhere too")) == [
        2,
        3,
        4,
    ]


def test_an_answer_is_known_until_something_else_took_the_place() -> None:
    """The same again is no new record; after a roll-back, a change or a refusal it is."""
    outputs = [built("1.0", "a-*", "b-*"), built("1.1", "a-*")]
    one, other = deployed("a-* 1.0"), deployed("a-* 1.1")
    later = msgspec.structs.replace(one, made=msgspec.structs.replace(MADE, at="2027-01-01T00:00:00.000Z"))

    def known(*bodies: Body) -> int:
        found = told_before(in_log(*outputs, *bodies), later)
        return found.index if found else -1

    assert known(one) == 2
    assert known(one, deployed("b-* 1.0"), deployed("a-* 1.1", "theatre")) == 2
    assert known(one, deployed("a-* 1.1", outcome="refused")) == 2
    assert known(one, other) == -1
    assert known(one, deployed("a-* 1.0", outcome="refused")) == -1
    assert known(one, other, one) == 4
    assert known() == -1
