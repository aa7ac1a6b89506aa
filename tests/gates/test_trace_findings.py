"""The rules L1 to L20 as named findings: each is found where it is broken, under its clauses, for its classes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from clausework.core.clock import parse_timestamp
from clausework.gates.catalogue import CHECKS
from clausework.gates.challenge import ITEMS, PASSING, SBOM, SOUND, Committed, EvidenceFile, World, but, junit
from clausework.gates.commits import CHECK as COMMITS
from clausework.gates.facts import CommitFact, Facts
from clausework.gates.proving import facts_of
from clausework.gates.rules_page import rules_page
from clausework.gates.soup_names import names_of
from clausework.gates.trace_finding import TraceFinding
from clausework.gates.trace_findings import JUDGED_HERE, RULES, findings_of
from clausework.gates.trace_rules import CHECK as TRACE_RULES
from clausework.ledger.records.gates import Reason
from clausework.standards import cite
from clausework.trace.item_fact import ItemFact
from tests.gates.worlds import replaced, with_items

ROOT = Path(__file__).parents[2]
UNLINKED = junit(("test_other", "passed", ""))


def only(name: str, data: bytes) -> World:
    """Return the sound world in which the report ``name`` reads otherwise."""
    return but(
        evidence=tuple(
            msgspec.structs.replace(one, data=data) if one.name == name else one for one in SOUND.evidence
        )
    )


WORLDS: dict[str, World] = {
    "L1": with_items(
        "- {id: REQ-2, type: software_requirement, title: x, text: x, links: {allocated_to: [ARC-1]}}"
    ),
    "L2": with_items("- {id: REQ-2, type: software_requirement, title: x, text: x, fields: {source: x}}"),
    "L3": but(added_later=(("second.pyz", b"another artefact"),)),
    "L4": only("system.xml", UNLINKED),
    "L5": but(earlier_items=ITEMS, items=ITEMS.replace(b"shall stop.", b"shall stop at once.")),
    "L6": with_items(
        "- {id: RC-2, type: risk_control_measure, title: x, fields: {control_type: protective_measure},"
        " links: {controls: [SIT-1], realised_by: [REQ-1]}}"
    ),
    "L7": with_items("- {id: SIT-2, type: hazardous_situation, title: x, links: {arises_in: [ARC-1]}}"),
    "L8": with_items("- {id: UNIT-2, type: software_unit, title: x, links: {part_of: [ARC-1]}}"),
    "L9": with_items("- {id: UNIT-2, type: software_unit, title: x, links: {implements: [REQ-1]}}"),
    "L10": replaced(b"requirements: Frozen values, ", b""),
    "L11": but(decisions=()),
    "L12": only("bom.json", SBOM.replace(b'"version": "1.0"', b'"version": "1.1"').replace(b"@1.0", b"@1.1")),
    "L13": replaced(
        b"title: Controller, links: {uses: [SOUP-1]}}",
        b"title: Controller, links: {uses: [SOUP-1]}}\n"
        b"- {id: ARC-2, type: architecture_item, title: x, links: {part_of: [ARC-1]}, fields: {safety_class: A}}",
    ),
    "L14": but(
        items=ITEMS.replace(b"{sequence: The", b"{safety_class: C, sequence: The").replace(
            b"title: Controller, ", b"title: Controller, fields: {safety_class: B, segregation: x}, "
        )
    ),
    "L15": but(earlier_items=ITEMS.replace(b"type: system_requirement", b"type: user_need")),
    "L16": replaced(
        b"text: The pump shall infuse.}",
        b"text: The pump shall infuse., links: {derives_from: [SYS-2]}}\n"
        b"- {id: SYS-2, type: system_requirement, title: x, links: {derives_from: [SYS-1]}}",
    ),
    "L18": but(
        released=True, commits=(Committed("x", ("Implements: REQ-1",), ("src/controller/motor.py",)),)
    ),
    "L19": replaced(b"derives_from: [SYS-1]", b"derives_from: [SYS-1, SYS-9]"),
}
"""A world for each rule that it breaks; L17 is the release gate's, L20 is proved below."""


def found(world: World) -> dict[str, list[TraceFinding]]:
    """Return the findings by rule."""
    by_rule: dict[str, list[TraceFinding]] = {}
    for one in findings_of(facts_of(world)):
        by_rule.setdefault(one.rule, []).append(one)
    return by_rule


def test_a_sound_world_breaks_no_rule() -> None:
    """Whole chains with their evidence have no finding."""
    assert findings_of(facts_of(SOUND)) == ()


@pytest.mark.parametrize("rule", WORLDS)
def test_each_rule_is_found_where_it_is_broken(rule: str) -> None:
    """The finding has the rule's name, clauses, a sentence, who mends it and how."""
    (one, *_) = found(WORLDS[rule])[rule]
    planned = next(named for named in RULES if named.name == rule)
    assert one.judged_by == planned.judged_by
    assert one.clauses
    assert one.message
    assert one.who in {"developer", "quality"}
    assert one.command


