"""A check of an installed package counts once its challenges hold, and is named with its version; else it blocks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clausework.gates import plug_ins
from clausework.gates.asking import Asked, ask_check
from clausework.gates.challenge import SOUND
from clausework.gates.facts import Facts
from clausework.gates.proving import facts_of
from clausework.plan.effective import CheckUse

MODULE = """\
from clausework.gates.challenge import SOUND, Challenge, but
from clausework.gates.check import Check, Judgement, failed, not_evaluated, passed
from clausework.ledger.records.gates import Reason


def evaluate(facts, settings):
    if not facts.build.outputs:
        return not_evaluated("there is no artefact to look at")
    if len(facts.build.outputs) > settings.get("most", 1):
        return failed(Reason("there are too many artefacts", who="developer"))
    return passed(f"{len(facts.build.outputs)} artefacts")


def challenges():
    two = (("a.bin", b"a"), ("b.bin", b"b"))
    return (
        Challenge("one artefact", "pass", SOUND),
        Challenge("two artefacts", "fail", but(outputs=two, rebuilt=None)),
        Challenge("no artefact", "not_evaluated", but(outputs=(), rebuilt=None)),
    )


CHECK = Check("few", "3", "Few artefacts", ("8.1.3",), evaluate, challenges)
"""

Install = Callable[..., Asked]


@pytest.fixture(scope="module")
def facts() -> Facts:
    """Return the facts of a build that is sound."""
    return facts_of(SOUND)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, facts: Facts) -> Iterator[Install]:
    """Return a function that installs a package with a check, as pip would, and asks it about sound facts."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def install(
        module: str = MODULE, target: str = "acme_check:CHECK", package: str = "acme-check", **settings: int
    ) -> Asked:
        site = tmp_path / package
        site.mkdir()
        (site / "acme_check.py").write_text(module)
        metadata = site / f"{package.replace('-', '_')}-1.4.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.4\n")
        (metadata / "entry_points.txt").write_text(f"[clausework.checks]\nfew = {target}\n")
        monkeypatch.syspath_prepend(str(site))
        plug_ins._plug_in.cache_clear()
        return ask_check(CheckUse("plug-in:few", dict(settings)), facts)

    yield install
    plug_ins._plug_in.cache_clear()


def test_a_package_s_check_judges_and_is_named_with_its_version(asked: Install) -> None:
    """CONTROL: its challenges hold, so its verdict counts, under its own version and the package's."""
    said = asked()
    assert said.judgement.outcome == "pass"
    assert said.judgement.reasons[0].message == "1 artefacts"
    assert (said.version, said.clauses) == ("3 (acme-check 1.4)", ("8.1.3",))


def test_a_package_s_check_refuses_by_the_plan_s_settings(asked: Install) -> None:
    """The settings that the plan gives it reach the check."""
    said = asked(most=0)
    assert (said.judgement.outcome, said.judgement.reasons[0].who) == ("fail", "developer")


LAPSES = {
    "it cannot be imported": (MODULE, "acme_check:MISSING", "it cannot be loaded"),
    "its module breaks": (
        "raise RuntimeError('no licence')\n",
        "acme_check:CHECK",
        "RuntimeError: no licence",
    ),
    "its module ends the program": ("raise SystemExit(0)\n", "acme_check:CHECK", "SystemExit: 0"),
    "it is no check": (
        MODULE + "CHECK = evaluate\n",
        "acme_check:CHECK",
        "it is no clausework.gates.check.Check",
    ),
    "it serves no clause": (MODULE.replace('("8.1.3",)', "()"), "acme_check:CHECK", "it serves no clause"),
    "it cites what is no clause": (
        MODULE.replace('"8.1.3"', '"5.99"'),
        "acme_check:CHECK",
        "is not a clause",
    ),
    "it has no challenges": (
        MODULE.replace("    return (\n", "    return ()\n    return (\n"),
        "acme_check:CHECK",
        "it brings no challenge that must pass and one that must be refused",
    ),
    "it is never seen to refuse": (
        MODULE.replace('"two artefacts", "fail"', '"x", "pass"').replace(
            '"no artefact", "not_evaluated"', '"y", "pass"'
        ),
        "acme_check:CHECK",
        "it brings no challenge",
    ),
    "a challenge does not hold": (
        MODULE.replace("if not facts.build.outputs", "if False"),
        "acme_check:CHECK",
        "its challenge 'no artefact' must come to not_evaluated, not pass",
    ),
    "its challenges break": (
        MODULE.replace("two = ", "raise KeyError('x')\n    two = "),
        "acme_check:CHECK",
        "its challenges cannot be run: KeyError",
    ),
    "its challenges are no challenges": (
        MODULE.replace('Challenge("one artefact", "pass", SOUND)', '"one artefact"'),
        "acme_check:CHECK",
        "its challenges are no tuple of Challenge",
    ),
}


