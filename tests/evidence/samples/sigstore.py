"""A small good report of the format ``sigstore``."""

from __future__ import annotations

import json
from typing import Any

from tests.evidence.sample import Sample
from tests.evidence.samples.in_toto import envelope


def bundle(**members: Any) -> dict[str, Any]:
    """Return a bundle of an attestation that a key signed."""
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {
            "publicKey": {"hint": "key-1"},
            "tlogEntries": [{"logIndex": "42", "integratedTime": "1767225600"}],
        },
        "dsseEnvelope": envelope(),
        **members,
    }


SIGSTORE = json.dumps(bundle()).encode() + b"\n"

SAMPLE = Sample(
    SIGSTORE,
    "infusor.sigstore.json",
    word=b"sigstore",
    open_ended="JSON Lines: any number of bundles is a whole file",
)
