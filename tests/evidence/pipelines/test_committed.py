"""The pipeline of a commit comes from git's objects, with who wrote each definition last."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from clausework.evidence.path_globs import NotAPathGlob
from clausework.evidence.pipelines.committed import committed_pipeline, work_tree_pipeline
from clausework.plan.pipeline import PlannedPipeline
from tests.evidence.pipelines.making import GITLAB, WORKFLOW, workflow
from tests.evidence_build.repository import Repository

SOUND = workflow("- run: pytest")
LAX = workflow("- run: pytest || true")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository with one workflow."""
    made = Repository(tmp_path / "repository")
    made.write(WORKFLOW, SOUND)
    made.commit("Begin")
    return made


def planned(**members: object) -> PlannedPipeline:
    """Return what a plan says of the pipeline."""
    return msgspec.convert(members, PlannedPipeline)


def test_attack_a_work_tree_that_looks_better_than_its_commit(repository: Repository) -> None:
    """What is committed counts, whatever lies in the work tree."""
    repository.write(WORKFLOW, LAX)
    repository.commit("Loosen")
    repository.write(WORKFLOW, SOUND)
    found = committed_pipeline(repository.path, "HEAD", planned())
    assert [one.rule for one in found.description.findings] == ["failure-hidden"]
    assert found.files[WORKFLOW] == LAX.encode()
    assert work_tree_pipeline(repository.path, planned()).description.findings == ()


def test_the_authors_are_those_of_the_last_commit_of_the_file(repository: Repository) -> None:
    """Whoever helped to write it wrote it too; a commit of another file changes nothing."""
    repository.write(WORKFLOW, SOUND + "# more\n")
    last = repository.commit("Change\n\nCo-authored-by: Helga Helper <Helga@Example.com>\n")
    repository.write("other", "x")
    head = repository.commit("Other")
    (one,) = committed_pipeline(repository.path, head, planned()).description.definitions
    assert one.commit == last
    assert one.authors == ("author@example.com", "helga@example.com")


def test_a_shallow_clone_does_not_tell_who_wrote_it(repository: Repository, tmp_path: Path) -> None:
    """The edge of a shallow clone is not taken for the author."""
    repository.write("other", "x")
    repository.commit("Other")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.path}", str(clone))
    (one,) = committed_pipeline(clone, "HEAD", planned()).description.definitions
    assert one.authors == ()


def test_a_plan_names_definitions_of_other_names(repository: Repository) -> None:
    """By system, or kept and not read; patterns begin at the plan's folder."""
    repository.write("ci/main.yml", "t: {script: pytest || true}\n")
    repository.write("ci/own.star", "main()\n")
    repository.commit("More")
    found = committed_pipeline(
        repository.path, "HEAD", planned(definitions=[{"gitlab-ci": "ci/main.yml"}, "ci/*.star"])
    ).description
    assert [(one.path, one.system) for one in found.definitions] == [
        (WORKFLOW, "github-actions"),
        ("ci/main.yml", "gitlab-ci"),
        ("ci/own.star", ""),
    ]
    assert [one.rule for one in found.findings] == ["failure-hidden", "not-analysed"]


def test_a_definition_that_the_plan_names_and_the_commit_lacks(repository: Repository) -> None:
    """What is promised and not there is a finding that nobody can accept."""
    found = committed_pipeline(
        repository.path, "HEAD", planned(definitions=[{"jenkins": "ci/Jenkinsfile.x"}])
    ).description
    assert [(one.rule, one.final) for one in found.findings] == [("unreadable", True)]


def test_attack_a_plan_that_says_none_hides_nothing(repository: Repository) -> None:
    """Definitions that are there count, whatever the plan says."""
    found = committed_pipeline(repository.path, "HEAD", planned(definitions="none")).description
    assert [one.path for one in found.definitions] == [WORKFLOW]


def test_a_plan_in_a_folder_sees_the_pipelines_of_its_repository(repository: Repository) -> None:
    """Those at the top are its own, and those under its folder; those of another folder are not."""
    for path in (GITLAB, "pump/azure-pipelines.yml", "other/azure-pipelines.yml"):
        repository.write(path, "steps: [{script: ls}]\n" if "azure" in path else "t: {script: ls}\n")
    repository.write("pump/clausework.yaml", "x")
    repository.commit("More")
    found = committed_pipeline(repository.path / "pump", "HEAD", planned()).description
    assert [one.path for one in found.definitions] == [WORKFLOW, GITLAB]


def test_attack_a_link_in_place_of_a_definition(repository: Repository) -> None:
    """A symbolic link is what git has of it: no definition that can be read."""
    (repository.path / WORKFLOW).unlink()
    (repository.path / WORKFLOW).symlink_to("/etc/hostname")
    repository.commit("Link")
    found = committed_pipeline(repository.path, "HEAD", planned()).description
    assert [one.rule for one in found.findings] == ["unreadable"]


def test_a_pattern_that_is_none_is_refused(repository: Repository) -> None:
    """The plan is told what is wrong with it."""
    with pytest.raises(NotAPathGlob):
        committed_pipeline(repository.path, "HEAD", planned(definitions=["ci/[.yml"]))
