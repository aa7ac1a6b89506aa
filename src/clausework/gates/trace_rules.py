"""The trace rules hold that no other check looks at (clauses 5.1.1, 5.2.1, 5.3, 5.4, 5.5, 5.7.4, 7.1.3, 7.2, 8.1).

Each finding has the rule's name, from L1 to L20 or the name of the lint rule; the page on trace rules lists them with
clauses and classes. L5 is the suspect link: an item changed since its links were made or tested, and an accepted review
of it, as it reads now, clears them.
"""

from __future__ import annotations

from clausework.gates.challenge import (
    ITEMS,
    QUALITY,
    RELEASE,
    SBOM,
    SOUND,
    Challenge,
    Committed,
    EvidenceFile,
    SignedDecision,
    World,
    but,
    junit,
    with_evidence,
)
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed
from clausework.gates.facts import Facts
from clausework.gates.trace_findings import JUDGED_HERE, RULES, findings_of
from clausework.ledger.records.gates import Reason

_MOST_REASONS = 50


def evaluate(facts: Facts, _settings: Settings) -> Judgement:
    """Pass when no rule of the build's class finds anything that no other check refuses on."""
    if not facts.items:
        return not_evaluated("there are no items", who="quality", command="clausework lint")
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    found = [one for one in findings_of(facts) if one.judged_by == JUDGED_HERE]
    if found:
        more = len(found) - _MOST_REASONS
        rest = [Reason(f"and {more} more; 'clausework trace --findings' shows all")] if more > 0 else []
        reasons = [
            Reason(f"{one.rule}: {one.message}", one.items, one.records, one.who, one.command)
            for one in found[:_MOST_REASONS]
        ]
        return failed(*reasons, *rest)
    count = sum(facts.safety_class in rule.classes and rule.judged_by == JUDGED_HERE for rule in RULES)
    return passed(f"{count} trace rules hold of {len(facts.items)} items", facts.build.record)


def challenges() -> tuple[Challenge, ...]:
    """Whole chains pass; an orphan, a suspect link, an unverified unit, unlisted SOUP and reused IDs are refused."""
    changed = ITEMS.replace(b"the controller shall stop.", b"the controller shall stop within 1 s.")
    review = SignedDecision(
        "review",
        "software_requirement",
        "REQ-1",
        {
            "method": "review",
            "outcome": "accepted",
            "rationale": "The tests still ask what the text now says.",
        },
        signers=((*QUALITY, "reviewed"),),
    )

    def system(*cases: tuple[str, str, str]) -> EvidenceFile:
        return EvidenceFile("system.xml", junit(*cases), "system")

    links = "verifies=REQ-1,verifies_implementation=RC-1,verifies_effectiveness=RC-1"
    unit = ITEMS.replace(b"implements: [REQ-1], part_of", b"part_of").replace(
        b"title: Motor", b"title: Motor without a requirement"
    )
    newer = SBOM.replace(b'"version": "1.0"', b'"version": "1.1"').replace(b"attrs@1.0", b"attrs@1.1")
    lone = b"- {id: SOUP-2, type: soup_item, title: six, fields: {version: '1', requirements: x, host: y}}\n"
    six = SBOM.replace(
        b'"components": [', b'"components": [{"type": "library", "name": "six", "version": "1"}, '
    )
    covering = ITEMS.replace(b"host: Python 3.11}}", b"host: Python 3.11, covers: si*}}")
    orphan = ITEMS + (
        b"- {id: REQ-2, type: software_requirement, title: Stray, text: x, links: {allocated_to: [ARC-1]}}\n"
    )
    change = ITEMS + (
        b"- {id: CR-1, type: change_request, title: x, links: {affects: [REQ-1]}, fields: {status: approved}}\n"
    )

    def approved(*signers: tuple[str, str]) -> World:
        """A change whose text came with a commit of quality, approved by ``signers``."""
        people = tuple((*one, "approved") for one in signers)
        approval = SignedDecision(
            "approve", "change_request", "CR-1", {"rationale": "It was read in full."}, signers=people
        )
        wrote = Committed("CR-1", (), ("items.yaml",), author=QUALITY[0])
        return but(items=change, commits=(wrote,), decisions=(*SOUND.decisions, approval))

    retyped = ITEMS.replace(b"type: system_requirement", b"type: user_need")
    return (
        Challenge("every chain is whole", "pass", SOUND),
        Challenge(
            "the requirement changed since it was tested", "fail", but(earlier_items=ITEMS, items=changed)
        ),
        Challenge(
            "a person looked at the changed requirement",
            "pass",
            but(earlier_items=ITEMS, items=changed, decisions=(*SOUND.decisions, review)),
        ),
        Challenge(
            "a link was added and no text changed",
            "pass",
            but(earlier_items=ITEMS.replace(b", allocated_to: [ARC-1]", b"")),
        ),
        Challenge("a requirement comes from nothing", "fail", but(items=orphan)),
        Challenge(
            "a system test names no item",
            "fail",
            with_evidence(
                "system.xml", system(("test_stops", "passed", links), ("test_other", "passed", ""))
            ),
        ),
        Challenge("a unit is verified by nothing", "fail", but(items=unit)),
        Challenge("nobody evaluated the SOUP item's anomalies", "fail", but(decisions=())),
        Challenge(
            "the SBOM names another version",
            "fail",
            with_evidence("bom.json", EvidenceFile("bom.json", newer)),
        ),
        Challenge(
            "the SBOM names what is no SOUP item",
            "fail",
            with_evidence("bom.json", EvidenceFile("bom.json", six)),
        ),
        Challenge(
            "a SOUP item covers what the SBOM names",
            "pass",
            but(items=covering, evidence=with_evidence("bom.json", EvidenceFile("bom.json", six)).evidence),
        ),
        Challenge("a SOUP item stands in no SBOM", "fail", but(items=ITEMS + lone)),
        Challenge("an ID was another type of item's before", "fail", but(earlier_items=retyped)),
        Challenge(
            "the harm is serious, and the software in which it arises of class B",
            "fail",
            but(
                items=ITEMS.replace(
                    b"Controller, ", b"Controller, fields: {safety_class: B, segregation: x}, "
                )
            ),
        ),
        Challenge(
            "a risk's level is lower than the plan's matrix gives",
            "fail",
            but(items=ITEMS.replace(b"level: medium,", b"level: low,")),
        ),
        Challenge("the author of a change's text approves it alone", "fail", approved(QUALITY)),
        Challenge(
            "another than the author of a change's text approves it too", "pass", approved(QUALITY, RELEASE)
        ),
        Challenge("there are no items", "not_evaluated", but(items=b"[]\n", decisions=())),
    )


CHECK = Check(
    "trace_rules",
    "4",
    "The trace rules hold",
    (
        *("5.1.1", "5.2.1", "5.3.3", "5.3.4", "5.3.5", "5.4.2", "5.5.4", "5.5.5", "5.7.3", "5.7.4"),
        *("7.1.3", "7.2.1", "7.2.2", "7.3.3", "8.1.1", "8.1.2"),
    ),
    evaluate,
    challenges,
)
