"""ReqIF is read as its dialects write it; what would be lost or guessed is told."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.places import Place
from clausework.items.readers.reqif import SOURCE
from clausework.items.readers.xhtml_text import XhtmlText
from clausework.items.readers.xml_parse import parse_xml
from clausework.items.source import ForeignItem, SourceFile
from clausework.plan.model import ItemMapping

from .reading import adopted, items, read, told

TYPES = """
<DATATYPES>
  <DATATYPE-DEFINITION-STRING IDENTIFIER="dt" LONG-NAME="String"/>
  <DATATYPE-DEFINITION-ENUMERATION IDENTIFIER="de"><SPECIFIED-VALUES>
    <ENUM-VALUE IDENTIFIER="e1" LONG-NAME="Draft"><PROPERTIES><EMBEDDED-VALUE KEY="1"/></PROPERTIES></ENUM-VALUE>
    <ENUM-VALUE IDENTIFIER="e2"><PROPERTIES><EMBEDDED-VALUE KEY="2" OTHER-CONTENT="Final"/></PROPERTIES></ENUM-VALUE>
  </SPECIFIED-VALUES></DATATYPE-DEFINITION-ENUMERATION>
</DATATYPES>
<SPEC-TYPES>
  <SPEC-OBJECT-TYPE IDENTIFIER="t" LONG-NAME="System Requirement"><SPEC-ATTRIBUTES>
    <ATTRIBUTE-DEFINITION-STRING IDENTIFIER="a-id" LONG-NAME="ReqIF.ForeignID"/>
    <ATTRIBUTE-DEFINITION-XHTML IDENTIFIER="a-chapter" LONG-NAME="ReqIF.ChapterName"/>
    <ATTRIBUTE-DEFINITION-STRING IDENTIFIER="a-name" LONG-NAME="ReqIF.Name"/>
    <ATTRIBUTE-DEFINITION-XHTML IDENTIFIER="a-text" LONG-NAME="ReqIF.Text"/>
    <ATTRIBUTE-DEFINITION-BOOLEAN IDENTIFIER="a-deleted" LONG-NAME="ReqIF.ForeignDeleted"/>
    <ATTRIBUTE-DEFINITION-ENUMERATION IDENTIFIER="a-status" LONG-NAME="Status" MULTI-VALUED="false"/>
    <ATTRIBUTE-DEFINITION-ENUMERATION IDENTIFIER="a-tags" LONG-NAME="Tags" MULTI-VALUED="true"/>
    <ATTRIBUTE-DEFINITION-INTEGER IDENTIFIER="a-count" LONG-NAME="Count"/>
    <ATTRIBUTE-DEFINITION-REAL IDENTIFIER="a-ratio" LONG-NAME="Ratio"/>
    <ATTRIBUTE-DEFINITION-DATE IDENTIFIER="a-date" LONG-NAME="Due"/>
    <ATTRIBUTE-DEFINITION-STRING IDENTIFIER="a-req" LONG-NAME="Req No"/>
    <ATTRIBUTE-DEFINITION-STRING IDENTIFIER="a-parents" LONG-NAME="Parents"/>
  </SPEC-ATTRIBUTES></SPEC-OBJECT-TYPE>
  <SPEC-OBJECT-TYPE IDENTIFIER="t-heading" LONG-NAME="Heading"/>
  <SPEC-OBJECT-TYPE IDENTIFIER="t-nameless"/>
  <SPEC-RELATION-TYPE IDENTIFIER="r" LONG-NAME="satisfies"/>
  <SPECIFICATION-TYPE IDENTIFIER="s"><SPEC-ATTRIBUTES>
    <ATTRIBUTE-DEFINITION-STRING IDENTIFIER="a-prefix" LONG-NAME="ReqIF.Prefix"/>
  </SPEC-ATTRIBUTES></SPECIFICATION-TYPE>
