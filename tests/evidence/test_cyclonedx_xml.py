"""CycloneDX XML: the same components as in JSON, and only those that belong to the software."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import Component
from clausework.evidence.format import SbomRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.cyclonedx_xml import CYCLONEDX_XML

RTOS = '<component type="operating-system"><name>rtos</name><version>9</version></component>'


def bom(components: str, *, version: str = "1.6", more: str = "") -> bytes:
    """Return a bill with ``components`` and what is put behind them."""
    space = f"http://cyclonedx.org/schema/bom/{version}"
    return f'<bom xmlns="{space}" version="1"><components>{components}</components>{more}</bom>'.encode()


def test_the_sample_gives_its_components() -> None:
    """Identity, digests, licences and supplier are taken; tools, ancestors and evidence are not components."""
    source, ring, rtos = lines(CYCLONEDX_XML, Component)  # what stands within ends first
    assert ring == Component(
        "ring",
        "1.0",
        "pkg:generic/ring@1.0",
        "library",
        ("SHA-1:2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",),
        ("MIT", "House"),
        "required",
        "Example",
        "org.example",
        "cpe:2.3:a:example:ring:1.0:*:*:*:*:*:*:*",
    )
    assert (source.name, source.parent) == ("ring.c", "pkg:generic/ring@1.0")
    assert (rtos.supplier, rtos.licences) == ("Kernel & Co", ("MIT OR ISC",))
    serial = "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79"
    assert accepted(CYCLONEDX_XML, SbomRead) == SbomRead("CycloneDX 1.6", serial, 3, "infusor 2.4.0")


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"])
def test_the_versions_1_0_to_1_7_are_read(version: str) -> None:
    """The namespace says which version it is."""
    assert accepted(bom(RTOS, version=version), SbomRead).specification == f"CycloneDX {version}"


@pytest.mark.parametrize("version", ["1.8", "2.0", "1.60", "", "1"])
def test_other_versions_are_refused(version: str) -> None:
    """A bill of another version is not read as one of these."""
    rejected(bom(RTOS, version=version), as_format="cyclonedx_xml")


def test_prefixes_do_not_matter_and_other_vocabularies_are_passed_over() -> None:
    """Names are read by their namespace: a component of another vocabulary is none of CycloneDX."""
    data = b"""<c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.5" xmlns:o="urn:other"><c:components>
      <c:component type="library"><c:name>a</c:name><c:version>1</c:version><o:name>b</o:name>
        <c:components><o:component><o:name>c</o:name></o:component></c:components></c:component>
      <component xmlns="urn:other"><name>d</name></component>
    </c:components></c:bom>"""
    assert [(one.name, one.version) for one in lines(data, Component)] == [("a", "1")]


def test_authors_and_detailed_expressions_are_taken() -> None:
    """Newer versions say in other places who made a component and under which licence it is."""
    licences = (
        '<licenses><expression-detailed expression="MIT OR ISC"><details/></expression-detailed></licenses>'
    )
    authors = "<authors><author><name>Ada</name><email>x</email></author><author><name>Joan</name></author></authors>"
    (rtos,) = lines(bom(RTOS.replace("<name>", authors + licences + "<name>")), Component)
    assert (rtos.name, rtos.supplier, rtos.licences) == ("rtos", "Ada, Joan", ("MIT OR ISC",))


def test_a_prefix_that_stands_for_nothing_is_refused() -> None:
    """Whether the element is a component cannot be told."""
    data = bom("<x:component><x:name>a</x:name></x:component>")
    assert "no namespace" in rejected(data).reason


@pytest.mark.parametrize(
    "component",
    [
        "<component/>",
        "<component><name/></component>",
        "<component><name>  </name></component>",
        "<component><name>a</name><name>b</name></component>",
        "<component><name>a</name><version>1</version><version>2</version></component>",
        "<component><name>a<b/></name></component>",
        "<component><name>a</name><components/><components/></component>",
        "<component><name>" + "a" * 70_000 + "</name></component>",
    ],
)
def test_a_component_that_cannot_be_told_is_refused(component: str) -> None:
    """Without a name, or with two, a component is not counted as one; nested ones neither."""
    rejected(bom(component))
    rejected(bom(f"<component><name>outer</name><components>{component}</components></component>"))


def test_two_lists_or_main_components_are_refused() -> None:
    """What the schema allows once is not read as the first."""
    rejected(bom(RTOS, more="<components/>"))
    main = "<metadata><component><name>a</name></component></metadata>"
    rejected(bom(RTOS, more=main + main))
    rejected(bom(RTOS, more=main.replace("</metadata>", "<component><name>b</name></component></metadata>")))


def test_two_elements_with_one_identifier_are_refused() -> None:
    """A ``bom-ref`` is unique, the main component's too."""
    one = '<component bom-ref="a"><name>a</name></component>'
    assert "identifier 'a'" in rejected(bom(one + one)).reason
    assert "identifier 'a'" in rejected(bom(one, more=f"<metadata>{one}</metadata>")).reason


