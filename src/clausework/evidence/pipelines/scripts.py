"""Shell scripts of the repository that a pipeline calls: read as part of it, for a way round may stand in them too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from clausework.core.places import Place
from clausework.evidence.pipelines.commands import Words, is_guarded
from clausework.evidence.pipelines.model import Definition, Said, Shell, Sources, Step
from clausework.evidence.pipelines.shell import read_script
from clausework.evidence.pipelines.yaml_nodes import LARGEST_FILE, NotReadable

_CALL = re.compile(
    r"^(?:\w+=\S*\s+)*(?:(?:sudo|exec|time|source|\.|(?:\S*/)?(?:ba|da|z|k)?sh(?:\s+-\w+)*)\s+)*([\w./-]+)"
)
_SHEBANG = re.compile(rb"^#!\s*(?:/\S*/)?(?:env\s+(?:-S\s+)?)?(?:\S*/)?(?:ba|da|z|k)?sh\b([^\n]*)")
_DEEPEST = 5


class Scripts:
    """The scripts that one definition calls: their paths, and those in which tests or Clausework run."""

    def __init__(self, sources: Sources, known: Words) -> None:
        self.sources = sources
        self.paths = frozenset(sources.paths)
        self.known = known
        self.found: dict[str, Step] = {}
        self.guarded: set[str] = set()

    def put_in(self, definition: Definition) -> Definition:
        """Return the definition with what its steps call put in as steps of theirs. Raises ``NotReadable``."""
        jobs = tuple(
            msgspec.structs.replace(job, steps=tuple(self.step(step, 0) for step in job.steps))
            for job in definition.jobs
        )
        others = tuple(dict.fromkeys((*definition.others, *self.found)))
        return msgspec.structs.replace(definition, jobs=jobs, others=others)

    def step(self, step: Step, depth: int) -> Step:
        """Return a step with what it calls as steps within it."""
        inner = [self.step(one, depth) for one in step.inner]
        inner += [self.script(path, said, depth) for path, said in self.calls(step)]
        return msgspec.structs.replace(step, inner=tuple(inner)) if inner else step

    def calls(self, step: Step) -> Iterator[tuple[str, Said]]:
        """Yield the scripts of the commit that the commands of a step name, with the command."""
        if not step.shell.known:
            return
        for command in read_script(step.script, step.shell):
            if found := _CALL.match(command.text):
                path = found[1].removeprefix("./")
                if path in self.paths and self.is_script(path):
                    yield path, Said(command.text, command.place)

    def is_script(self, path: str) -> bool:
        """Tell whether a file is a shell script, by its name or its first line."""
        data = self.sources.read(path) or b""
        return _SHEBANG.match(data) is not None or path.endswith((".sh", ".bash"))

    def script(self, path: str, said: Said, depth: int) -> Step:
        """Return a script as a step, read once however often it is called. Raises ``NotReadable``."""
        if path not in self.found:
            if depth >= _DEEPEST:
                raise NotReadable(
                    f"'{path}' is called by scripts that call each other, or too deep", said.place
                )
            data = self.sources.read(path) or b""
            if len(data) > LARGEST_FILE:
                raise NotReadable(f"'{path}' has more than {LARGEST_FILE >> 20} MiB", said.place)
            own = _step(path, data)
            self.found[path] = own  # a script that calls itself ends here
            whole = self.step(own, depth + 1)
            self.found[path] = whole
            if any(self.runs_guarded(one) for one in whole.all()):
                self.guarded.add(path)
        return self.found[path]

    def runs_guarded(self, step: Step) -> bool:
        """Tell whether tests or Clausework run in a step by itself."""
        return any(is_guarded(one.text, self.known) for one in read_script(step.script, step.shell))


def _step(path: str, data: bytes) -> Step:
    shebang = _SHEBANG.match(data)
    flags = shebang[1].decode("utf-8", "replace") if shebang else ""
    shell = Shell(errexit=bool(re.search(r"\s-\w*e", flags)), pipefail="pipefail" in flags)
    lines = data.decode("utf-8", "replace").split("\n")
    script = tuple(Said(line.rstrip("\r"), Place(path, at)) for at, line in enumerate(lines, start=1))
    return Step(path, Place(path), script, shell)