</SPEC-TYPES>"""


def document(objects: str = "", relations: str = "", specifications: str = "", header: str = "") -> str:
    """Return a ReqIF document with the types above."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<REQ-IF xmlns="http://www.omg.org/spec/ReqIF/20110401/reqif.xsd" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<THE-HEADER><REQ-IF-HEADER IDENTIFIER="h">{header}</REQ-IF-HEADER></THE-HEADER>
<CORE-CONTENT><REQ-IF-CONTENT>{TYPES}
<SPEC-OBJECTS>{objects}</SPEC-OBJECTS>
<SPEC-RELATIONS>{relations}</SPEC-RELATIONS>
<SPECIFICATIONS>{specifications}</SPECIFICATIONS>
</REQ-IF-CONTENT></CORE-CONTENT>
<TOOL-EXTENSIONS><REQ-IF-TOOL-EXTENSION><SPEC-OBJECT IDENTIFIER="no"/></REQ-IF-TOOL-EXTENSION></TOOL-EXTENSIONS>
</REQ-IF>"""


def value(form: str, name: str, text: str) -> str:
    """Return an attribute's value: as XHTML, as references to an enumeration, or plain."""
    definition = f"<DEFINITION><ATTRIBUTE-DEFINITION-{form}-REF>a-{name}</ATTRIBUTE-DEFINITION-{form}-REF></DEFINITION>"
    if form == "XHTML":
        inner = f"{definition}<THE-VALUE><xhtml:div>{text}</xhtml:div></THE-VALUE>"
        return f"<ATTRIBUTE-VALUE-XHTML>{inner}</ATTRIBUTE-VALUE-XHTML>"
    if form == "ENUMERATION":
        chosen = "".join(f"<ENUM-VALUE-REF>{one}</ENUM-VALUE-REF>" for one in text.split())
        return f"<ATTRIBUTE-VALUE-ENUMERATION><VALUES>{chosen}</VALUES>{definition}</ATTRIBUTE-VALUE-ENUMERATION>"
    return f'<ATTRIBUTE-VALUE-{form} THE-VALUE="{text}">{definition}</ATTRIBUTE-VALUE-{form}>'


def spec_object(identifier: str, *values: str, kind: str = "t", more: str = "") -> str:
    """Return a SPEC-OBJECT."""
    return (
        f'<SPEC-OBJECT IDENTIFIER="{identifier}" {more}>'
        f"<TYPE><SPEC-OBJECT-TYPE-REF>{kind}</SPEC-OBJECT-TYPE-REF></TYPE><VALUES>{''.join(values)}</VALUES></SPEC-OBJECT>"
    )


def relation(source: str, target: str, kind: str = "r") -> str:
    """Return a SPEC-RELATION; an end that is empty is left out."""
    ends = "".join(
        f"<{end}><SPEC-OBJECT-REF>{one}</SPEC-OBJECT-REF></{end}>"
        for end, one in (("SOURCE", source), ("TARGET", target))
        if one
    )
    kinds = f"<TYPE><SPEC-RELATION-TYPE-REF>{kind}</SPEC-RELATION-TYPE-REF></TYPE>"
    return f'<SPEC-RELATION IDENTIFIER="rel-{source}-{target}">{ends}{kinds}</SPEC-RELATION>'


def place(identifier: str, children: str = "", more: str = "") -> str:
    """Return a SPEC-HIERARCHY whose children stand before its object, as some tools write it."""
    return (
        f'<SPEC-HIERARCHY IDENTIFIER="p-{identifier}" {more}><CHILDREN>{children}</CHILDREN>'
        f"<OBJECT><SPEC-OBJECT-REF>{identifier}</SPEC-OBJECT-REF></OBJECT></SPEC-HIERARCHY>"
    )


def specification(children: str, name: str = "SRS", prefix: str = "") -> str:
    """Return a SPECIFICATION."""
    values = f"<VALUES>{value('STRING', 'prefix', prefix)}</VALUES>" if prefix else ""
    return (
        f'<SPECIFICATION IDENTIFIER="spec-{name}" LONG-NAME="{name}"><TYPE><SPECIFICATION-TYPE-REF>s'
        f"</SPECIFICATION-TYPE-REF></TYPE>{values}<CHILDREN>{children}</CHILDREN></SPECIFICATION>"
    )


