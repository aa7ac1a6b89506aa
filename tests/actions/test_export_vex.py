"""Dispositions as OpenVEX: a document that other tools read, of what stands, about the artefacts of a version."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clausework.actions.evidence_target import evidence_target
from clausework.actions.export_vex import NothingDisposed, export_dispositions
from clausework.actions.record import record_files
from clausework.actions.sign import sign
from clausework.actions.trace import ReleaseUnknown
from clausework.actions.trace_file import NotWritten
from clausework.core.clock import parse_timestamp, system_clock
from clausework.core.digests import sha256_of
from clausework.decisions.dispose import JUSTIFICATIONS
from clausework.decisions.form import FieldValue
from clausework.evidence.detail import VexStatement, read_detail
from clausework.ledger.records.evidence import Exploitability
from clausework.reports.openvex_file import VexClaim, VexProduct, openvex_bytes
from tests.actions.device import IN_A_MONTH, QUALITY, RELEASE, VERSION, Device, person
from tests.actions.disposing import check, dispose_and_sign, fingerprints, record_scan, trivy

STATUSES: dict[str, tuple[dict[str, FieldValue], str, str]] = {
    "CVE-2026-0001": ({"vex_justification": JUSTIFICATIONS[2]}, "not_affected", "justification"),
    "CVE-2026-0002": ({"status": "false_positive"}, "not_affected", "impact_statement"),
    "CVE-2026-0003": ({"status": "accepted"}, "affected", "action_statement"),
    "CVE-2026-0004": ({"status": "affected"}, "affected", "action_statement"),
    "CVE-2026-0005": ({"status": "fixed"}, "fixed", ""),
    "CVE-2026-0006": ({"status": "under_investigation"}, "under_investigation", ""),
}
"""Vulnerabilities, what is said of each, its status in OpenVEX, and the member that this status asks for."""

DOCUMENT = {"@context", "@id", "author", "role", "timestamp", "version", "tooling", "statements"}
STATEMENT = {"vulnerability", "timestamp", "products", "status", "status_notes"}
REASONS = {"justification", "impact_statement", "action_statement"}


@pytest.fixture
def judged(verified: Device) -> Device:
    """A device with a vulnerability of each status, and one that nobody judged."""
    names = [*STATUSES, "CVE-2026-0099"]
    record_scan(verified, trivy(*((name, "26.1.0", "CRITICAL") for name in names)))
    subjects = dict(zip(names, fingerprints(check(verified)), strict=True))
    for name, (changes, _, _) in STATUSES.items():
        dispose_and_sign(verified, subjects[name], **changes)
    return verified


def _exported(device: Device, path: Path, **options: Any) -> dict[str, Any]:
    with device.open(reading=True) as workplace:
        export_dispositions(workplace, path, **options)
    document: dict[str, Any] = json.loads(path.read_bytes())
    return document


def _check_schema(document: dict[str, Any]) -> None:
    """Hold a document against what the schema of OpenVEX 0.2.0 asks: members, their kinds, which exclude each other."""
    assert set(document) == DOCUMENT
    assert document["@context"] == "https://openvex.dev/ns/v0.2.0"
    assert document["@id"].startswith("urn:")
    assert isinstance(document["version"], int)
    assert document["statements"]
    texts = [json.dumps(one, sort_keys=True) for one in document["statements"]]
    assert len(set(texts)) == len(texts)
    for moment in (document["timestamp"], *(one["timestamp"] for one in document["statements"])):
        parse_timestamp(moment)
    for one in document["statements"]:
        given = set(one) & REASONS
        assert set(one) - REASONS == STATEMENT
        assert set(one["vulnerability"]) <= {"name", "aliases"}
        if one["status"] == "not_affected":
            assert given in ({"justification"}, {"impact_statement"})
            assert one.get("justification", JUSTIFICATIONS[0]) in JUSTIFICATIONS
        else:
            assert given == ({"action_statement"} if one["status"] == "affected" else set())
        for product in one["products"]:
            assert set(product) <= {"@id", "identifiers", "hashes", "subcomponents"}
            assert product["identifiers"] == {"purl": product["@id"]}
            assert set(product["hashes"]) == {"sha-256"}
            for part in product.get("subcomponents", ()):
                assert set(part) == {"@id", "identifiers"}


def test_the_document_says_of_each_vulnerability_what_was_signed(judged: Device, tmp_path: Path) -> None:
    """Each status has the word, and the reason, that OpenVEX has for it; what nobody judged is left out."""
    document = _exported(judged, tmp_path / "counter.openvex.json")
    _check_schema(document)
    found = {one["vulnerability"]["name"]: one for one in document["statements"]}
    assert set(found) == set(STATUSES)
    for name, (_, status, reason) in STATUSES.items():
        assert found[name]["status"] == status
        assert not reason or reason in found[name]
    assert document["author"] == "Example Medical"
    assert found["CVE-2026-0003"]["action_statement"].startswith(f"Accepted until {IN_A_MONTH}: ")
    assert "Patient harm: none" in found["CVE-2026-0001"]["status_notes"]


def test_products_are_named_by_package_url_and_digest(judged: Device, tmp_path: Path) -> None:
    """Who has the artefact finds what is said of it by its digest; the component is named with its version."""
    digest = sha256_of(judged.artefact.read_bytes())
    document = _exported(judged, tmp_path / "vex.json")
    for one in document["statements"]:
        (product,) = one["products"]
        assert product["hashes"] == {"sha-256": digest}
        assert product["@id"] == f"pkg:generic/counter.zip@{VERSION}?checksum=sha256:{digest}"
        assert product["subcomponents"][0]["@id"] == "pkg:pypi/attrs@26.1.0"


def test_our_own_reader_reads_the_document(judged: Device, tmp_path: Path) -> None:
    """What is exported is recorded again as evidence of what somebody says, statement by statement."""
    path = tmp_path / "counter.openvex.json"
    document = _exported(judged, path)
    with judged.open() as workplace:
        record_files(workplace, [path], evidence_target(workplace, level=""))
        body = workplace.snapshot().records[-1].body
        assert isinstance(body, Exploitability)
        with workplace.ledger.open_blob(body.reading.detail.sha256) as stream:
            read = {one.vulnerability: one for one in read_detail(stream, VexStatement)}
    assert {name: one.status for name, one in read.items()} == {
        name: status for name, (_, status, _) in STATUSES.items()
    }
    (product,) = document["statements"][0]["products"]
    assert read["CVE-2026-0001"].products == (f"{product['@id']} > pkg:pypi/attrs@26.1.0",)


def test_what_ended_is_not_said_any_more(judged: Device, tmp_path: Path) -> None:
    """Lapse: a disposition that is over goes on to be told to users."""
    path = tmp_path / "vex.json"
    ahead = timedelta(days=40_000)
    with (
        judged.open(reading=True, clock=lambda: system_clock() + ahead) as workplace,
        pytest.raises(NothingDisposed, match="7 vulnerabilities are known and not disposed"),
    ):
        export_dispositions(workplace, path)
    assert not path.exists()
    with judged.open(reading=True) as workplace:
        exported = export_dispositions(workplace, path)
    assert exported.undisposed == ("counter: CVE-2026-0099 in attrs 26.1.0 (requirements.lock)",)


def test_nothing_is_exported_where_nothing_is_said(verified: Device, tmp_path: Path) -> None:
    """A document without a statement is none; a version that was not released, and a folder, are refused."""
    with verified.open(reading=True) as workplace:
        with pytest.raises(NothingDisposed):
            export_dispositions(workplace, tmp_path / "vex.json")
        with pytest.raises(ReleaseUnknown):
            export_dispositions(workplace, tmp_path / "vex.json", version="9.9.9")
    record_scan(verified, trivy(("CVE-2026-0001", "26.1.0", "CRITICAL")))
    dispose_and_sign(verified, fingerprints(check(verified))[0])
    with verified.open(reading=True) as workplace, pytest.raises(NotWritten):
        export_dispositions(workplace, tmp_path)


def test_a_released_version_keeps_being_told_of(releasable: Device, tmp_path: Path) -> None:
    """A vulnerability that was found after the release is told of for the released artefacts."""
    with releasable.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
    record_scan(releasable, trivy(("CVE-2026-0001", "26.1.0", "CRITICAL")))
    dispose_and_sign(releasable, fingerprints(check(releasable))[0], status="affected")
    document = _exported(releasable, tmp_path / "vex.json", version=VERSION)
    _check_schema(document)
    assert [one["status"] for one in document["statements"]] == ["affected"]


def test_hostile_words_stay_words() -> None:
    """What people and reports wrote is text in the document, and two findings that say the same say it once."""
    product = VexProduct("a b/c?.zip", '1"0', "0" * 64)
    claim = VexClaim(
        'CVE"\n',
        (),
        "accepted",
        "",
        'because "x"\u2028',
        "notes",
        "2099-01-01",
        "2026-01-01T00:00:00Z",
        (product,),
    )
    document = json.loads(openvex_bytes("Example", "clausework", "2026-01-02T00:00:00Z", [claim, claim]))
    (statement,) = document["statements"]
    assert statement["vulnerability"]["name"] == 'CVE"\n'
    assert statement["products"][0]["@id"].startswith("pkg:generic/c%3F.zip@1%220?checksum=sha256:0")
