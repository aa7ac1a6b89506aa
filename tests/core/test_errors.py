"""Every cause for which Clausework stops has one exit code and says what to do next."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import clausework
from clausework.core.errors import (
    ClauseworkError,
    Defect,
    InputRejected,
    IntegrityViolated,
    NotAllowed,
    Refused,
    Unavailable,
    UsageFault,
)

FAMILIES: dict[type[ClauseworkError], int] = {
    Refused: 1,
    UsageFault: 2,
    InputRejected: 3,
    IntegrityViolated: 4,
    NotAllowed: 5,
    Unavailable: 6,
    Defect: 70,
}


def all_modules() -> list[str]:
    """Return the names of Clausework's modules, without those that run when imported."""
    found = pkgutil.walk_packages(clausework.__path__, "clausework.")
    return sorted(one.name for one in found if not one.name.endswith("__main__"))


def causes(of: type[ClauseworkError] = ClauseworkError) -> Iterator[type[ClauseworkError]]:
    """Yield every class beneath ``of``."""
    for cause in of.__subclasses__():
        yield cause
        yield from causes(cause)


@pytest.fixture(scope="module")
def every_cause() -> list[type[ClauseworkError]]:
    """Every error class of the program, once all its modules are imported."""
    for name in all_modules():
        importlib.import_module(name)
    found = {cause for cause in causes() if cause.__module__.startswith("clausework.")}
    return sorted(found, key=lambda cause: (cause.__module__, cause.__qualname__))


def test_the_families_have_the_documented_codes() -> None:
    """The seven families carry the seven exit codes, and no other class stands beside them."""
    assert {family: family.exit_code for family in FAMILIES} == FAMILIES
    assert set(ClauseworkError.__subclasses__()) == set(FAMILIES)


def test_every_cause_belongs_to_one_family(every_cause: list[type[ClauseworkError]]) -> None:
    """No cause has two families, and none changes the exit code of its family."""
    for cause in every_cause:
        families = [family for family in FAMILIES if issubclass(cause, family)]
        assert len(families) == 1, cause
        assert cause.exit_code == FAMILIES[families[0]], cause


def test_every_cause_says_what_to_do_next(every_cause: list[type[ClauseworkError]]) -> None:
    """Every cause has a hint that is a sentence, and a docstring that says what the cause is."""
    for cause in every_cause:
        assert cause.hint.strip(), cause
        assert cause.hint.strip()[-1] in ".?", (cause, cause.hint)
        assert cause.__doc__, cause


def test_every_cause_can_be_imported_from_where_it_stands(every_cause: list[type[ClauseworkError]]) -> None:
    """Every cause is found again under its module and name, so that it can be documented and caught."""
    assert len(every_cause) > len(FAMILIES)
    for cause in every_cause:
        assert getattr(importlib.import_module(cause.__module__), cause.__qualname__) is cause


def test_a_hint_can_be_made_more_precise() -> None:
    """The raiser's hint stands on the error and leaves the class's own as it was."""
    error = Refused("No.", hint="Do this.")
    assert (error.message, error.hint, str(error)) == ("No.", "Do this.", "No.")
    assert Refused("No.").hint == Refused.hint != "Do this."
