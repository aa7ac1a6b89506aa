"""The names of elements in CycloneDX XML: which belong to CycloneDX, which to its extension, which to others."""

from __future__ import annotations

import re

from clausework.evidence.source import ValueRejected
from clausework.evidence.xml_events import Attributes

NAMESPACE = re.compile(r"http://cyclonedx\.org/schema/bom/(1\.[0-9]{1,2})")
EXTENSION = "http://cyclonedx.org/schema/ext/vulnerability/1.0"
"""The namespace in which versions before 1.4 told of vulnerabilities."""

FOREIGN = ""
"""The name of an element that is neither CycloneDX's nor its extension's."""

_MOST_PREFIXES = 100


class Names:
    """Resolves names by the namespaces that are declared where they stand; enter and leave each element."""

    def __init__(self) -> None:
        self._scopes: list[dict[str, str]] = [{"": "", "xml": "xml"}]
        self._own = ""

    def enter(self, name: str, attributes: Attributes) -> str:
        """Return the local name of the element that opens, ``FOREIGN`` where it is another vocabulary's."""
        scope = self._scopes[-1]
        declared = {
            key[6:]: value for key, value in attributes.items() if key[:5] == "xmlns" and key[5:6] in ":"
        }
        if declared:
            scope = {**scope, **declared}
            if len(scope) > _MOST_PREFIXES:
                raise ValueRejected(f"more than {_MOST_PREFIXES} namespaces are declared")
        self._scopes.append(scope)
        prefix, _, local = name.rpartition(":")
        if prefix not in scope:
            raise ValueRejected(f"the prefix of <{name[:60]}> stands for no namespace")
        namespace = scope[prefix]
        if len(self._scopes) == 2:
            self._own = namespace
        return local if namespace in {self._own, EXTENSION} else FOREIGN

    def leave(self) -> None:
        """Close the element that was opened last."""
        self._scopes.pop()

    @property
    def version(self) -> str:
        """CycloneDX's version by the root's namespace; empty where it is another one."""
        found = NAMESPACE.fullmatch(self._own)
        return found[1] if found else ""


def root_version(name: str, attributes: Attributes) -> str:
    """Return the version of CycloneDX whose ``bom`` the root element is; empty where it is none."""
    names = Names()
    try:
        return names.version if names.enter(name, attributes) == "bom" else ""
    except ValueRejected:
        return ""
