"""Where the files of a SARIF run are: paths that read alike on every machine (sections 3.4, 3.14.14, 3.20.19, 3.23).

A path is told from the folder in which its project begins. That is what a ``uriBaseId`` stands for; where an absolute
URI is given instead, the longest of the bases, working directories and check-outs that the run names is taken off.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clausework.evidence.json_walk import JsonWalk
from clausework.evidence.readers.finding_report import is_absolute, plain_path
from clausework.evidence.readers.sarif_model import ArtifactLocation, Result
from clausework.evidence.remarks import Remarks

_MOST_ARTIFACTS = 200_000
_MOST_ROOTS = 100
_DEEPEST_BASE = 16
_SHORTEST_ROOT = 3


class Base(msgspec.Struct, frozen=True, rename="camel"):
    """A folder that a ``uriBaseId`` stands for, itself perhaps told from another."""

    uri: str | None = None
    uri_base_id: str | None = None


class Provenance(msgspec.Struct, frozen=True, rename="camel"):
    """Which revision was looked at, and which folder it was checked out into (3.23)."""

    mapped_to: Base | None = None
    revision_id: str | None = None


class _NamedFile(msgspec.Struct, frozen=True, gc=False):
    uri: str
    base: str


class Places:
    """What a run says of its folders and files, and the path that each location comes to."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks
        self._bases: dict[str, Base] = {}
        self._bases_known = False
        self._roots: dict[str, str] = {}
        self._files: list[_NamedFile] = []

    def read_bases(self, walk: JsonWalk) -> None:
        """Read ``originalUriBaseIds``."""
        self._bases_known = True
        for name in walk.members():
            if walk.peek() == "{":
                self._bases[name[:200]] = walk.take(Base)
            else:
                walk.skip()
        for name in list(self._bases)[:_MOST_ROOTS]:
            prefix, root = self._chain(name)
            self.add_root(root, prefix)

    def read_artifacts(self, walk: JsonWalk) -> None:
        """Read ``artifacts``, to which a location may refer by index alone (3.4.5)."""
        for _ in walk.elements():
            named = _NamedFile("", "")
            for member in walk.members():
                if member == "location" and walk.peek() == "{":
                    one = walk.take(Base)
                    named = _NamedFile((one.uri or "")[:2000], (one.uri_base_id or "")[:200])
                else:
                    walk.skip()
            if len(self._files) < _MOST_ARTIFACTS:
                self._files.append(named)

    def read_provenance(self, walk: JsonWalk) -> Iterator[str]:
        """Read ``versionControlProvenance``; yield the revisions that it names."""
        for _ in walk.elements():
            one = walk.take(Provenance)
            if one.revision_id:
                yield one.revision_id
            mapped = one.mapped_to
            if mapped and mapped.uri and not mapped.uri_base_id:
                self.add_root(mapped.uri)

    def add_root(self, uri: str, prefix: str = "") -> None:
        """Take note of a folder in which paths of this machine begin; ``prefix`` is what it is called elsewhere."""
        root = plain_path(uri).rstrip("/") + "/"
        if is_absolute(root) and len(root) > _SHORTEST_ROOT and len(self._roots) < _MOST_ROOTS:
            self._roots.setdefault(root, prefix)

    def wants_more(self, result: Result) -> bool:
        """Tell whether the path of ``result`` may depend on what stands behind the results."""
        artifact = _artifact_of(result)
        if artifact is None:
            return False
        if not artifact.uri:
            return isinstance(artifact.index, int) and artifact.index >= len(self._files)
        return bool(artifact.uri_base_id and not self._bases_known) or is_absolute(plain_path(artifact.uri))

    def path_of(self, artifact: ArtifactLocation) -> str:
        """Return the path of a file from where its project begins, as far as the run tells."""
        uri, base = artifact.uri or "", artifact.uri_base_id or ""
        if not uri and isinstance(artifact.index, int) and 0 <= artifact.index < len(self._files):
            named = self._files[artifact.index]
            uri, base = named.uri, named.base
        path = plain_path(uri)
        if not is_absolute(path):
            return (self._chain(base)[0] + path)[:500] if base in self._bases else path
        for root in sorted(self._roots, key=len, reverse=True):
            if path.startswith(root):
                return self._roots[root] + path[len(root) :]
        self._remarks.add(
            "paths are absolute and no base is given: the same finding on another machine has another fingerprint",
            path,
        )
        return path

    def without_roots(self, message: str) -> str:
        """Return ``message`` without the folders of this machine in it."""
        for root in sorted(self._roots, key=len, reverse=True):
            if root in message:
                message = message.replace(f"file:///{root.lstrip('/')}", "").replace(root, "")
        return message

    def _chain(self, name: str) -> tuple[str, str]:
        """Return the path of base ``name`` from the outermost base that it is told from, and its absolute URI."""
        parts: list[str] = []
        base = self._bases.get(name)
        for _ in range(_DEEPEST_BASE):
            if base is None:
                break
            uri = plain_path(base.uri or "")
            if is_absolute(uri) or not base.uri_base_id:
                whole = uri.rstrip("/") + "/" + "".join(parts) if is_absolute(uri) else ""
                return "".join(parts), whole
            parts.insert(0, uri if uri.endswith("/") or not uri else f"{uri}/")
            base = self._bases.get(base.uri_base_id)
        return "".join(parts), ""


def _artifact_of(result: Result) -> ArtifactLocation | None:
    physical = result.locations[0].physical_location if result.locations else None
    return (physical.artifact_location or None) if physical else None
