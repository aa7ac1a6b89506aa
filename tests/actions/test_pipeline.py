"""The pipeline under change control, end to end on the small device: recorded, reviewed, judged, shown."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from clausework.actions.build import open_build
from clausework.actions.decide import Decided, decide
from clausework.actions.differences import changed_under_control
from clausework.actions.evidence_target import evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.pipeline import DefinitionsNotCommitted, NoDefinitions, PipelineFindingUnknown
from clausework.actions.pipeline_lint import PipelineHasWaysRound, lint_pipeline, plan_against_approved
from clausework.actions.record import record_files
from clausework.actions.status import status
from clausework.decisions.form import MatterNotOfForm
from clausework.ledger.records.build import Build
from clausework.ledger.records.control import PipelineRecorded
from clausework.ledger.records.gates import CheckVerdict
from tests.actions.device import QUALITY, RELEASE, Device, person
from tests.evidence.pipelines.making import GITLAB, WORKFLOW, workflow

SOUND = workflow("- run: pytest\n- run: clausework gate")
LAX = SOUND.replace("clausework gate", "clausework gate || true")
ACCEPTED = {"method": "review", "outcome": "accepted", "rationale": "read as a whole today"}
CI = {"GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "7", "GITHUB_REPOSITORY": "o/r"}


@pytest.fixture
def device(established: Device) -> Device:
    """Return the small device with a workflow in its repository."""
    established.write(WORKFLOW, SOUND)
    established.commit("REQ-001: a pipeline")
    return established


def judged(device: Device, **environ: str) -> CheckVerdict:
    """Open the build of the commit, where CI variables are given in that run, and return what the check says."""
    with device.open() as workplace:
        there = msgspec.structs.replace(workplace, environ={**workplace.environ, **environ})
        open_build(there)
        (stage,) = run_gates(there, ("build",)).stages
        return next(one for one in stage.checks if one.check == "pipeline")


def review(device: Device, subject: str = "pipeline", by: str = QUALITY, **fields: str) -> Decided:
    """Record a review by a person."""
    with device.open() as workplace:
        return decide(workplace, "review", subject, ACCEPTED | fields, person(workplace, by))


def told(verdict: CheckVerdict) -> str:
    """Return all that a verdict says."""
    return " ".join(f"{one.message} {one.command}" for one in verdict.reasons)


def test_a_build_records_its_definitions_untouched(device: Device) -> None:
    """The definition's own bytes are kept, and the build names the description."""
    judged(device)
    (build,) = [one.body for one in device.records() if isinstance(one.body, Build)]
    (recorded,) = [one.body for one in device.records() if isinstance(one.body, PipelineRecorded)]
    assert build.pipeline == recorded.pipeline
    with device.open(reading=True) as workplace:
        assert workplace.ledger.read_blob(recorded.definitions[0].sha256) == SOUND.encode()
    assert recorded.definitions[0].name == WORKFLOW


def test_a_definition_passes_once_another_person_reviewed_it(device: Device) -> None:
    """Nobody reviewed it: refused, with the command. Quality did: passed, and the record says who."""
    verdict = judged(device)
    assert verdict.outcome == "fail"
    assert "clausework decide review pipeline" in told(verdict)
    assert review(device).missing == ()
    verdict = judged(device)
    assert verdict.outcome == "pass"
    assert QUALITY.partition("@")[0].title() in told(verdict).title()


def test_lapse_a_definition_changes_after_its_review(device: Device) -> None:
    """The review is of a digest: a comment more, and it is of another definition."""
    review(device)
    assert judged(device).outcome == "pass"
    device.write(WORKFLOW, SOUND + "# a comment\n")
    device.commit("REQ-001: a comment")
    assert judged(device).outcome == "fail"


def test_a_change_elsewhere_leaves_the_review_as_it_is(device: Device) -> None:
    """Another commit, the same definitions: reviewed."""
    review(device)
    device.write("src/more.py", "MORE = 1\n")
    device.commit("REQ-001: more")
    assert judged(device).outcome == "pass"


def test_attack_the_author_reviews_the_own_definition(device: Device) -> None:
    """Who wrote the definition's last commit is not who reviews it."""
    device.write(WORKFLOW, SOUND + "# by quality\n")
    device.git("add", "--all")
    device.git("commit", "--quiet", "-m", "REQ-001: by quality", f"--author=Quinn <{QUALITY}>")
    review(device)
    verdict = judged(device)
    assert verdict.outcome == "fail"
    assert f"no other person than the author ({QUALITY})" in told(verdict)
    review(device, by=RELEASE)
    assert judged(device).outcome == "pass"


def test_lapse_a_review_that_rejects(device: Device) -> None:
    """The newest word counts."""
    review(device)
    review(device, outcome="rejected")
    assert judged(device).outcome == "fail"


