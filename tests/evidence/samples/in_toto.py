"""A small good report of the format ``in_toto``."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.evidence.sample import Sample

STATEMENT: dict[str, Any] = {
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [{"name": "infusor.bin", "digest": {"sha256": "ab" * 32}}],
    "predicateType": "https://slsa.dev/provenance/v1",
    "predicate": {
        "buildDefinition": {
            "buildType": "https://example.com/build/v1",
            "externalParameters": {},
            "resolvedDependencies": [
                {"uri": "git+https://example.com/pump@refs/heads/main", "digest": {"gitCommit": "cd" * 20}}
            ],
        },
        "runDetails": {"builder": {"id": "https://example.com/builder"}},
    },
}


def envelope(statement: Any = STATEMENT, **members: Any) -> dict[str, Any]:
    """Return an envelope of ``statement``, whose signature nobody verifies by reading."""
    payload = base64.b64encode(json.dumps(statement).encode()).decode()
    signatures = [{"keyid": "key-1", "sig": base64.b64encode(bytes(64)).decode()}]
    content = {"payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": signatures}
    return {**content, **members}


IN_TOTO = json.dumps(envelope()).encode() + b"\n"

SAMPLE = Sample(
    IN_TOTO,
    "infusor.intoto.jsonl",
    word=b"application",
    open_ended="JSON Lines: any number of envelopes is a whole file",
)
