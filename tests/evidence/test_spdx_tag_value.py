"""SPDX 2 as tags and values: the same packages as in JSON, and what was cut off shows."""

from __future__ import annotations

import pytest

from clausework.evidence.detail import Component
from clausework.evidence.format import SbomRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.spdx_tag_value import SPDX_TAG_VALUE

HEADER = """SPDXVersion: SPDX-2.2
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: pump
DocumentNamespace: https://example.com/a
Creator: Tool: maker
Created: 2026-01-01T00:00:00Z
"""
RTOS = """PackageName: rtos
SPDXID: SPDXRef-rtos
PackageVersion: 9
PackageDownloadLocation: NONE
"""


def spdx(*sections: str) -> bytes:
    """Return a document of ``sections``."""
    return "\n".join([HEADER, *sections]).encode()


def test_the_sample_gives_its_components() -> None:
    """Identity, digests, licences and supplier are taken; files and the described package are not counted."""
    ring, rtos = lines(SPDX_TAG_VALUE, Component)
    assert ring == Component(
        "ring",
        "1.0",
        "pkg:generic/ring@1.0",
        hashes=("SHA-1:2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",),
        licences=("MIT", "MIT OR ISC"),
        supplier="Example (mail@example.com)",
        cpe="cpe:2.3:a:example:ring:1.0:*:*:*:*:*:*:*",
    )
    assert rtos == Component("rtos", "9")
    serial = "https://example.com/spdx/infusor-2.4.0"
    assert accepted(SPDX_TAG_VALUE, SbomRead) == SbomRead("SPDX 2.3", serial, 2, "infusor 2.4.0")


def test_line_ends_of_windows_a_byte_order_mark_and_comments_are_read() -> None:
    """None of them changes the document."""
    data = b"\xef\xbb\xbf# a comment\r\n" + SPDX_TAG_VALUE.replace(b"\n", b"\r\n")
    assert accepted(data, SbomRead) == accepted(SPDX_TAG_VALUE, SbomRead)


@pytest.mark.parametrize("version", ["SPDX-2.0", "SPDX-2.4", "SPDX-3.0", ""])
def test_other_versions_are_refused(version: str) -> None:
    """A document of another version is not read as one of these."""
    rejected(spdx(RTOS).replace(b"SPDX-2.2", version.encode()), as_format="spdx_tag_value")


@pytest.mark.parametrize("line", HEADER.splitlines())
def test_a_document_without_its_head_is_refused(line: str) -> None:
    """Each of the members that a document must have is missed."""
    rejected(spdx(RTOS).replace(f"{line}\n".encode(), b""), as_format="spdx_tag_value")


@pytest.mark.parametrize("line", ["SPDXID: SPDXRef-rtos\n", "PackageDownloadLocation: NONE\n"])
def test_a_package_cut_off_is_refused(line: str) -> None:
    """A package without what it must have may be half of one."""
    assert "has no" in rejected(spdx(RTOS.replace(line, ""))).reason
    assert "has no" in rejected(spdx(RTOS.replace(line, ""), RTOS.replace("rtos", "other"))).reason


def test_an_element_that_is_named_and_missing_is_refused() -> None:
    """In a format without an end mark, that is how packages that were cut off show."""
    described = "Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-gone\n"
    assert "may be cut off" in rejected(spdx(described, RTOS)).reason


def test_elements_outside_and_none_may_be_named() -> None:
    """Other documents' elements, NONE and NOASSERTION need not be there."""
    related = (
        "Relationship: SPDXRef-DOCUMENT DESCRIBES DocumentRef-x:SPDXRef-y\n"
        "Relationship: SPDXRef-rtos CONTAINS NONE\nRelationship: SPDXRef-rtos GENERATED_FROM NOASSERTION\n"
    )
    assert accepted(spdx(RTOS, related), SbomRead).component_count == 1


@pytest.mark.parametrize(
    "text",
    [
        "PackageComment: <text>not closed\n",
        "PackageComment: <text>closed</text> and more\n",
        "not a tag\n",
        ": x\n",
        "Package\x00Comment: x\n",
        "PackageComment: \x1b[2J\n",
        "Relationship: SPDXRef-rtos\n",
        "ExternalRef: SECURITY cpe23Type\n",
        "PackageChecksum: 2fd4\n",
        "PackageVersion: 10\n",
        "PackageComment: " + "x" * (5 << 20) + "\n",
        "PackageComment: <text>" + ("x" * 1000 + "\n") * 5000 + "</text>\n",
    ],
)
def test_lines_that_cannot_be_told_are_refused(text: str) -> None:
    """Open texts, lines without a tag, control characters, half values, said twice, too long."""
    rejected(spdx(RTOS + text))


def test_a_package_within_a_text_is_none() -> None:
    """Between ``<text>`` and ``</text>`` nothing is a tag."""
    comment = "PackageComment: <text>\nPackageName: hidden\nSPDXID: SPDXRef-h\n</text>\n"
    assert [one.name for one in lines(spdx(RTOS + comment), Component)] == ["rtos"]


def test_two_elements_with_one_identifier_are_refused() -> None:
    """Identifiers are unique, between packages, files and snippets too."""
    for other in (RTOS, "FileName: a\nSPDXID: SPDXRef-rtos\n", "SnippetSPDXID: SPDXRef-rtos\n"):
        assert "identifier 'SPDXRef-rtos'" in rejected(spdx(RTOS, other)).reason


def test_tags_that_are_not_known_are_remarked_upon() -> None:
    """A tag that is passed over is told."""
    remarks = accepted(spdx(RTOS + "PackageNames: x\n"), SbomRead).remarks
    assert any("PackageNames" in remark for remark in remarks)


@pytest.mark.parametrize(
    "data", [b"Version: 1\n", b"SPDX-2.3\n", b"# SPDXVersion: SPDX-2.3\nfoo: bar\n", b"SPDXID: x\n"]
)
def test_look_alikes_are_not_claimed(data: bytes) -> None:
    """A document says in its first tag which version it is."""
    assert rejected(data).format != "spdx_tag_value"
