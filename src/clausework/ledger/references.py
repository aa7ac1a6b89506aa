"""Which blobs a record names, found by the types of its body: no list of kinds to keep in step."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from functools import cache

import msgspec

from clausework.ledger.records.evidence import Rejection
from clausework.ledger.records.values import Descriptor

_Finder = Callable[[typing.Any], Iterator[Descriptor]]


def descriptors_of(body: msgspec.Struct) -> Iterator[Descriptor]:
    """Yield what ``body`` says is kept as a blob, the raw bytes of a rejection included."""
    if isinstance(body, Rejection):
        yield Descriptor(body.name, body.raw_sha256, body.raw_size)
    finder = _finder_in(type(body))
    if finder is not None:
        yield from finder(body)


@cache
def _finder_in(struct: type[msgspec.Struct]) -> _Finder | None:
    hints = typing.get_type_hints(struct)
    found = [(name, finder) for name, kind in hints.items() if (finder := _finder(kind)) is not None]
    if not found:
        return None

    def find(value: msgspec.Struct) -> Iterator[Descriptor]:
        for name, finder in found:
            member = getattr(value, name)
            if member is not None:
                yield from finder(member)

    return find


def _finder(kind: object) -> _Finder | None:
    if kind is Descriptor:
        return lambda value: iter((value,))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _finder_in(kind)
    origin = typing.get_origin(kind)
    arguments = [one for one in typing.get_args(kind) if one not in {types.NoneType, Ellipsis}]
    if origin is dict:
        inner = _finder(arguments[1])
        return inner and _each(inner, lambda value: value.values())
    if origin in {tuple, list}:
        inner = _finder(arguments[0])
        return inner and _each(inner, iter)
    if origin in {typing.Union, types.UnionType} and len(arguments) == 1:
        return _finder(arguments[0])
    return None


def _each(finder: _Finder, members: Callable[[typing.Any], typing.Iterable[typing.Any]]) -> _Finder:
    def find(value: object) -> Iterator[Descriptor]:
        for member in members(value):
            yield from finder(member)

    return find
