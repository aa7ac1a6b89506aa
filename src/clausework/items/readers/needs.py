"""Items in the ``needs.json`` that sphinx-needs exports: the needs of its current version."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import msgspec

from clausework.core.places import Finding, Place
from clausework.items.model import FieldValue, ItemType
from clausework.items.readers.columns import Use, plain, planned_uses, targets_in
from clausework.items.readers.conventions import ROLES_BY_NAME, TYPES_BY_NAME
from clausework.items.readers.placed_json import lines_of, load_json
from clausework.items.readers.rejection import Rejection
from clausework.items.source import ForeignItem, ForeignLink, ItemSource, SourceFile, SourceRead
from clausework.plan.model import ItemMapping

_FORMAT_VERSION = 1
_HINT = "Build it again with sphinx-needs' builder 'needs'."
_CONDITION = re.compile(r"\[.*\]\Z", re.DOTALL)

_NAMES_OF_THE_PAGE = """
    arch collapse constraints_error constraints_passed constraints_results docname doctype external_css external_url
    full_title has_dead_links has_forbidden_dead_links hide hide_status hide_tags id_complete id_parent is_external
    is_import is_modified is_need is_part jinja_content layout lineno lineno_content modifications parent_need parts
    post_content post_template pre_content pre_template section_name sections signature style target_id template
    type_color type_name type_prefix type_style
"""
_OF_THE_PAGE = frozenset(_NAMES_OF_THE_PAGE.split())
"""What sphinx-needs keeps of a need's page, layout and working; none of it is what the need says."""

_SAID_ELSEWHERE = frozenset({"id", "type", "title", "content"})
_NO_LINKS = frozenset({"tags", "sections", "constraints"})
_ALWAYS_LINKS = ("links", "parent_needs")

Need = dict[str, Any]


def is_taken(name: str) -> bool:
    """Tell whether a field called ``name`` would be read as something else than the field of that name."""
    own = name in _OF_THE_PAGE or name in _SAID_ELSEWHERE or name in _ALWAYS_LINKS
    return own or name in {"constraints", "description", *ROLES_BY_NAME} or name.endswith("_back")


class _Version(msgspec.Struct, frozen=True):
    """The needs of a version by ID, the names of their links, and the values that they have where none is given."""

    needs: dict[str, Need]
    links: tuple[str, ...]
    defaults: dict[str, Any]


def _takes(path: str) -> bool:
    name = PurePosixPath(path).name
    return name.lower().endswith(".json") and not name.startswith(".")


def _read(files: Sequence[SourceFile], mapping: ItemMapping) -> SourceRead:
    planned = planned_uses(mapping)
    items: list[ForeignItem] = []
    findings: list[Finding] = []
    known: set[str] = set()
    for file in files:
        try:
            read, found, names = _needs_in(file, planned)
        except Rejection as rejection:
            findings.append(rejection.finding)
            continue
        items += read
        findings += found
        known |= names
    if files and not findings:
        for name in planned:
            if name not in known:
                message = f"no need has the field '{name}', which the plan maps"
                findings.append(Finding("column", message, Place(files[0].path)))
    return SourceRead(tuple(items), tuple(findings))


def _needs_in(
    file: SourceFile, planned: Mapping[str, Use]
) -> tuple[list[ForeignItem], list[Finding], set[str]]:
    text, document = load_json(file.data, file.path)
    place = Place(file.path)
    name, version = _current(document, place)
    chosen = _version(version, place)
    lines = lines_of(text, "versions", name, "needs")
    items: list[ForeignItem] = []
    findings: list[Finding] = []
    for key, need in chosen.needs.items():
        at = Place(file.path, lines.get(key, 0))
        if wrong := _wrong(key, need):
            findings.append(Finding("needs", wrong, at, hint=_HINT))
        else:
            items.append(_item_of(key, need, chosen, planned, at))
    known = {plain(one) for need in chosen.needs.values() if isinstance(need, dict) for one in need}
    return items, findings, known | {plain(one) for one in (*chosen.defaults, *chosen.links)}


def _current(document: Any, place: Place) -> tuple[str, Any]:
    if not isinstance(document, dict) or not isinstance(document.get("versions"), dict):
        raise Rejection("needs", "it is no needs.json: it has no 'versions'", place, _HINT)
    stated = document.get("format_version", _FORMAT_VERSION)
    if type(stated) is not int or stated != _FORMAT_VERSION:
        message = f"it is of format version {str(stated)[:30]!a}; {_FORMAT_VERSION} is known"
        raise Rejection("needs", message, place, _HINT)
    name = document.get("current_version")
    if not isinstance(name, str) or name not in document["versions"]:
        message = f"its current version, {str(name)[:60]!a}, is none of its versions"
        raise Rejection("needs", message, place, _HINT)
    return name, document["versions"][name]


