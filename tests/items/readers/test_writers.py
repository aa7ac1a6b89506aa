"""What is written is read back as it was, by Clausework and by the tools whose formats these are."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.places import Place
from clausework.items.links import ROLES
from clausework.items.model import FieldValue, Item, ItemType, Link
from clausework.items.readers.csv import SOURCE as CSV
from clausework.items.readers.needs import SOURCE as NEEDS
from clausework.items.readers.reqif import SOURCE as REQIF
from clausework.items.source import ItemSource
from clausework.items.writers import CannotBeWritten, write_csv, write_needs, write_reqif

from .reading import adopted, items

AT = datetime(2026, 4, 10, 8, 30, tzinfo=UTC)

Write = Callable[[Iterable[Item], BinaryIO], None]


def _reqif(written: Iterable[Item], stream: BinaryIO) -> None:
    write_reqif(written, stream, AT, title="Infusor <1> & others")


def _needs(written: Iterable[Item], stream: BinaryIO) -> None:
    write_needs(written, stream, AT)


FORMATS: dict[str, tuple[Write, ItemSource, str]] = {
    "reqif": (_reqif, REQIF, "items.reqif"),
    "needs": (_needs, NEEDS, "needs.json"),
    "csv": (write_csv, CSV, "items.csv"),
}

# what Item readers never hand on, and what XML cannot hold
_CHARACTERS = st.characters(
    exclude_categories=("Cs", "Cc"),
    exclude_characters="\ufeff\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    include_characters="\n\t",
)
_HOSTILE = st.sampled_from(
    [
        "<b>&amp;</b>",
        '"',
        "'",
        ",",
        ";",
        "\n\n",
        "  ",
        "\t",
        "=1+1",
        "\\n",
        "\\",
        "]]>",
        "[object x]",
        "|",
        "- ",
        "%",
    ]
)
_TEXTS = st.lists(st.one_of(_HOSTILE, st.text(_CHARACTERS, max_size=12)), max_size=6).map(
    lambda parts: "".join(parts).strip()
)
_SAID = _TEXTS.filter(bool)
_TITLES = _SAID.map(lambda text: " ".join(text.split()))
_IDS = st.from_regex(r"[A-Z]{2,4}-[0-9]{1,3}(\.[a-z0-9]{1,3})?", fullmatch=True)
_AWKWARD_NAMES = """
    id i_d type title text name key links parent derives_from part_of uses verifies tags status docname content
    description section in_table embedded_objects desc style fields constraints links_back parts lineno heading
    uid kind summary statement sections source_id active level
