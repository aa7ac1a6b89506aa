"""From placed YAML to frozen structs, telling every error at once with its line and column.

``msgspec.convert`` stops at the first error; a plan with five mistakes should be mended in one go.
"""

from __future__ import annotations

import difflib
import functools
import types
import typing
from typing import Any, TypeVar

import msgspec

from clausework.core.placed_yaml import Path, PlacedDocument
from clausework.core.places import Finding

T = TypeVar("T")


def decode_placed(
    document: PlacedDocument, into: type[T], *, at: Path = ()
) -> tuple[T | None, list[Finding]]:
    """Return what stands at ``at`` in ``document`` as ``into``, and all that is wrong with it.

    Where there are findings the value is ``None``. Unknown keys are findings, with the nearest known key as
    the hint. ``at`` leads to a value that is there.
    """
    decoder = _Decoder(document)
    value = document.value
    for step in at:
        value = value[step]
    result = decoder.convert(value, into, at)
    return (None, decoder.findings) if decoder.findings else (result, [])


class _Decoder:
    def __init__(self, document: PlacedDocument) -> None:
        self.document = document
        self.findings: list[Finding] = []

    def report(self, rule: str, message: str, path: Path, *, key: bool = False, hint: str = "") -> None:
        place = self.document.place_of_key(path) if key else self.document.place_of(path)
        self.findings.append(Finding(rule, message, place, hint=hint))

    def convert(self, value: Any, into: Any, path: Path) -> Any:
        shape, bounds = _unwrapped(into)
        if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
            return self._struct(value, shape, path)
        origin, arguments = typing.get_origin(shape), typing.get_args(shape)
        if origin in {typing.Union, types.UnionType}:
            return self._union(value, into, arguments, path)
        if origin in {list, tuple}:
            return self._sequence(value, arguments[0], path, origin, bounds)
        if origin is dict:
            return self._mapping(value, arguments, path, bounds)
        return self._leaf(value, into, path)

    def _leaf(self, value: Any, into: Any, path: Path, *, key: bool = False) -> Any:
        try:
            return msgspec.convert(value, into)
        except msgspec.ValidationError as error:
            message = str(error)
            quote = isinstance(value, int) and "Expected `str" in message
            hint = f"Put it in quotes: '{str(value).lower()}'." if quote else ""
            told = f"{_named(path)}: {_wanted(into) or _lowered(message)}"
            self.report("value", told, path, key=key, hint=hint)
            return None

    def _union(self, value: Any, into: Any, arguments: tuple[Any, ...], path: Path) -> Any:
        if value is None and types.NoneType in arguments:
            return None
        shapes = [argument for argument in arguments if argument is not types.NoneType]
        if len(shapes) == 1:
            return self.convert(value, shapes[0], path)
        for shape in shapes:
            if _fits(value, shape):
                return self.convert(value, shape, path)
        return self._leaf(value, into, path)

    def _sequence(
        self, value: Any, element: Any, path: Path, origin: type, bounds: tuple[msgspec.Meta, ...]
    ) -> Any:
        if not isinstance(value, list):
            self.report("value", f"{_named(path)}: should be a list", path)
            return None
        self._check_length(value, bounds, path)
        return origin(self.convert(member, element, (*path, number)) for number, member in enumerate(value))

    def _mapping(
        self, value: Any, arguments: tuple[Any, ...], path: Path, bounds: tuple[msgspec.Meta, ...]
    ) -> Any:
        if not isinstance(value, dict):
            self.report("value", f"{_named(path)}: should be a mapping", path)
            return None
        self._check_length(value, bounds, path)
        result = {}
        for name, member in value.items():
            key = self._leaf(name, arguments[0], (*path, name), key=True)
            result[key] = self.convert(member, arguments[1], (*path, name))
        return result

    def _check_length(
        self, value: list[Any] | dict[str, Any], bounds: tuple[msgspec.Meta, ...], path: Path
    ) -> None:
        for bound in bounds:
            if bound.min_length is not None and len(value) < bound.min_length:
                self.report("value", f"{_named(path)}: should hold at least {bound.min_length}", path)
            if bound.max_length is not None and len(value) > bound.max_length:
                self.report("value", f"{_named(path)}: should hold at most {bound.max_length}", path)

    def _struct(self, value: Any, into: type[msgspec.Struct], path: Path) -> Any:
        if not isinstance(value, dict):
            self.report("value", f"{_named(path)}: should be a mapping", path)
            return None
        fields = _fields(into)
        for name in value:
            if name not in fields:
                self._unknown_key(str(name), list(fields), path)
        given: dict[str, Any] = {}
        for name, (field, shape) in fields.items():
            if name in value:
                given[field.name] = self.convert(value[name], shape, (*path, name))
            elif field.required:
                self.report("missing", f"'{name}' is missing", path)
        if self.findings:
            return None
        try:
            return into(**given)
        except ValueError as error:
            self.report("value", str(error), path)
            return None

    def _unknown_key(self, name: str, known: list[str], path: Path) -> None:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else f"Known here: {', '.join(sorted(known))}."
        self.report("unknown-key", f"'{name}' is not known here. {hint}", (*path, name), key=True, hint=hint)


@functools.cache
def _fields(into: type[msgspec.Struct]) -> dict[str, tuple[msgspec.structs.FieldInfo, Any]]:
    """Return the fields of a struct by the name they are written under, each with its type."""
    hints = typing.get_type_hints(into, include_extras=True)
    return {field.encode_name: (field, hints[field.name]) for field in msgspec.structs.fields(into)}


def _unwrapped(into: Any) -> tuple[Any, tuple[msgspec.Meta, ...]]:
    """Return the type inside ``Annotated``, and the bounds that were annotated."""
    if typing.get_origin(into) is not typing.Annotated:
        return into, ()
    inner, *metadata = typing.get_args(into)
    return inner, tuple(one for one in metadata if isinstance(one, msgspec.Meta))


def _fits(value: Any, shape: Any) -> bool:
    """Tell whether ``value`` is of the outer kind of ``shape``, so that errors speak of the right shape."""
    shape, _ = _unwrapped(shape)
    origin = typing.get_origin(shape)
    if isinstance(value, dict):
        return origin is dict or (isinstance(shape, type) and issubclass(shape, msgspec.Struct))
    if isinstance(value, list):
        return origin in {list, tuple}
    return False


def _wanted(into: Any) -> str:
    """Return what a value of type ``into`` should be, in words, where its type says so; else nothing."""
    shape, bounds = _unwrapped(into)
    described = [bound.description for bound in bounds if bound.description]
    if described:
        return f"should be {described[-1]}"
    if typing.get_origin(shape) is typing.Literal:
        return f"should be one of {', '.join(str(value) for value in typing.get_args(shape))}"
    return ""


def _named(path: Path) -> str:
    return ".".join(str(step) for step in path) or "the document"


def _lowered(message: str) -> str:
    return message[0].lower() + message[1:]
