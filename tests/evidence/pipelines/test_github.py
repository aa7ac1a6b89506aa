"""GitHub Actions: each way round by the smallest workflow that has it, and the sound one beside it."""

from __future__ import annotations

import pytest

from clausework.evidence.pipelines.description import BroughtIn
from tests.evidence.pipelines.making import COMMIT, DIGEST, WORKFLOW, described, found, workflow

W = WORKFLOW

SOUND = f"""
- uses: actions/checkout@{COMMIT}
- run: pytest --junitxml=unit.xml
- if: ${{{{ !cancelled() }}}}
  run: clausework record unit.xml --level unit
- run: clausework gate
"""


def test_a_sound_workflow_has_no_finding() -> None:
    """Tests, recording whatever happened, and gates: nothing to say."""
    assert found({W: workflow(SOUND)}) == []


WAYS_ROUND = {
    "a step that may fail": ("- run: pytest\n  continue-on-error: true", f"failure-tolerated {W}:7"),
    "a step that may fail by an expression": (
        "- run: pytest\n  continue-on-error: ${{ matrix.old }}",
        f"failure-tolerated {W}:7",
    ),
    "a hidden failure": ("- run: |\n    ls\n    pytest || true", f"failure-hidden {W}:8"),
    "a failure lost in a pipe": ("- run: pytest | tee log", f"failure-lost-in-pipe {W}:6"),
    "a shell without -e": ("- run: |\n    pytest\n    ls\n  shell: bash {0}", f"failure-not-fatal {W}:7"),
    "a tool told not to fail": (
        "- run: mvn -B verify -Dmaven.test.failure.ignore=true",
        f"failures-ignored {W}:6",
    ),
    "tests told not to test": ("- run: mvn -B verify -DskipTests", f"failures-ignored {W}:6"),
    "a step that never runs": ("- run: clausework gate\n  if: false", f"gate-may-be-skipped {W}:7"),
    "a step that a commit message skips": (
        "- run: clausework gate\n  if: ${{ !contains(github.event.head_commit.message, 'wip') }}",
        f"gate-may-be-skipped {W}:7",
    ),
    "a step that a variable skips": (
        "- run: clausework gate\n  if: vars.SKIP_GATE != 'yes'",
        f"gate-may-be-skipped {W}:7",
    ),
    "a script that ends early": (
        '- run: |\n    [ -n "$CI_SKIP" ] && exit 0\n    clausework gate',
        f"gate-may-be-skipped {W}:7",
    ),
    "a script that a variable skips": (
        '- run: |\n    if [ "$SKIP_TESTS" != 1 ]; then\n      pytest\n    fi',
        f"gate-may-be-skipped {W}:7",
    ),
    "a test that a variable takes the place of": (
        "- run: '[ -n \"$SKIP_TESTS\" ] || pytest'",
        f"gate-may-be-skipped {W}:6",
    ),
    "a deployment without admission": ("- run: kubectl apply -f x", f"deploy-without-admission {W}:6"),
    "a program that deploys by its name": (
        "- run: python tools/deploy.py",
        f"deploy-without-admission {W}:6",
    ),
    "an admission under a condition of its script": (
        '- run: |\n    [ -z "$FAST" ] && clausework deploy production --artifact x\n    kubectl apply -f x',
        f"deploy-without-admission {W}:8",
    ),
    "a deployment after success or failure": (
        "- run: clausework deploy production --artifact x\n- if: success() || failure()\n  run: kubectl apply -f x",
        f"deploy-after-failure {W}:7",
    ),
    "a command that an input holds": ("- run: ${{ inputs.command }}", f"not-analysed {W}:6"),
    "a command that a variable holds": ('- run: eval "$COMMAND"', f"not-analysed {W}:6"),
    "an action that deploys": (f"- uses: azure/webapps-deploy@{COMMIT}", f"deploy-without-admission {W}:6"),
    "an image that is pushed": (
        f"- uses: docker/build-push-action@{COMMIT}\n  with: {{push: true}}",
        f"deploy-without-admission {W}:6",
    ),
    "an admission whose refusal is hidden": (
        "- run: clausework deploy production --artifact x || true\n- run: kubectl apply -f x",
        f"deploy-without-admission {W}:7",
    ),
    "an admission that may be left out": (
        "- run: clausework deploy production --artifact x\n  if: github.ref == 'a'\n- run: kubectl apply -f x",
        f"deploy-without-admission {W}:8",
    ),
    "an admission behind the deployment": (
        "- run: |\n    kubectl apply -f x\n    clausework deploy production --artifact x",
        f"deploy-without-admission {W}:7",
    ),
    "a deployment whatever happened": (
        "- run: clausework deploy production --artifact x\n- if: always()\n  run: kubectl apply -f x",
        f"deploy-after-failure {W}:7",
    ),
    "an action by its tag": ("- uses: actions/checkout@v4", f"unpinned-action {W}:6"),
    "an action by a short commit": ("- uses: actions/checkout@1111111", f"unpinned-action {W}:6"),
    "an image as an action": ("- uses: docker://alpine:3", f"unpinned-image {W}:6"),
    "what is fetched and run": (
        "- run: curl -sSf https://sh.example.com | sh -s -- -y",
        f"unpinned-download {W}:6",
    ),
    "a function of Clausework's name": (
        "- run: |\n    clausework() { return 0; }\n    clausework gate",
        f"command-replaced {W}:7",
    ),
    "an alias in the place of the tests": (
        "- run: |\n    alias pytest=true\n    pytest",
        f"command-replaced {W}:7",
    ),
    "a file of Clausework's name": (
        "- run: ln -s /bin/true /usr/local/bin/clausework\n- run: clausework gate",
        f"command-replaced {W}:6",
    ),
    "a test whose output is verbose": ("- run: ctest -V || true", f"failure-hidden {W}:6"),
    "an exit code that is put aside": (
        "- run: |\n    pytest || code=$?\n    code=0\n    exit $code",
        f"failure-hidden {W}:7",
    ),
    "a shell that takes -e back": (
        "- run: |\n    pytest\n    ls\n  shell: bash -e +e {0}",
        f"failure-not-fatal {W}:7",
    ),
    "tests that an action is given to run": (
        f"- uses: nick-fields/retry@{COMMIT}\n  with:\n    command: pytest || true",
        f"failure-hidden {W}:8",
    ),
    "a deployment that an action is given to run": (
        f"- uses: actions/github-script@{COMMIT}\n  with:\n    script: await exec.exec('kubectl apply -f x')",
        f"deploy-without-admission {W}:8",
    ),
    "a gate that a setting of the forge skips": (
        "- run: clausework gate\n  if: vars.GATES == 'on'",
        f"gate-may-be-skipped {W}:7",
    ),
    "a gate that one person need not pass": (
        "- run: clausework gate\n  if: github.actor != 'boss'",
        f"gate-may-be-skipped {W}:7",
    ),
    "a gate that runs after failures only": (
        "- run: clausework gate\n  if: failure()",
        f"gate-may-be-skipped {W}:7",
    ),
    "a choice that a variable carries into a script": (
        "- env: {FULL: '${{ inputs.full }}'}\n  run: |\n    if [ \"$FULL\" = yes ]; then clausework gate; fi",
        f"gate-may-be-skipped {W}:8",
    ),
    "an action that is told not to test": (
        f"- uses: group/checks@{COMMIT}\n  with: {{skip-tests: true}}",
        f"gate-may-be-skipped {W}:7",
    ),
    "a deployment that names its version": (
        "- run: helm upgrade --install pump repo/pump --version 2.4.1",
        f"deploy-without-admission {W}:6",
    ),
    "an admission that only shows its help": (
        "- run: |\n    clausework deploy production --artifact x --help\n    kubectl apply -f x",
        f"deploy-without-admission {W}:8",
    ),
    "a command on another machine": (
        "- run: ssh root@ward 'systemctl restart pump'",
        f"deploy-without-admission {W}:6",
    ),
    "an upload": ("- run: curl -T dist/x https://updates.example/x", f"deploy-without-admission {W}:6"),
    "an image that is written to a registry": (
        f"- uses: docker/build-push-action@{COMMIT}\n  with: {{outputs: 'type=registry'}}",
        f"deploy-without-admission {W}:6",
    ),
    "a program that deploys as a module": (
        "- run: python -m infusor.deploy",
        f"deploy-without-admission {W}:6",
    ),
    "an image that a command runs": (
        "- run: docker run --rm -v $PWD:/w gcc:13 make",
        f"unpinned-image {W}:6",
    ),
    "what is fetched first and run later": (
        "- run: |\n    wget -O i.sh https://x.example/i.sh\n    sh i.sh",
        f"unpinned-download {W}:7",
    ),
    "what is fetched, run, and another file's digest compared": (
        '- run: |\n    curl -LO https://x.example/i.sh\n    echo "$SUM  other" | sha256sum -c -\n    sh i.sh',
        f"unpinned-download {W}:7",
    ),
    "a package off a branch": (
        "- run: pip install git+https://x.example/y.git@main",
        f"unpinned-download {W}:6",
    ),
    "tests in a shell that cannot be looked into": (
        "- run: pytest\n  shell: pwsh",
        f"not-analysed {W}:6",
    ),
}


