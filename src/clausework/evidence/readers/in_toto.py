"""Reads in-toto statements, bare or in DSSE envelopes: provenance of builds (clauses 5.8.5, 8.1.2; 81001-5-1 5.8.3).

Reading shows what is said and whose signatures are borne; nothing is claimed to be verified.
"""

from __future__ import annotations

import re

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import Format, ProvenanceRead
from clausework.evidence.json_walk import first_members
from clausework.evidence.readers.attestation_certificates import signer_in_pem
from clausework.evidence.readers.attestation_documents import (
    PAYLOAD_TYPE,
    Envelope,
    decode_document,
    read_documents,
)
from clausework.evidence.readers.attestation_statement import STATEMENT_TYPES, Statements
from clausework.evidence.source import Source, WrongKind

_ENCODED_OBJECT = re.compile(r'"(?:ey|ewo|e30|ICA|CiA)')


class _Document(msgspec.Struct, frozen=True):
    """What tells an envelope from a statement."""

    kind: str | None = msgspec.field(default=None, name="_type")
    payload: str | None = None
    media_type: str | None = msgspec.field(default=None, name="mediaType")


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None or "mediaType" in members:
        return False
    kind = members.get("_type", "")
    if any(kind.startswith(f'"{one}"') for one in STATEMENT_TYPES):
        return True
    if "payloadType" in members:
        return members["payloadType"].startswith(f'"{PAYLOAD_TYPE}"')
    # A payload that goes on behind the head hides what comes after it.
    return members.keys() == {"payload"} and _ENCODED_OBJECT.match(members["payload"]) is not None


def _parse(source: Source, detail: DetailWriter) -> ProvenanceRead:
    statements = Statements(detail)
    for text in read_documents(source):
        document = decode_document(text, _Document)
        if document.payload is not None:
            envelope = decode_document(text, Envelope)
            key_ids = tuple(one.keyid for one in envelope.signatures if one.keyid)
            signed_by = tuple(signer_in_pem(one.cert) for one in envelope.signatures if one.cert)
            statements.add_statement(envelope.content(), key_ids, signed_by)
        elif document.kind is not None and document.media_type is None:
            statements.remarks.add("a statement bears no signature")
            statements.add_statement(text.encode(), ())
        else:
            raise WrongKind("a document is neither an in-toto statement nor an envelope of one", offset=0)
    return statements.result()


FORMAT = Format(
    "in_toto",
    1,
    "provenance",
    "application/vnd.in-toto+json",
    (".intoto.jsonl", ".intoto.json", ".att"),
    _sniff,
    _parse,
    "in-toto attestations",
    ("5.8.5", "8.1.2", "81001-5-1 5.8.3"),
)
