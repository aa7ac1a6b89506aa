"""In-toto statements v0.1 and v1, and what SLSA provenance v0.1, v0.2 and v1 says in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import UNSET

from clausework.core.printable import printable
from clausework.evidence.detail import AttestedStatement, DetailWriter
from clausework.evidence.format import ProvenanceRead
from clausework.evidence.json_elements import Unread
from clausework.evidence.json_walk import decode_kept
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import ValueRejected

STATEMENT_TYPES = ("https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1")

_PROVENANCE = "https://slsa.dev/provenance/"
_BEFORE_1 = ("v0.1", "v0.2")
_DIGEST = re.compile(r"[0-9A-Za-z+/=:_.-]{1,200}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ALGORITHM = re.compile(r"[0-9A-Za-z_.:/-]{1,60}")
_LONGEST_NAME = 300
_MOST_DIGESTS = 5_000
_MOST_SHOWN = 100

Pairs = tuple[tuple[str, str], ...]


class _Described(msgspec.Struct, frozen=True):
    """A subject, a material, a dependency: what it is called, and its digests by algorithm."""

    name: str | None = None
    uri: str | None = None
    digest: dict[str, str] | None = None


class _Statement(msgspec.Struct, frozen=True, rename="camel"):
    kind: str = msgspec.field(name="_type")
    predicate_type: str
    subject: tuple[_Described, ...]
    predicate: Unread = UNSET


class _Builder(msgspec.Struct, frozen=True):
    id: str | None = None


class _Recipe(msgspec.Struct, frozen=True):
    type: str | None = None


class _Before1(msgspec.Struct, frozen=True, rename="camel"):
    builder: _Builder | None = None
    build_type: str | None = None
    recipe: _Recipe | None = None
    materials: tuple[_Described, ...] | None = None


class _Definition(msgspec.Struct, frozen=True, rename="camel"):
    build_type: str | None = None
    resolved_dependencies: tuple[_Described, ...] | None = None


class _Run(msgspec.Struct, frozen=True):
    builder: _Builder | None = None


class _Version1(msgspec.Struct, frozen=True, rename="camel"):
    build_definition: _Definition | None = None
    run_details: _Run | None = None


class Statements:
    """Writes a file's statements, and what they come to."""

    def __init__(self, detail: DetailWriter) -> None:
        self.remarks = Remarks()
        self._detail = detail
        self._types: dict[str, None] = {}
        self._builders: dict[str, None] = {}
        self._subjects: dict[str, None] = {}
        self._key_ids: dict[str, None] = {}

    def add_statement(
        self, content: bytes, key_ids: tuple[str, ...], signed_by: tuple[str, ...] = ()
    ) -> None:
        """Take the statement in ``content``; raises ``ValueRejected`` where it is none, or about nothing."""
        try:
            content.decode()
        except UnicodeDecodeError as error:
            raise ValueRejected("a statement is not UTF-8") from error
        statement = decode_kept(msgspec.Raw(content.strip(b" \t\r\n")), _Statement)
        if statement.kind not in STATEMENT_TYPES:
            raise ValueRejected(f"a statement is of type '{statement.kind[:60]}'")
        if not statement.predicate_type:
            raise ValueRejected("a statement does not say what kind of predicate it has")
        if not statement.subject:
            raise ValueRejected("a statement is about nothing")
        self.add(self._read(statement, key_ids, signed_by))

    def add(self, statement: AttestedStatement) -> None:
        """Take what was attested."""
        self._types[statement.predicate_type] = None
        if statement.builder:
            self._builders[statement.builder] = None
        for _, digest in statement.subjects:
            if digest.startswith("sha256:"):
                self._subjects[digest.removeprefix("sha256:")] = None
        self._key_ids.update(dict.fromkeys(statement.key_ids))
        self._detail.add(statement)

    def result(self) -> ProvenanceRead:
        """Return what the file comes to."""
        for what, named in (("subjects", self._subjects), ("key IDs", self._key_ids)):
            if len(named) > _MOST_SHOWN:
                self.remarks.add(f"{len(named)} {what}, of which the first {_MOST_SHOWN} stand in the record")
        return ProvenanceRead(
            predicate_types=tuple(self._types)[:_MOST_SHOWN],
            builders=tuple(self._builders)[:_MOST_SHOWN],
            subjects=tuple(self._subjects)[:_MOST_SHOWN],
            key_ids=tuple(self._key_ids)[:_MOST_SHOWN],
            remarks=self.remarks.all(),
        )

    def _read(
        self, statement: _Statement, key_ids: tuple[str, ...], signed_by: tuple[str, ...]
    ) -> AttestedStatement:
        subjects = tuple(pair for one in statement.subject for pair in _pairs(one, must_have=True))
        if len(subjects) > _MOST_DIGESTS:
            raise ValueRejected(f"a statement is about more than {_MOST_DIGESTS} digests")
        builder, build_type, named = self._provenance(statement)
        materials = tuple(pair for one in named for pair in _pairs(one, must_have=False))
        if len(materials) > _MOST_DIGESTS:
            self.remarks.add(f"of materials, the first {_MOST_DIGESTS} are kept", f"{len(materials)}")
        return AttestedStatement(
            shown(statement.predicate_type),
            subjects,
            shown(builder),
            shown(build_type),
            materials[:_MOST_DIGESTS],
            tuple(map(shown, key_ids)),
            signed_by,
        )

    def _provenance(self, statement: _Statement) -> tuple[str, str, tuple[_Described, ...]]:
        """Return builder, build type and materials; empty where the predicate is no provenance."""
        if not statement.predicate_type.startswith(_PROVENANCE):
            return "", "", ()
        version = statement.predicate_type.removeprefix(_PROVENANCE)
        predicate = statement.predicate
        if not isinstance(predicate, msgspec.Raw):
            raise ValueRejected("a provenance says nothing")
        if version in _BEFORE_1:
            old = decode_kept(predicate, _Before1)
            builder = old.builder
            build_type = old.build_type or (old.recipe.type if old.recipe else "") or ""
            named = old.materials or ()
        elif version == "v1" or version.startswith("v1."):
            new = decode_kept(predicate, _Version1)
            builder = new.run_details.builder if new.run_details else None
            definition = new.build_definition or _Definition()
            build_type, named = definition.build_type or "", definition.resolved_dependencies or ()
        else:
            self.remarks.add("a provenance of an unknown version was not looked into", version[:40])
            return "", "", ()
        name = (builder.id if builder else "") or ""
        if not name:
            self.remarks.add("a provenance does not name its builder")
        return name, build_type, named


def shown(text: str) -> str:
    """Return ``text`` as it is kept: short, and nothing hidden in it."""
    return printable(text[:_LONGEST_NAME])[:_LONGEST_NAME]


def _pairs(described: _Described, *, must_have: bool) -> Iterator[tuple[str, str]]:
    name = shown(described.name or described.uri or "")
    digests = described.digest or {}
    if not digests:
        if must_have:
            raise ValueRejected(f"the subject '{name[:60]}' has no digest")
        yield name, ""
    for algorithm in sorted(digests, key=lambda one: (one != "sha256", one)):
        digest = digests[algorithm]
        if algorithm == "sha256" and not _SHA256.fullmatch(digest.lower()):
            raise ValueRejected(f"'{printable(digest[:80])}' is no SHA-256 digest")
        if not _DIGEST.fullmatch(digest) or not _ALGORITHM.fullmatch(algorithm):
            raise ValueRejected(f"'{printable(algorithm[:40])}' of '{name[:60]}' is no digest")
        yield name, f"{algorithm}:{digest.lower() if algorithm == 'sha256' else digest}"
