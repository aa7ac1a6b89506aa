"""What the README and the pages say is what the code does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from clausework.cli.program import VERBS
from clausework.core import errors
from clausework.evidence.formats import format_named, format_names
from clausework.evidence.page import formats_page
from clausework.items.links import ROLES
from clausework.items.model import ItemType
from clausework.items.page import sources_page
from clausework.items.read import read_items
from clausework.items.source import SourceFile
from clausework.items.sources import source_names

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """No page links to a file that is not in the repository."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("verb", sorted(set(VERBS) - {"demo"}))
def test_the_readme_names_every_verb(verb: str) -> None:
    """Each verb of the program stands in the README's table of commands."""
    assert re.search(rf"`(?:clausework )?{verb}\b", README)


def test_the_readme_has_every_exit_code() -> None:
    """The table of exit codes holds exactly the codes of the families of errors, and 0."""
    families = {family.exit_code for family in errors.ClauseworkError.__subclasses__()}
    table = README.split("## Exit codes")[1].split("##")[0]
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == families | {0}


def test_the_readme_has_every_variable() -> None:
    """Each CLAUSEWORK_ variable that the code reads is in the README, and none that it does not read."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    used = set(re.findall(r"\"(CLAUSEWORK_[A-Z_]+)\"", code))
    told = set(re.findall(r"`(CLAUSEWORK_[A-Z_]+)`", README))
    assert told == used


def test_the_table_of_formats_is_made_from_the_code() -> None:
    """docs/formats/README.md is what ``formats_page`` makes, and each format and source has a page of its own."""
    assert (ROOT / "docs" / "formats" / "README.md").read_text(encoding="utf-8") == formats_page()
    assert (ROOT / "docs" / "items" / "README.md").read_text(encoding="utf-8") == sources_page()
    for name in format_names():
        page = (ROOT / "docs" / "formats" / f"{name}.md").read_text(encoding="utf-8")
        assert f"`{format_named(name).reader}`" in page, name
    for name in source_names():
        assert (ROOT / "docs" / "items" / f"{name}.md").exists()


def test_the_page_on_items_names_every_type_and_role() -> None:
    """docs/items.md leaves no type of item and no role of link out."""
    page = (ROOT / "docs" / "items.md").read_text(encoding="utf-8")
    for name in [*map(str, ItemType), *ROLES]:
        assert f"`{name}`" in page


def test_the_example_on_the_page_of_items_is_read() -> None:
    """The YAML that docs/items.md shows is an item file; only the items that it links to are not in it."""
    page = (ROOT / "docs" / "items.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    read = read_items([SourceFile("example.yaml", example.encode())])
    assert [item.id for item in read.items] == ["REQ-037"]


def test_every_design_decision_is_listed() -> None:
    """docs/adr/README.md links to every record beside it."""
    folder = ROOT / "docs" / "adr"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    assert all(path.name in listed for path in folder.glob("0*.md"))


def test_nothing_names_a_registry_or_a_machine() -> None:
    """No tracked file holds an address of a package registry or a path of the machine that it was made on."""
    words = ("py" + "pi.org", "pythonhosted" + ".org", "npmjs" + ".org", "/ro" + "ot/", "/wo" + "rk/")
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in tracked:
        path = ROOT / name
        if path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            assert not [word for word in words if word in text], name
