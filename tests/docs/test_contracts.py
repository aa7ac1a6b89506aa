"""The contracts of the house in pyproject.toml are as complete as the lists that they are about."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from clausework.evidence.formats import format_names
from clausework.items.sources import source_names

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def _contract(name: str) -> dict[str, Any]:
    settings = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))
    (found,) = [one for one in settings["tool"]["importlinter"]["contracts"] if one["name"] == name]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("name", "package", "modules"),
    [
        ("Readers of evidence do not know each other", "clausework.evidence.readers", format_names()),
        ("Sources of items do not know each other", "clausework.items.readers", source_names()),
    ],
)
def test_no_reader_is_left_out_of_its_contract(name: str, package: str, modules: Collection[str]) -> None:
    """A format or a source of items that is added is held to know none of the others."""
    contract = _contract(name)
    assert contract["type"] == "independence"
    assert "ignore_imports" not in contract
    assert contract["modules"] == sorted(f"{package}.{module}" for module in modules)
