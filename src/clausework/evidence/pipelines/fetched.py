"""What the commands of a pipeline fetch: container images by name, files that are run, packages from a branch.

An image that ``docker run`` names is a tool like the one that the job itself runs in (clauses 5.1.10, 5.8.5).
"""

from __future__ import annotations

import itertools
import posixpath
import re
from collections.abc import Iterator

import msgspec

from clausework.evidence.pipelines.commands import LONGEST, fetches_and_runs
from clausework.evidence.pipelines.model import Definition, Image, Said, Sources, Step
from clausework.evidence.pipelines.pins import image_of, images_of_dockerfile
from clausework.evidence.pipelines.shell import Command, read_script

_CONTAINER = re.compile(
    r"(?:^|[\s;(\"'])(?:docker|podman|nerdctl)\s+(?:container\s+|image\s+)?(run|create|pull|build|buildx\s+build)\s+(.*)",
    re.DOTALL,
)
_ALONE = frozenset(
    (
        *(
            "--rm",
            "-i",
            "-t",
            "-it",
            "-ti",
            "-d",
            "-dit",
            "-P",
            "-q",
            "-a",
            "--init",
            "--privileged",
            "--tty",
        ),
        *("--read-only", "--interactive", "--detach", "--quiet", "--publish-all", "--no-healthcheck"),
        *("--oom-kill-disable", "--all-tags", "--no-cache", "--pull", "--push", "--load", "--squash"),
    )
)
"""Options without a value; behind any other that has no ``=`` its value stands."""

_CHECKED = re.compile(
    r"\bsha(?:256|384|512)sum\b|\bshasum\b|\bopenssl\s+dgst\b|\bgpgv?\b.*--verify|\bgpgv\b|\bcosign\s+verify|\bminisign\b"
)
_FETCHES = re.compile(r"(?:^|[\s;(])(?:curl|wget)\s.*?(\w+://[^\s'\"]+)")
_INTO = re.compile(
    r"\s(?:-[a-zA-Z]*[oO]|--output|--output-document)[= ]?\s*([^\s'\"-][^\s'\"]*)|>\s*([^\s'\"]+)"
)
_FROM_A_BRANCH = re.compile(r"\bgit\+(?:https?|ssh)://[^\s'\"]+")
_COMMIT = re.compile(r"@[0-9a-f]{40}\b")


_MOST_FETCHED = 50
"""Files that a step fetches of which it is looked for what becomes of them; of more, each is told."""


def with_fetched_images(definition: Definition, sources: Sources) -> Definition:
    """Return the definition with the images that its commands run, fetch and build upon, but not those they make."""
    found: list[Image] = []
    made: set[str] = set()
    for step in (step for job in definition.jobs for step in job.all()):
        for command in read_script(step.script, step.shell):
            for kind, words in _containers(command):
                if "build" in kind:
                    made.update(_values(words, "-t", "--tag"))
                    found += _built_upon(words, sources)
                elif image := _image(words):
                    found.append(image_of(image, command.place))
    used = tuple(one for one in found if one.name not in made)
    return msgspec.structs.replace(definition, images=tuple(dict.fromkeys((*definition.images, *used))))


def fetched_and_run(step: Step) -> Iterator[Said]:
    """Yield what a step fetches and runs, at once or later, and compares with no digest; packages off a branch too."""
    lines = [Said(line.text[:LONGEST], line.place) for line in step.script]
    checks = [line.text for line in lines if _CHECKED.search(line.text)]
    looked_at = 0
    for at, line in enumerate(lines):
        file = _file_of(line.text)
        looked_at += bool(file)
        is_run = looked_at > _MOST_FETCHED or _is_run(file, (line, *lines[at + 1 :]))
        later = bool(file) and is_run and not any(_is_about(check, file) for check in checks)
        branch = any(not _COMMIT.search(one) for one in _FROM_A_BRANCH.findall(line.text))
        if later or branch or fetches_and_runs(line.text):
            yield line


def _is_about(check: str, file: str) -> bool:
    """Tell whether a comparison of digests or signatures is about a file: it names it, or takes a list of sums."""
    return file in check or re.search(r"\s(?:-c|--check)\s+[^|;&\s-]", check) is not None


def _containers(command: Command) -> Iterator[tuple[str, list[str]]]:
    if found := _CONTAINER.search(command.text[:LONGEST]):
        yield found[1], [word.strip("'\"") for word in found[2].split()]


def _image(words: list[str]) -> str:
    """Return the first word that is neither an option nor the value of one; empty where there is none."""
    takes_value = False
    for word in words:
        if word.startswith("-"):
            takes_value = word not in _ALONE and "=" not in word
        elif takes_value:
            takes_value = False
        else:
            return word
    return ""


def _values(words: list[str], *names: str) -> list[str]:
    """Return the values of an option, given as the next word or behind ``=``."""
    behind = [following for word, following in itertools.pairwise(words) if word in names]
    return behind + [
        word.partition("=")[2] for word in words if word.partition("=")[0] in names and "=" in word
    ]


def _built_upon(words: list[str], sources: Sources) -> tuple[Image, ...]:
    given = _values(words, "-f", "--file")
    context = words[-1] if words else "."
    path = posixpath.normpath(given[0] if given else posixpath.join(context, "Dockerfile"))
    data = sources.read(path) if path in sources.paths else None
    return images_of_dockerfile(data, path) if data else ()


def _file_of(line: str) -> str:
    """Return the name of the file that a line fetches; empty where it fetches none into a file."""
    fetched = _FETCHES.search(line)
    if fetched is None:
        return ""
    into = _INTO.search(line)
    named = next(filter(None, into.groups()), "") if into else ""
    if not named and (re.search(r"\bwget\b", line) or re.search(r"\s-\w*O|--remote-name", line)):
        named = fetched[1].rpartition("/")[2].partition("?")[0]
    return posixpath.basename(named)


def _is_run(file: str, lines: tuple[Said, ...]) -> bool:
    """Tell whether a file that was fetched is run, or made one that can be."""
    if not file:
        return False
    name = re.escape(file)
    runs = re.compile(
        rf"(?:^|[\s;&|(])(?:(?:sudo\s+)?(?:\S*/)?(?:ba|da|z)?sh|python[\d.]*|source|\.|chmod\s+\S*[x7]\S*|install\s.*)"
        rf"\s+(?:-\S+\s+)*(?:\S*/)?{name}(?=$|[\s;&|)])|(?:^|[\s;&|(])\.?/(?:\S*/)?{name}(?=$|[\s;&|)])"
    )
    return any(runs.search(_without_fetch(line.text)) for line in lines)


def _without_fetch(line: str) -> str:
    """Return the line without the command that fetches: the place of the file is no call of it."""
    return re.sub(r"(?:^|(?<=[\s;(]))(?:curl|wget)\s[^;&|]*", " ", line)