@pytest.mark.parametrize("what", WAYS_ROUND)
def test_a_way_round_is_found(what: str) -> None:
    """Each is named by its rule, at its line."""
    steps, expected = WAYS_ROUND[what]
    assert expected in found({W: workflow(steps)})


HARMLESS = {
    "a tolerated step that tests nothing": "- run: ls\n  continue-on-error: true",
    "continue-on-error said to be false": "- run: pytest\n  continue-on-error: false",
    "a hidden failure of something else": "- run: pip install pytest || true",
    "a pipe under bash, which brings pipefail": "- run: pytest | tee log\n  shell: bash",
    "recording whatever happened": "- run: clausework record x\n  if: always()",
    "tests on one branch": "- run: pytest\n  if: github.ref == 'refs/heads/main'",
    "an admission before the deployment": (
        "- run: clausework deploy production --artifact x\n- run: kubectl apply -f x"
    ),
    "an admission under the deployment's own condition": (
        "- run: clausework deploy production --artifact x\n  if: github.ref == 'a'\n"
        "- run: kubectl apply -f x\n  if: github.ref == 'a'"
    ),
    "a build of an image that is not pushed": (
        f"- uses: docker/build-push-action@{COMMIT}\n  with: {{push: false}}"
    ),
    "a copy from elsewhere to here": "- run: aws s3 cp s3://bucket/x .",
    "a question to the cluster": "- run: kubectl get pods",
    "an image that a command runs by its digest": f"- run: docker run --rm gcc:13@{DIGEST} make",
    "an image that is made here": "- run: |\n    docker build -t app .\n    docker run app ls",
    "a download that is held against its digest": (
        '- run: |\n    curl -Lo tool https://x.example/tool\n    echo "$SUM  tool" | sha256sum --check\n'
        "    chmod +x tool"
    ),
    "downloads that are held against a list of sums": (
        "- run: |\n    curl -LO https://x.example/i.sh\n    sha256sum -c ci/sums.txt\n    sh i.sh"
    ),
    "an action that tries tests again": (
        f"- uses: nick-fields/retry@{COMMIT}\n  with: {{command: pytest, max_attempts: 2}}"
    ),
    "tests that a robot's changes need not pass": ("- run: pytest\n  if: github.actor != 'dependabot[bot]'"),
    "what shows its version": "- run: helm version\n- run: kubectl --help",
    "a folder that is called deploy": "- run: cd deploy\n- run: helm lint deploy/chart",
    "a deployment that asks for the admission's success": (
        "- run: clausework deploy production --artifact x\n  id: admit\n"
        "- if: always() && steps.admit.outcome == 'success'\n  run: kubectl apply -f x"
    ),
    "tests under a condition on the branch": (
        '- run: |\n    if [ "$GITHUB_REF" = refs/heads/main ]; then pytest; fi'
    ),
    "a failure that a later step asks for": (
        "- run: pytest\n  id: tests\n  continue-on-error: true\n- run: clausework record x\n"
        "- if: steps.tests.outcome != 'success'\n  run: exit 1"
    ),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_only_looks_like_a_way_round_is_left_alone(what: str) -> None:
    """A rule that cries at everything is read by nobody."""
    assert found({W: workflow(HARMLESS[what])}) == []


def test_a_job_that_may_fail_with_its_tests() -> None:
    """``continue-on-error`` of a job counts as that of each of its steps."""
    assert found({W: workflow("- run: pytest", job="continue-on-error: true")}) == [
        f"failure-tolerated {W}:5"
    ]


def test_an_admission_in_a_job_that_is_needed() -> None:
    """A deploying job that needs the admitting one is admitted; one that does not is not."""
    admit = "- run: clausework deploy production --artifact x"
    for needs, expected in (("needs: build", []), ("needs: other", [f"deploy-without-admission {W}:12"])):
        more = f"deploy:\n  {needs}\n  runs-on: x\n  environment: production\n  steps:\n    - run: helm upgrade a b"
        assert found({W: workflow(admit, more=more)}) == expected


def test_attack_a_deployment_that_does_not_wait_for_the_admission() -> None:
    """``always()`` on a job runs it although the job that it needs refused."""
    admit = "- run: clausework deploy production --artifact x"
    more = "deploy:\n  needs: build\n  if: always()\n  runs-on: x\n  steps:\n    - run: helm upgrade a b"
    assert found({W: workflow(admit, more=more)}) == [f"deploy-after-failure {W}:9"]


def test_attack_a_job_between_that_runs_whatever_happened() -> None:
    """A job that runs after a refused admission passes, and what needs only that job deploys."""
    admit = "- run: clausework deploy production --artifact x"
    more = (
        "mid:\n  needs: build\n  if: always()\n  runs-on: x\n  steps:\n    - run: ls\n"
        "deploy:\n  needs: mid\n  runs-on: x\n  steps:\n    - run: helm upgrade a b"
    )
    assert found({W: workflow(admit, more=more)}) == [f"deploy-without-admission {W}:17"]


def test_attack_an_environment_that_deploys_by_other_means() -> None:
    """A job for production deploys, whatever its steps say."""
    assert found({W: workflow("- run: ./up.py", job="environment: {name: production}")}) == [
        f"deploy-without-admission {W}:4"
    ]


def test_attack_code_that_anybody_proposes_with_the_secrets() -> None:
    """``pull_request_target`` with a checkout of the head is found, without it is not."""
    step = (
        f"- uses: actions/checkout@{COMMIT}\n  with:\n    ref: ${{{{ github.event.pull_request.head.sha }}}}"
    )
    assert found({W: workflow(step, top="on: pull_request_target")}) == [f"untrusted-code {W}:6"]
    assert found({W: workflow(step, top="on: pull_request")}) == []
    plain = f"- uses: actions/checkout@{COMMIT}"
    assert found({W: workflow(plain, top="on: pull_request_target")}) == []


def test_attack_an_input_that_skips_the_gate() -> None:
    """Who starts the workflow by hand may not choose whether the gate runs."""
    step = "- run: clausework gate\n  if: ${{ inputs.full }}"
    top = "on: {workflow_dispatch: {inputs: {full: {type: boolean}}}}"
    assert found({W: workflow(step, top=top)}) == [f"gate-may-be-skipped {W}:7"]
    assert found({W: workflow(step, top="on: workflow_call")}) == []


def test_a_composite_action_is_read_where_it_is_called() -> None:
    """What a local action does counts at the step that uses it, and its own ways round count too."""
    action = "runs:\n  using: composite\n  steps:\n    - run: pytest || true\n      shell: bash\n"
    path = ".github/actions/test/action.yml"
    steps = "- uses: ./.github/actions/test\n  continue-on-error: true"
    assert found({W: workflow(steps), path: action}) == [
        f"failure-hidden {path}:4",
        f"failure-tolerated {W}:7",
    ]


def test_a_reusable_workflow_of_this_repository_admits_for_its_caller() -> None:
    """An admission in a called workflow stands before what needs the calling job."""
    called = ".github/workflows/admit.yml"
    admit = workflow("- run: clausework deploy production --artifact x", top="on: workflow_call")
    caller = (
        "on: push\njobs:\n  admit:\n    uses: ./.github/workflows/admit.yml\n"
        "  deploy:\n    needs: admit\n    runs-on: x\n    steps:\n      - run: helm upgrade a b\n"
    )
    assert found({W: caller, called: admit}) == []


def test_a_deployment_that_is_only_called_is_judged_where_it_is_called() -> None:
    """A workflow that is nothing but called is admitted by its callers, or it is not."""
    called = ".github/workflows/up.yml"
    up = workflow("- run: helm upgrade a b", top="on: workflow_call")
    admit = "  admit:\n    runs-on: x\n    steps:\n      - run: clausework deploy production --artifact x\n"
    calling = "  deploy:\n    needs: admit\n    uses: ./.github/workflows/up.yml\n"
    head = "on: push\njobs:\n"
    assert found({W: head + admit + calling, called: up}) == []
    assert found({W: head + calling, called: up}) == [f"deploy-without-admission {called}:6"]


def test_what_is_brought_in_is_described() -> None:
    """Actions, workflows and images with what pins them, runners, secrets by name, tools with versions."""
    steps = f"""
    - uses: actions/setup-python@{COMMIT}
      with: {{python-version: "3.12"}}
    - run: deploy
      env: {{KEY: "${{{{ secrets.SIGNING_KEY }}}}"}}
    """
    job = f"container: {{image: 'ghcr.io/x/y:1@{DIGEST}'}}\nservices: {{db: {{image: postgres:16}}}}"
    more = "call:\n  uses: o/r/.github/workflows/w.yml@v1\n  secrets: inherit"
    one = described({W: workflow(steps, job=job, more=more)})
    assert one.brought_in == (
        BroughtIn("action", "actions/setup-python", COMMIT, pinned=True),
        BroughtIn("image", "ghcr.io/x/y", f"1@{DIGEST}", pinned=True),
        BroughtIn("image", "postgres", "16", pinned=False),
        BroughtIn("workflow", "o/r/.github/workflows/w.yml", "v1", pinned=False),
    )
    assert one.runners == ("ubuntu-24.04",)
    assert one.secrets == ("(all that the caller has)", "SIGNING_KEY")
    assert one.tools == {"python": "3.12"}
    assert one.triggers == (f"{W}: push",)


UNREADABLE = {
    "not YAML": "jobs: [",
    "a key twice": "on: push\njobs: {a: {steps: []}}\njobs: {}\n",
    "no jobs": "on: push\n",
    "steps that are no list": "on: push\njobs: {a: {runs-on: x, steps: pytest}}\n",
    "a step that says nothing": "on: push\njobs: {a: {runs-on: x, steps: [{name: x}]}}\n",
    "an action that is not there": "on: push\njobs: {a: {runs-on: x, steps: [{uses: ./gone}]}}\n",
    "a workflow that calls itself": f"on: push\njobs: {{a: {{uses: ./{W}}}}}\n",
    "an empty file": "",
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_workflow_that_cannot_be_read_whole_is_a_finding(what: str) -> None:
    """It is never passed over in silence, and no review can accept it."""
    (one,) = described({W: UNREADABLE[what]}).findings
    assert (one.rule, one.final) == ("unreadable", True)