def reqif(data: str | bytes, mapping: ItemMapping | None = None) -> list[ForeignItem]:
    """Return the items of a document in which nothing is wrong."""
    return items(SOURCE, data, "spec.reqif", mapping)


def said(data: str | bytes, mapping: ItemMapping | None = None) -> list[str]:
    """Return what is told of a document."""
    return told(SOURCE, data, "spec.reqif", mapping)


FULL = spec_object(
    "_1",
    value("STRING", "id", "SYS-1"),
    value("STRING", "name", "Alarm"),
    value("XHTML", "text", "The pump <xhtml:b>shall</xhtml:b> alarm.<xhtml:br/>Loudly."),
    value("ENUMERATION", "status", "e1"),
    value("ENUMERATION", "tags", "e1 e2"),
    value("INTEGER", "count", "3"),
    value("REAL", "ratio", "1234.5"),
    value("DATE", "date", "2026-04-10T00:00:00Z"),
    value("BOOLEAN", "deleted", "false"),
    value("STRING", "req", " "),
)


def test_an_object_becomes_an_item_with_all_that_it_says() -> None:
    """Each kind of value is taken, enumerations by their names, and what is blank is left out."""
    (one,) = reqif(document(FULL))
    assert (one.id, one.kind, one.title, one.text) == (
        "SYS-1",
        "System Requirement",
        "Alarm",
        "The pump shall alarm.\nLoudly.",
    )
    assert one.fields == {
        "Status": "Draft",
        "Tags": ("Draft", "Final"),
        "Count": "3",
        "Ratio": "1234.5",
        "Due": "2026-04-10T00:00:00Z",
        "ReqIF.ForeignDeleted": "false",
    }
    assert one.place.line == document(FULL)[: document(FULL).index("<SPEC-OBJECT ")].count("\n") + 1
    (item,) = adopted(SOURCE, [one])
    assert (item.id, str(item.type), item.fields["due"]) == (
        "SYS-1",
        "system_requirement",
        "2026-04-10T00:00:00Z",
    )


def test_relations_become_links_by_the_name_of_their_type() -> None:
    """A relation is a link of its source, to the ID that its target has."""
    other = spec_object("_2", value("STRING", "id", "SYS-2"), value("XHTML", "text", "x"))
    first, second = reqif(document(FULL + other, relation("_2", "_1")))
    assert first.links == ()
    assert [(link.name, link.target) for link in second.links] == [("satisfies", "SYS-1")]


def test_relations_lead_from_one_file_to_another() -> None:
    """An archive, or a folder, of several files is one set."""
    two = document(
        spec_object("_2", value("STRING", "id", "SYS-2"), value("XHTML", "text", "x")), relation("_2", "_1")
    )
    files = [SourceFile("a.reqif", document(FULL).encode()), SourceFile("b.reqif", two.encode())]
    found = SOURCE.read(files, ItemMapping())
    assert found.findings == ()
    assert found.items[1].links[0].target == "SYS-1"


def test_a_target_that_is_missing_stays_a_link() -> None:
    """It is found as dangling, or as blank, and never lost."""
    (one,) = reqif(document(FULL, relation("_1", "_nowhere") + relation("_1", "")))
    assert [link.target for link in one.links] == ["_nowhere", ""]


@pytest.mark.parametrize(("source", "rule"), [("_nowhere", "L19-dangling-link"), ("", "blank-link")])
def test_a_source_that_is_missing_is_told(source: str, rule: str) -> None:
    """No item has the link, so that a finding has it; with such a finding items may still be a baseline."""
    found = read(SOURCE, document(FULL, relation(source, "_1")), "spec.reqif")
    assert [finding.rule for finding in found.findings] == [rule]
    assert "SYS-1" in found.findings[0].message
    assert len(found.items) == 1


