"""Challenges of a Rego policy: JSON documents that say what facts it is asked about, and what must come of them.

``facts`` is a whole facts document; ``patch`` is merged into that of a build which all built-in checks pass, as a JSON
merge patch (RFC 7396). Either must be facts as the schema has them: a misspelt member would be a fact that is never
seen.
"""

from __future__ import annotations

import functools
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from clausework.core.errors import InputRejected
from clausework.gates.facts import Facts
from clausework.gates.folding import facts_document

_DEEPEST = 30


class ChallengeRejected(InputRejected):
    """A policy's challenge is not written as one."""

    hint = "Write {name, expects, patch} or {name, expects, facts}; docs/policies.md shows one."


class PolicyChallenge(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A challenge: its name, the outcome that must come, and the facts or what is changed in those of a sound build."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    expects: Literal["pass", "fail", "not_evaluated"]
    facts: dict[str, Any] | None = None
    patch: dict[str, Any] | None = None


def read_challenge(name: str, data: bytes) -> PolicyChallenge:
    """Return the challenge in the file ``name``; raises ``ChallengeRejected``."""
    try:
        challenge = msgspec.json.decode(data, type=PolicyChallenge)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ChallengeRejected(f"The challenge {name} cannot be read: {error}.") from error
    if (challenge.facts is None) == (challenge.patch is None):
        raise ChallengeRejected(f"The challenge {name} has either 'facts' or a 'patch' of them.")
    return challenge


def document_of(challenge: PolicyChallenge) -> bytes:
    """Return the facts document that the policy is asked about; raises ``ChallengeRejected``."""
    given = challenge.facts if challenge.facts is not None else merged(_sound(), challenge.patch or {})
    try:
        facts = msgspec.convert(given, Facts)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ChallengeRejected(f"The challenge '{challenge.name}' does not hold facts: {error}.") from error
    if unknown := _unknown(given, Facts, ""):
        raise ChallengeRejected(f"The challenge '{challenge.name}' names '{unknown}', which is no fact.")
    return facts_document(facts)


def merged(into: Any, patch: Any, depth: int = 0) -> Any:
    """Return ``into`` with ``patch`` merged (RFC 7396): null takes a member out, a list stands for the whole list."""
    if not isinstance(patch, dict) or depth > _DEEPEST:
        return patch
    result = dict(into) if isinstance(into, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value, depth + 1)
    return result


@functools.cache
def _sound() -> Any:
    from clausework.gates.challenge import SOUND
    from clausework.gates.proving import (
        facts_of,
    )  # reads, signs and folds: what asks no policy need not load it

    return msgspec.json.decode(facts_document(facts_of(SOUND)))


def _unknown(given: Any, kind: Any, at: str) -> str:
    """Return the first member of ``given`` that facts of ``kind`` do not have; empty where they have all."""
    if isinstance(given, dict):
        struct = next(
            (one for one in _shapes(kind) if isinstance(one, type) and issubclass(one, msgspec.Struct)), None
        )
        if struct is not None:
            return _unknown_member(given, struct, at)
        inner = next((get_args(one)[1] for one in _shapes(kind) if get_origin(one) is dict), None)
        members = [(value, inner, f"{at}.{name}") for name, value in given.items()]
    elif isinstance(given, list):
        inner = next((get_args(one)[0] for one in _shapes(kind) if get_origin(one) in {tuple, list}), None)
        members = [(value, inner, f"{at}.{number}") for number, value in enumerate(given)]
    else:
        return ""
    return next(filter(None, (_unknown(*member) for member in members)), "")


def _unknown_member(given: dict[str, Any], struct: type[msgspec.Struct], at: str) -> str:
    kinds = _members(struct)
    for name, value in given.items():
        place = f"{at}.{name}".lstrip(".")
        found = place if name not in kinds else _unknown(value, kinds[name], place)
        if found:
            return found
    return ""


@functools.cache
def _members(struct: type[msgspec.Struct]) -> dict[str, Any]:
    hints = get_type_hints(struct)
    return {field.encode_name: hints[field.name] for field in msgspec.structs.fields(struct)}


def _shapes(kind: Any) -> tuple[Any, ...]:
    """Return what a value of a type may be: the members of a union, else the type itself."""
    return get_args(kind) if get_origin(kind) in {Union, types.UnionType} else (kind,)