def test_every_rule_is_there_once_and_refused_somewhere() -> None:
    """L1 to L20, none forgotten; who refuses is a check that there is, or the release gate."""
    assert [rule.name for rule in RULES] == [f"L{number}" for number in range(1, 21)]
    checks = {check.name for check in CHECKS}
    for rule in RULES:
        assert rule.clauses
        assert all(cite(clause) for clause in rule.clauses)
        assert rule.find or rule.where
        assert set(rule.judged_by.split(", ")) <= checks | {"the release gate"}
    assert set(WORLDS) == {rule.name for rule in RULES} - {"L17", "L20"}


def test_rules_hold_for_their_classes_alone() -> None:
    """What class C is asked, class A is not: L8, L9, L11 and L6 are no findings there."""
    for rule in ("L6", "L8", "L11"):
        facts = msgspec.structs.replace(facts_of(WORLDS[rule]), safety_class="A")
        assert rule not in {one.rule for one in findings_of(facts)}


def _changes(author: str, *signers: str) -> Facts:
    items = ITEMS + (
        b"- {id: CR-1, type: change_request, title: x, links: {affects: [REQ-1]}, fields: {status: approved}}\n"
    )
    people = tuple((email, role, "approved") for email, role in (one.split(" ") for one in signers))
    from clausework.gates.challenge import SignedDecision

    approval = SignedDecision(
        "approve", "change_request", "CR-1", {"rationale": "Looked at."}, signers=people
    )
    commit = Committed("x", ("Change: CR-1", "Implements: REQ-1"), ("src/controller/motor.py",), 5)
    world = but(items=items, commits=(commit,), decisions=(*SOUND.decisions, approval), released=True)
    facts = facts_of(world)
    wrote = tuple(msgspec.structs.replace(one, author=author) for one in facts.commits)
    return msgspec.structs.replace(facts, commits=wrote)


def test_who_approved_their_own_change_alone_is_told() -> None:
    """L20: the author's own approval is none; another person's approval of the same change is."""
    own = _changes("quality@example.com", "quality@example.com quality")
    assert [one.rule for one in findings_of(own)] == ["L20"]
    other = _changes("developer@example.com", "quality@example.com quality")
    assert findings_of(other) == ()


def test_approval_of_another_person_settles_what_an_author_approved() -> None:
    """L20 asks for one person who wrote neither text nor commits; whoever else signed the same text is no matter."""
    both = _changes(
        "quality@example.com", "quality@example.com quality", "release@example.com release_authority"
    )
    assert findings_of(both) == ()
    own = _changes("developer@example.com", "quality@example.com quality")
    wrote = msgspec.structs.replace(own.human, wrote={"quality@example.com": ("CR-1",)})
    (one,) = findings_of(msgspec.structs.replace(own, human=wrote))
    assert one.message == "CR-1 was approved by quality@example.com alone, who wrote its text"


def test_what_the_reading_of_the_items_found_is_shown_with_the_rest() -> None:
    """A link into nothing keeps every gate closed, so 'trace --show findings' must not say that there is nothing."""
    facts = facts_of(WORLDS["L19"])
    (one,) = (finding for finding in findings_of(facts) if finding.rule == "L19")
    assert "REQ-1 derives_from SYS-9" in one.message
    assert one.items == ("REQ-1",)
    assert TRACE_RULES.evaluate(facts, {}).outcome == "not_evaluated"


def test_a_finding_of_the_lint_names_its_item() -> None:
    """So that 'trace REQ-2' shows what is wrong with REQ-2."""
    (one,) = found(WORLDS["L1"])["L1"]
    assert one.items == ("REQ-2",)


def test_attack_a_path_that_is_no_pattern_claims_no_file_in_silence() -> None:
    """ATTACK: a unit whose paths are mistyped has no coverage and no commits; lint and gate tell of it."""
    facts = facts_of(replaced(b'paths: "src/controller/**"', b'paths: "src/**controller"'))
    (one,) = findings_of(facts)
    assert (one.rule, one.items, one.judged_by) == ("path-pattern", ("UNIT-1",), JUDGED_HERE)
    assert TRACE_RULES.evaluate(facts, {}).outcome == "fail"


def _commits(facts: Facts, to: str = "software_unit", *, approved: bool = False) -> list[Reason]:
    return list(COMMITS.evaluate(facts, {"to": to, "approved": approved}).reasons)