def test_headings_are_left_out_and_named_as_the_section() -> None:
    """An object with a chapter's name and no text is a heading; what stands below names it."""
    heading = spec_object("_h", value("XHTML", "chapter", "Alarms"), value("XHTML", "text", " "))
    deeper = spec_object("_i", value("STRING", "name", "Pressure"), kind="t-heading")
    tree = specification(place("_h", place("_i", place("_1"))))
    (one,) = reqif(document(heading + deeper + FULL, specifications=tree))
    assert one.fields["section"] == "Alarms > Pressure"


def test_an_object_with_relations_is_no_mere_heading() -> None:
    """What is linked is handed over even if it looks like a heading."""
    heading = spec_object("_h", value("STRING", "id", "SYS-9"), value("XHTML", "chapter", "Alarms"))
    by_kind = spec_object("_k", value("STRING", "id", "SYS-8"), value("XHTML", "text", "x"), kind="t-heading")
    found = reqif(document(FULL + heading + by_kind, relation("_1", "_h") + relation("_k", "_1")))
    assert {one.id for one in found} == {"SYS-1", "SYS-8", "SYS-9"}


def test_a_kind_that_the_plan_names_is_no_heading() -> None:
    """Headings by kind are left out only where the plan does not say what they are."""
    by_kind = spec_object("_k", value("STRING", "id", "SYS-8"), value("XHTML", "text", "x"), kind="t-heading")
    assert reqif(document(FULL + by_kind), ItemMapping(types={"Heading": "user_need"}))[1].id == "SYS-8"


def test_a_file_of_headings_alone_is_told() -> None:
    """That nothing of it became an item is never silent."""
    heading = spec_object("_h", value("XHTML", "chapter", "Alarms"))
    assert "1 objects are headings, or deleted" in said(document(heading))[0]
    assert "no SPEC-OBJECT is in it" in said(document())[0]


def test_deleted_objects_are_left_out() -> None:
    """DOORS hands over what was deleted, marked; a link to it is found dangling."""
    gone = spec_object("_g", value("STRING", "id", "SYS-7"), value("BOOLEAN", "deleted", "true"))
    (one,) = reqif(document(FULL + gone, relation("_1", "_g")))
    assert one.links[0].target == "SYS-7"


def test_the_plan_says_what_attributes_are() -> None:
    """Columns of the plan come before any built-in name, and may be links, fields or nothing."""
    mapping = ItemMapping(
        columns={
            "Req No": "id",
            "ReqIF.Name": "text",
            "parents": "links.derives_from",
            "Status": "ignore",
            "Due": "by",
        }
    )
    one = spec_object(
        "_1",
        value("STRING", "id", "17"),
        value("STRING", "req", "R-17"),
        value("STRING", "name", "The text"),
        value("STRING", "parents", "A-1, A-2; A-3,,A-1"),
        value("ENUMERATION", "status", "e1"),
        value("DATE", "date", "2026"),
    )
    (item,) = reqif(document(one), mapping)
    assert (item.id, item.text, item.fields) == ("R-17", "The text", {"ReqIF.ForeignID": "17", "by": "2026"})
    assert [link.target for link in item.links] == ["A-1", "A-2", "A-3", "", "A-1"]
    assert {link.name for link in item.links} == {"derives_from"}


def test_an_attribute_that_the_plan_names_and_no_file_has_is_told() -> None:
    """A name that was mistyped would leave items without it."""
    assert "no attribute is called 'reqno'" in said(document(FULL), ItemMapping(columns={"ReqNo": "id"}))[0]


def test_the_id_falls_back_to_the_identifier() -> None:
    """Without a foreign ID and without an attribute of such a name, the identifier is the ID."""
    (one,) = reqif(document(spec_object("_2c84", value("XHTML", "text", "x"))))
    assert one.id == "_2c84"


