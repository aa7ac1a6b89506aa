"""Azure Pipelines: stages, templates and conditions, and each way round by the smallest pipeline that has it."""

from __future__ import annotations

import pytest

from clausework.evidence.pipelines.description import BroughtIn
from tests.evidence.pipelines.making import AZURE, COMMIT, DIGEST, described, found

A = AZURE

WAYS_ROUND = {
    "a step that may fail": (
        "steps:\n- script: pytest\n  continueOnError: true\n",
        f"failure-tolerated {A}:3",
    ),
    "a job that may fail": (
        "jobs:\n- job: t\n  continueOnError: true\n  steps:\n  - script: pytest\n",
        f"failure-tolerated {A}:3",
    ),
    "a failure before the last line": (
        "steps:\n- script: |\n    pytest\n    ls\n",
        f"failure-not-fatal {A}:3",
    ),
    "a hidden failure": ("steps:\n- bash: pytest || true\n", f"failure-hidden {A}:2"),
    "a task told not to fail": (
        "steps:\n- task: Maven@4\n  inputs: {goals: verify, options: -Dmaven.test.failure.ignore=true}\n",
        f"failures-ignored {A}:2",
    ),
    "a gate under a parameter": (
        "parameters: [{name: full}]\nsteps:\n- ${{ if parameters.full }}:\n  - script: clausework gate\n",
        f"gate-may-be-skipped {A}:3",
    ),
    "a gate under a variable": (
        "steps:\n- script: clausework gate\n  condition: ne(variables.skipGate, 'true')\n",
        f"gate-may-be-skipped {A}:3",
    ),
    "a gate that is switched off": (
        "steps:\n- script: clausework gate\n  enabled: false\n",
        f"gate-may-be-skipped {A}:3",
    ),
    "a deployment without admission": (
        "steps:\n- script: helm upgrade a b\n",
        f"deploy-without-admission {A}:2",
    ),
    "a task that pushes": (
        "steps:\n- task: Docker@2\n  inputs: {command: buildAndPush}\n",
        f"deploy-without-admission {A}:2",
    ),
    "a task that deploys": ("steps:\n- task: AzureWebApp@1\n", f"deploy-without-admission {A}:2"),
    "a deployment job by other means": (
        "jobs:\n- deployment: up\n  environment: x\n  strategy: {runOnce: {deploy: {steps: [{script: ./up}]}}}\n",
        f"deploy-without-admission {A}:2",
    ),
    "a script of the cloud's command line": (
        "steps:\n- task: AzureCLI@2\n  inputs: {scriptType: bash, inlineScript: az webapp deploy -n x}\n",
        f"deploy-without-admission {A}:3",
    ),
    "a copy to another machine": ("steps:\n- task: CopyFilesOverSSH@0\n", f"deploy-without-admission {A}:2"),
    "a package that is published": (
        "steps:\n- task: UniversalPackages@0\n  inputs: {command: publish}\n",
        f"deploy-without-admission {A}:2",
    ),
    "an outcome set by a line that is printed": (
        "steps:\n- bash: pytest\n- bash: echo '##vso[task.complete result=Succeeded;]done'\n",
        f"result-overwritten {A}:3",
    ),
    "a gate under a variable of the stage": (
        "stages:\n- stage: t\n  condition: eq(variables['runTests'], 'true')\n  jobs:\n"
        "  - job: t\n    steps: [{script: clausework gate}]\n",
        f"gate-may-be-skipped {A}:3",
    ),
    "the image of the only job": ("container: gcc:13\nsteps: [{script: ls}]\n", f"unpinned-image {A}:1"),
    "a template of which everything is by its branch": (
        "resources: {repositories: [{repository: t, name: o/t, ref: refs/heads/main}]}\n"
        "extends: {template: a.yml@t}\n",
        f"unpinned-template {A}:2",
    ),
    "a template by its branch": (
        "resources: {repositories: [{repository: t, name: o/t, ref: refs/heads/main}]}\n"
        "steps:\n- template: a.yml@t\n",
        f"unpinned-template {A}:3",
    ),
    "an image by its tag": (
        "resources: {containers: [{container: b, image: python:3.12}]}\nsteps: [{script: ls}]\n",
        f"unpinned-image {A}:1",
    ),
    "steps that a parameter brings": (
        "steps:\n- ${{ parameters.steps }}\n",
        f"not-analysed {A}:2",
    ),
    "tests in a shell that cannot be looked into": (
        "pool: {vmImage: windows-2022}\nsteps: [{script: pytest}]\n",
        f"not-analysed {A}:2",
    ),
}


@pytest.mark.parametrize("what", WAYS_ROUND)
def test_a_way_round_is_found(what: str) -> None:
    """Each is named by its rule, at its line."""
    source, expected = WAYS_ROUND[what]
    assert expected in found({A: source})


