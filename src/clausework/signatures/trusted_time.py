"""RFC 3161 tokens: what to send an authority, and whether what it answered holds, now or years later, offline.

A token is over the SHA-256 of a record's Statement. It is held against the certificates of the plan that was in force
when it was recorded, as of the token's own time: an authority's certificate that expired since takes nothing away.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.core.clock import timestamp
from clausework.core.digests import sha256_of
from clausework.core.errors import IntegrityViolated

_SHA256 = "2.16.840.1.101.3.4.2.1"


class TokenDoesNotHold(IntegrityViolated):
    """A token is not one, is over something else, or is not by an authority whose certificate the plan names."""

    hint = "See that the plan names the authority's root certificate; ask the authority; nothing was recorded of it."


class Stamp(msgspec.Struct, frozen=True):
    """What a token that holds says: the time, and the subject of the certificate that signed it."""

    at: str
    authority: str


def time_request(message: bytes) -> tuple[bytes, int]:
    """Return the request, in DER, for a token over the SHA-256 of ``message``, and the nonce in it."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request = (
        TimestampRequestBuilder()
        .data(message)
        .hash_algorithm(HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .cert_request(cert_request=True)
        .build()
    )
    nonce = request.nonce
    return request.as_bytes(), int(nonce or 0)


def check_token(
    response: bytes, sha256: str, certificates: Sequence[str], *, nonce: int | None = None
) -> Stamp:
    """Return what the authority's ``response`` (DER) says of the record of digest ``sha256``.

    ``certificates`` are the plan's, in PEM; ``nonce`` that of the request, where the answer is fresh. Raises
    ``TokenDoesNotHold``.
    """
    from cryptography import x509
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        decoded = decode_timestamp_response(response)
        info = decoded.tst_info
        builder = VerifierBuilder() if nonce is None else VerifierBuilder(nonce=nonce)
        for text in dict.fromkeys(certificates):
            builder = builder.add_root_certificate(x509.load_pem_x509_certificate(text.encode()))
        if info.message_imprint.hash_algorithm.dotted_string != _SHA256:
            raise TokenDoesNotHold("The token is not over a SHA-256.")
        builder.build().verify(decoded, bytes.fromhex(sha256))
        signer = next(iter(decoded.signed_data.signer_infos))
        subject = next(
            one.subject.rfc4514_string()
            for one in map(x509.load_der_x509_certificate, decoded.signed_data.certificates)
            if (one.issuer, one.serial_number) == (signer.issuer, signer.serial_number)
        )
        return Stamp(timestamp(info.gen_time), subject)
    except (VerificationError, ValueError, StopIteration) as error:
        raise TokenDoesNotHold(
            f"The token {sha256_of(response)[:12]} over {sha256[:12]} does not hold: {error}."
        ) from error
