"""Adoption: what was on the market before is taken up as declared, and nothing that was made here comes in that way."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from clausework.actions.adopt import Adopted, EmptyDocument, NothingToAdopt, adopt
from clausework.actions.adoption_matters import AdoptionContradicted, DeclaredNotVerified, VersionTaken
from clausework.actions.audit import audit
from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.deploy import deploy
from clausework.actions.derive import Given, SourceNotReleased, derive
from clausework.actions.given_files import FileUnreadable
from clausework.actions.given_texts import TextUnfit, VersionUnfit
from clausework.actions.release import release
from clausework.actions.sign import NothingWaits, sign
from clausework.actions.status import status
from clausework.actions.trace import ReleaseUnknown, trace
from clausework.actions.verify import verify
from clausework.actions.where import AdoptedWhereabouts, all_known, where
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of
from clausework.core.errors import NotAllowed
from clausework.evidence.git import UnknownRevision
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.adoption import Adoption
from clausework.ledger.records.build import Build
from clausework.release.admission import NotAdmitted
from clausework.release.adoption import DECLARED
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person

OLD = "0.9.0"
DIGEST = sha256_of(b"what was sold before")
WHY = "Released on 2025-03-01 under procedure SOP-12; declared from the design history file"


@pytest.fixture
def market(established: Device) -> Device:
    """A device whose version 0.9.0 was sold before the ledger: an artefact and its gap analysis."""
    established.write("old/counter-0.9.0.zip", b"what was sold before")
    established.write("old/gap.pdf", b"5.5.2: no record of the unit verification method; accepted, see 4.4")
    established.write(".gitignore", ".clausework/\ndist/\nreports/\nold/\n")
    established.commit("REQ-001: keep what was sold out of the tree")
    return established


def first_commit(device: Device) -> str:
    """Return the commit from before the ledger."""
    return device.git("rev-list", "--max-parents=0", "HEAD")


def declare(workplace: Workplace, device: Device, by: str = QUALITY, **changes: object) -> Adopted:
    """Declare version 0.9.0; ``changes`` replace what is given."""
    given: dict[str, object] = {
        "artefacts": [device.folder / "old/counter-0.9.0.zip"],
        "commit": first_commit(device),
        "declared": WHY,
        "gap_analysis": device.folder / "old/gap.pdf",
    }
    version = str(changes.pop("version", OLD))
    return adopt(workplace, version, person(workplace, by), **{**given, **changes})  # type: ignore[arg-type]


def adopt_and_sign(workplace: Workplace, device: Device) -> Adopted:
    """Adopt version 0.9.0, signed by both roles."""
    adopted = declare(workplace, device)
    sign(workplace, person(workplace, RELEASE), str(adopted.decision))
    return adopted


def test_an_adopted_release_is_admitted_and_everywhere_said_to_be_declared(market: Device) -> None:
    """Signed by quality and release authority it may run; deploy, where, trace and status say that it is declared."""
    with market.open() as workplace:
        adopted = adopt_and_sign(workplace, market)
        deployed = deploy(workplace, "production", DIGEST, name="counter-0.9.0.zip")
        (known,) = all_known(workplace, DIGEST)
        shown = status(workplace)
        with pytest.raises(DeclaredNotVerified, match="declared, not verified"):
            trace(workplace, item="REQ-001", version=OLD)
        for ask in (trace, audit):
            with pytest.raises(DeclaredNotVerified):
                ask(workplace, version=OLD)
    assert (deployed.version, deployed.basis) == (OLD, adopted.index)
    assert DECLARED in deployed.remark
    assert isinstance(known, AdoptedWhereabouts)
    assert known.standing == DECLARED
    assert [name.split(" (")[0] for name in known.approved_by] == ["Quinn Quality", "Remy Release"]
    assert [(one.version, one.standing) for one in shown.adopted] == [(OLD, DECLARED)]
    assert shown.releases == ()
    assert verify(market.folder).problems == ()


@pytest.mark.parametrize(
    "signed_by", [(), (QUALITY,), (RELEASE,)], ids=["nobody", "quality alone", "release alone"]
)
def test_an_adoption_that_is_not_wholly_signed_admits_nothing(
    market: Device, signed_by: tuple[str, ...]
) -> None:
    """Attack: a declaration is recorded and deployed before both roles have signed it."""
    with market.open() as workplace:
        adopted = declare(workplace, market, by=RELEASE)
        for email in signed_by:
            try:
                sign(workplace, person(workplace, email), str(adopted.decision))
            except NotAllowed:
                assert email == RELEASE  # it signs last (21 CFR 11.10(f))
        with pytest.raises(NotAdmitted, match="is not adopted"):
            deploy(workplace, "production", DIGEST)
        (known,) = all_known(workplace, DIGEST)
        assert isinstance(known, AdoptedWhereabouts)
        assert "waits for" in known.standing


def test_ranges_of_commits_begin_behind_an_adopted_release(market: Device) -> None:
    """A build after the adoption has the commits since the adopted version, not the whole history."""
    with market.open() as workplace:
        adopt_and_sign(workplace, market)
        market.build()
        build = open_build(workplace).build
    assert build.range_from == first_commit(market)
    assert build.commit_count == 2


def test_an_unsigned_adoption_starts_no_range(market: Device) -> None:
    """Attack: a declaration alone is to hide commits from review."""
    with market.open() as workplace:
        declare(workplace, market)
        market.build()
        assert open_build(workplace).build.range_from == ""


def test_an_adopted_version_is_taken(market: Device) -> None:
    """Attack: the number of a version on the market is used again, for a candidate or a second adoption (5.8.4)."""
    with market.open() as workplace:
        adopt_and_sign(workplace, market)
        market.build()
        open_build(workplace)
        with pytest.raises(VersionTaken, match="was adopted"):
            release(workplace, OLD)
        with pytest.raises(VersionTaken, match="adopted before"):
            declare(workplace, market)
    assert market.count(Adoption) == 1


def test_a_candidate_frozen_before_its_version_was_adopted_does_not_pass(market: Device) -> None:
    """Attack: a version is frozen first, then adopted under the same number: the gate names it as taken."""
    with market.open() as workplace:
        market.build()
        open_build(workplace)
        release(workplace, OLD)
        adopt_and_sign(workplace, market)
        from clausework.actions.release import evaluate_release
        from clausework.release.candidate import newest_candidate

        state = evaluate_release(workplace, newest_candidate(workplace.snapshot().records, OLD))
    reasons = next(one for one in state.conditions if one.check == "5.8.4").reasons
    assert any("was released before" in one.message for one in reasons)


def test_what_was_built_here_is_not_adopted(market: Device) -> None:
    """Attack: a build whose gates are red is declared to be from before the tool."""
    with market.open() as workplace:
        market.build()
        open_build(workplace)
        before = market.count()
        with pytest.raises(AdoptionContradicted, match="goes through the release gate"):
            declare(workplace, market, artefacts=[market.artefact])
    assert market.count() == before


@pytest.mark.parametrize(("date", "says"), [("2031-01-01", "after this ledger"), ("2001-01-01", "pins this")])
def test_a_commit_from_after_the_ledger_is_not_adopted(market: Device, date: str, says: str) -> None:
    """Attack: what was made yesterday is declared to be from before the tool; also with a commit that is dated back."""
    names = {"GIT_AUTHOR_NAME": "D", "GIT_AUTHOR_EMAIL": "d@example.com", "GIT_COMMITTER_NAME": "D"}
    if "after" in says:
        market.git("checkout", "--quiet", "--orphan", "other")
        market.git("rm", "--cached", "--quiet", "clausework.root")
    dates = {"GIT_COMMITTER_EMAIL": "d@example.com", "GIT_COMMITTER_DATE": f"{date}T00:00:00Z"}
    subprocess.run(
        ["git", "commit", "--quiet", "--allow-empty", "-m", "later"],
        cwd=market.folder,
        env=market.environ | names | dates,
        check=True,
    )
    with market.open() as workplace, pytest.raises(AdoptionContradicted, match=says):
        declare(workplace, market, commit="HEAD")


def test_attack_commit_dated_back_without_the_pin_is_not_adopted(market: Device) -> None:
    """Attack: the pin is taken out of the tree first, and the commit dated back; it still comes after one with it."""
    market.git("rm", "--cached", "--quiet", "clausework.root")
    names = {"GIT_AUTHOR_NAME": "D", "GIT_AUTHOR_EMAIL": "d@example.com", "GIT_COMMITTER_NAME": "D"}
    dates = {"GIT_COMMITTER_EMAIL": "d@example.com", "GIT_COMMITTER_DATE": "2001-01-01T00:00:00Z"}
    for message in ("without the pin", "later"):
        subprocess.run(
            ["git", "commit", "--quiet", "--allow-empty", "-m", message],
            cwd=market.folder,
            env=market.environ | names | dates,
            check=True,
        )
    with market.open() as workplace, pytest.raises(AdoptionContradicted, match="pins this"):
        declare(workplace, market, commit="HEAD")


def test_nothing_is_derived_from_what_was_adopted(market: Device) -> None:
    """Attack: new bytes come in as derived from an artefact that nobody verified; the refusal says what to do."""
    made = market.write("old/store.zip", b"what was sold before, signed anew")
    with market.open() as workplace:
        adopt_and_sign(workplace, market)
        before = market.count()
        given = Given(market.folder / "old/counter-0.9.0.zip", made, "other", "looked at by hand, all of it")
        with pytest.raises(SourceNotReleased, match=f"version {OLD}, which was adopted") as refused:
            derive(workplace, given)
        assert "is released" in refused.value.hint
    assert market.count() == before


def test_an_artefact_built_from_another_commit_afterwards_ends_its_adoption(market: Device) -> None:
    """Attack: tomorrow's artefact is adopted today under an old commit, then built here past its red gates."""
    with market.open() as workplace:
        market.build()
        declare(workplace, market, artefacts=[market.artefact])
        sign(workplace, person(workplace, RELEASE))
        digest = sha256_of(market.artefact.read_bytes())
        assert deploy(workplace, "production", digest).version == OLD
        open_build(workplace)
        with pytest.raises(NotAdmitted, match="made the artefact"):
            deploy(workplace, "production", digest)
        assert {type(one).__name__ for one in all_known(workplace, digest)} == {
            "AdoptedWhereabouts",
            "Whereabouts",
        }


