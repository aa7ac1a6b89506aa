"""How two pipelines differ, in meaning: what a reviewer of a changed definition is shown."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.evidence.pipelines.differences import pipeline_differences, run_differences
from tests.evidence.pipelines.making import COMMIT, WORKFLOW, described, workflow
from tests.evidence_build.repository import Repository
from tests.evidence_build.test_build import _describe as describe_build


def definition(image: str = "ghcr.io/acme/build:3.11", runner: str = "ubuntu-22.04", ref: str = "v4") -> str:
    """Return a workflow that brings in an image and an action."""
    source = workflow(f"- uses: actions/checkout@{ref}\n- run: pytest", job=f"container: {image}")
    return source.replace("ubuntu-24.04", runner)


def differences(old: str, new: str) -> tuple[str, ...]:
    """Return how two workflows differ."""
    return pipeline_differences(described({WORKFLOW: old}), described({WORKFLOW: new}))


def test_a_changed_image_runner_and_action_are_said() -> None:
    """What is another, from what to what."""
    told = differences(definition(), definition("ghcr.io/acme/build:3.12", "ubuntu-24.04", COMMIT))
    assert told[:4] == (
        f"definition {WORKFLOW} changed",
        f"action actions/checkout v4 → {COMMIT}",
        "image ghcr.io/acme/build 3.11 → 3.12",
        "runner ubuntu-22.04 → ubuntu-24.04",
    )


def test_a_new_way_round_and_a_new_secret_are_said() -> None:
    """What is new is named as new, what is gone as gone."""
    old = workflow("- run: pytest")
    new = workflow('- run: pytest || true\n  env: {K: "${{ secrets.KEY }}"}')
    told = differences(old, new)
    assert "secret KEY is new" in told
    assert any("failure-hidden" in one and one.endswith("is new") for one in told)
    assert "secret KEY is gone" in differences(new, old)


def test_the_same_definition_differs_in_nothing() -> None:
    """No sentence where nothing changed."""
    assert differences(definition(), definition()) == ()


def test_a_file_that_comes_and_one_that_goes_are_said() -> None:
    """Definitions are named."""
    old, new = (
        described({WORKFLOW: workflow("- run: ls")}),
        described({".gitlab-ci.yml": "t: {script: ls}\n"}),
    )
    assert pipeline_differences(old, new)[:2] == (
        f"definition {WORKFLOW} is gone",
        "definition .gitlab-ci.yml is new",
    )


def test_another_tool_and_another_machine_are_said(tmp_path: Path) -> None:
    """A tool's version, the operating system, the container: not the kernel, which hosted runners change each week."""
    repository = Repository(tmp_path / "r")
    repository.commit("One", src__a_c="1", requirements_lock="")
    old = describe_build(repository.path).build
    new = msgspec.structs.replace(
        old,
        tools=old.tools | {"git": "99"},
        environment=old.environment | {"os": "Other 1", "kernel": "other"},
    )
    assert run_differences(old, new) == (
        f"tool git {old.tools['git']} → 99",
        f"runner's os {old.environment['os']} → Other 1",
    )
