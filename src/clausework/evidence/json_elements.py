"""Decodes the elements of a large JSON array many at a time, and one at a time where there is doubt.

An element alone is read twice: by a scanner that sees members named twice, then into its type. That is sure,
and slow. Elements of one report look alike, so the text between two of them tells where a run of them ends;
a run is decoded in one go. It is accepted when, encoded again, it has as many colons as before: then no
member was lost, neither one that is named twice nor one that the type does not have. Otherwise the sure way
is taken.
"""

from __future__ import annotations

from typing import Generic, TypeVar, cast

import msgspec

Element = TypeVar("Element", bound=msgspec.Struct)

Unread = msgspec.Raw | msgspec.UnsetType
"""The type of a member whose value is kept as it stands and not looked into; its default is ``UNSET``."""

_encoder = msgspec.json.Encoder()


class RunDecoder(Generic[Element]):
    """Decodes runs of elements of one struct type.

    The type declares every member that the format has, and each defaults to ``UNSET``, so that encoding
    writes what was read and nothing else. A type that declares fewer is read correctly, but one element at a
    time.
    """

    def __init__(self, element: type[Element]) -> None:
        runs = cast("type[list[Element]]", list.__class_getitem__(element))
        self._decoder = msgspec.json.Decoder(runs)

    def decode(self, text: str) -> list[Element] | None:
        """Return the elements in ``text``, commas between them; ``None`` where there is any doubt."""
        try:
            elements = self._decoder.decode(f"[{text}]")
        except (msgspec.DecodeError, RecursionError):
            return None
        if "\\u00" in text and ("\\u003a" in text or "\\u003A" in text):
            return None  # a colon spelled otherwise would make up for a lost one
        return elements if _encoder.encode(elements).count(b":") == text.count(":") else None