def test_a_number_has_its_specifications_prefix() -> None:
    """DOORS numbers the objects of each module; the module's prefix makes the ID."""
    one = spec_object("_1", value("STRING", "id", "12"), value("XHTML", "text", "x"))
    tree = specification(place("_1"), prefix="SRS-")
    assert reqif(document(one, specifications=tree))[0].id == "SRS-12"
    assert reqif(document(one))[0].id == "12"


def test_a_type_without_name_has_its_specifications() -> None:
    """DOORS' object types have no name: the module is the kind."""
    one = spec_object("_1", value("XHTML", "text", "x"), kind="t-nameless")
    assert reqif(document(one, specifications=specification(place("_1"))))[0].kind == "SRS"
    assert reqif(document(one))[0].kind == "t-nameless"


def test_parts_of_tables_are_marked() -> None:
    """An object that stands in a table of its specification says so."""
    tree = specification(place("_1", more='IS-TABLE-INTERNAL="true"'))
    assert reqif(document(FULL, specifications=tree))[0].fields["in_table"] == "true"


def test_long_name_is_the_title_where_no_attribute_is() -> None:
    """Some tools name objects beside their attributes, and describe them there."""
    one = spec_object("_1", value("XHTML", "text", "x"), more='LONG-NAME="Alarm" DESC="why"')
    (item,) = reqif(document(one))
    assert (item.title, item.fields) == ("Alarm", {"desc": "why"})


def test_strictdocs_escapes_are_undone() -> None:
    """StrictDoc writes line breaks and umlauts as Python's literals; other tools' backslashes stay."""
    one = spec_object("_1", value("STRING", "name", "a\\nb \\xfc \\u2264 \\\\n"))
    header = "<REQ-IF-TOOL-ID>{}</REQ-IF-TOOL-ID>"
    assert reqif(document(one, header=header.format("strictdoc")))[0].title == "a\nb ü ≤ \\n"
    assert reqif(document(one, header=header.format("DOORS")))[0].title == "a\\nb \\xfc \\u2264 \\\\n"


@pytest.mark.parametrize("version", ["1.0", "1.0.1", "1.1", "1.2"])
def test_versions_are_taken(version: str) -> None:
    """All of ReqIF 1 is one format."""
    assert reqif(document(FULL, header=f"<REQ-IF-VERSION>{version}</REQ-IF-VERSION>"))


def test_namespaces_may_have_prefixes() -> None:
    """Tools write ReqIF's own elements with a prefix, and XHTML with any or none."""
    text = document(FULL).replace("xmlns:xhtml", "xmlns:x").replace("xhtml:", "x:")
    text = text.replace("<", "<q:").replace("<q:/", "</q:").replace("<q:x:", "<x:").replace("</q:x:", "</x:")
    text = text.replace("<q:?xml", "<?xml").replace(' xmlns="', ' xmlns:q="')
    assert reqif(text)[0].text == "The pump shall alarm.\nLoudly."


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (document(FULL, header="<REQ-IF-VERSION>2.0</REQ-IF-VERSION>"), "'2.0', which is not known"),
        ("<RIF xmlns='http://automotive-his.de/schema/rif'/>", "not ReqIF's"),
        ("<REQ-IF/>", "not ReqIF's"),
        ("", "no element found"),
        (document(FULL)[:-30], "not well-formed XML"),
        (document(FULL) + "<more/>", "junk after document element"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]>" + document(FULL)[39:], "a document type"),
        (document(FULL).replace("Loudly", "&nbsp;"), "undefined entity"),
        (document(FULL).replace("Loudly", "\x01"), "not well-formed"),
        (document(FULL).replace("UTF-8", "klingon"), "unknown encoding"),
        (
            document(FULL).replace("<SPEC-OBJECTS>", "<X>").replace("</SPEC-OBJECTS>", "</X>"),
            "stands where ReqIF",
        ),
        (document("<a xmlns=''>" * 500 + "</a>" * 500), "nested deeper"),
        (document(FULL + FULL), "given twice"),
        (document(FULL).replace(' IDENTIFIER="_1"', ""), "identifier is missing"),
        (document(FULL).replace(">a-status<", ">a-gone<"), "'a-gone' is referred to 1 times"),
        (document(FULL).replace(">e1<", ">e9<"), "'e9' is referred to 2 times"),
        (document(FULL).replace("REF>t<", "REF>t9<"), "'t9' is referred to 1 times"),
        (document(FULL, relation("_1", "_1", "r9")), "'r9' is referred to 1 times"),
        (document(FULL).replace("</THE-VALUE>", "</THE-VALUE><THE-VALUE/>"), "two values"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, what: str) -> None:
    """Nothing that is cut off, ambiguous, hostile or of another format passes."""
    assert any(what in one for one in said(text)), said(text)


