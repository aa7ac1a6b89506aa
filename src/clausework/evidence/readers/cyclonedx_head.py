"""What a file's head tells of a CycloneDX document in JSON: a bill, or only vulnerabilities.

Members may stand in any order. cyclonedx-python-lib writes ``bomFormat`` last, so that in a bill of some size it is
not in the head; then it is the members before it, and how components begin, by which a bill is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from clausework.evidence.json_walk import first_members

_NONE = re.compile(r"\[\s*\]|null")
_FIRST_OF_COMPONENT = re.compile(
    r'\[\s*\{\s*"(?:type|mime-type|bom-ref|supplier|manufacturer|authors?|publisher|group|name|version|description|'
    r'copyright|components|cpe|crypto[A-Z]\w+|evidence|externalReferences|hashes|licenses|modified)"'
)
_MEMBERS = frozenset(
    {
        "$schema",
        "annotations",
        "components",
        "compositions",
        "declarations",
        "definitions",
        "dependencies",
        "externalReferences",
        "formulation",
        "metadata",
        "properties",
        "serialNumber",
        "services",
        "signature",
        "specVersion",
        "version",
        "vulnerabilities",
        "citations",
    }
)


def content_of(head: bytes, name: str) -> Literal["components", "vulnerabilities", ""]:
    """Return what a file beginning with ``head`` is to be read for; empty where it is not CycloneDX."""
    members = first_members(head)
    if members is None:
        return ""
    listed = "components" in members and not _NONE.match(members["components"])
    only_vulnerabilities = not listed and not _NONE.match(members.get("vulnerabilities", "[]"))
    if "bomFormat" in members:
        if not members["bomFormat"].startswith('"CycloneDX"'):
            return ""
    elif not members.keys() <= _MEMBERS or not _begins_as_one(members):
        return "components" if name.lower().endswith(".cdx.json") else ""
    return "vulnerabilities" if only_vulnerabilities else "components"


def _begins_as_one(members: Mapping[str, str]) -> bool:
    if "components" in members:
        return _FIRST_OF_COMPONENT.match(members["components"]) is not None
    return "vulnerabilities" in members and '"urn:uuid:' in members.get("serialNumber", "")