def test_a_way_round_stands_until_it_was_accepted_by_itself(device: Device) -> None:
    """Reviewing the whole definition accepts no way round in it; a review of the finding does, for as it is now."""
    device.write(WORKFLOW, LAX)
    device.commit("REQ-001: go on")
    review(device)
    verdict = judged(device)
    assert verdict.outcome == "fail"
    assert f"{WORKFLOW}:7 failure-hidden" in told(verdict)
    (finding,) = verdict.reasons[0].items
    review(device, finding)
    assert judged(device).outcome == "pass"
    device.write(WORKFLOW, LAX.replace("|| true", "|| :"))
    device.commit("REQ-001: another way")
    review(device)
    assert judged(device).outcome == "fail"


def test_attack_an_unreadable_definition_cannot_be_accepted(device: Device) -> None:
    """What nobody could read is mended, not reviewed away."""
    device.write(WORKFLOW, "jobs: [")
    device.commit("REQ-001: broken")
    review(device)
    (reason,) = judged(device).reasons
    assert "decide review" not in reason.command
    review(device, reason.items[0])
    assert judged(device).outcome == "fail"


def test_attack_a_ci_system_runs_what_no_definition_tells(established: Device) -> None:
    """A plan that says that there is no pipeline is refused for a build that a CI system ran."""
    assert judged(established).outcome == "pass"
    verdict = judged(established, **CI)
    assert verdict.outcome == "not_evaluated"
    assert "github-actions" in told(verdict)


def test_a_desk_without_a_word_is_not_evaluated(established: Device) -> None:
    """Without a definition the plan has to say that there is none."""
    plan = (established.folder / "clausework.yaml").read_text("utf-8")
    established.write("clausework.yaml", plan.split("pipeline:\n")[0])
    established.commit("REQ-001: say nothing")
    verdict = judged(established)
    assert verdict.outcome == "not_evaluated"
    assert "definitions: none" in told(verdict)


def test_a_changed_image_is_named_in_the_pass(device: Device) -> None:
    """It is no reason to refuse, for class B, and it is said since which build."""
    job = "container: ghcr.io/acme/build:3.11"
    device.write(WORKFLOW, workflow("- run: pytest", job=job))
    device.commit("REQ-001: an image")
    judged(device)
    device.write(WORKFLOW, workflow("- run: pytest", job=job.replace("3.11", "3.12")))
    device.commit("REQ-001: another image")
    review(device)
    verdict = judged(device)
    assert verdict.outcome == "pass"
    assert "image ghcr.io/acme/build 3.11 → 3.12" in told(verdict)
    assert "since build #" in told(verdict)


PROTECTED = {
    "url": "https://api.example.com/repos/o/r/branches/main/protection",
    "required_pull_request_reviews": {"required_approving_review_count": 1},
    "required_status_checks": {"contexts": ["pipeline"]},
    "enforce_admins": {"enabled": True},
}


def record_protection(device: Device, **members: object) -> None:
    """Record an export of the forge about the build."""
    path = device.write("reports/protection.json", json.dumps(PROTECTED | members))
    with device.open() as workplace:
        there = msgspec.structs.replace(workplace, environ={**workplace.environ, **CI})
        record_files(there, [path], evidence_target(there, level=""))


def test_a_build_in_ci_is_asked_how_its_branch_is_guarded(device: Device) -> None:
    """Nobody exported it: not evaluated. Protected: passed. Forced pushes allowed: refused, until that is accepted."""
    review(device)
    assert judged(device, **CI).outcome == "not_evaluated"
    record_protection(device)
    assert judged(device, **CI).outcome == "pass"
    record_protection(device, allow_force_pushes={"enabled": True})
    verdict = judged(device, **CI)
    assert verdict.outcome == "fail"
    assert "branch-force-push" in told(verdict)
    review(device, verdict.reasons[0].items[0])
    assert judged(device, **CI).outcome == "pass"


def test_a_release_branch_of_the_plan_has_to_be_among_them(device: Device) -> None:
    """Another branch's protection does not count for it."""
    review(device)
    judged(device, **CI)
    record_protection(device, url=PROTECTED["url"].replace("main", "develop"))  # type: ignore[attr-defined]
    verdict = judged(device, **CI)
    assert "branch-unprotected: release branch 'main'" in told(verdict)


# What is refused before anything is recorded


def test_nothing_can_be_reviewed_where_there_is_nothing(established: Device) -> None:
    """A repository without a definition has no pipeline to review."""
    with pytest.raises(NoDefinitions):
        review(established)


def test_attack_a_review_of_what_is_not_committed(device: Device) -> None:
    """A reviewer who sees another text in the work tree is stopped; nothing is recorded."""
    device.write(WORKFLOW, LAX)
    before = device.count()
    with pytest.raises(DefinitionsNotCommitted, match=r"workflows"):
        review(device)
    assert device.count() == before


def test_a_finding_that_is_not_there_cannot_be_reviewed(device: Device) -> None:
    """An ID names one finding."""
    with pytest.raises(PipelineFindingUnknown):
        review(device, "pipeline:0123456789ab")


