"""Whether a name stands for the same bytes tomorrow: a commit's ID, an image's digest (clauses 5.1.10, 5.8.5)."""

from __future__ import annotations

import re

from clausework.core.places import Place
from clausework.evidence.pipelines.model import Image

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_DIGEST = re.compile(r"@(sha256:[0-9a-f]{64})$")


def is_commit(ref: str) -> bool:
    """Tell whether a revision is a whole commit ID: a branch, a tag and a short ID can all be moved or guessed."""
    return _COMMIT.fullmatch(ref) is not None


def image_of(written: str, place: Place) -> Image:
    """Return an image as it was written: its name with the tag, and its digest where it is pinned by one."""
    digest = _DIGEST.search(written)
    return Image(_DIGEST.sub("", written), digest[1] if digest else "", place)
