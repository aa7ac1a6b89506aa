"""The run and its surroundings, as the CI systems tell them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework import __version__
from clausework.core.digests import NotADigest
from clausework.evidence.environment import RunUnknown, ci_run, tools_and_environment
from clausework.ledger.records.build import Run

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "2",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "example/pump",
    "GITHUB_TRIGGERING_ACTOR": "ada",
    "GITHUB_TOKEN": "s3cret",
    "RUNNER_NAME": "runner-1",
    "RUNNER_ENVIRONMENT": "github-hosted",
    "RUNNER_OS": "Linux",
    "RUNNER_ARCH": "X64",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_PIPELINE_ID": "12",
    "CI_PIPELINE_URL": "https://git.example.com/p/-/pipelines/12",
    "CI_RUNNER_ID": "3",
    "CI_RUNNER_DESCRIPTION": "big",
    "GITLAB_USER_EMAIL": "ada@example.com",
    "CI_JOB_TOKEN": "s3cret",
}
JENKINS = {
    "JENKINS_URL": "https://ci.example.com/",
    "JOB_NAME": "pump/main",
    "BUILD_NUMBER": "5",
    "BUILD_URL": "https://ada:s3cret@ci.example.com/job/pump/5/",
    "NODE_NAME": "agent",
}
AZURE = {
    "TF_BUILD": "True",
    "BUILD_BUILDID": "9",
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/example/",
    "SYSTEM_TEAMPROJECT": "Infusion Pump",
    "AGENT_NAME": "Hosted",
    "BUILD_REQUESTEDFOREMAIL": "ada@example.com",
    "SYSTEM_ACCESSTOKEN": "s3cret",
}
BITBUCKET = {"BITBUCKET_BUILD_NUMBER": "4", "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.org/example/pump"}
CIRCLE = {
    "CIRCLECI": "true",
    "CIRCLE_WORKFLOW_ID": "w-1",
    "CIRCLE_BUILD_URL": "https://circleci.com/b/1",
    "CIRCLE_JOB": "build",
    "CIRCLE_USERNAME": "ada",
}


@pytest.mark.parametrize(
    ("environ", "run"),
    [
        (
            GITHUB,
            Run(
                "github-actions",
                "77/2",
                "https://github.com/example/pump/actions/runs/77/attempts/2",
                "runner-1 github-hosted Linux X64",
                "ada",
            ),
        ),
        (
            GITLAB,
            Run("gitlab-ci", "12", "https://git.example.com/p/-/pipelines/12", "3 big", "ada@example.com"),
        ),
        (JENKINS, Run("jenkins", "pump/main#5", "https://ci.example.com/job/pump/5/", "agent")),
        (
            AZURE,
            Run(
                "azure-pipelines",
                "9",
                "https://dev.azure.com/example/Infusion%20Pump/_build/results?buildId=9",
                "Hosted",
                "ada@example.com",
            ),
        ),
        (
            BITBUCKET,
            Run("bitbucket-pipelines", "4", "https://bitbucket.org/example/pump/pipelines/results/4"),
        ),
        (CIRCLE, Run("circleci", "w-1", "https://circleci.com/b/1", "build", "ada")),
    ],
)
def test_each_ci_system_is_known(environ: dict[str, str], run: Run) -> None:
    """Provider, run, address, runner and trigger come from the system's own variables, without secrets."""
    assert ci_run(environ) == run
    assert "s3cret" not in repr(run)


@pytest.mark.parametrize(
    ("environ", "needed"),
    [
        (GITHUB, "GITHUB_RUN_ID"),
        (GITLAB, "CI_PIPELINE_ID"),
        (JENKINS, "BUILD_NUMBER"),
        (AZURE, "BUILD_BUILDID"),
        (CIRCLE, "CIRCLE_WORKFLOW_ID"),
    ],
)
def test_a_run_without_identity_is_refused(environ: dict[str, str], needed: str) -> None:
    """A CI system that does not name the run is refused; it is not taken for the desk."""
    with pytest.raises(RunUnknown):
        ci_run({name: value for name, value in environ.items() if name != needed})


def test_the_desk() -> None:
    """At the desk each run has an identity of its own, unless one is given."""
    clock = lambda: datetime(2026, 4, 10, 8, 30, tzinfo=UTC)  # noqa: E731
    first, second = ci_run({"USER": "ada"}, clock), ci_run({}, clock)
    assert first.provider == "desk"
    assert first.id.startswith("2026-04-10T08:30:00.000Z-")
    assert first.id != second.id
    assert first.triggered_by == "ada"
    assert ci_run({"CLAUSEWORK_RUN_ID": "bench 7"}).id == "bench 7"


@given(value=st.text())
def test_whatever_a_variable_holds_fits_a_record(value: str) -> None:
    """Control characters, lone surrogates and endless values become one short line of text."""
    run = ci_run({"CLAUSEWORK_RUN_ID": f"x{value}", "USER": value})
    for text in (run.id, run.triggered_by):
        assert text.encode().decode() == text
        assert len(text) <= 300
        assert not set(text) & {"\n", "\r", "\0", "\x1b"}


def test_tools_and_environment_are_facts() -> None:
    """Tools with versions and the machine's facts are recorded, none of them empty."""
    tools, environment = tools_and_environment({"LANG": "C.UTF-8", "TOKEN": "s3cret"})
    assert tools["clausework"] == __version__
    assert set(tools) == {"clausework", "git", "python"}
    assert {"os", "kernel", "machine", "locale"} <= set(environment)
    assert all(tools.values())
    assert all(environment.values())
    assert environment["locale"] == "C.UTF-8"
    assert "s3cret" not in repr((tools, environment))


def test_only_names_of_variables_where_asked() -> None:
    """Asked for, the names of all variables are recorded, and never a value."""
    _, environment = tools_and_environment({"B_TOKEN": "s3cret", "A": "1"}, variable_names=True)
    assert environment["variables"] == "A B_TOKEN"
    assert "s3cret" not in repr(environment)


def test_the_container_image_is_a_digest() -> None:
    """The image is recorded by digest, with or without its name; anything else is refused."""
    digest = "sha256:" + "a" * 64
    for told in (digest, f"registry.example.com/build@{digest}"):
        assert tools_and_environment({"CLAUSEWORK_IMAGE_DIGEST": told})[1]["container_image"] == digest
    with pytest.raises(NotADigest):
        tools_and_environment({"CLAUSEWORK_IMAGE_DIGEST": "build:latest"})