def test_a_pipeline_is_reviewed_and_not_evaluated(device: Device) -> None:
    """Other forms do not decide it."""
    with device.open() as workplace, pytest.raises(MatterNotOfForm):
        decide(
            workplace,
            "evaluate",
            "pipeline",
            {"risk": "none at all", "outcome": "acceptable", "rationale": "looked at today"},
            person(workplace, QUALITY),
        )


# What is shown


def test_a_reviewer_is_shown_what_changed_since_the_last_review(device: Device) -> None:
    """The first review says that none was before it, the second what is another."""
    first = review(device)
    assert first.changed is not None
    assert first.changed.is_first
    device.write(WORKFLOW, LAX.replace("24.04", "22.04"))
    device.write(GITLAB, "t: {script: ls}\n")
    device.commit("REQ-001: loosen")
    second = review(device)
    assert second.changed is not None
    assert second.changed.since == first.index
    assert f"definition {GITLAB} is new" in second.changed.sentences
    assert "runner ubuntu-24.04 → ubuntu-22.04" in second.changed.sentences
    assert any("failure-hidden" in one for one in second.changed.sentences)


def test_an_approver_is_shown_the_plan_in_meaning(device: Device) -> None:
    """A lowered threshold is a sentence, before anything is signed; status and lint say the same."""
    plan = (device.folder / "clausework.yaml").read_text("utf-8")
    lower = (
        "stages:\n  unit:\n    checks:\n      coverage:\n        line: 70\n"
        "        because: {text: t, reference: VP-1, owner: quality, review: 2099-01-01}\n"
    )
    device.write("clausework.yaml", plan + lower)
    device.commit("REQ-001: lower")
    sentence = "unit: coverage.line for class B 80 → 70"
    assert sentence in plan_against_approved(device.folder, device.store).sentences
    with device.open() as workplace:
        standing = workplace.standing(workplace.snapshot())
        assert sentence in changed_under_control(workplace, standing).plan.sentences
        found = status(workplace).changed
        assert found is not None
        assert sentence in found.plan.sentences
        decided = decide(
            workplace, "approve", "plan", {"rationale": "said in the meeting"}, person(workplace, QUALITY)
        )
    assert decided.changed is not None
    assert sentence in decided.changed.sentences


def test_lint_shows_ways_round_before_they_are_committed(device: Device) -> None:
    """The work tree is looked at; each finding has its place, and accepted ones are said to be."""
    assert lint_pipeline(device.folder, device.store).findings == ()
    device.write(WORKFLOW, LAX)
    linted = lint_pipeline(device.folder, device.store)
    (seen,) = linted.findings
    assert (seen.finding.place, seen.open) == (f"{WORKFLOW}:7", True)
    with pytest.raises(PipelineHasWaysRound, match="1 finding"):
        linted.refuse_findings()
    device.commit("REQ-001: loosen")
    decided = review(device, seen.finding.id)
    (seen,) = lint_pipeline(device.folder, device.store).findings
    assert (seen.accepted, seen.open) == (decided.index, False)


def test_what_the_class_does_not_ask_is_a_remark(device: Device) -> None:
    """Class B does not ask for images by digest: it is shown, and nothing is refused."""
    device.write(WORKFLOW, workflow("- run: pytest", job="container: python:3.12"))
    linted = lint_pipeline(device.folder, device.store)
    assert [(one.finding.rule, one.asked) for one in linted.findings] == [("unpinned-image", False)]
    linted.refuse_findings()


def test_lint_works_without_a_ledger(tmp_path: Path, device: Device) -> None:
    """A repository that has none yet can look for ways round already."""
    linted = lint_pipeline(device.folder, tmp_path / "none")
    assert linted.description.sha256


@pytest.mark.parametrize(
    "command", [("lint", "--pipeline"), ("lint", "--pipeline", "--against", "approved", "--json")]
)
def test_the_command_line_shows_findings_and_refuses(device: Device, command: tuple[str, ...]) -> None:
    """Exit 1, the place, the reason and the next step; --against alone is a usage fault."""
    device.write(WORKFLOW, LAX)
    done = device.process(*command)
    assert done.returncode == 1, done.stderr
    assert "failure-hidden" in done.stdout
    assert "clausework decide review ID" in done.stderr
    assert device.process("lint", "--against", "approved").returncode == 2


def test_the_command_line_shows_what_is_decided(device: Device) -> None:
    """Decide and status print the differences."""
    device.write(WORKFLOW, SOUND.replace("24.04", "22.04"))
    device.commit("REQ-001: another runner")
    shown = device.process("status").stdout
    assert "clausework decide review pipeline" in shown
    arguments = [part for name, value in ACCEPTED.items() for part in (f"--{name}", value)]
    assert (
        "none was reviewed before"
        in device.process("decide", "review", "pipeline", "--as", QUALITY, *arguments).stdout
    )
    device.write(WORKFLOW, SOUND)
    device.commit("REQ-001: back")
    assert "runner ubuntu-22.04 → ubuntu-24.04" in device.process("status").stdout