def test_an_adoption_of_a_released_version_is_refused(releasable: Device) -> None:
    """Attack: a version that was released here is adopted again, with other contents."""
    releasable.write("old.zip", b"other contents")
    releasable.write("gap.md", b"nothing is missing, we say")
    with releasable.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
        with pytest.raises(VersionTaken, match="was released here"):
            declare(
                workplace,
                releasable,
                version=VERSION,
                artefacts=[releasable.folder / "old.zip"],
                gap_analysis=releasable.folder / "gap.md",
            )


def test_a_signature_on_one_declaration_does_not_count_for_another(market: Device) -> None:
    """Attack: two people sign a declaration; the pipeline's key then writes a second one with other artefacts."""
    with market.open() as workplace:
        adopted = adopt_and_sign(workplace, market)
        evil = market.write("old/evil.zip", b"never sold")
        other = adopted.body.__class__(
            **{
                **{name: getattr(adopted.body, name) for name in adopted.body.__struct_fields__},
                "artefacts": (workplace.ledger.put_blob(evil.read_bytes(), "evil.zip", "application/zip"),),
            }
        )
        digest = other.artefacts[0].sha256
        workplace.ledger.append([Draft((subject("adopted/0.9.0", digest),), other)])
        with pytest.raises(NotAdmitted, match="is not adopted"):
            deploy(workplace, "production", digest)
        assert deploy(workplace, "production", DIGEST).version == OLD


