"""Jenkinsfiles, declarative and scripted: as far as the text tells, and no further in silence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.evidence.pipelines.description import BroughtIn
from tests.evidence.pipelines.making import COMMIT, DIGEST, JENKINS, described, found

J = JENKINS


def declarative(steps: str, head: str = "agent any", more: str = "", before: str = "") -> str:
    """Return a pipeline whose one stage has ``steps``, which begin on line 5 without ``before``."""
    stages = f"  stages {{\n    stage('Test') {{ steps {{\n{steps}\n    }} }}\n{more}\n  }}\n"
    return f"{before}pipeline {{\n  {head}\n{stages}}}\n"


WAYS_ROUND = {
    "catchError": ("catchError(buildResult: 'SUCCESS') { sh 'pytest' }", f"failure-tolerated {J}:5"),
    "warnError": ("warnError('red') { sh 'pytest' }", f"failure-tolerated {J}:5"),
    "a swallowed exception": (
        "script {\n  try { sh 'pytest' }\n  catch (e) { echo 'never mind' }\n}",
        f"failure-tolerated {J}:7",
    ),
    "an exit code that nobody asks for": (
        "sh(script: 'clausework gate', returnStatus: true)",
        f"failure-tolerated {J}:5",
    ),
    "a hidden failure": ("sh 'pytest || true'", f"failure-hidden {J}:5"),
    "a hidden failure in a block of text": ("sh '''\n  ls\n  pytest || true\n'''", f"failure-hidden {J}:7"),
    "a failure lost in a pipe": ('sh "pytest | tee log"', f"failure-lost-in-pipe {J}:5"),
    "a script of its own shell": ("sh '''#!/bin/bash\npytest\nls\n'''", f"failure-not-fatal {J}:6"),
    "a result set by hand": (
        "sh 'ls'\nscript { currentBuild.result = 'SUCCESS' }",
        f"result-overwritten {J}:6",
    ),
    "a deployment without admission": ("sh 'kubectl apply -f x'", f"deploy-without-admission {J}:5"),
    "a gate under a switch": (
        "script { if (!params.FAST) { sh 'clausework gate' } }",
        f"gate-may-be-skipped {J}:5",
    ),
    "a result set by way of a variable": (
        "sh 'ls'\nscript { currentBuild.result = outcome }",
        f"result-overwritten {J}:6",
    ),
    "a result set past Jenkins": (
        "sh 'ls'\nscript { currentBuild.rawBuild.@result = Result.SUCCESS }",
        f"result-overwritten {J}:6",
    ),
    "a result set by a call": ("script { currentBuild.setResult('SUCCESS') }", f"result-overwritten {J}:5"),
    "a failure that makes the build unstable": (
        "script { if (sh(script: 'pytest', returnStatus: true) != 0) { unstable('red') } }",
        f"failure-tolerated {J}:5",
    ),
    "an exception that is thrown on at will": (
        "script {\n  try { sh 'pytest' }\n  catch (e) { if (env.STRICT) { throw e } }\n}",
        f"failure-tolerated {J}:7",
    ),
    "a deployment that is asked how it went": (
        "script { if (sh(script: 'kubectl apply -f x', returnStatus: true) != 0) { error 'red' } }",
        f"deploy-without-admission {J}:5",
    ),
    "an image that is pushed": (
        "script { docker.withRegistry('https://x') { app.push('1') } }",
        f"deploy-without-admission {J}:5",
    ),
    "a plug-in that deploys": ("sshPublisher(publishers: [])", f"deploy-without-admission {J}:5"),
    "an upload": ("httpRequest httpMode: 'PUT', url: 'https://x'", f"deploy-without-admission {J}:5"),
    "a step of a library that the server brings": ("runOurGates()", f"not-analysed {J}:5"),
    "a script that a parameter holds": ('sh "${params.COMMAND}"', f"not-analysed {J}:5"),
    "a file that is loaded": ("script { def x = load 'ci/x.groovy' }", f"not-analysed {J}:5"),
    "another job that is started": ("build job: 'deploy'", f"not-analysed {J}:5"),
    "tests in a shell that cannot be looked into": ("bat 'pytest'", f"not-analysed {J}:5"),
}


@pytest.mark.parametrize("what", WAYS_ROUND)
def test_a_way_round_is_found(what: str) -> None:
    """Each is named by its rule, at its line."""
    steps, expected = WAYS_ROUND[what]
    assert expected in found({J: declarative(steps)})


HARMLESS = {
    "tests and gates": "sh 'pytest'\njunit 'unit.xml'\nsh 'clausework gate'",
    "an exception that is thrown on": "script {\n try { sh 'pytest' }\n catch (e) { echo 'red'; throw e }\n}",
    "an exit code that is asked for": (
        "script {\n  def code = sh(script: 'pytest', returnStatus: true)\n  sh 'clausework record x'\n"
        "  if (code != 0) { error 'tests failed' }\n}"
    ),
    "an exit code that is asked for at once": (
        "script { if (sh(script: 'pytest', returnStatus: true) != 0) { error 'tests failed' } }"
    ),
    "a tolerated step that tests nothing": "catchError { sh 'ls' }",
    "a result set to failed": "sh 'pytest'\nscript { currentBuild.result = 'FAILURE' }",
    "comments and strings": "// sh 'pytest || true'\n/* sh 'pytest || true' */\necho \"sh 'pytest || true'\"",
    "a pattern with a quote in it": "script { def m = name =~ /it's/ }\nsh 'pytest'",
    "an admission before the deployment": (
        "sh 'clausework deploy production --artifact x'\nsh 'kubectl apply -f x'"
    ),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_only_looks_like_a_way_round_is_left_alone(what: str) -> None:
    """A rule that cries at everything is read by nobody."""
    assert found({J: declarative(HARMLESS[what])}) == []


def test_a_stage_runs_after_those_before_it() -> None:
    """An admission in an earlier stage counts, one in a branch beside it or in a skipped stage does not."""
    up = "stage('Up') { steps { sh 'helm upgrade a b' } }"
    admit = "sh 'clausework deploy production --artifact x'"
    assert found({J: declarative(admit, more=up)}) == []
    beside = f"stage('P') {{ parallel {{\nstage('a') {{ steps {{ {admit} }} }}\n{up}\n}} }}"
    assert found({J: declarative("sh 'ls'", more=beside)}) == [f"deploy-without-admission {J}:9"]
    skipped = f"stage('A') {{ when {{ branch 'x' }}\nsteps {{ {admit} }} }}\n{up}"
    assert found({J: declarative("sh 'ls'", more=skipped)}) == [f"deploy-without-admission {J}:9"]


def test_attack_a_deployment_in_post_always() -> None:
    """What follows whatever happened deploys what failed."""
    more = (
        "stage('D') { steps { sh 'clausework deploy production --artifact x' }\n"
        "post { always { sh 'helm upgrade a b' } } }"
    )
    assert f"deploy-after-failure {J}:8" in found({J: declarative("sh 'ls'", more=more)})


def test_attack_a_parameter_that_skips_a_stage() -> None:
    """A stage with tests under ``when`` with a parameter may be left out by whoever starts it."""
    more = "stage('T') { when { expression { params.RUN_TESTS } }\nsteps { sh 'pytest' } }"
    assert found({J: declarative("sh 'ls'", more=more)}) == [f"gate-may-be-skipped {J}:7"]


def test_a_scripted_pipeline_is_read_too() -> None:
    """Stages in a node, and steps in none."""
    source = "node('linux') {\n  stage('Test') { sh 'pytest || true' }\n  sh 'clausework gate || true'\n}\n"
    assert found({J: source}) == [f"failure-hidden {J}:2", f"failure-hidden {J}:3"]
    assert described({J: source}).runners == ("linux",)


def test_attack_a_way_round_in_a_shared_library() -> None:
    """A library that is not pinned is found, and each step that only it can know has to be looked at by a person."""
    source = declarative("testEverything()", before="@Library('acme@main') _\n")
    assert found({J: source}) == [f"unpinned-library {J}:1", f"not-analysed {J}:6"]
    pinned = declarative("sh 'ls'", before=f"@Library('acme@{COMMIT}') _\n")
    assert found({J: pinned}) == []


def test_attack_an_image_in_a_file_beside_the_pipeline() -> None:
    """What the pipeline runs in is under its digest, and held to be pinned, wherever it is written."""
    pod = "spec:\n  containers:\n  - name: a\n    image: gcc:13\n"
    kubernetes = declarative("sh 'ls'", head="agent { kubernetes { yamlFile 'pod.yaml' } }")
    description = described({J: kubernetes, "pod.yaml": pod})
    assert [one.place for one in description.findings] == ["pod.yaml:4"]
    assert "pod.yaml" in {one.path for one in description.definitions}
    docker = declarative("sh 'ls'", head="agent { dockerfile true }")
    assert found({J: docker, "Dockerfile": "FROM gcc:13 AS base\nFROM base\n"}) == [
        "unpinned-image Dockerfile:1"
    ]


def test_what_is_brought_in_is_described() -> None:
    """Libraries, images of agents and of pods, labels, credentials by name."""
    head = "agent { docker { image 'maven:3.9' } }\n  environment { KEY = credentials('signing-key') }"
    pod = "podTemplate(yaml: '''\n  containers:\n  - image: host.example/x@%s\n''') { sh 'ls' }" % DIGEST  # noqa: UP031
    one = described({J: declarative(pod, head=head)})
    assert one.brought_in == (
        BroughtIn("image", "host.example/x", DIGEST, pinned=True),
        BroughtIn("image", "maven", "3.9", pinned=False),
    )
    assert one.secrets == ("signing-key",)


UNREADABLE: dict[str, str | bytes] = {
    "a brace that is not closed": "pipeline {",
    "a brace too many": "pipeline { } }",
    "a string that does not end": "pipeline { stages { stage('x') { steps { sh 'ls } } } }",
    "a comment that does not end": "/* pipeline { }",
    "bytes that are no text": b"pipeline { \xff }",
    "nothing": "",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_cannot_be_read_whole_is_a_finding(what: str) -> None:
    """It is never passed over in silence, and no review can accept it."""
    (one,) = described({J: UNREADABLE[what]}).findings
    assert (one.rule, one.final) == ("unreadable", True)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="pipeline stage sh {}()[]'\"/*\\$\n:,=_@Library catchError if try", max_size=300))
def test_any_text_is_read_or_refused(source: str) -> None:
    """Whatever stands in the file, a description comes of it, and no crash."""
    assert described({J: source}).definitions
