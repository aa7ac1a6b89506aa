"""Whether a name stands for the same bytes tomorrow: a commit's ID, an image's digest (clauses 5.1.10, 5.8.5)."""

from __future__ import annotations

import re

from clausework.core.places import Place
from clausework.evidence.pipelines.model import Image

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_DIGEST = re.compile(r"@(sha256:[0-9a-f]{64})$")


_FROM = re.compile(
    rb"^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(\S+)(?:[ \t]+AS[ \t]+(\S+))?", re.IGNORECASE | re.MULTILINE
)


def is_commit(ref: str) -> bool:
    """Tell whether a revision is a whole commit ID: a branch, a tag and a short ID can all be moved or guessed."""
    return _COMMIT.fullmatch(ref) is not None


def image_of(written: str, place: Place) -> Image:
    """Return an image as it was written: its name with the tag, and its digest where it is pinned by one."""
    digest = _DIGEST.search(written)
    return Image(_DIGEST.sub("", written), digest[1] if digest else "", place)


def images_of_dockerfile(data: bytes, path: str) -> tuple[Image, ...]:
    """Return the images that a Dockerfile builds upon, those aside that it makes itself."""
    found: list[Image] = []
    own = {b"scratch"}
    for one in _FROM.finditer(data):
        if one[1] not in own:
            place = Place(path, data.count(b"\n", 0, one.start(1)) + 1)
            found.append(image_of(one[1].decode("utf-8", "replace"), place))
        own.add(one[2])
    return tuple(found)
