"""Definitions of pipelines as files in memory, described as a build would."""

from __future__ import annotations

from textwrap import dedent

from clausework.evidence.pipelines.describe import Chosen, describe_pipeline
from clausework.evidence.pipelines.description import PipelineDescription
from clausework.evidence.pipelines.model import Sources
from clausework.evidence.pipelines.systems import system_of

WORKFLOW = ".github/workflows/ci.yml"
GITLAB = ".gitlab-ci.yml"
JENKINS = "Jenkinsfile"
AZURE = "azure-pipelines.yml"

COMMIT = "1" * 40
DIGEST = "sha256:" + "2" * 64


def described(files: dict[str, str | bytes], deploys: tuple[str, ...] = ()) -> PipelineDescription:
    """Return the description of the definitions among ``files``, which their names tell."""
    contents = {
        path: data if isinstance(data, bytes) else dedent(data).encode() for path, data in files.items()
    }
    chosen = [Chosen(path, system) for path in contents if (system := system_of(path))]
    return describe_pipeline(chosen, Sources(tuple(contents), contents.get), deploys=deploys)


def found(files: dict[str, str | bytes], deploys: tuple[str, ...] = ()) -> list[str]:
    """Return the findings as ``rule path:line``."""
    return [f"{one.rule} {one.place}" for one in described(files, deploys).findings]


def workflow(steps: str, job: str = "", top: str = "on: push", more: str = "") -> str:
    """Return a workflow with one job, whose steps begin on line 6 without ``job``; ``more`` are further jobs."""
    head = f"{top}\njobs:\n  build:\n    runs-on: ubuntu-24.04\n"
    extra = "".join(f"    {line}\n" for line in dedent(job).strip().splitlines())
    listed = "".join(f"      {line}\n" for line in dedent(steps).strip().splitlines())
    others = "".join(f"  {line}\n" for line in dedent(more).strip().splitlines())
    return f"{head}{extra}    steps:\n{listed}{others}"