def _version(version: Any, place: Place) -> _Version:
    if not isinstance(version, dict) or not isinstance(version.get("needs"), dict):
        raise Rejection("needs", "its current version has no 'needs'", place, _HINT)
    needs: dict[str, Need] = version["needs"]
    amount = version.get("needs_amount", len(needs))
    if amount != len(needs):
        message = f"it states {str(amount)[:30]} needs, and has {len(needs)}"
        raise Rejection("needs", message, place, _HINT)
    schema = version.get("needs_schema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(properties, dict):
        return _Version(needs, _links_without_schema(needs), {})
    described = {name: one for name, one in properties.items() if isinstance(one, dict)}
    links = tuple(name for name, one in described.items() if one.get("field_type") == "links")
    back = {name for name, one in described.items() if one.get("field_type") == "backlinks"}
    defaults = {
        name: one["default"] for name, one in described.items() if "default" in one and name not in back
    }
    return _Version(needs, tuple(dict.fromkeys((*_ALWAYS_LINKS, *links))), defaults)


def _links_without_schema(needs: Mapping[str, Need]) -> tuple[str, ...]:
    """Return the names of links in a file that does not say which they are.

    A field is one that has its way back beside it, or one all of whose values are IDs of needs.
    """
    names = dict.fromkeys(_ALWAYS_LINKS)
    doubtful: set[str] = set()
    whole = [need for need in needs.values() if isinstance(need, dict)]
    back = {name.removesuffix("_back") for need in whole for name in need if name.endswith("_back")}
    for need in whole:
        for name, value in need.items():
            if name in _NO_LINKS or name in _OF_THE_PAGE or name.endswith("_back"):
                continue
            if name in back:
                names[name] = None
            elif isinstance(value, list) and value:
                if all(isinstance(one, str) and _need_of(one, needs) in needs for one in value):
                    names[name] = None
                else:
                    doubtful.add(name)
    return tuple(name for name in names if name not in doubtful or name in back or name in _ALWAYS_LINKS)


def _wrong(key: str, need: Any) -> str:
    if not isinstance(need, dict):
        return f"the need {key[:100]!a} is no object"
    if need.get("id", key) != key:
        return f"the need {key[:100]!a} calls itself {str(need['id'])[:100]!a}"
    for name in ("type", "title", "content", "description"):
        if not isinstance(need.get(name, ""), str | None):
            return f"the need {key[:100]!a} has a '{name}' that is no text"
    return ""


def _item_of(
    key: str, need: Need, version: _Version, planned: Mapping[str, Use], place: Place
) -> ForeignItem:
    every = {**version.defaults, **need}
    content = every.get("content") or ""
    if not content and every.get("description"):
        content = every.pop("description")  # what sphinx-needs before 4.0 calls the content
    said = {"id": key, "type": every.get("type") or "", "title": every.get("title") or "", "text": content}
    fields: dict[str, FieldValue] = {}
    links: list[ForeignLink] = []
    for name, value in every.items():
        use = planned.get(plain(name))
        if use and use.what in said:
            said[use.what] = _joined(value)
        elif (use and use.what == "link") or (not use and name in version.links):
            named = use.name if use else name
            links += (ForeignLink(named, one, place) for one in _targets(value, version.needs))
        elif use and use.what == "field":
            _add(fields, use.name, value)
        elif not use and not _is_left_out(name):
            _add(fields, name.removeprefix("fields."), value)
    return ForeignItem(said["id"], said["type"], said["title"], said["text"], tuple(links), fields, place)


def _is_left_out(name: str) -> bool:
    if name.startswith("fields."):
        return False
    return name in _OF_THE_PAGE or name in _SAID_ELSEWHERE or name.endswith("_back")


def _targets(value: Any, needs: Collection[str]) -> Iterator[str]:
    if isinstance(value, str):
        yield from (_need_of(one, needs) for one in targets_in(value))
    elif isinstance(value, list):
        yield from (_need_of(one if isinstance(one, str) else _text(one), needs) for one in value)
    elif value is not None:
        yield _text(value)


def _need_of(target: str, needs: Collection[str]) -> str:
    """Return the ID of the need that a link leads to; it may lead to a part of it, and have a condition."""
    plain_target = _CONDITION.sub("", target.strip())
    whole, dot, _ = plain_target.rpartition(".")
    return whole if dot and plain_target not in needs and whole in needs else plain_target


def _add(fields: dict[str, FieldValue], name: str, value: Any) -> None:
    said: FieldValue = tuple(_text(one) for one in value) if isinstance(value, list) else _text(value)
    if any(part.strip() for part in ((said,) if isinstance(said, str) else said)):
        fields[name] = said


def _joined(value: Any) -> str:
    return "\n".join(_text(one) for one in value) if isinstance(value, list) else _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


SOURCE = ItemSource(
    "needs",
    1,
    "needs.json",
    _takes,
    _read,
    TYPES_BY_NAME
    | {
        "req": ItemType.SOFTWARE_REQUIREMENT,
        "spec": ItemType.ARCHITECTURE_ITEM,
        "impl": ItemType.SOFTWARE_UNIT,
        "test": ItemType.TEST_CASE,
    },
    ROLES_BY_NAME,
)
