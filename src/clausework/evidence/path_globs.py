"""The path patterns of a plan: which files of a repository belong to a software item (clause 8.1.1).

A pattern matches a whole path from the repository's top. ``*`` and ``?`` stay within one name, ``[a-z]`` and
``[!a-z]`` are one character, ``**`` is any number of folders, and a ``/`` at the end means all that is
beneath. ``src/**`` is every file under ``src``; ``src/*`` only those that lie directly in it. Case counts,
and names that begin with a dot are names like others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from clausework.core.errors import UsageFault

_LONGEST = 1000
_WILD = re.compile(r"[*?\[]")


class NotAPathGlob(UsageFault):
    """A text is not a path pattern."""

    hint = "Write patterns from the repository's top, such as src/controller/** or include/*.h."


class PathGlobs(msgspec.Struct, frozen=True):
    """Patterns ready for matching."""

    globs: tuple[str, ...]
    expression: re.Pattern[str]
    folders: tuple[str, ...]

    def match(self, path: str) -> bool:
        """Tell whether a file's ``path``, relative to the top, belongs to any of the patterns."""
        return self.expression.fullmatch(path) is not None

    def concern(self, path: str) -> bool:
        """Tell whether ``path`` matches, or is where a folder of a pattern begins: a submodule is one path in git."""
        return self.match(path) or any(fixed.startswith(f"{path}/") for fixed in self.folders)

    def may_match_below(self, folder: str) -> bool:
        """Tell whether a file below ``folder`` could match, by the fixed beginnings of the patterns."""
        name = f"{folder.rstrip('/')}/"
        return any(name.startswith(fixed) or fixed.startswith(name) for fixed in self.folders)


def path_globs(globs: Iterable[str]) -> PathGlobs:
    """Return ``globs`` ready for matching; raises ``NotAPathGlob`` for one that is none."""
    given = tuple(globs)
    expressions = [_expression(glob) for glob in given]
    whole = "|".join(expressions) if expressions else r"(?!)"
    return PathGlobs(given, re.compile(whole, re.DOTALL), tuple(_fixed_folder(glob) for glob in given))


def literal(path: str) -> str:
    """Return ``path`` as a pattern that matches nothing else."""
    return re.sub(r"[*?\[]", lambda found: f"[{found[0]}]", path)


def _fixed_folder(glob: str) -> str:
    return glob[: glob.rfind("/", 0, found.start() if (found := _WILD.search(glob)) else len(glob)) + 1]


def _expression(glob: str) -> str:
    """Translate one pattern; atomic groups keep time linear, for a middle part's leftmost fit is enough."""
    segments = _segments(glob)
    runs: list[list[str]] = [[]]
    for segment in segments:
        if segment != "**":
            runs[-1].append(_segment(segment, glob))
        elif runs[-1] or len(runs) == 1:
            runs.append([])
    first, *rest = ["/".join(run) for run in runs]
    if not rest:
        return first
    begin = f"{first}/" if first else ""
    middle = "".join(rf"(?>(?:[^/]+/)*?{run}/)" for run in rest[:-1])
    return begin + middle + (rf"(?:[^/]+/)*{rest[-1]}" if rest[-1] else r".+")


def _segments(glob: str) -> list[str]:
    segments = (f"{glob}**" if glob.endswith("/") else glob).split("/")
    problem = ""
    if not glob or len(glob) > _LONGEST or "\0" in glob or "\\" in glob:
        problem = "is empty, too long or has a backslash in it"
    elif glob.startswith("!"):
        problem = "begins with '!': patterns only include"
    elif any(segment in {"", ".", ".."} for segment in segments):
        problem = "has an empty, '.' or '..' part: patterns begin at the repository's top and stay below it"
    elif any("**" in segment and segment != "**" for segment in segments):
        problem = "has '**' beside other characters: it stands alone between slashes"
    if problem:
        raise NotAPathGlob(f"The path pattern '{glob}' {problem}.")
    return segments


def _segment(segment: str, glob: str) -> str:
    parts = [""]
    position = 0
    while position < len(segment):
        character = segment[position]
        if character == "*":
            parts.append("")
        elif character == "?":
            parts[-1] += "[^/]"
        elif character == "[":
            end = segment.find("]", position + (3 if segment[position + 1 : position + 2] == "!" else 2))
            parts[-1] += _class(segment[position + 1 : end] if end > 0 else "", glob)
            position = end
        else:
            parts[-1] += re.escape(character)
        position += 1
    first, *rest = parts
    if not rest:
        return first
    return first + "".join(rf"(?>[^/]*?{part})" for part in rest[:-1]) + rf"[^/]*{rest[-1]}"


def _class(inside: str, glob: str) -> str:
    members = inside.removeprefix("!")
    if not members:
        raise NotAPathGlob(f"The path pattern '{glob}' has a '[' that no ']' closes.")
    try:
        expression = "".join(
            f"{re.escape(low)}-{re.escape(high)}" if high else re.escape(low)
            for low, high in re.findall(r"(.)(?:-(.))?", members, re.DOTALL)
        )
        re.compile(f"[{expression}]")
    except re.error as error:
        raise NotAPathGlob(
            f"The path pattern '{glob}' has a range that runs backwards: [{inside}]."
        ) from error
    return rf"(?!/)[{'^' if inside.startswith('!') else ''}{expression}]"