def test_a_withdrawn_adoption_is_admitted_nowhere(market: Device) -> None:
    """An adopted version is withdrawn as any other: it stays, marked, and is no longer admitted."""
    with market.open() as workplace:
        adopt_and_sign(workplace, market)
        fields = {"reason": "alarms late at low flow", "communication": "field notice FSN-3 to all sites"}
        decide(workplace, "withdraw", OLD, fields, person(workplace, QUALITY))
        with pytest.raises(NotAdmitted, match="withdrawn"):
            deploy(workplace, "production", DIGEST)
        (shown,) = status(workplace).adopted
    assert "withdrawn" in shown.standing


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"version": "0 9"}, VersionUnfit),
        ({"declared": ""}, TextUnfit),
        ({"declared": "old"}, NothingToAdopt),
        ({"artefacts": []}, NothingToAdopt),
        ({"artefacts": [Path("/")]}, FileUnreadable),
        ({"gap_analysis": Path("/nowhere")}, FileUnreadable),
        ({"gap_analysis": Path("/dev/null")}, FileUnreadable),
        ({"commit": "no-such-tag"}, UnknownRevision),
        ({"commit": "--all"}, UnknownRevision),
    ],
)
def test_a_declaration_that_says_nothing_is_refused(
    market: Device, changes: dict[str, object], error: type[Exception]
) -> None:
    """What is missing or cannot be read is named, and nothing is recorded."""
    before = market.count()
    with market.open() as workplace, pytest.raises(error):
        declare(workplace, market, **changes)  # type: ignore[arg-type]
    assert market.count() == before


def test_an_empty_gap_analysis_is_none(market: Device) -> None:
    """Lapse: the gap analysis of clause 4.4 is an empty file."""
    empty = market.write("old/empty.pdf", b"")
    with market.open() as workplace, pytest.raises(EmptyDocument):
        declare(workplace, market, gap_analysis=empty)


def test_what_nobody_declared_is_answered_as_before(market: Device) -> None:
    """Where nothing was adopted, trace and where answer as they do without adoptions."""
    with market.open() as workplace:
        with pytest.raises(ReleaseUnknown):
            trace(workplace, version="0.8.0")
        assert status(workplace).adopted == ()
        with pytest.raises(NothingWaits):
            sign(workplace, person(workplace, QUALITY))
        market.build()
        open_build(workplace)
        assert len(where(workplace, sha256_of(market.artefact.read_bytes()))) == 1
    assert market.count(Build) == 1
