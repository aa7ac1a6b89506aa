"""Item baselines: all items at one revision, under a digest that equal items share (clauses 8.1.1, 8.3)."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import BinaryIO, TypeVar

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256
from clausework.core.errors import Defect, IntegrityViolated
from clausework.core.identities import is_item_id
from clausework.items.model import RISK_FILE_TYPES, Item

SCHEMA = "urn:clausework:items:v1"

_LONGEST_LINE = 32 << 20

_T = TypeVar("_T")


class ItemsNotDistinct(Defect):
    """A baseline was asked of items of which two share an ID; ``ItemSet.sound`` is to be asked first."""


class BaselineDamaged(IntegrityViolated):
    """Bytes that should be an item baseline are not one."""


class BaselineHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a baseline: its schema, and how many items follow."""

    schema: str
    count: int


class Baseline(msgspec.Struct, frozen=True):
    """A baseline's digest, its JSON Lines, and how many items of each type it has.

    ``sha256`` is over the items without their places, so moving an item to another file leaves it as it was.
    """

    sha256: Sha256
    lines: bytes
    counts: dict[str, int]


def baseline_of(items: Iterable[Item]) -> Baseline:
    """Return the baseline of ``items``, given in any order. Raises ``ItemsNotDistinct``."""
    ordered = _in_order(items)
    header = canonical_json(BaselineHeader(SCHEMA, len(ordered)))
    lines = b"\n".join([header, *map(canonical_json, ordered), b""])
    counts = Counter(str(item.type) for item in ordered)
    return Baseline(_digest_of(ordered), lines, dict(sorted(counts.items())))


def risk_file_digest(items: Iterable[Item]) -> Sha256:
    """Return the risk management file's version: a digest of hazards, situations, risks and controls."""
    return _digest_of(_in_order(item for item in items if item.type in RISK_FILE_TYPES))


def read_baseline(stream: BinaryIO) -> tuple[Item, ...]:
    """Return the items of the baseline in ``stream``, sorted by ID.

    Raises ``BaselineDamaged`` for a line that is no item or out of order, and when some are missing.
    """
    header = _decode(_header_decoder, _line(stream), 1)
    if header.schema != SCHEMA:
        raise BaselineDamaged(f"The item baseline is of schema '{header.schema}', not '{SCHEMA}'.")
    items: list[Item] = []
    while line := _line(stream):
        item = _decode(_item_decoder, line, len(items) + 2)
        if not is_item_id(item.id) or (items and items[-1].id >= item.id):
            raise BaselineDamaged(
                f"Line {len(items) + 2} of the item baseline is out of order: {item.id[:100]!a}."
            )
        items.append(item)
    if len(items) != header.count:
        raise BaselineDamaged(f"The item baseline holds {len(items)} items; its header says {header.count}.")
    return tuple(items)


_header_decoder = msgspec.json.Decoder(BaselineHeader)
_item_decoder = msgspec.json.Decoder(Item)


def _in_order(items: Iterable[Item]) -> Sequence[Item]:
    ordered = sorted(items, key=lambda item: item.id)
    for earlier, later in itertools.pairwise(ordered):
        if earlier.id == later.id:
            raise ItemsNotDistinct(f"{later.id} is given twice: {earlier.place} and {later.place}.")
    return ordered


def _digest_of(ordered: Iterable[Item]) -> Sha256:
    hasher = hashlib.sha256()
    for item in ordered:
        hasher.update(item.content + b"\n")
    return hasher.hexdigest()


def _line(stream: BinaryIO) -> bytes:
    line = stream.readline(_LONGEST_LINE)
    if line and not line.endswith(b"\n"):
        raise BaselineDamaged("The item baseline breaks off within a line, or has a line that is too long.")
    return line


def _decode(decoder: msgspec.json.Decoder[_T], line: bytes, number: int) -> _T:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BaselineDamaged(f"Line {number} of the item baseline cannot be read: {error}.") from error