"""
_NAMES = st.one_of(
    st.from_regex(r"[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,5})?", fullmatch=True),
    st.sampled_from(_AWKWARD_NAMES.split()),
)
_VALUES: st.SearchStrategy[FieldValue] = st.one_of(
    _SAID, st.lists(_SAID, min_size=1, max_size=3).map(lambda texts: tuple(texts))
)
_ITEMS = st.builds(
    Item,
    id=_IDS,
    type=st.sampled_from(ItemType),
    title=_TITLES,
    text=_TEXTS,
    links=st.lists(st.builds(Link, st.sampled_from(ROLES), _IDS), max_size=4).map(
        lambda links: tuple(sorted(links))
    ),
    fields=st.dictionaries(_NAMES, _VALUES, max_size=5).map(lambda fields: dict(sorted(fields.items()))),
    place=st.just(Place("")),
)
_SETS = st.lists(_ITEMS, min_size=1, max_size=5, unique_by=lambda item: item.id)


def written(name: str, of: Iterable[Item]) -> bytes:
    """Return items as the bytes of a format."""
    stream = io.BytesIO()
    FORMATS[name][0](of, stream)
    return stream.getvalue()


def read_back(name: str, data: bytes) -> list[Item]:
    """Return what is read of what was written, without places."""
    _, source, path = FORMATS[name]
    return [
        msgspec.structs.replace(one, place=Place("")) for one in adopted(source, items(source, data, path))
    ]


@pytest.mark.parametrize("name", FORMATS)
@given(given_items=_SETS)
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read_back(name: str, given_items: list[Item]) -> None:
    """IDs, types, titles, texts, links and fields come back as they were, whatever is in them."""
    back = read_back(name, written(name, given_items))
    assert back == sorted(given_items, key=lambda item: item.id)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_items_give_the_same_bytes(name: str) -> None:
    """The order in which items are given makes no difference to what is written."""
    assert written(name, SAMPLE) == written(name, reversed(SAMPLE))


@pytest.mark.parametrize("name", FORMATS)
def test_an_id_that_two_share_is_not_written(name: str) -> None:
    """No reader could tell two items of one ID apart."""
    with pytest.raises(CannotBeWritten, match="REQ-1"):
        written(name, [SAMPLE[0], SAMPLE[0]])


@pytest.mark.parametrize("name", FORMATS)
def test_half_a_character_is_not_written(name: str) -> None:
    """A lone surrogate is told, not replaced."""
    with pytest.raises(CannotBeWritten):
        written(name, [msgspec.structs.replace(SAMPLE[0], text="a\ud800")])


def test_what_xml_cannot_hold_is_not_written() -> None:
    """A character that XML has no place for is told, not left out."""
    with pytest.raises(CannotBeWritten, match=r"U\+FFFE"):
        written("reqif", [msgspec.structs.replace(SAMPLE[0], text="a\ufffe")])


@pytest.mark.parametrize("name", FORMATS)
def test_no_items_are_written_too(name: str) -> None:
    """A format with no item in it is still well formed."""
    assert written(name, [])


def _item(item_id: str, kind: ItemType, text: str, links: tuple[Link, ...], **fields: FieldValue) -> Item:
    return Item(item_id, kind, f"Title of {item_id} <&>", text, links, dict(fields), Place(""))


SAMPLE = [
    _item(
        "REQ-1",
        ItemType.SOFTWARE_REQUIREMENT,
        'The pump shall stop\n  - within 2 s, "always"; <b>and</b> alarm.',
        (Link("allocated_to", "controller"), Link("derives_from", "SYS-1")),
        verification="test",
        rationale=("one", "two\nlines"),
    ),
    _item("SYS-1", ItemType.SYSTEM_REQUIREMENT, "", (), tags=("a", "b"), status="approved"),
    _item("TC-1", ItemType.TEST_CASE, "Given, when, then", (Link("verifies", "REQ-1"),)),
]


def test_reqif_is_taken_by_the_reqif_library(tmp_path: Path) -> None:
    """The library parses the file without a complaint and finds every object, relation and place."""
    from reqif.parser import ReqIFParser

    file = tmp_path / "items.reqif"
    file.write_bytes(written("reqif", SAMPLE))
    bundle = ReqIFParser.parse(str(file))
    assert bundle.exceptions == []
    content = bundle.core_content.req_if_content
    assert [one.identifier for one in content.spec_objects] == ["REQ-1", "SYS-1", "TC-1"]
    assert [(one.source, one.target) for one in content.spec_relations] == [
        ("REQ-1", "SYS-1"),
        ("TC-1", "REQ-1"),
    ]
    assert len(content.specifications[0].children) == 3


def test_reqif_follows_the_schema_of_reqif() -> None:
    """What is written is valid against the XML Schema of ReqIF 1.0 and its XHTML."""
    import reqif
    import xmlschema

    folder = Path(reqif.__file__).parent / "reqif_schema"
    before = Path.cwd()
    os.chdir(folder.parent.parent)  # the schema names the parts of XHTML from there
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            schema = xmlschema.XMLSchema(str(folder / "reqif.xsd"), base_url=str(folder.parent.parent))
        schema.validate(written("reqif", SAMPLE).decode())
    finally:
        os.chdir(before)


def test_needs_follow_the_schema_of_sphinx_needs() -> None:
    """What sphinx-needs checks of a needs.json holds."""
    from sphinx_needs.needsfile import check_needs_data

    assert check_needs_data(json.loads(written("needs", SAMPLE))).schema == []


def test_needs_are_imported_by_sphinx(tmp_path: Path) -> None:
    """A build that imports the file has every need, with its text, links and fields, and no warning."""
    roles = sorted({link.role for item in SAMPLE for link in item.links})
    allowed = {role: {"allow_dead_links": True} for role in roles}
    types = [{"directive": str(kind), "title": str(kind), "prefix": ""} for kind in ItemType]
    (tmp_path / "conf.py").write_text(
        "\n".join(
            [
                "project, version = 'Items', '1'",
                "extensions = ['sphinx_needs']",
                f"needs_types = {types!r}",
                f"needs_links = {allowed!r}",
                "needs_fields = {'verification': {'schema': {'type': 'string'}},",
                "  'rationale': {'schema': {'type': 'array', 'items': {'type': 'string'}}}}",
                "needs_id_regex = '^[A-Za-z0-9_.-]+$'",
            ]
        )
    )
    (tmp_path / "needs.json").write_bytes(written("needs", SAMPLE))
    (tmp_path / "index.rst").write_text("Items\n=====\n\n.. needimport:: needs.json\n")
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "needs", str(tmp_path), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    # dead links are of the sample: 'controller' is a software item of the plan
    complaints = [
        line for line in built.stderr.splitlines() if "WARNING" in line and "controller" not in line
    ]
    assert complaints == []
    exported = (tmp_path / "out" / "needs.json").read_bytes()
    back = {one.id: one for one in items(NEEDS, exported, "needs.json")}
    assert set(back) == {"REQ-1", "SYS-1", "TC-1"}
    assert back["REQ-1"].text == SAMPLE[0].text
    assert {(link.name, link.target) for link in back["REQ-1"].links} == {
        ("allocated_to", "controller"),
        ("derives_from", "SYS-1"),
    }
    assert back["REQ-1"].fields == SAMPLE[0].fields
    assert back["SYS-1"].fields == SAMPLE[1].fields


def test_csv_is_taken_by_doorstop(tmp_path: Path) -> None:
    """Doorstop imports each row with its text, and with links where its mapping names a column."""
    from doorstop.core import importer
    from doorstop.core.builder import build

    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    logging.getLogger("doorstop").setLevel(logging.ERROR)
    tree = build(cwd=str(tmp_path), root=str(tmp_path))
    document = tree.create_document(str(tmp_path / "reqs"), "REQ")
    file = tmp_path / "items.csv"
    file.write_bytes(written("csv", SAMPLE))
    importer.import_file(str(file), document, mapping={"links.derives_from": "links"})
    taken = {str(item.uid): item for item in document.items}
    assert set(taken) == {"REQ-1", "SYS-1", "TC-1"}
    assert taken["REQ-1"].text.split() == SAMPLE[0].text.split()
    assert [str(link) for link in taken["REQ-1"].links] == ["SYS-1"]
    assert taken["REQ-1"].get("verification") == "test"


def test_csv_is_taken_by_any_reader_of_csv() -> None:
    """Python's own reader gives the cells as they were."""
    rows = list(csv.DictReader(io.StringIO(written("csv", SAMPLE).decode(), newline="")))
    assert [row["id"] for row in rows] == ["REQ-1", "SYS-1", "TC-1"]
    assert rows[0]["text"] == SAMPLE[0].text
    assert rows[0]["links.derives_from"] == "SYS-1"
