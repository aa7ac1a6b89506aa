"""What facts say of scope, class, time and keys: nothing shrinks in silence, and no build says its own class."""

from datetime import timedelta
from functools import cache

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.clock import parse_timestamp, system_clock, timestamp
from clausework.core.digests import sha256_of
from clausework.gates.catalogue import check_named
from clausework.gates.challenge import ARTEFACT, QUALITY, SOUND, EvidenceFile, SignedDecision, but, sarif
from clausework.gates.facts import Facts, ScanFact
from clausework.gates.folding import class_of_build, fold_facts
from clausework.gates.proving import facts_of
from clausework.ledger.records.build import Build, BuildOutputs, Output
from clausework.ledger.records.root import KeyRevoked, PipelineKey, PipelineKeyEnrolled
from clausework.ledger.signing import Ed25519Signer, encode_key, key_id_of
from clausework.signatures.artefacts import sign_artefact
from clausework.trace.item_fact import ItemFact
from tests.tracing.making import blob, build, digest
from tests.tracing.people import QUALITY as QUINN
from tests.tracing.people import RELEASE, People


@pytest.fixture(scope="module")
def sound() -> Facts:
    """The facts of a sound build."""
    return _sound()


def _requirement(item_id: str) -> ItemFact:
    return ItemFact(item_id, "software_requirement", item_id, digest(item_id), (), {})


def _control(requirement: str) -> ItemFact:
    links = (("realised_by", requirement),)
    return ItemFact("RC-1", "risk_control_measure", "Stop", digest("RC-1"), links, {})


ITEMS = (*(_requirement(f"REQ-{number}") for number in range(1, 5)), _control("REQ-4"))
ALL = {item.id for item in ITEMS if item.type == "software_requirement"}
scopes = st.none() | st.lists(st.sampled_from(("all", "REQ-1", "REQ-2", "REQ-9", "")), max_size=3).map(tuple)


@cache
def _sound() -> Facts:
    return facts_of(SOUND)


@given(scopes)
def test_no_scope_takes_a_risk_control_out(scope: tuple[str, ...] | None) -> None:
    """Attack: a scope leaves out the requirement that realises a risk control; it is verified all the same."""
    facts = msgspec.structs.replace(_sound(), items=ITEMS, scope=scope, scope_record=7)
    inside = {item.id for item in facts.requirements_in_scope()}
    assert "REQ-4" in inside
    assert inside == (ALL if scope is None or "all" in scope else ALL & {*scope, "REQ-4"})
    outside = ALL - inside
    assert all(one in facts.scope_note() for one in outside)
    assert bool(facts.scope_note()) == bool(outside)


def test_a_scope_of_nothing_passes_nothing(sound: Facts) -> None:
    """Attack: a signed scope that names no requirement there is; with no control either, nothing was verified."""
    without = tuple(item for item in sound.items if item.type != "risk_control_measure")
    facts = msgspec.structs.replace(sound, items=without, scope=("REQ-9",), scope_record=7)
    for name in ("verified", "traced"):
        assert check_named(name).evaluate(facts, {"to": "requirement"}).outcome == "not_evaluated"


def test_a_narrow_scope_is_told_with_the_pass(sound: Facts) -> None:
    """What a scope leaves out stands in the verdict: it does not shrink in silence."""
    facts = msgspec.structs.replace(
        sound, items=(*sound.items, _requirement("REQ-2")), scope=("REQ-1",), scope_record=7
    )
    judgement = check_named("verified").evaluate(facts, {})
    assert judgement.outcome == "pass"
    assert "1 are left out by scope #7: REQ-2" in judgement.reasons[0].message


def test_class_is_the_plans_whatever_the_build_says() -> None:
    """Attack: a build record claims class A for a software item that the plan has in class B."""
    people = People()
    plan = people.memory.ledger.snapshot().records[0].body.plan.sha256
    claiming = msgspec.structs.replace(build("this"), plan=plan, safety_class="A")
    assert class_of_build(claiming, people.memory.ledger) == "B"
    unplanned = msgspec.structs.replace(claiming, software_item="elsewhere")
    assert class_of_build(unplanned, people.memory.ledger) == "C"


def test_items_with_errors_are_not_judged(sound: Facts) -> None:
    """Items that the lint found faults in prove nothing."""
    faulty = msgspec.structs.replace(sound, item_errors=1)
    for name in ("verified", "traced"):
        assert check_named(name).evaluate(faulty, {"to": "requirement"}).outcome == "not_evaluated"


def _recorded_build(people: People) -> Build:
    kept = people.memory.ledger.put_blob(b"{}\n", "commits.jsonl", "application/jsonl")
    plan = people.memory.ledger.snapshot().records[0].body.plan.sha256
    body = msgspec.structs.replace(build("this"), plan=plan, commits=kept, locks=())
    people.append(body)
    return body


def _signature_holds(people: People, body: Build) -> bool:
    ledger = people.memory.ledger
    facts = fold_facts(ledger.snapshot(), ledger, body.id, at=timestamp(system_clock()))
    return facts.build.outputs[0].signature_holds


