"""Challenges: the smallest evidence, as bytes, that a check must refuse, and that it must pass.

A challenge is a small world: items, lock files, artefacts and evidence files exactly as a pipeline would hand them
over, and decisions as people would sign them. ``proving`` records the world in a ledger in memory and judges it, so a
challenge exercises the readers, the folding and the check together. They are the checks' tests, the tool's
operational qualification, and the proof that a user's own plan can refuse.
"""

from __future__ import annotations

import msgspec

from clausework.gates.pipeline_world import WorldPipeline
from clausework.ledger.records.gates import Outcome


class EvidenceFile(msgspec.Struct, frozen=True):
    """A file as a tool wrote it, and the build that it is about.

    ``of`` is ``this`` build; ``other``: another commit's; ``same_tree``: another run's on the same source tree and
    locks; ``other_locks``: the same source tree with other locks; ``same_artefact``: another source tree's that gave
    the same artefacts. ``reread_as`` is what a newer reader makes of the same bytes. ``signed_by`` are those who sign
    its record (e-mail, role, meaning).
    """

    name: str
    data: bytes
    level: str = ""
    of: str = "this"
    reread_as: bytes = b""
    signed_by: tuple[tuple[str, str, str], ...] = ()


class SignedDecision(msgspec.Struct, frozen=True):
    """A decision: form, kind of matter, its ID, fields, and who signs it (e-mail, role, meaning).

    ``first`` tells that it is made before the build and its evidence are recorded.
    """

    form: str
    kind: str
    id: str
    fields: dict[str, str | tuple[str, ...]]
    author: str = "developer@example.com"
    signers: tuple[tuple[str, str, str], ...] = ()
    version: str = ""
    stale: bool = False
    first: bool = False


class Committed(msgspec.Struct, frozen=True):
    """A commit of the build's range, made an hour before the decisions unless it says how long after them.

    ``built_before_decisions`` tells that the log has its build before the decisions, whatever time it claims.
    """

    subject: str
    trailers: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    minutes_after_decisions: int = 0
    built_before_decisions: bool = False
    author: str = "developer@example.com"


class World(msgspec.Struct, frozen=True):
    """All that one build's facts are folded from.

    ``added_later`` are artefacts that are recorded once the evidence is, ``evidence_after`` what is recorded once the
    decisions are. ``rebuilt_before`` is an earlier rebuild.
    ``judged_items`` are the items to judge by, where not those that the build was made with; ``earlier_items`` those of
    an earlier build, which was tested. ``released`` says that the
    range of ``commits`` begins behind a released one. ``source`` are the files of the commit; where there are none, the
    build does not say which there are. ``released_report`` is the report
    of the system tests of an earlier release; ``released_narrowed`` tells that the one after it left tests out, signed.
    ``released_as`` is the software item's name in these, where it had another. ``unmeasured`` are patterns of files
    that the plan lets go unmeasured.
    ``pipeline`` is what the build ran in.
    """

    items: bytes
    locks: tuple[tuple[str, bytes], ...]
    outputs: tuple[tuple[str, bytes], ...]
    evidence: tuple[EvidenceFile, ...]
    decisions: tuple[SignedDecision, ...] = ()
    clean: bool = True
    rebuilt: tuple[tuple[str, bytes], ...] | None = None
    tampered_signature: bool = False
    added_later: tuple[tuple[str, bytes], ...] = ()
    rebuilt_before: tuple[tuple[str, bytes], ...] | None = None
    judged_items: bytes = b""
    earlier_items: bytes = b""
    commits: tuple[Committed, ...] = ()
    released: bool = False
    source: tuple[str, ...] = ("src/controller/c.py",)
    released_report: bytes = b""
    released_narrowed: bool = False
    released_as: str = ""
    unmeasured: tuple[str, ...] = ()
    pipeline: WorldPipeline = WorldPipeline()
    evidence_after: tuple[EvidenceFile, ...] = ()


class Challenge(msgspec.Struct, frozen=True):
    """A world, the settings to judge it under, and the outcome that must come of it."""

    name: str
    expects: Outcome
    world: World
    settings: dict[str, str | int | bool] = {}


ITEMS = b"""\
- {id: SYS-1, type: system_requirement, title: Infusion, text: The pump shall infuse.}
- {id: REQ-1, type: software_requirement, title: Stop, text: "When the door opens, the controller shall stop.",
   links: {derives_from: [SYS-1], allocated_to: [ARC-1]}}
- {id: ARC-1, type: architecture_item, title: Controller, links: {uses: [SOUP-1]}}
- {id: UNIT-1, type: software_unit, title: Motor, links: {implements: [REQ-1], part_of: [ARC-1]},
   fields: {acceptance_criteria: "Faults and boundaries of the motor, 5.5.4", paths: "src/controller/**"}}
- {id: SOUP-1, type: soup_item, title: attrs,
   fields: {version: "1.0", purl: "pkg:pypi/attrs@1.0", requirements: Frozen values, host: Python 3.11}}
- {id: HAZ-1, type: hazard, title: Energy, links: {leads_to: [SIT-1]}, fields: {harm: Overdose}}
- {id: SIT-1, type: hazardous_situation, title: Runs on, links: {arises_in: [ARC-1]},
   fields: {sequence: The door opens and the motor runs on.}}
- {id: RISK-1, type: risk, title: Overdose, links: {estimates: [SIT-1]},
   fields: {severity: serious, probability: occasional, level: medium,
   residual_probability: improbable, residual_level: low,
   control_options: ["inherent_safety: A door that cannot be opened would keep the nurse from the syringe."]}}
- {id: RC-1, type: risk_control_measure, title: Stop on open door, fields: {control_type: protective_measure,
   new_risks: 'none: the motor stands, as it does when nothing is infused.'},
   links: {controls: [SIT-1], realised_by: [REQ-1]}}
"""

