"""Specification items in XML are read whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.places import Place
from clausework.items.foreign import adopt, with_roles
from clausework.items.model import Link
from clausework.items.readers.openfasttrace_xml import SOURCE
from clausework.items.source import ForeignItem, SourceFile
from clausework.items.sources import source_named
from clausework.plan.model import ItemMapping

from .hostile import bent, read_without_raising
from .reading import items, told

DOCUMENT = """\
<?xml version="1.0" encoding="UTF-8"?>
<specdocument xmlns:x="urn:x">
  <specobjects doctype="feat">
    <specobject>
      <id>alarm</id>
      <version>1</version>
    </specobject>
  </specobjects>
  <specobjects doctype="req">
    <specobject>
      <id>req:alarm.occlusion</id>
      <status>approved</status>
      <version>02</version>
      <shortdesc>Occlusion alarm</shortdesc>
      <description>The pump <b>shall</b> alarm &lt; 2 s.</description>
      <rationale>Harm.</rationale>
      <safetyclass>B</safetyclass>
      <sourcefile>spec.md</sourcefile>
      <x:own>not ours</x:own>
      <tags><tag>a</tag><tag>b</tag></tags>
      <needscoverage><needscov><needsobj>arch</needsobj></needscov><needscov><needsobj>utest</needsobj></needscov></needscoverage>
      <providescoverage>
        <provcov><linksto>feat:alarm</linksto><dstversion>1</dstversion></provcov>
      </providescoverage>
      <dependencies><dependson>req:other, v1</dependson></dependencies>
      <fulfilledby><ffbObj><ffbId>x</ffbId><ffbType>impl</ffbType><ffbVersion>1</ffbVersion></ffbObj></fulfilledby>
    </specobject>
  </specobjects>
  <specobjects doctype="utest">
    <specobject>
      <id>alarm.occlusion.test</id>
      <version>1</version>
      <providescoverage><provcov><linksto>alarm.occlusion</linksto><dstversion>2</dstversion></provcov></providescoverage>
    </specobject>
    <specobject><id>gone</id><status>rejected</status><version>1</version></specobject>
  </specobjects>
  <x:extension><specobject/></x:extension>
</specdocument>
"""


def by_id(text: str) -> dict[str, ForeignItem]:
    """Return the items of a document in which nothing is wrong."""
    return {item.id: item for item in items(SOURCE, text, "a.xml")}


EXTENDED = DOCUMENT.replace("<specobject/>", "<x:thing/>")


def test_specobjects() -> None:
    """ID, title, text, further elements and links of a specobject are the item's."""
    item = by_id(EXTENDED)["req~alarm.occlusion"]
    assert (item.kind, item.title, item.place) == ("req", "Occlusion alarm", Place("a.xml", 10, 5))
    assert item.text == "The pump shall alarm < 2 s."
    assert {name: value for name, value in item.fields.items() if value} == {
        "depends": ("req~other~1",),
        "needs": ("arch", "utest"),
        "rationale": "Harm.",
        "revision": "2",
        "safetyclass": "B",
        "source_id": "req~alarm.occlusion~2",
        "status": "approved",
        "tags": ("a", "b"),
    }


def test_adopted() -> None:
    """Types have defaults, a name without a type finds the one item of that name, rejected ones are no items."""
    got = adopt(SOURCE, list(by_id(EXTENDED).values()), ItemMapping())
    linked, findings = with_roles(got.items, got.pending)
    assert (got.findings, findings) == ((), ())
    links = {item.id: item.links for item in linked}
    assert links["req-alarm-occlusion"] == (Link("derives_from", "feat-alarm"),)
    assert links["utest-alarm-occlusion-test"] == (Link("verifies", "req-alarm-occlusion"),)
    assert "utest-gone" not in links


def test_an_outdated_link_is_told() -> None:
    """A link to another version than there is, is told at its place."""
    text = EXTENDED.replace(
        "<linksto>feat:alarm</linksto><dstversion>1<", "<linksto>feat:alarm</linksto><dstversion>7<"
    )
    assert told(SOURCE, text, "a.xml") == [
        "a.xml:23:18: outdated-link: req~alarm.occlusion~2 covers feat~alarm~7, of which the revision is 1"
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<specdocument", "<specification", "the root is 'specification'"),
        (' doctype="feat"', "", "a.xml:3:3: openfasttrace: specobjects have a 'doctype'"),
        ("<id>alarm</id>", "", "a.xml:4:5: openfasttrace: a specobject has no ID"),
        (
            "<version>02</version>",
            "<version>two</version>",
            "the version of 'req:alarm.occlusion' is no number",
        ),
        ("<version>02</version>", "", "the version of 'req:alarm.occlusion' is no number"),
        ("<version>02</version>", "<version>2</version><version>3</version>", "two IDs, versions or states"),
        ("<dstversion>1</dstversion>", "<dstversion>x</dstversion>", "a 'dstversion' follows a 'linksto'"),
        ("<linksto>feat:alarm</linksto>", "", "a 'dstversion' follows a 'linksto'"),
        ("<rationale>Harm.</rationale>", "<specobject/>", "a specobject stands within another"),
        ("<x:thing/>", "<specobject/>", "a specobject stands outside of specobjects"),
        ("</specdocument>", "", "not well-formed XML"),
        ("</specdocument>", "</specdocument>x", "not well-formed XML"),
        ("<specdocument", "<!DOCTYPE a [<!ENTITY b 'b'>]><specdocument", "a document type ('a') is declared"),
    ],
)
def test_what_cannot_be_read_is_told(old: str, new: str, expected: str) -> None:
    """A document that is not well written gives no items, and its place is told."""
    assert old in EXTENDED
    text = (
        EXTENDED.replace(old, new, 1)
        if new != "<specification"
        else EXTENDED.replace("specdocument", "specification")
    )
    found = SOURCE.read([SourceFile("a.xml", text.encode())], ItemMapping())
    assert found.items == ()
    assert expected in str(found.findings[0])


def test_deep_nesting_is_refused() -> None:
    """Elements within elements beyond all use are told."""
    text = '<specobjects doctype="a"><specobject>' + "<b>" * 5_000
    assert "nested deeper than" in told(SOURCE, text, "a.xml")[0]


def test_every_cut_is_told() -> None:
    """A document that is cut off anywhere is not read."""
    whole = EXTENDED.rstrip()
    for length in range(0, len(whole), 7):
        found = SOURCE.read([SourceFile("a.xml", whole[:length].encode())], ItemMapping())
        assert found.findings
        assert found.items == ()


def test_it_is_registered() -> None:
    """The plan's word for it is 'openfasttrace_xml'."""
    assert source_named("openfasttrace_xml") is SOURCE
    assert SOURCE.takes("a.oreqm")
    assert not SOURCE.takes("a.md")


@settings(max_examples=300, deadline=None)
@given(bent([DOCUMENT.encode(), EXTENDED.encode()]), st.binary(max_size=80))
def test_nothing_crashes(data: bytes, noise: bytes) -> None:
    """Whatever stands in a document, the reader tells findings and raises nothing."""
    read_without_raising(SOURCE, [SourceFile("a.xml", data), SourceFile("b.xml", noise)])