def test_a_definition_that_is_missing_is_told_once() -> None:
    """A file cut out of a larger one says of its values not what they are."""
    many = "".join(spec_object(f"_{n}", value("STRING", "gone", "x")) for n in range(50))
    (one,) = said(document(many))
    assert "'a-gone' is referred to 50 times" in one


def test_encodings_of_xml_are_taken() -> None:
    """A file may be UTF-16, or of one byte a character, if it says so."""
    text = document(FULL.replace("Loudly", "laut: ü"))
    assert "ü" in reqif(text.replace("UTF-8", "UTF-16").encode("utf-16"))[0].text
    assert "ü" in reqif(text.replace("UTF-8", "ISO-8859-1").encode("latin-1"))[0].text


def archive(*members: tuple[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as packed:
        for name, data in members:
            packed.writestr(name, data)
    return stream.getvalue()


def test_an_archive_is_read_with_all_its_documents() -> None:
    """Attachments and what a Mac adds are passed over; places name the archive and the member."""
    two = document(spec_object("_2", value("STRING", "id", "SYS-2"), value("XHTML", "text", "x")))
    packed = archive(
        ("a.reqif", document(FULL)),
        ("deep/B.REQIF", two),
        ("picture.png", b"\x89PNG"),
        ("__MACOSX/._a.reqif", b"\x00\x05\x16\x07"),
    )
    found = items(SOURCE, packed, "spec.reqifz")
    assert [(one.id, one.place.path) for one in found] == [
        ("SYS-1", "spec.reqifz!a.reqif"),
        ("SYS-2", "spec.reqifz!deep/B.REQIF"),
    ]
    assert len(items(SOURCE, packed, "spec.zip")) == 2


def _forged(data: bytes) -> bytes:
    """Return an archive whose only member states a size that it does not have."""
    at = data.index(b"PK\x01\x02") + 24
    return data[:at] + (7).to_bytes(4, "little") + data[at + 4 :]


@pytest.mark.parametrize(
    ("packed", "what"),
    [
        (b"", "no whole archive"),
        (b"PK\x03\x04", "no whole archive"),
        (archive(("a.reqif", document(FULL)))[:-40], "no whole archive"),
        (archive(("a.png", b"x")), "no .reqif is in it"),
        (archive(("../a.reqif", document(FULL))), "leads out"),
        (archive(("/a.reqif", document(FULL))), "leads out"),
        (archive(("C:a.reqif", document(FULL))), "leads out"),
        (archive(("x\\..\\a.reqif", document(FULL))), "leads out"),
        (archive(("a.reqif", document(FULL)), ("A.REQIF", document(FULL))), "two members"),
        (archive(("a.reqif", b" " * (300 << 20))), "would unpack to"),
        (archive(("a.reqif", document(FULL)), method=zipfile.ZIP_BZIP2), "packed in a way"),
        (_forged(archive(("a.reqif", document(FULL)))), "a.reqif"),
        (archive(*((f"{n}", b"") for n in range(10_001))), "more than 10000 members"),
    ],
)
def test_archives_that_harm_or_mislead_are_told(packed: bytes, what: str) -> None:
    """Names that lead out, bombs, cut archives and two members of one name are refused before they are unpacked."""
    found = told(SOURCE, packed, "spec.reqifz")
    assert len(found) == 1
    assert what in found[0]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_nothing_escapes_but_findings(data: st.DataObject) -> None:
    """Whatever is done to a file's bytes, the reader raises nothing."""
    packed = data.draw(st.booleans())
    raw = archive(("a.reqif", document(FULL))) if packed else document(FULL).encode()
    at = data.draw(st.integers(0, len(raw) - 1))
    changed = data.draw(
        st.sampled_from([raw[:at], raw[:at] + b"\x00" + raw[at + 1 :], raw[:at] + raw[at + 1 :]])
    )
    read(SOURCE, changed, "spec.reqifz" if packed else "spec.reqif")


@pytest.mark.parametrize(
    ("path", "taken"),
    [("a.reqif", True), ("A.ReqIFz", True), ("a.xml", False), (".a.reqif", False), ("x/._a.reqif", False)],
)
def test_files_are_taken_by_their_names(path: str, taken: bool) -> None:
    """In a folder, ReqIF is known by its suffix; hidden files are none."""
    assert SOURCE.takes(path) is taken


def shown(xhtml: str) -> tuple[str, list[str]]:
    """Return XHTML as text, and what is embedded in it."""
    reading = XhtmlText()
    parse_xml(f"<d>{xhtml}</d>".encode(), "x", lambda _: reading)
    return reading.result(), reading.objects


@pytest.mark.parametrize(
    ("xhtml", "text"),
    [
        ("<div>a  b\n c</div>", "a b c"),
        ("<p>a</p><p>b</p><div/><br/><p>c</p>", "a\nb\n\nc"),
        (
            "<ul><li>one</li><li><p>two</p><ol><li>x</li><li>y</li></ol></li></ul>z",
            "- one\n- two\n  1. x\n  2. y\nz",
        ),
        ("<ol start='4'><li>x</li></ol>", "4. x"),
        (
            "<table><tr><th>A</th><th>B</th></tr><tr><td/><td><p>x</p><p>y</p></td></tr></table>",
            "A | B\n | x / y",
        ),
        ("10<sup>-6</sup> m, H<sub>2</sub>O", "10^{-6} m, H_{2}O"),
        (
            "no <del>more</del> than <span style='text-decoration: line-through'>x</span>",
            "no [deleted: more] than [deleted: x]",
        ),
        ("see <a href='http://x'>here</a>, <a href='u'>u</a>", "see here (http://x), u"),
        ("<pre> a\n  b</pre>c", "a\n  b\nc"),
        ("<div style='white-space: pre-wrap'>  a   b<br/>\tc</div>", "a   b\n\tc"),
        ("<dl><dt>term</dt><dd>said</dd></dl>", "term\n  said"),
        ("<i>i</i><b>b</b> x", "ib x"),
    ],
)
def test_xhtml_keeps_what_its_form_says(xhtml: str, text: str) -> None:
    """Lists, tables, powers and what was struck out can still be told apart in plain text."""
    assert shown(xhtml)[0] == text.strip()


def test_embedded_objects_are_named() -> None:
    """An object and its other forms are named once in the text, and all in the field."""
    nested = "a <object data='x.ole' type='t'><object data='x.png'>drawing</object></object> b"
    assert shown(nested) == ("a [object x.ole: drawing] b", ["x.ole", "x.png"])
    assert shown("<object data='file.png'/>") == ("[object file.png]", ["file.png"])
    one = spec_object("_1", value("XHTML", "text", '<xhtml:object data="file.png"/>'))
    (item,) = reqif(document(one))
    assert (item.text, item.fields["embedded_objects"]) == ("[object file.png]", ("file.png",))


def test_places_are_those_of_relations_too() -> None:
    """A link has its own place, so that its finding points there."""
    (one,) = reqif(document(FULL, relation("_1", "_x")))
    assert one.links[0].place is not None
    assert one.links[0].place > one.place
    assert isinstance(one.links[0].place, Place)
