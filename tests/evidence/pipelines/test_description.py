"""The description of a pipeline: its digest, its findings' IDs, what belongs to it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.evidence.pipelines.describe import Chosen, describe_pipeline
from clausework.evidence.pipelines.description import (
    PipelineDescription,
    PipelineFinding,
    description_bytes,
    read_description,
)
from clausework.evidence.pipelines.model import Sources
from clausework.evidence.pipelines.rules import RULES
from clausework.evidence.pipelines.systems import system_of, systems
from clausework.plan.pipeline import PIPELINE_SYSTEMS
from tests.evidence.pipelines import test_azure, test_github, test_gitlab, test_jenkins
from tests.evidence.pipelines.making import (
    AZURE,
    GITLAB,
    JENKINS,
    WORKFLOW,
    described,
    found,
    workflow,
)

W = WORKFLOW


def one_of(description: PipelineDescription, rule: str) -> PipelineFinding:
    """Return the one finding by ``rule``."""
    (finding,) = [one for one in description.findings if one.rule == rule]
    return finding


def test_every_rule_has_a_bad_sample() -> None:
    """No rule is there that no test has seen to find something."""
    seen = {
        expected.split()[0]
        for module in (test_github, test_gitlab, test_jenkins, test_azure)
        for _, expected in module.WAYS_ROUND.values()
    }
    seen |= {"unreadable", "untrusted-code", "unpinned-workflow", "unpinned-library"}  # in tests of their own
    assert seen == set(RULES)


def test_every_rule_says_why_and_what_to_do() -> None:
    """A rule has a reason, a next step and a clause."""
    assert all(rule.reason and rule.hint and rule.clauses for rule in RULES.values())


def test_the_plan_knows_the_systems_that_are_read() -> None:
    """What a plan may name is what there are readers for."""
    assert tuple(one.name for one in systems()) == PIPELINE_SYSTEMS


def test_the_digest_is_over_paths_and_contents_alone() -> None:
    """A comment changes it, the order of files does not; no definition has none."""
    sound = workflow("- run: pytest")
    first = described({W: sound, ".gitlab-ci.yml": "t: {script: ls}\n"})
    other = described({".gitlab-ci.yml": "t: {script: ls}\n", W: sound})
    assert first.sha256 == other.sha256
    assert described({W: sound + "# more\n"}).sha256 != described({W: sound}).sha256
    assert described({}).sha256 == ""


def test_a_finding_keeps_its_id_while_it_moves() -> None:
    """Lines before it do not matter; what a review would read of it does."""
    before = one_of(described({W: workflow("- run: pytest || true")}), "failure-hidden")
    moved = one_of(described({W: "# a comment\n\n" + workflow("- run: pytest || true")}), "failure-hidden")
    assert (before.id, before.sha256) == (moved.id, moved.sha256)
    assert before.line != moved.line


def test_attack_an_accepted_finding_that_comes_to_hide_more() -> None:
    """An ID says all that its reviewer read: the same words about another command are another finding."""
    lint = one_of(described({W: workflow("- run: pytest docs || true")}), "failure-hidden")
    gate = one_of(described({W: workflow("- run: |\n    pytest docs || true\n    ls")}), "failure-hidden")
    assert lint.sha256 != gate.sha256


def test_two_findings_alike_have_two_ids() -> None:
    """Accepting one accepts one."""
    ids = [
        one.id for one in described({W: workflow("- run: pytest || true\n- run: pytest || true")}).findings
    ]
    assert len(set(ids)) == 2


def test_two_findings_on_one_line_are_two() -> None:
    """A line that holds two images by their tags has two findings."""
    job = "services: {a: {image: x:1}, b: {image: y:1}}"
    assert found({W: workflow("- run: ls", job=job)}) == [f"unpinned-image {W}:5"] * 2


SCRIPT = {
    "a script that hides": ("#!/bin/sh\nset -e\npytest || true\n", ["failure-hidden ci/test.sh:3"]),
    "a script that goes on": ("#!/bin/bash\npytest\nls\n", ["failure-not-fatal ci/test.sh:2"]),
    "a script that ends at an error": ("#!/bin/bash -e\npytest\nls\n", []),
    "a script without a first line": ("set -e\npytest\n", []),
}


@pytest.mark.parametrize("what", SCRIPT)
def test_attack_a_way_round_in_a_script_that_is_called(what: str) -> None:
    """A shell script of the repository that a step calls is part of the pipeline."""
    source, expected = SCRIPT[what]
    for call in ("./ci/test.sh", "bash ci/test.sh", "sh -x ./ci/test.sh", ". ci/test.sh"):
        files: dict[str, str | bytes] = {W: workflow(f"- run: {call} --all"), "ci/test.sh": source}
        assert found(files) == expected
        assert "ci/test.sh" in [one.path for one in described(files).definitions]


def test_attack_the_call_of_a_script_with_tests_is_hidden() -> None:
    """A command that calls tests counts as the tests do."""
    files: dict[str, str | bytes] = {
        W: workflow("- run: ./ci/a.sh || true"),
        "ci/a.sh": "#!/bin/sh -e\n./ci/b.sh\n",
        "ci/b.sh": "#!/bin/sh -e\npytest\n",
    }
    assert found(files) == [f"failure-hidden {W}:6"]


def test_scripts_that_call_each_other_are_read_once() -> None:
    """A circle ends."""
    files: dict[str, str | bytes] = {
        W: workflow("- run: ./a.sh"),
        "a.sh": "#!/bin/sh -e\n./b.sh\n",
        "b.sh": "#!/bin/sh -e\n./a.sh\npytest || true\n",
    }
    assert "failure-hidden b.sh:3" in found(files)


def test_the_plans_own_deploying_commands_count() -> None:
    """A tool that only this project has deploys where the plan says so."""
    files: dict[str, str | bytes] = {W: workflow("- run: flashctl push pump.bin")}
    assert found(files) == []
    assert found(files, deploys=("flashctl push",)) == [f"deploy-without-admission {W}:6"]


def test_a_definition_of_no_known_system_is_kept_and_told() -> None:
    """Nobody can tell what it does: a person has to, of these very bytes."""
    one = describe_pipeline([Chosen("ci.star", None)], Sources(("ci.star",), {"ci.star": b"main()\n"}.get))
    other = describe_pipeline([Chosen("ci.star", None)], Sources(("ci.star",), {"ci.star": b"more()\n"}.get))
    (finding,) = one.findings
    assert (finding.rule, finding.final) == ("not-analysed", False)
    assert finding.sha256 != other.findings[0].sha256


def test_attack_a_line_too_long_to_be_looked_into() -> None:
    """Padding hides nothing: what is not looked into is said."""
    padded = f"- run: {'x' * 11_000}; pytest || true"
    assert f"not-analysed {W}:6" in found({W: workflow(padded)})


def test_the_document_is_read_as_it_was_written() -> None:
    """The blob comes back whole."""
    description = described({W: workflow("- run: pytest || true")})
    assert read_description(description_bytes(description)) == description


KEYS = st.sampled_from(
    (
        *(
            "jobs",
            "steps",
            "run",
            "uses",
            "with",
            "if",
            "needs",
            "script",
            "stage",
            "stages",
            "include",
            "local",
        ),
        *("project", "ref", "extends", "image", "services", "rules", "when", "environment", "trigger", "job"),
        *(
            "deployment",
            "template",
            "task",
            "inputs",
            "condition",
            "dependsOn",
            "strategy",
            "runOnce",
            "deploy",
        ),
        *("on", "runs-on", "container", "defaults", "before_script", "default", "resources", "repositories"),
        *("containers", "variables", "pool", "t", ".h"),
    )
)
VALUES = st.sampled_from(("ls", "pytest || true", "always", "x@v1", "./a", "t", "true", "", ".gitlab-ci.yml"))
DOCUMENTS = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=25,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([WORKFLOW, GITLAB, AZURE, ".github/actions/x/action.yml"]), DOCUMENTS)
def test_any_document_is_described(path: str, document: object) -> None:
    """Whatever shape a definition has, a description comes of it: with findings, or a fault, and no crash."""
    source = yaml.safe_dump(document)
    assert [one.path for one in described({path: source}).definitions][:1] == [path]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([WORKFLOW, GITLAB, AZURE, JENKINS]), st.binary(max_size=200))
def test_any_bytes_are_described(path: str, data: bytes) -> None:
    """Whatever the bytes, the same."""
    assert described({path: data}).definitions


def test_attack_an_admission_to_another_environment() -> None:
    """Where the plan names an environment that takes releases alone, an admission to another is none to it."""
    steps = "- run: clausework deploy {} --artifact x\n- run: ./up"
    for admitted, expected in (("hospital", []), ("staging", ["deploy-without-admission"])):
        source = workflow(steps.format(admitted), job="environment: hospital").encode()
        one = describe_pipeline(
            [Chosen(W, system_of(W))], Sources((W,), {W: source}.get), environments=("hospital",)
        )
        assert [finding.rule for finding in one.findings] == expected


def test_attack_more_findings_than_anybody_reads() -> None:
    """They are cut, and what is cut can be accepted by nobody."""
    steps = "- run: |\n" + "    pytest || true\n" * 600
    findings = described({W: workflow(steps)}).findings
    assert len(findings) == 501
    assert findings[-1].final


def test_the_examples_own_pipeline_has_no_finding() -> None:
    """The device that the demo reviews is built by a pipeline without a way round, all of it pinned."""
    path = ".github/workflows/pipeline.yml"
    source = (Path(__file__).parents[3] / "examples" / "infusor" / path).read_bytes()
    one = described({path: source})
    assert one.findings == ()
    assert all(brought.pinned for brought in one.brought_in)