HARMLESS = {
    "tests alone in their step": "steps:\n- script: pytest\n- script: clausework gate\n",
    "a script with set -e": "steps:\n- bash: |\n    set -euo pipefail\n    pytest | tee log\n    ls\n",
    "a tolerated step that tests nothing": "steps:\n- script: ls\n  continueOnError: true\n",
    "publishing of results": "steps:\n- script: pytest\n- task: PublishTestResults@2\n",
    "a build without a push": "steps:\n- task: Docker@2\n  inputs: {command: build}\n",
    "an image by its digest": (
        f"resources: {{containers: [{{container: b, image: 'python@{DIGEST}'}}]}}\nsteps: [{{script: ls}}]\n"
    ),
    "a template of which everything is, by its commit": (
        f"resources: {{repositories: [{{repository: t, name: o/t, ref: '{COMMIT}'}}]}}\n"
        "extends: {template: a.yml@t}\n"
    ),
    "an admission in the step before": (
        "steps:\n- script: clausework deploy production --artifact x\n- script: helm upgrade a b\n"
    ),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_only_looks_like_a_way_round_is_left_alone(what: str) -> None:
    """A rule that cries at everything is read by nobody."""
    assert found({A: HARMLESS[what]}) == []


def staged(depends: str = "", condition: str = "") -> str:
    """Return a stage that admits and one that deploys, which begins on line 6."""
    return (
        "stages:\n- stage: Admit\n  jobs:\n  - job: a\n    steps:\n"
        "    - script: clausework deploy production --artifact x\n"
        f"- stage: Up\n{depends}{condition}  jobs:\n  - deployment: up\n    environment: production\n"
        "    strategy: {runOnce: {deploy: {steps: [{script: helm upgrade a b}]}}}\n"
    )


def test_attack_a_way_round_in_the_file_that_a_task_runs() -> None:
    """A file of the commit is read, whichever way it is called."""
    files = {
        A: "steps:\n- task: Bash@3\n  inputs: {targetType: filePath, filePath: ci/x.sh}\n",
        "ci/x.sh": "set -e\npytest || true\n",
    }
    assert "failure-hidden ci/x.sh:2" in found({**files})


def test_a_stage_waits_for_the_one_before_it() -> None:
    """Unless it says otherwise: then it is not admitted; whatever happened, it deploys what was refused."""
    assert found({A: staged()}) == []
    assert found({A: staged("  dependsOn: Admit\n")}) == []
    assert found({A: staged("  dependsOn: []\n")}) == [f"deploy-without-admission {A}:12"]
    assert found({A: staged("", "  condition: succeededOrFailed()\n")}) == [f"deploy-after-failure {A}:8"]


def test_a_template_of_the_repository_is_read_where_it_is_used() -> None:
    """Its ways round are found in it, relative to the file that uses it; the conditions of its use count."""
    files: dict[str, str | bytes] = {
        A: "parameters: [{name: full}]\nsteps:\n- ${{ if parameters.full }}:\n  - template: ci/t.yml\n",
        "ci/t.yml": "steps:\n- template: more/u.yml\n",
        "ci/more/u.yml": "steps:\n- bash: pytest || true\n",
    }
    assert found(files) == [f"gate-may-be-skipped {A}:3", "failure-hidden ci/more/u.yml:2"]
    assert [one.path for one in described(files).definitions] == [A, "ci/more/u.yml", "ci/t.yml"]


def test_what_is_brought_in_is_described() -> None:
    """Templates, pools, secrets by name, tasks with their versions."""
    source = """\
        pool: {vmImage: ubuntu-22.04}
        variables: [{group: signing}]
        resources: {repositories: [{repository: t, name: o/t, ref: refs/tags/v1}]}
        steps:
        - template: a.yml@t
        - task: UsePython@0
        - script: up $(DEPLOY_TOKEN)
    """
    one = described({A: source})
    assert one.brought_in == (BroughtIn("template", "o/t/a.yml", "refs/tags/v1", pinned=False),)
    assert (one.runners, one.secrets) == (("ubuntu-22.04",), ("DEPLOY_TOKEN", "group signing"))
    assert one.tools == {"task UsePython": "0"}


UNREADABLE = {
    "not YAML": "steps: [",
    "nothing": "trigger: none\n",
    "a template that is not there": "steps: [{template: gone.yml}]\n",
    "a template that uses itself": f"steps: [{{template: {A}}}]\n",
    "steps that are no list": "steps: pytest\n",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_pipeline_that_cannot_be_read_whole_is_a_finding(what: str) -> None:
    """It is never passed over in silence, and no review can accept it."""
    (one,) = described({A: UNREADABLE[what]}).findings
    assert (one.rule, one.final) == ("unreadable", True)
