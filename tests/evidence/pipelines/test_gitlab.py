"""GitLab CI: put together as GitLab does, and each way round by the smallest configuration that has it."""

from __future__ import annotations

import pytest

from clausework.evidence.pipelines.description import BroughtIn
from tests.evidence.pipelines.making import COMMIT, DIGEST, GITLAB, described, found

G = GITLAB

WAYS_ROUND = {
    "a job that may fail": ("t:\n  script: pytest\n  allow_failure: true\n", f"failure-tolerated {G}:3"),
    "a job that may fail with some exit codes": (
        "t:\n  script: pytest\n  allow_failure: {exit_codes: [1]}\n",
        f"failure-tolerated {G}:3",
    ),
    "a rule under which it may fail": (
        "t:\n  script: pytest\n  rules:\n    - if: $CI\n      allow_failure: true\n",
        f"failure-tolerated {G}:5",
    ),
    "a hidden failure": ("t:\n  script:\n    - ls\n    - pytest || true\n", f"failure-hidden {G}:4"),
    "set +e in an earlier line": (
        "t:\n  script:\n    - set +e\n    - pytest\n    - ls\n",
        f"failure-not-fatal {G}:3",
    ),
    "a gate when all is settled": (
        "t:\n  script: ls\n  after_script:\n    - clausework gate\n",
        f"failure-not-fatal {G}:4",
    ),
    "a gate that waits for a person": (
        "t:\n  script: clausework gate\n  when: manual\n",
        f"gate-may-be-skipped {G}:3",
    ),
    "a gate that a variable skips": (
        "t:\n  script: clausework gate\n  rules:\n    - if: $SKIP_GATE\n      when: never\n    - when: on_success\n",
        f"gate-may-be-skipped {G}:4",
    ),
    "a gate that a commit message skips": (
        "t:\n  script: clausework gate\n  except:\n    variables: [$CI_COMMIT_MESSAGE =~ /wip/]\n",
        f"gate-may-be-skipped {G}:4",
    ),
    "a deployment without admission": (
        "t:\n  stage: deploy\n  script: helm upgrade a b\n",
        f"deploy-without-admission {G}:3",
    ),
    "a deployment that waits for nothing": (
        "a:\n  stage: test\n  script: clausework deploy production --artifact x\n"
        "t:\n  stage: deploy\n  needs: []\n  script: helm upgrade a b\n",
        f"deploy-without-admission {G}:7",
    ),
    "a deployment that needs the admission only where there is one": (
        "a:\n  stage: test\n  script: clausework deploy production --artifact x\n"
        "t:\n  stage: deploy\n  needs: [{job: a, optional: true}]\n  script: helm upgrade a b\n",
        f"deploy-without-admission {G}:7",
    ),
    "an admission that may fail": (
        "a:\n  stage: test\n  script: clausework deploy production --artifact x\n  allow_failure: true\n"
        "t:\n  stage: deploy\n  script: helm upgrade a b\n",
        f"deploy-without-admission {G}:7",
    ),
    "an admission that is there on some branches": (
        "a:\n  stage: test\n  script: clausework deploy production --artifact x\n  only: [main]\n"
        "t:\n  stage: deploy\n  script: helm upgrade a b\n",
        f"deploy-without-admission {G}:7",
    ),
    "a deployment whatever happened": (
        "a:\n  stage: test\n  script: clausework deploy production --artifact x\n"
        "t:\n  stage: deploy\n  when: always\n  script: helm upgrade a b\n",
        f"deploy-after-failure {G}:6",
    ),
    "an environment that is deployed to by other means": (
        "t:\n  script: ./up.py\n  environment: {name: production}\n",
        f"deploy-without-admission {G}:2",
    ),
    "an include by its branch": (
        "include: [{project: g/p, ref: main, file: /a.yml}]\nt: {script: ls}\n",
        f"unpinned-include {G}:1",
    ),
    "an include from anywhere": (
        "include: https://host.example/a.yml\nt: {script: ls}\n",
        f"unpinned-include {G}:1",
    ),
    "a template of the server": (
        "include:\n  - template: Jobs/SAST.gitlab-ci.yml\nt: {script: ls}\n",
        f"unpinned-template {G}:2",
    ),
    "a component by its version": (
        "include:\n  - component: host.example/g/c@1.2\nt: {script: ls}\n",
        f"unpinned-component {G}:2",
    ),
    "an image by its tag": ("image: python:3.12\nt: {script: ls}\n", f"unpinned-image {G}:1"),
    "a pipeline of another project": ("t:\n  trigger: group/deploy\n", f"not-analysed {G}:2"),
    "a gate that a variable of the team's own decides on": (
        "t:\n  script: clausework gate\n  rules:\n    - if: $FULL == '1'\n",
        f"gate-may-be-skipped {G}:4",
    ),
    "a release that is made without admission": (
        "t:\n  script: ls\n  release: {tag_name: v1}\n",
        f"deploy-without-admission {G}:2",
    ),
    "an image that is written by kaniko": (
        "t:\n  script: /kaniko/executor --destination host.example/x:1\n",
        f"deploy-without-admission {G}:2",
    ),
    "steps of a kind that is not read": (
        "t:\n  run: [{name: x, script: pytest || true}]\n",
        f"not-analysed {G}:2",
    ),
    "a job that extends what an include brings": (
        f"include: [{{project: g/p, ref: '{COMMIT}', file: /a.yml}}]\nt: {{extends: .tests}}\n",
        f"not-analysed {G}:2",
    ),
    "an include that a variable names": (
        "include: {local: 'ci/$KIND.yml'}\nt: {script: ls}\n",
        f"not-analysed {G}:1",
    ),
}


