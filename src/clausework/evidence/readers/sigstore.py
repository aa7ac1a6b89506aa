"""Reads Sigstore bundles v0.1 to v0.3: signed attestations and signatures (clauses 5.8.5, 5.8.8; 81001-5-1 5.8.3).

Reading shows what is said, to whom the certificate was issued and where the signature was logged; nothing is claimed
to be verified.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec

from clausework.evidence.detail import AttestedStatement, DetailWriter
from clausework.evidence.format import Format, ProvenanceRead
from clausework.evidence.json_walk import first_members
from clausework.evidence.readers.attestation_certificates import signer_in_der
from clausework.evidence.readers.attestation_documents import (
    MOST_DOCUMENTS,
    Envelope,
    decode_base64,
    decode_document,
    read_documents,
)
from clausework.evidence.readers.attestation_statement import Statements, shown
from clausework.evidence.source import Source, ValueRejected, WrongKind

MESSAGE_SIGNATURE = "message-signature"
"""Stands for the predicate type where a bundle signs bytes and states nothing."""

_MEDIA_TYPE = re.compile(
    r"application/vnd\.dev\.sigstore\.bundle(?:\+json;\s*version=0\.[1-3]|\.v0\.3\+json)(?:\.[0-9]+)?"
)
_WRAPPED = re.compile(r'\[\s*\{\s*"(?:bundle|predicateType|repository_id|initiator)"')
_DIGESTS = {"SHA2_256": ("sha256", 32), "SHA2_384": ("sha384", 48), "SHA2_512": ("sha512", 64)}
_NUMBER = re.compile(r"[0-9]{1,18}")
_LATEST = 253_402_300_799
_MOST_ENTRIES = 100


class _Certificate(msgspec.Struct, frozen=True):
    raw: str = msgspec.field(name="rawBytes")


class _Chain(msgspec.Struct, frozen=True):
    certificates: tuple[_Certificate, ...] = ()


class _PublicKey(msgspec.Struct, frozen=True):
    hint: str | None = None


class _LogEntry(msgspec.Struct, frozen=True, rename="camel"):
    log_index: str | int | None = None
    integrated_time: str | int | None = None


class _Material(msgspec.Struct, frozen=True, rename="camel"):
    chain: _Chain | None = msgspec.field(default=None, name="x509CertificateChain")
    certificate: _Certificate | None = None
    public_key: _PublicKey | None = None
    tlog_entries: tuple[_LogEntry, ...] | None = None


class _Digest(msgspec.Struct, frozen=True):
    algorithm: str
    digest: str


class _Message(msgspec.Struct, frozen=True, rename="camel"):
    message_digest: _Digest
    signature: str


class _Bundle(msgspec.Struct, frozen=True, rename="camel"):
    media_type: str
    verification_material: _Material
    dsse_envelope: Envelope | None = None
    message_signature: _Message | None = None


class _Wrapped(msgspec.Struct, frozen=True):
    bundle: _Bundle


class _Document(msgspec.Struct, frozen=True):
    """What tells a bundle from an interface's answer that holds several."""

    attestations: tuple[_Wrapped, ...] | None = None


def _add(statements: Statements, bundle: _Bundle) -> None:
    if not _MEDIA_TYPE.fullmatch(bundle.media_type):
        raise WrongKind(
            f"mediaType '{shown(bundle.media_type)[:80]}' is not of a bundle v0.1 to v0.3", offset=0
        )
    material = bundle.verification_material
    signed_by = (f"{_signer(material)}{_entries(statements, material)}",)
    hint = material.public_key.hint if material.public_key else None
    envelope, message = bundle.dsse_envelope, bundle.message_signature
    if envelope is not None and message is None:
        key_ids = [one.keyid for one in envelope.signatures if one.keyid]
        statements.add_statement(envelope.content(), tuple(key_ids or filter(None, [hint])), signed_by)
    elif message is not None and envelope is None:
        if not decode_base64(message.signature, "a signature"):
            raise ValueRejected("a bundle bears an empty signature")
        subject = ("", _digest(message.message_digest))
        key_ids = [hint[:300]] if hint else []
        statements.add(
            AttestedStatement(
                MESSAGE_SIGNATURE, (subject,), key_ids=tuple(map(shown, key_ids)), signed_by=signed_by
            )
        )
    else:
        raise ValueRejected("a bundle holds neither an envelope nor a signature, or both")


def _signer(material: _Material) -> str:
    named = (*(material.chain.certificates if material.chain else ()), material.certificate)
    certificate = next((one for one in named if one is not None), None)
    if certificate is not None:
        return signer_in_der(decode_base64(certificate.raw, "a certificate"))
    if material.public_key is None:
        raise ValueRejected("a bundle names neither a certificate nor a key")
    return "a key"


def _entries(statements: Statements, material: _Material) -> str:
    """Return where the signature was logged, as far as the bundle says."""
    entries = material.tlog_entries or ()
    if not entries:
        statements.remarks.add("a bundle names no entry of a transparency log")
    if len(entries) > _MOST_ENTRIES:
        raise ValueRejected(f"a bundle names more than {_MOST_ENTRIES} entries of a log")
    texts = []
    for entry in entries:
        index, seconds = _number(entry.log_index), _number(entry.integrated_time)
        at = f" of {datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}" if seconds else ""
        texts.append(f"; transparency log entry {index}{at}")
    return "".join(texts[:3])


def _number(value: str | int | None) -> int:
    """Return a number that protocol buffers write as text; none is zero, as they leave it out."""
    text = str(value if value is not None else 0)
    if not _NUMBER.fullmatch(text) or int(text) > _LATEST:
        raise ValueRejected(f"'{text[:40]}' is no number of a log entry")
    return int(text)


def _digest(digest: _Digest) -> str:
    name, length = _DIGESTS.get(digest.algorithm, ("", 0))
    raw = decode_base64(digest.digest, "a digest")
    if not name or len(raw) != length:
        raise ValueRejected(f"a digest is not one of {', '.join(_DIGESTS)}")
    return f"{name}:{raw.hex()}"


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None:
        return False
    if "mediaType" in members:
        return members["mediaType"].startswith('"application/vnd.dev.sigstore.bundle')
    if "attestations" in members:
        return _WRAPPED.match(members["attestations"]) is not None
    return "verificationMaterial" in members and ("dsseEnvelope" in members or "messageSignature" in members)


def _parse(source: Source, detail: DetailWriter) -> ProvenanceRead:
    statements = Statements(detail)
    for text in read_documents(source):
        wrapped = decode_document(text, _Document).attestations
        if wrapped is None:
            _add(statements, decode_document(text, _Bundle))
        elif len(wrapped) > MOST_DOCUMENTS:
            raise ValueRejected(f"it holds more than {MOST_DOCUMENTS} bundles")
        for one in wrapped or ():
            _add(statements, one.bundle)
    return statements.result()


FORMAT = Format(
    "sigstore",
    1,
    "provenance",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
    (".sigstore.json", ".sigstore", ".jsonl"),
    _sniff,
    _parse,
    "Sigstore bundles",
    ("5.8.5", "5.8.8", "81001-5-1 5.8.3"),
)