@pytest.mark.parametrize("revoked", [False, True], ids=["in force", "revoked before"])
def test_artefact_is_signed_by_a_key_in_force_where_it_was_recorded(*, revoked: bool) -> None:
    """Attack: a pipeline key that was revoked after the build was opened signs an artefact of it."""
    people = People()
    second = Ed25519Signer(b"2" * 32)
    enrolment = people.append(
        PipelineKeyEnrolled(
            people.made(), PipelineKey("second", encode_key(second.public_key)), key_id_of(second.public_key)
        )
    )
    people.sign(enrolment, QUINN, "quality", "approved")
    people.sign(enrolment, RELEASE, "release_authority", "approved")
    body = _recorded_build(people)
    if revoked:
        people.append(KeyRevoked(people.made(), key_id_of(second.public_key), "it leaked"))
    output = Output(blob("artefact"), sign_artefact(digest("artefact"), second))
    people.append(BuildOutputs(people.made(), body.id, "controller", (output,)))
    assert _signature_holds(people, body) is not revoked


FINDING = EvidenceFile("bandit.sarif", sarif("Bandit", ("B602", "error", "")))


def _disposed_until(expires: str) -> Facts:
    evidence = tuple(one for one in SOUND.evidence if one.name != "bandit.sarif")
    fields: dict[str, str | tuple[str, ...]] = {
        "status": "accepted",
        "justification": "The input is the device's own.",
        "exploitability": "Nobody reaches it from outside.",
        "patient_harm": "none",
        "expires": expires,
    }
    decision = SignedDecision("dispose", "finding", "bandit.sarif", fields, signers=((*QUALITY, "disposed"),))
    return facts_of(but(evidence=(*evidence, FINDING), decisions=(decision,)))


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(-1, "pass"), (0, "fail"), (1, "fail")], ids=["before", "at", "after"]
)
def test_disposition_ends_at_its_instant(seconds: int, outcome: str) -> None:
    """Attack: a disposition is used at the very instant at which it ends, or later."""
    facts = _disposed_until("2099-01-01T12:00:00Z")
    moment = parse_timestamp("2099-01-01T12:00:00Z") + timedelta(seconds=seconds)
    at = msgspec.structs.replace(facts, at=timestamp(moment))
    assert check_named("findings").evaluate(at, {"at_least": "medium"}).outcome == outcome


def _scanned(sound: Facts, *scans: tuple[str, str]) -> Facts:
    found = tuple(
        ScanFact(
            number, "vulnerability", (tool,), complete=True, database_at=at, superseded=False, findings=()
        )
        for number, (tool, at) in enumerate(scans)
    )
    return msgspec.structs.replace(sound, scans=found, at="2026-04-10T12:00:00Z")


@pytest.mark.parametrize(
    ("scans", "outcome"),
    [
        ([("Trivy", "2026-04-09T12:00:00Z")], "pass"),
        ([("Trivy", "2026-04-09T11:59:59Z")], "not_evaluated"),
        ([("Trivy", "")], "not_evaluated"),
        ([("Trivy", "yesterday")], "not_evaluated"),
        ([("Trivy", "2026-04-11T00:00:00Z")], "not_evaluated"),
        ([("Trivy", "2026-04-01T00:00:00Z"), ("Trivy", "2026-04-10T00:00:00Z")], "pass"),
        ([("Trivy", "2026-04-01T00:00:00Z"), ("Grype", "2026-04-10T00:00:00Z")], "not_evaluated"),
    ],
    ids=[
        "a day old",
        "a second older",
        "of no date",
        "of no time",
        "of tomorrow",
        "renewed",
        "one of two old",
    ],
)
def test_advisory_data_must_be_recent(sound: Facts, scans: list[tuple[str, str]], outcome: str) -> None:
    """Attack: a scan with old, undated or future advisory data is put forward as a clean one."""
    settings: dict[str, str | int | bool] = {"at_least": "medium", "database_age_days": 1}
    assert check_named("vulnerabilities").evaluate(_scanned(sound, *scans), settings).outcome == outcome


def test_evaluation_of_soup_ages_where_the_plan_says_so(sound: Facts) -> None:
    """An evaluation of an anomaly list is as old as its signature: the list has grown since."""
    later = timestamp(parse_timestamp(sound.at) + timedelta(days=31))
    old = msgspec.structs.replace(sound, at=later)
    check = check_named("vulnerabilities")
    assert check.evaluate(old, {"at_least": "medium"}).outcome == "pass"
    assert check.evaluate(old, {"at_least": "medium", "evaluation_age_days": 30}).outcome == "not_evaluated"


def test_superseded_scan_counts_for_nothing(sound: Facts) -> None:
    """A scan that was set aside is no scan."""
    gone = tuple(msgspec.structs.replace(scan, superseded=True) for scan in sound.scans)
    facts = msgspec.structs.replace(sound, scans=gone)
    assert check_named("findings").evaluate(facts, {"at_least": "medium"}).outcome == "not_evaluated"


def test_rejection_stands_until_the_same_file_comes_whole() -> None:
    """Attack: a truncated report is followed by a whole one of another name, level or kind."""
    whole = next(one for one in SOUND.evidence if one.name == "unit.xml")
    cut = msgspec.structs.replace(whole, data=whole.data[:-30])
    for later, stands in (
        (whole, False),
        (msgspec.structs.replace(whole, name="other.xml"), True),
        (msgspec.structs.replace(whole, level="system"), True),
    ):
        assert bool(facts_of(but(evidence=(cut, later))).rejections) is stands


def test_artefacts_recorded_twice_are_one() -> None:
    """The same artefact recorded again is no second digest under its name."""
    facts = facts_of(but(added_later=(("controller.pyz", ARTEFACT),)))
    assert [one.sha256 for one in facts.build.outputs] == [sha256_of(ARTEFACT)]
    assert check_named("artefacts").evaluate(facts, {}).outcome == "pass"