def test_components_nested_in_the_main_one_are_counted() -> None:
    """What the device itself consists of belongs to the bill."""
    main = f"<metadata><component><name>pump</name><components>{RTOS}</components></component></metadata>"
    read = accepted(bom("", more=main), SbomRead)
    assert (read.component_count, read.main_component) == (1, "pump")
    assert lines(bom("", more=main), Component)[0].parent == "pump"


def test_nesting_bombs_are_refused() -> None:
    """Depth is bounded, of components and of whatever is passed over."""
    nested = "<component><name>a</name><components>" * 40 + "</components></component>" * 40
    assert "nested deeper" in rejected(bom(nested)).reason
    assert "nested deeper" in rejected(bom(RTOS, more="<x>" * 500 + "</x>" * 500)).reason


def test_billion_laughs_and_external_entities_are_refused() -> None:
    """Document types are refused before anything is expanded."""
    for declared in ('<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/passwd">'):
        data = f"<!DOCTYPE bom [{declared}]>".encode() + bom(RTOS.replace("rtos", "&b;"))
        assert "document type" in rejected(data, as_format="cyclonedx_xml").reason


@pytest.mark.parametrize("extension", [False, True])
def test_vulnerabilities_in_a_bill_are_remarked_upon(extension: bool) -> None:
    """CycloneDX's own and those of the extension before 1.4 are counted, not lost in silence."""
    space = ' xmlns="http://cyclonedx.org/schema/ext/vulnerability/1.0"' if extension else ""
    found = (
        f"<vulnerabilities{space}><vulnerability><id>CVE-1</id><ratings><rating><severity>low</severity></rating>"
        "<rating><severity>critical</severity></rating></ratings><analysis><state>in_triage</state></analysis>"
        "</vulnerability><vulnerability><id>CVE-2</id></vulnerability></vulnerabilities>"
    )
    (remark,) = accepted(bom(RTOS, more=found), SbomRead).remarks
    assert "names 2 vulnerabilities" in remark
    assert "1 critical, 1 unknown; analysis 1 in_triage, 1 not analysed" in remark


def test_what_the_bill_says_against_itself_is_remarked_upon() -> None:
    """Parts that are not whole, services, components without version, an empty list."""
    more = "<compositions><composition><aggregate>incomplete</aggregate></composition></compositions>"
    more += "<services><service><name>cloud</name></service></services>"
    remarks = " ".join(accepted(bom("<component><name>a</name></component>", more=more), SbomRead).remarks)
    assert "not whole: incomplete" in remarks
    assert "1 services" in remarks
    assert "no version: a" in remarks
    assert accepted(bom(""), SbomRead).remarks == ("it lists no components",)


def test_other_documents_with_a_bom_are_not_claimed() -> None:
    """The namespace decides."""
    assert rejected(b"<bom><components/></bom>").format == ""
    assert rejected(b'<bom xmlns="urn:other"/>').format == ""
    assert rejected(b'<x xmlns="http://cyclonedx.org/schema/bom/1.4"/>').format == ""
