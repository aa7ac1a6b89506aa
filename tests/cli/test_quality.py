"""``clausework quality``: of the work tree, of a build as its gate judges it, and of every baseline so far."""

from __future__ import annotations

import json

import pytest

from tests.actions.device import PLAN, Device

from .conftest import Command, refused

STAGE = """\
stages:
  wording: {clauses: [5.2.6], checks: {requirement_quality: {score: 90, findings: 0}}}
"""
VAGUE = """\
- {id: REQ-009, type: software_requirement, title: Speed, text: "The counter shall count quickly.",
   links: {allocated_to: ARCH-001}, fields: {source: User needs 3}}
"""


def test_findings_of_the_work_tree(project: Device, clausework: Command) -> None:
    """Each finding is shown with place, rule, words and reason, and what is better where that is clear."""
    project.write("quality/more.yaml", VAGUE)
    ended = clausework(project, "quality")
    assert ended.code == 0
    assert "quality/more.yaml:1:8: REQ-009 Q5: 'quickly': " in ended.out
    assert "(text, line 1, column 25)" in ended.out
    assert "not evaluated: Q17" in ended.out
    assert "quality/more.yaml   1             1         50" in ended.out
    assert "score 87 of 100" in ended.out


def test_a_score_that_is_too_low_is_refused(project: Device, clausework: Command) -> None:
    """With --at-least the exit code tells whether the score is reached; a need that is met exits 0."""
    project.write("quality/more.yaml", VAGUE)
    assert clausework(project, "quality", "--at-least", "87").code == 0
    ended = clausework(project, "quality", "--at-least", "88")
    refused(ended, 1)
    assert "The requirements' score is 87, less than 88; most found: Q5 (1)." in ended.err
    refused(clausework(project, "quality", "REQ-009", "--at-least", "51"), 1)
    assert clausework(project, "quality", "REQ-001", "--at-least", "100").code == 0


def test_attack_no_requirement_reaches_no_score(project: Device, clausework: Command) -> None:
    """ATTACK pass by absence: without any requirement no score is reached, not even 0."""
    project.write("quality/items.yaml", "- {id: ARCH-001, type: architecture_item, title: Counter}\n")
    ended = clausework(project, "quality", "--at-least", "0")
    refused(ended, 1)
    assert "score none: nothing was judged" in ended.out


def test_one_requirement(project: Device, clausework: Command) -> None:
    """With an ID only that requirement is shown, with the pattern that it follows."""
    ended = clausework(project, "quality", "REQ-002")
    assert ended.code == 0
    assert "REQ-002 follows the EARS pattern: event" in ended.out
    assert "REQ-001" not in ended.out
    refused(clausework(project, "quality", "REQ-404"), 2)
    refused(clausework(project, "quality", "ARCH-001"), 2)


def test_as_json(project: Device, clausework: Command) -> None:
    """The whole result is there for programs."""
    project.write("quality/more.yaml", VAGUE)
    told = json.loads(clausework(project, "quality", "--json").out)
    assert told["score"] == 87
    assert [one["rule"] for one in told["findings"]] == ["Q5"]
    assert told["patterns"]["REQ-002"] == ["event"]


def test_a_glossary_beside_the_items(project: Device, clausework: Command) -> None:
    """A glossary file defines terms; one that is none is rejected."""
    project.write("quality/more.yaml", VAGUE.replace("quickly", "in **fast mode**"))
    project.write("glossary.yaml", "slow mode: One a minute.\n")
    ended = clausework(project, "quality", "--glossary", "glossary.yaml")
    assert "REQ-009 Q17: '**fast mode**'" in ended.out
    assert "not evaluated: Q17" not in ended.out
    project.write("glossary.yaml", "[]\n")
    refused(clausework(project, "quality", "--glossary", "glossary.yaml"), 3)
    refused(clausework(project, "quality", "--glossary", "nowhere.yaml"), 3)


def test_history_stands_alone(established: Device, clausework: Command) -> None:
    """Options that choose what is judged do not go with --history."""
    for more in (["REQ-001"], ["--at-least", "5"], ["--build", "abc"], ["--glossary", "g.yaml"]):
        refused(clausework(established, "quality", "--history", *more), 2)


def test_gate_and_command_agree(established: Device, clausework: Command) -> None:
    """The gate refuses what 'quality --build' shows, and the history tells of each baseline, from the ledger alone."""
    device = established
    device.write("clausework.yaml", PLAN + STAGE)
    device.write("quality/more.yaml", VAGUE)
    device.commit()
    device.build()
    assert clausework(device, "build", "--artifact", device.artefact).code == 0
    gate = clausework(device, "gate", "wording", "--preview")
    assert gate.code == 1
    assert "the plan asks 90" in gate.out
    assert "Q20: REQ-001 Q20: nothing says how it is verified" in gate.out
    of_build = json.loads(clausework(device, "quality", "--software-item", "counter", "--json").out)
    assert f"the requirements score {of_build['score']}, the plan asks 90" in gate.out
    assert of_build["score"] < json.loads(clausework(device, "quality", "--json").out)["score"] == 87
    device.write("quality/more.yaml", "[]\n")
    device.write("quality/items.yaml", "- {id: X, nonsense: 1}\n")
    history = json.loads(clausework(device, "quality", "--history", "--json").out)
    assert history[-1]["score"] == 87
    assert history[-1]["documents"] == {"quality/items.yaml": 100, "quality/more.yaml": 50}
    shown = clausework(device, "quality", "--history")
    assert shown.code == 0
    assert shown.out.splitlines()[-1].split()[2:5] == ["4", "1", "87"]


@pytest.mark.parametrize("least", ["-1", "101", "high"])
def test_a_score_is_from_0_to_100(project: Device, clausework: Command, least: str) -> None:
    """What is no score is no threshold."""
    refused(clausework(project, "quality", "--at-least", least), 2)
