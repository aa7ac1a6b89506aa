"""What a signer's certificate says: whom it was issued to, and by whose word. It is shown, not verified."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

from clausework.evidence.readers.attestation_statement import shown
from clausework.evidence.source import ValueRejected

if TYPE_CHECKING:
    from cryptography import x509

_ISSUER = "1.3.6.1.4.1.57264.1.8"
_ISSUER_BEFORE = "1.3.6.1.4.1.57264.1.1"
_UTF8_STRING = 0x0C


def signer_in_pem(certificate: str) -> str:
    """Return the signer by a certificate in PEM; raises ``ValueRejected`` where it is none."""
    from cryptography.x509 import load_pem_x509_certificate

    return _signer_by(load_pem_x509_certificate, certificate.encode("utf-8", "surrogatepass"))


def signer_in_der(certificate: bytes) -> str:
    """Return the signer by a certificate in DER; raises ``ValueRejected`` where it is none."""
    from cryptography.x509 import load_der_x509_certificate

    return _signer_by(load_der_x509_certificate, certificate)


def _signer_by(load: Callable[[bytes], x509.Certificate], data: bytes) -> str:
    from cryptography import x509 as certificates
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is odd in it concerns those who verify it
            return _signer(load(data))
    except (
        ValueError,
        TypeError,
        UnsupportedAlgorithm,
        certificates.DuplicateExtension,
        certificates.InvalidVersion,
        certificates.UnsupportedGeneralNameType,
    ) as error:
        raise ValueRejected("a certificate cannot be read") from error


def _signer(certificate: x509.Certificate) -> str:
    from cryptography import x509 as certificates

    name = issuer = ""
    for extension in certificate.extensions:
        value = extension.value
        if isinstance(value, certificates.SubjectAlternativeName):
            name = ", ".join(_general_name(one) for one in value)
        elif isinstance(value, certificates.UnrecognizedExtension):
            issuer = _issuer(extension.oid.dotted_string, value.value) or issuer
    name = name or certificate.subject.rfc4514_string()
    return shown(f"{name}, as {issuer} says" if issuer else name)


def _general_name(name: x509.GeneralName) -> str:
    value = name.value
    if isinstance(value, bytes):  # another kind of name, as Fulcio gives to users of some services
        return value[2:].decode("utf-8", "replace") if value[:1] == bytes([_UTF8_STRING]) else value.hex()
    return value if isinstance(value, str) else str(value)


def _issuer(identifier: str, value: bytes) -> str:
    """Return the identity provider that vouched, in Fulcio's extension; its newer one is a DER text."""
    if identifier == _ISSUER and value[:1] == bytes([_UTF8_STRING]) and value[1:2] < b"\x80":
        return value[2:].decode("utf-8", "replace")
    return value.decode("utf-8", "replace") if identifier == _ISSUER_BEFORE else ""