def test_attack_a_stray_file_behind_many_others() -> None:
    """ATTACK: a commit touches so many files of its unit that the stray one is not looked at any more."""
    many = tuple(f"src/controller/{number:04}.c" for number in range(1000))
    facts = facts_of(but(commits=(Committed("x", ("Implements: REQ-1",), (*many, "src/zz.c")),)))
    (reason,) = _commits(facts)
    assert "touches src/zz.c, which belongs to no software unit" in reason.message
    assert len(facts.commits[0].paths) < 300, "facts stay small"


def test_a_file_of_no_unit_is_mended_in_the_unit_and_not_in_the_commit() -> None:
    """A commit of long ago cannot be made again: the next step is the unit's 'paths', a renamed file's too."""
    facts = facts_of(but(commits=(Committed("x", ("Implements: REQ-1",), ("src/old.c",)),)))
    (reason,) = _commits(facts)
    assert "add src/old.c to the 'paths'" in reason.command


@pytest.mark.parametrize(
    ("trailer", "links"),
    [
        ("Implements: REQ-1", True),
        ("implements: req-1", True),
        ("Implements: (REQ-1).", True),
        ("Implements: REQ-1-2", False),
        ("Implements: REQ-1.1", False),
        ("Implements: REQ-12", False),
        ("Implements: REQ-9", False),
        ("Implements: REQ-1 REQ-9", False),
        ("Implements: REQ-\u0661", False),
        ("Refs: nothing", False),
    ],
)
def test_attack_trailers_that_name_what_is_no_item(trailer: str, links: bool) -> None:
    """ATTACK: an ID that begins another, a number in other digits, one right and one wrong: none passes."""
    facts = facts_of(but(commits=(Committed("Tidy up", (trailer,), ("src/controller/motor.py",)),)))
    assert (_commits(facts) == []) == links or COMMITS.evaluate(facts, {"to": "change"}).outcome == "pass"
    assert (COMMITS.evaluate(facts, {"to": "software_unit"}).outcome == "pass") == links


@pytest.mark.parametrize("subject", ["x" * 1_000_000, "\x1b[31mred\x07", "\u202eREQ-1", "", "REQ-" * 500])
def test_attack_hostile_subjects(subject: str) -> None:
    """ATTACK: escape sequences, a megabyte, other directions: told short, and linked to nothing by accident."""
    facts = facts_of(but(commits=(Committed(subject, (), ("src/controller/motor.py",)),)))
    linked = "REQ-1" in subject
    assert (COMMITS.evaluate(facts, {"to": "change"}).outcome == "pass") == linked
    assert all(len(reason.message) < 300 for reason in _commits(facts, "change"))


def test_a_commit_of_the_future_does_not_follow_its_approval() -> None:
    """ATTACK: the committer's clock is set ahead, so that a commit seems to follow the approval."""
    facts = _changes("developer@example.com", "quality@example.com quality")
    (commit,) = facts.commits
    future: CommitFact = msgspec.structs.replace(commit, at="2999-01-01T00:00:00.000Z")
    assert parse_timestamp(future.at) > parse_timestamp(facts.at)
    (reason,) = _commits(msgspec.structs.replace(facts, commits=(future,)), approved=True)
    assert "which has not come" in reason.message
    assert _commits(facts, approved=True)[0].command == ""


@pytest.mark.parametrize(
    ("title", "purl", "version", "name"),
    [
        ("Six", "", "1.16", ("six", "1.16")),
        ("x", "pkg:pypi/Zope.Interface@5", "5", ("zope-interface", "5")),
        ("x", "pkg:npm/%40scope/name@1.0", "1.0", ("@scope/name", "1.0")),
        ("x", "pkg:maven/org.apache/log4j@2.0?type=jar#sub", "2.0", ("org-apache/log4j", "2.0")),
        ("x", "pkg:pypi/six@1.15", "1.16", None),
    ],
)
def test_soup_is_known_by_its_package_address(
    title: str, purl: str, version: str, name: tuple[str, str] | None
) -> None:
    """The address counts before the title; one whose version is another than the item's names nothing."""
    soup = ItemFact("SOUP-1", "soup_item", title, "", (), {"purl": purl, "version": version})
    assert names_of(soup) == ({name} if name else set())


def test_the_page_holds_the_table_of_rules() -> None:
    """``docs/traceability.md`` has the table as ``rules_page`` makes it: put it in anew when this fails."""
    assert rules_page() in (ROOT / "docs" / "traceability.md").read_text(encoding="utf-8")


def test_a_skipped_case_is_no_system_test_of_its_requirement() -> None:
    """What was not run names the requirement and verifies nothing."""
    report = PASSING.replace(b"</testcase>", b"<skipped/></testcase>").replace(b'skipped="0"', b'skipped="1"')
    facts = facts_of(only("unit.xml", report))
    unit = EvidenceFile("unit.xml", report, "unit")
    assert unit.data != PASSING
    assert any(one.not_passed for one in facts.item_cases if one.level == "unit")
