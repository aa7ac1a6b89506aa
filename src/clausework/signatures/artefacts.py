"""The pipeline's signature of an artefact: what is delivered is what was built (clause 5.8.8).

Signed is the text ``clausework artefact v1``, a line feed, ``sha256:`` with the digest, and a line feed. It
begins like nothing else that these keys sign, so that no other signature can pass for one of an artefact.
"""

from __future__ import annotations

import base64
import binascii

from clausework.core.digests import parse_sha256
from clausework.ledger.records.build import ArtefactSignature
from clausework.ledger.signing import Signer, key_id_of, signature_holds


def artefact_message(sha256: str) -> bytes:
    """Return the bytes that are signed for the artefact with the digest ``sha256``; raises ``NotADigest``."""
    return f"clausework artefact v1\nsha256:{parse_sha256(sha256)}\n".encode()


def sign_artefact(sha256: str, signer: Signer) -> ArtefactSignature:
    """Return the signature by ``signer`` of the artefact with digest ``sha256``; raises ``NotADigest``."""
    signature = signer.sign(artefact_message(sha256))
    return ArtefactSignature(key_id_of(signer.public_key), base64.b64encode(signature).decode())


def artefact_signature_holds(sha256: str, signature: ArtefactSignature, public_key: bytes) -> bool:
    """Tell whether ``signature`` is that of ``public_key`` over the artefact with the digest ``sha256``."""
    if signature.key_id != key_id_of(public_key):
        return False
    try:
        raw = base64.b64decode(signature.signature, validate=True)
    except (ValueError, binascii.Error):
        return False
    return signature_holds(public_key, raw, artefact_message(sha256))