@pytest.mark.parametrize(("module", "target", "says"), LAPSES.values(), ids=LAPSES.keys())
def test_a_package_s_check_that_proves_nothing_never_passes(
    asked: Install, module: str, target: str, says: str
) -> None:
    """ATTACK a check that cannot be loaded, breaks or proves nothing: not evaluated, with the package's name."""
    said = asked(module, target)
    assert said.judgement.outcome == "not_evaluated"
    assert "plug-in:few of acme-check 1.4" in said.judgement.reasons[0].message
    assert says in said.judgement.reasons[0].message


LIES = {
    "breaks": "raise ZeroDivisionError('x')",
    "ends the program with a pass": "import sys; sys.exit(0)",
    "returns nothing": "return None",
    "returns true": "return True",
    "passes without a reason": "return Judgement('pass')",
    "passes on blanks": "return passed('  ')",
    "says not applicable": "return Judgement('not_applicable', rationale='we are special')",
    "says deviation": "return Judgement('deviation', (Reason('waived'),))",
    "says what is no outcome": "return Judgement('green', (Reason('fine'),))",
    "gives reasons that are none": "return Judgement('pass', ('fine',))",
    "gives numbers for words": "return Judgement('pass', (Reason(7),))",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_package_s_check_may_say_only_what_a_check_may(asked: Install, lie: str) -> None:
    """ATTACK a check that is sound in its challenges and lies about the real build: never a pass, never a crash."""
    first = "    if settings.get('real'):\n        " + lie + "\n"
    said = asked(
        MODULE.replace("def evaluate(facts, settings):\n", "def evaluate(facts, settings):\n" + first), real=1
    )
    assert said.judgement.outcome == "not_evaluated"
    assert "plug-in:few of acme-check 1.4" in said.judgement.reasons[0].message


ENDS = {
    "ends its process as if all were well": ("import os; os._exit(0)", "it ended its process (0)"),
    "breaks its process": (
        "import ctypes, faulthandler; faulthandler.disable(); ctypes.string_at(0)",
        "it broke its process (SIGSEGV)",
    ),
    "kills its process": ("import os; os.kill(os.getpid(), 9)", "it broke its process (SIGKILL)"),
    "never ends": ("while True: pass", "it did not answer within 1 seconds"),
}


@pytest.mark.parametrize(("end", "says"), ENDS.values(), ids=ENDS.keys())
@pytest.mark.parametrize("where", ["about the build", "when it is loaded"])
def test_a_package_s_check_cannot_end_the_gate(
    asked: Install, monkeypatch: pytest.MonkeyPatch, where: str, end: str, says: str
) -> None:
    """ATTACK a check that ends the gate with 0, which a pipeline would take for a pass: it ends its own process."""
    if "True" in end:
        monkeypatch.setattr(plug_ins, "SECONDS", 1)
    if where == "when it is loaded":
        said = asked(f"if True:\n        {end}\n{MODULE}")
    else:
        first = f"    if settings.get('real'):\n        {end}\n"
        said = asked(
            MODULE.replace("def evaluate(facts, settings):\n", f"def evaluate(facts, settings):\n{first}"),
            real=1,
        )
    assert said.judgement.outcome == "not_evaluated"
    assert "plug-in:few of acme-check 1.4" in said.judgement.reasons[0].message
    assert says in said.judgement.reasons[0].message


def test_two_packages_with_one_check_are_both_refused(asked: Install) -> None:
    """ATTACK a second package that shadows a check: neither is taken, and both are named."""
    asked()
    said = asked(package="other-check")
    assert said.judgement.outcome == "not_evaluated"
    assert "acme-check 1.4, other-check 1.4" in said.judgement.reasons[0].message


def test_a_check_of_no_package_is_not_evaluated(facts: Facts) -> None:
    """Lapse: the package is not installed where the gate runs."""
    said = ask_check(CheckUse("plug-in:nowhere", {}), facts)
    assert said.judgement.outcome == "not_evaluated"
    assert "no installed package has a check 'nowhere'" in said.judgement.reasons[0].message


def test_a_check_does_not_change_what_others_see(asked: Install, facts: Facts) -> None:
    """ATTACK a check that rewrites the facts: it has a copy, and the next check sees them as they were."""
    rewriting = "    facts.test_counts.clear()\n    facts.sboms[0].components.clear()\n"
    before = dict(facts.test_counts)
    asked(MODULE.replace("def evaluate(facts, settings):\n", "def evaluate(facts, settings):\n" + rewriting))
    assert facts.test_counts == before
    assert facts.sboms[0].components


def test_what_a_check_prints_is_no_result(asked: Install, capsys: pytest.CaptureFixture[str]) -> None:
    """ATTACK a verdict printed by a plug-in: its words go to standard error, results stay Clausework's own."""
    talking = '    print(\'{"outcome": "pass"}\')\n'
    said = asked(
        MODULE.replace("def evaluate(facts, settings):\n", "def evaluate(facts, settings):\n" + talking)
    )
    assert said.judgement.outcome == "pass"
    assert capsys.readouterr().out == ""