@pytest.mark.parametrize("what", WAYS_ROUND)
def test_a_way_round_is_found(what: str) -> None:
    """Each is named by its rule, at its line."""
    source, expected = WAYS_ROUND[what]
    assert expected in found({G: source})


HARMLESS = {
    "a lint that may fail": "t:\n  script: ruff check\n  allow_failure: true\n",
    "failure said to be fatal": "t:\n  script: pytest\n  allow_failure: false\n",
    "recording when all is settled": "t:\n  script: pytest\n  after_script: [clausework record unit.xml]\n",
    "a pipe, for the runner brings pipefail": "t:\n  script: pytest | tee log\n",
    "a deployment that waits for a person": (
        "a:\n  stage: test\n  script: clausework deploy production --artifact x\n"
        "t:\n  stage: deploy\n  when: manual\n  script: helm upgrade a b\n"
    ),
    "an admission that is needed by name": (
        "a:\n  script: clausework deploy production --artifact x\n"
        "t:\n  needs: [a]\n  script: helm upgrade a b\n"
    ),
    "an environment that is only stopped": (
        "t:\n  script: ls\n  environment: {name: production, action: stop}\n"
    ),
    "an include by its commit": (
        f"include: [{{project: g/p, ref: '{COMMIT}', file: /a.yml}}]\nt: {{script: ls}}\n"
    ),
    "an include by its commit and nothing else": (
        f"include: [{{project: g/p, ref: '{COMMIT}', file: /a.yml}}]\n"
    ),
    "an include with its digest": (
        "include:\n  - remote: https://host.example/a.yml\n"
        "    integrity: sha256-BozLjE+uzwZJEC5jBWZoJ+ZfvcTiBlj80d0CsVi+ZsI=\nt: {script: ls}\n"
    ),
    "an image by its digest": f"image: python@{DIGEST}\nt: {{script: ls}}\n",
    "a hidden job that nobody extends": ".t:\n  script: pytest || true\nx: {script: ls}\n",
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_only_looks_like_a_way_round_is_left_alone(what: str) -> None:
    """A rule that cries at everything is read by nobody."""
    assert found({G: HARMLESS[what]}) == []


def test_attack_a_way_round_in_what_a_job_extends() -> None:
    """It is found where it stands: in another file, in a hidden job, behind an anchor, behind a reference."""
    files = {
        G: "include: /ci/*.yml\nt:\n  extends: .lax\n  script:\n    - !reference [.steps, script]\n",
        "ci/a.yml": ".lax: {allow_failure: true}\n",
        "ci/b.yml": ".steps:\n  script:\n    - pytest || true\n",
    }
    assert found({**files}) == ["failure-tolerated ci/a.yml:1", "failure-hidden ci/b.yml:3"]
    anchored = ".lax: &lax\n  allow_failure: true\nt:\n  <<: *lax\n  script: pytest\n"
    assert found({G: anchored}) == [f"failure-tolerated {G}:2"]


def test_attack_a_way_round_in_the_defaults() -> None:
    """What every job inherits counts in each; ``inherit: false`` does not inherit it."""
    source = "default:\n  before_script: [set +e]\nt:\n  script: [pytest, ls]\n"
    assert found({G: source}) == [f"failure-not-fatal {G}:2"]
    assert found({G: source + "  inherit: {default: false}\n"}) == []


def test_attack_a_way_round_in_a_child_pipeline() -> None:
    """A pipeline that a job starts from a file of the repository is read as well."""
    files = {
        G: "t:\n  trigger: {include: ci/child.yml, strategy: depend}\n",
        "ci/child.yml": "gate:\n  script: clausework gate || true\n",
    }
    assert found({**files}) == ["failure-hidden ci/child.yml:2"]


def test_attack_a_child_pipeline_that_nobody_waits_for() -> None:
    """Without ``strategy: depend`` the pipeline is green whatever the gate of its child says."""
    files = {
        G: "t:\n  trigger: {include: ci/child.yml}\n",
        "ci/child.yml": "gate:\n  script: clausework gate\n",
    }
    assert found({**files}) == [f"failure-tolerated {G}:2"]


def test_attack_gates_in_a_file_that_is_included_where_a_variable_says_so() -> None:
    """Who starts the pipeline sets the variable."""
    files = {
        G: "include: [{local: gates.yml, rules: [{if: $FULL}]}]\nt: {script: ls}\n",
        "gates.yml": "gate: {script: clausework gate}\n",
    }
    assert found({**files}) == [f"not-analysed {G}:1"]


def test_every_file_is_under_the_digest() -> None:
    """Included files are definitions too: a change in one is a changed definition."""
    first = described({G: "include: ci/a.yml\n", "ci/a.yml": "t: {script: ls}\n"})
    second = described({G: "include: ci/a.yml\n", "ci/a.yml": "t: {script: pwd}\n"})
    assert [one.path for one in first.definitions] == [G, "ci/a.yml"]
    assert first.sha256 != second.sha256


def test_a_header_with_inputs_is_passed_over() -> None:
    """The part before the configuration that names its inputs is no configuration."""
    assert found({G: "spec:\n  inputs:\n    x: {}\n---\nt: {script: pytest || true}\n"}) == [
        f"failure-hidden {G}:5"
    ]


def test_what_is_brought_in_is_described() -> None:
    """Includes, images, runners' tags and secrets by name."""
    source = f"""\
        include: [{{project: g/p, ref: '{COMMIT}', file: [/a.yml, /b.yml]}}]
        default: {{image: {{name: 'host.example:5000/x/y:1'}}, tags: [linux]}}
        t:
          script: up $DEPLOY_TOKEN
          secrets: {{VAULT_PASS: {{vault: x}}}}
    """
    one = described({G: source})
    assert one.brought_in == (
        BroughtIn("image", "host.example:5000/x/y", "1", pinned=False),
        BroughtIn("include", "g/p/a.yml", COMMIT, pinned=True),
        BroughtIn("include", "g/p/b.yml", COMMIT, pinned=True),
    )
    assert one.runners == ("linux",)
    assert one.secrets == ("DEPLOY_TOKEN", "VAULT_PASS")


UNREADABLE = {
    "not YAML": "t: [",
    "a key twice": "t: {script: ls, script: pwd}\n",
    "an include that is not there": "include: gone.yml\nt: {script: ls}\n",
    "an include of itself": "include: .gitlab-ci.yml\nt: {script: ls}\n",
    "a job that extends itself": "t: {extends: t, script: ls}\n",
    "a reference to nothing": "t: {script: [!reference [.gone, script]]}\n",
    "a reference to itself": ".a: {script: [!reference [.a, script]]}\nt: {script: [!reference [.a, script]]}\n",
    "no job": "stages: [a]\n",
    "an include of no kind": "include: [{file: a.yml}]\nt: {script: ls}\n",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_configuration_that_cannot_be_read_whole_is_a_finding(what: str) -> None:
    """It is never passed over in silence, and no review can accept it."""
    (one,) = described({G: UNREADABLE[what]}).findings
    assert (one.rule, one.final) == ("unreadable", True)
