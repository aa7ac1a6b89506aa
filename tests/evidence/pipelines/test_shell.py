"""What becomes of a command's failure in a shell script: it shows, or something hides it, and that is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.places import Place
from clausework.evidence.pipelines.model import Said, Shell
from clausework.evidence.pipelines.shell import ALTERNATIVE, NOT_FATAL, PIPE, Command, read_script
from clausework.evidence.pipelines.yaml_nodes import NotReadable


def commands(script: str, shell: Shell | None = None) -> tuple[Command, ...]:
    """Return the commands of a script whose first line is 1."""
    lines = tuple(Said(text, Place("s", at)) for at, text in enumerate(script.split("\n"), start=1))
    return read_script(lines, shell or Shell())


def hidden(script: str, shell: Shell | None = None) -> list[tuple[str, int]]:
    """Return what hides the failure of ``pytest`` in a script, and on which line."""
    found = [one for one in commands(script, shell) if one.text.startswith("pytest")]
    assert found, "the script does not run pytest"
    return [(how.how, how.place.line) for how in found[0].hidden]


HIDDEN = {
    "pytest || true": (ALTERNATIVE, 1),
    "pytest || :": (ALTERNATIVE, 1),
    "pytest tests \\\n  --cov=src || exit 0": (ALTERNATIVE, 1),
    "pytest || echo failed": (ALTERNATIVE, 1),
    "pytest && ls || true": (ALTERNATIVE, 1),
    "(pytest; ls) || true": (ALTERNATIVE, 1),
    "{ pytest; } || true": (ALTERNATIVE, 1),
    "for d in a b; do\n  pytest $d\ndone || true": (ALTERNATIVE, 3),
    "if pytest; then\n  echo ok\nfi": (ALTERNATIVE, 1),
    "! pytest": (ALTERNATIVE, 1),
    "bash -c 'pytest || true'": (ALTERNATIVE, 1),
    "su runner -c 'pytest || true'": (ALTERNATIVE, 1),
    "bash -c 'pytest' || true": (ALTERNATIVE, 1),
    "out=$(pytest || true)": (ALTERNATIVE, 1),
    "echo $(pytest)": (ALTERNATIVE, 1),
    "run() { pytest; }\nrun || true": (ALTERNATIVE, 2),
    "pytest || code=$?\nls": (ALTERNATIVE, 1),
    "pytest | tee log": (PIPE, 1),
    "set +e\npytest\nls": (NOT_FATAL, 1),
    "set +o errexit\npytest\nls": (NOT_FATAL, 1),
    "set +e; pytest; code=$?; set -e\nls": (ALTERNATIVE, 1),
    "pytest; exit 0": (NOT_FATAL, 1),
    "pytest; true": (NOT_FATAL, 1),
    "pytest &": (NOT_FATAL, 1),
    "pytest && ls\nls": (NOT_FATAL, 1),
    "trap 'exit 0' EXIT\npytest": (NOT_FATAL, 1),
    "pytest || exit $((0))": (ALTERNATIVE, 1),
    "pytest || exit 00": (ALTERNATIVE, 1),
    "pytest || exit $ok": (ALTERNATIVE, 1),
    "fail() { echo red; }\npytest || fail": (ALTERNATIVE, 2),
    "fail() { true; }\nif ! pytest; then fail; fi": (ALTERNATIVE, 2),
}


@pytest.mark.parametrize("script", HIDDEN)
def test_a_hidden_failure_is_found(script: str) -> None:
    """What makes a failing command look like a passing one is found, at its line."""
    assert HIDDEN[script] in hidden(script)


SHOWN = (
    "pytest",
    "cd src && pytest",
    "pytest && ls",
    "pytest || exit 1",
    "pytest || exit",
    "pytest || exit $?",
    "fail() { echo red; exit 1; }\npytest || fail",
    "pytest || { code=$?; clausework record unit.xml; exit $code; }",
    "pytest || { echo red; exit 3; }",
    "pytest || code=$?\nclausework record unit.xml\nexit $code",
    "set +e\npytest\ncode=$?\nset -e\nls\nexit ${code}",
    "if ! pytest; then\n  echo red\n  exit 1\nfi",
    "set -o pipefail\npytest | tee log",
    "set -euo pipefail\npytest | tee log",
    "pytest > log 2>&1",
    "pytest &> log",
    "pytest  # || true",
    "# pytest || true\npytest",
    "cat <<'END'\npytest || true\nEND\npytest",
    "echo 'a || true'\npytest",
    "pytest -k 'a or b || c'",
    "trap 'rm -f x' EXIT\npytest",
    "case $x in\n  a) pytest ;;\n  *) ls ;;\nesac",
    "pip install pytest || true\npytest",
    "while ! curl -s host; do sleep 1; done\npytest",
)


@pytest.mark.parametrize("script", SHOWN)
def test_what_shows_its_failure_is_left_alone(script: str) -> None:
    """A script that ends with the failure, at once or later, is no finding."""
    assert hidden(script) == []


def test_a_shell_without_errexit_loses_all_but_the_last_command() -> None:
    """Where the shell does not end at an error, what is not last is hidden, and what is last shows."""
    assert hidden("pytest\nls", Shell(errexit=False)) == [(NOT_FATAL, 1)]
    assert hidden("ls\npytest", Shell(errexit=False)) == []
    assert hidden("set -e\npytest\nls", Shell(errexit=False)) == []


def test_a_shell_with_pipefail_sees_into_pipes() -> None:
    """Where the shell brings pipefail, a pipe hides nothing."""
    assert hidden("pytest | tee log", Shell(pipefail=True)) == []


def test_an_early_success_is_told_of_what_stands_behind_it() -> None:
    """A command behind a possible ``exit 0`` may never run."""
    *_, last = commands('[ -n "$SKIP" ] && exit 0\npytest')
    assert last.ends_well is not None
    assert last.ends_well.place.line == 1


def test_conditions_are_told_of_what_stands_under_them() -> None:
    """A block's condition, and a test before it in the chain; what stands behind the block has none."""
    inside, beside, behind = (
        [said.text for said in one.under]
        for one in commands('if [ "$X" = 1 ]; then pytest; fi\n[ -n "$SKIP" ] || pytest\npytest')
        if one.text == "pytest"
    )
    assert inside == ['if [ "$X" = 1 ]']
    assert beside == ['[ -n "$SKIP" ]']
    assert behind == []


def test_attack_commands_within_commands_without_end() -> None:
    """Nesting past all reason is refused, not followed."""
    script = "ls"
    for _ in range(12):
        script = f"$({script})"
    with pytest.raises(NotReadable, match="deeper than"):
        commands(script)


ENDLESS = {
    "alternatives": "a || " * 20_000,
    "groups": "(" * 50_000,
    "blocks": "if a; then\n" * 10_000,
    "continued lines": "a \\\n" * 50_000,
    "an open quote": "'" + "a\n" * 50_000,
    "substitutions": "x=$(" * 5_000,
}


@pytest.mark.parametrize("what", ENDLESS)
def test_attack_a_script_that_takes_for_ever(what: str) -> None:
    """Scripts made to take quadratic time or endless stack are read to their end."""
    assert isinstance(commands(ENDLESS[what]), tuple)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="pytest |&;(){}$\"'`\\\n#!<>=+-eo true if then fi exit0", max_size=200))
def test_any_text_is_read_without_a_crash(script: str) -> None:
    """Whatever stands in a script, it is read or refused in words."""
    try:
        commands(script)
    except NotReadable as error:
        assert error.message  # noqa: PT017