LOCK = b"attrs==1.0 \\\n    --hash=sha256:" + b"a" * 64 + b"\n"

ARTEFACT = b"#!/usr/bin/env python3\nprint('controller 1.0.0')\n"

SBOM = b"""\
{"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:00000000-0000-4000-8000-000000000001",
 "version": 1, "metadata": {"component": {"type": "application", "name": "controller", "version": "1.0.0"}},
 "components": [{"type": "library", "name": "attrs", "version": "1.0", "purl": "pkg:pypi/attrs@1.0"}]}
"""

COVERAGE = b"""\
<?xml version="1.0" ?>
<coverage version="7" lines-valid="10" lines-covered="10" line-rate="1" branches-valid="2" branches-covered="2"
  branch-rate="1" complexity="0"><packages><package name="p"><classes><class name="c" filename="c.py"><lines>
%s</lines></class></classes></package></packages></coverage>
""" % b"".join(
    b'<line number="%d" hits="1"%s/>\n'
    % (n, b' branch="true" condition-coverage="100%% (2/2)"'.replace(b"%%", b"%") if n == 1 else b"")
    for n in range(1, 11)
)


def junit(*cases: tuple[str, str, str]) -> bytes:
    """Return a report of cases given as (name, outcome, comma-separated ``role=ID`` links)."""
    tests, failures, skipped = len(cases), 0, 0
    lines = []
    for name, outcome, links in cases:
        properties = "".join(
            '<property name="{}" value="{}"/>'.format(*link.split("=")) for link in links.split(",") if link
        )
        body = f"<properties>{properties}</properties>" if properties else ""
        if outcome == "failed":
            failures += 1
            body += '<failure message="the motor ran on">assert False</failure>'
        elif outcome == "skipped":
            skipped += 1
            body += '<skipped message="no bench"/>'
        lines.append(f'<testcase classname="tests" name="{name}" time="0.01">{body}</testcase>')
    return (
        f'<testsuites><testsuite name="suite" tests="{tests}" failures="{failures}" errors="0"'
        f' skipped="{skipped}">{"".join(lines)}</testsuite></testsuites>'
    ).encode()


def sarif(
    tool: str, *results: tuple[str, str, str], finished: bool = True, suppressed: bool = False
) -> bytes:
    """Return a report of results given as (rule, level, security severity)."""
    said = {"suppressions": [{"kind": "inSource"}]} if suppressed else {}
    return msgspec.json.encode(
        {
            "version": "2.1.0",
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "runs": [
                {
                    "tool": {"driver": {"name": tool, "rules": []}},
                    "invocations": [{"executionSuccessful": finished}],
                    "results": [
                        {
                            "ruleId": rule,
                            "level": level,
                            **said,
                            "message": {"text": f"{rule} found"},
                            "properties": {"security-severity": severity} if severity else {},
                            "locations": [
                                {
                                    "physicalLocation": {
                                        "artifactLocation": {"uri": "src/controller/motor.py"},
                                        "region": {"startLine": 1},
                                    }
                                }
                            ],
                        }
                        for rule, level, severity in results
                    ],
                }
            ],
        }
    )


_LINKS = "verifies=REQ-1,verifies_implementation=RC-1,verifies_effectiveness=RC-1,verifies_under_fault=RC-1"
PASSING = junit(("test_stops", "passed", _LINKS))

QUALITY = ("quality@example.com", "quality")
RELEASE = ("release@example.com", "release_authority")

SOUP_EVALUATED = SignedDecision(
    "evaluate",
    "soup_item",
    "SOUP-1",
    {
        "risk": "No anomaly of the supplier's list touches the device.",
        "outcome": "acceptable",
        "rationale": "The supplier's list was read in full.",
    },
    signers=((*QUALITY, "evaluated"),),
)

PIPELINE_REVIEWED = SignedDecision(
    "review",
    "pipeline",
    "pipeline",
    {"method": "review", "outcome": "accepted", "rationale": "Read as a whole: nothing goes round a gate."},
    signers=((*QUALITY, "reviewed"),),
)

SOUND = World(
    items=ITEMS,
    locks=(("requirements.lock", LOCK),),
    outputs=(("controller.pyz", ARTEFACT),),
    evidence=(
        EvidenceFile("unit.xml", PASSING, "unit"),
        EvidenceFile("integration.xml", PASSING, "integration"),
        EvidenceFile("system.xml", PASSING, "system"),
        EvidenceFile("coverage.xml", COVERAGE, "unit"),
        EvidenceFile("bandit.sarif", sarif("Bandit")),
        EvidenceFile("bom.json", SBOM),
    ),
    decisions=(SOUP_EVALUATED, PIPELINE_REVIEWED),
    rebuilt=(("controller.pyz", ARTEFACT),),
)


def but(**changes: object) -> World:
    """Return the sound world with some parts changed."""
    return msgspec.structs.replace(SOUND, **changes)


def with_evidence(name: str, *replacements: EvidenceFile) -> World:
    """Return the sound world with the evidence file ``name`` replaced (by nothing: left out)."""
    kept = tuple(file for file in SOUND.evidence if file.name != name)
    return but(evidence=(*kept, *replacements))
