"""What a GitLab configuration includes: files of this repository, read in; others, with their revision."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausework.core.places import Place
from clausework.evidence.path_globs import NotAPathGlob, path_globs
from clausework.evidence.pipelines.gitlab_merging import merged
from clausework.evidence.pipelines.model import Remote, RemoteKind, Said, Sources
from clausework.evidence.pipelines.pins import is_commit
from clausework.evidence.pipelines.yaml_nodes import (
    Listing,
    Mapping,
    Node,
    NotReadable,
    Text,
    is_null,
    load_yaml,
    mapping,
    one_or_many,
    text,
)

_MOST_FILES = 150
_CHOSEN = re.compile(
    r"\$\{?(?:(?!CI_|GITLAB_|CI\b)[A-Za-z_]|CI_(?:COMMIT_(?:MESSAGE|TITLE)|MERGE_REQUEST_(?:TITLE|LABELS)))"
)
_KNOWN = ("local", "project", "remote", "template", "component", "artifact")


class Includes:
    """Loads a configuration with all that it includes; notes what comes from elsewhere."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.files: list[str] = []
        self.remotes: list[Remote] = []
        self.doubts: list[Said] = []

    def whole(self, path: str, place: Place, within: tuple[str, ...] = ()) -> Mapping:
        """Return the configuration of ``path`` laid upon what it includes. Raises ``NotReadable``."""
        if path in within:
            raise NotReadable(f"'{path}' includes itself", place)
        self.files.append(path)
        if len(self.files) > _MOST_FILES:
            raise NotReadable(f"more than {_MOST_FILES} files are included", place)
        own = self.document(path, place)
        result: Mapping | None = None
        for local, where in self.included(own):
            part = self.whole(local, where, (*within, path))
            result = merged(result, part) if result else part
        return merged(result, own) if result else own

    def document(self, path: str, place: Place) -> Mapping:
        """Return what a file says, without the header in which it names its inputs."""
        data = self.sources.read(path)
        if data is None:
            raise NotReadable(f"the commit does not have '{path}'", place)
        documents = [one for one in load_yaml(data, path) if not is_null(one)]
        if len(documents) > 1 and isinstance(documents[0], Mapping) and "spec" in documents[0].entries:
            documents = documents[1:]
        if len(documents) != 1:
            raise NotReadable("the file does not hold one configuration", Place(path))
        return mapping(documents[0], "the configuration", Place(path))

    def included(self, own: Mapping) -> Iterator[tuple[str, Place]]:
        """Yield the files of this repository that are included, with the place that says so."""
        node = own.get("include")
        entries = node.members if isinstance(node, Listing) else (node,) if node else ()
        for one in entries:
            yield from self.one(one)

    def one(self, node: Node) -> Iterator[tuple[str, Place]]:
        """Yield the local files of one entry; note what it brings in from elsewhere."""
        if isinstance(node, Text):
            if "://" in node.text:
                self.note("include", node.text, "", node.place, pinned=False)
            else:
                yield from self.local(node.text, node.place)
            return
        entry = mapping(node, "an include", node.place)
        kind = next((name for name in _KNOWN if entry.get(name)), "")
        place = entry.place_of(kind)
        self.note_rules(entry, kind)
        named = text(entry.get(kind), f"'{kind}'") if kind else ""
        match kind:
            case "local":
                yield from self.local(named, place)
            case "project":
                ref = text(entry.get("ref"), "'ref'")
                for file in one_or_many(entry.get("file"), "'file'"):
                    self.note("include", f"{named}{file.text}", ref, place, pinned=is_commit(ref))
            case "remote":
                integrity = text(entry.get("integrity"), "'integrity'")
                pinned = re.fullmatch(r"sha256-[A-Za-z0-9+/]{43}=", integrity) is not None
                self.note("include", named, integrity, place, pinned=pinned)
            case "template":
                self.note("template", named, "", place, pinned=False)
            case "component":
                name, _, ref = named.partition("@")
                own = ref in {"$CI_COMMIT_SHA", "${CI_COMMIT_SHA}"}
                self.note("component", name, ref, place, pinned=own or is_commit(ref))
            case "artifact":
                self.doubts.append(
                    Said(f"include of the artefact {named}, made while the pipeline runs", place)
                )
            case _:
                raise NotReadable(
                    "an include says neither local, project, remote, template nor component", place
                )

    def note_rules(self, entry: Mapping, kind: str) -> None:
        """Note an include that a variable of the team's own, or a message, decides about."""
        rules = entry.get("rules")
        for rule in rules.members if isinstance(rules, Listing) else ():
            condition = text(rule.get("if"), "'if'") if isinstance(rule, Mapping) else ""
            if _CHOSEN.search(condition):
                named = text(entry.get(kind), f"'{kind}'")
                self.doubts.append(Said(f"include of '{named}' only where {condition}", rule.place))

    def note(self, kind: RemoteKind, name: str, ref: str, place: Place, *, pinned: bool) -> None:
        """Note what comes from elsewhere."""
        self.remotes.append(Remote(kind, name, ref, pinned, place))

    def local(self, named: str, place: Place) -> Iterator[tuple[str, Place]]:
        """Yield the files of this repository that ``named`` means, which may be a pattern."""
        path = named.lstrip("/")
        if "$" in path:
            self.doubts.append(Said(f"include of '{named}': a variable says which file", place))
        elif "*" in path:
            try:
                globs = path_globs([path])
            except NotAPathGlob as error:
                raise NotReadable(error.message, place) from error
            for found in self.sources.paths:
                if globs.match(found):
                    yield found, place
        else:
            yield path, place
