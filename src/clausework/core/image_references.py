"""References to container images: ``registry.example.com:5000/pump/alarm:2.4.1@sha256:...``; the digest decides."""

from __future__ import annotations

import re

import msgspec

from clausework.core.digests import Sha256
from clausework.core.errors import UsageFault

_PINNED = re.compile(r"(?P<name>[A-Za-z0-9\[][A-Za-z0-9._:/\[\]-]*)@sha256:(?P<sha256>[0-9a-f]{64})")


class NotPinned(UsageFault):
    """An image is named by tag, which may be another image tomorrow."""

    hint = "Write it as NAME@sha256:DIGEST; 'docker buildx imagetools inspect NAME:TAG' shows the digest."


class PinnedImage(msgspec.Struct, frozen=True):
    """An image as a reference names it: without its tag, which says nothing beside the digest of its manifest."""

    name: str
    sha256: Sha256


def pinned_image(reference: str) -> PinnedImage | None:
    """Return the image that ``reference`` pins by SHA-256; ``None`` where it pins none."""
    found = _PINNED.fullmatch(reference)
    return PinnedImage(without_tag(found["name"]), found["sha256"]) if found else None


def parse_pinned_image(reference: str) -> PinnedImage:
    """Return the image that ``reference`` pins; raises ``NotPinned``."""
    found = pinned_image(reference.strip())
    if found is None:
        raise NotPinned(f"'{reference}' does not name an image by the digest of its manifest.")
    return found


def without_tag(name: str) -> str:
    """Return ``name`` without its tag; a registry's port is none."""
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"
