"""Jenkinsfiles, declarative and scripted, as far as their text tells: stages as jobs, ``sh`` as scripts.

What a shared library does cannot be told from the text: its steps are named, and a person has to look. Stages run one
after another, those in ``parallel`` beside each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from clausework.core.places import Place
from clausework.evidence.pipelines.groovy import Block, Statement, Word, read_groovy
from clausework.evidence.pipelines.jenkins_steps import KNOWN_STEPS, deploys
from clausework.evidence.pipelines.model import (
    Definition,
    Image,
    Job,
    Remote,
    Said,
    Shell,
    Sources,
    Step,
    System,
)
from clausework.evidence.pipelines.pins import image_of, images_of_dockerfile, is_commit
from clausework.evidence.pipelines.yaml_nodes import NotReadable

_FILE = re.compile(
    r"(?:(?:\.?jenkins|\.?ci|pipelines?|build)/)?(?:Jenkinsfile(?:[._-][^/]*)?|[^/]+\.[Jj]enkinsfile)"
)
_SHELLS = frozenset(("sh", "bat", "powershell", "pwsh"))
_TOLERATING = frozenset(("catchError", "warnError"))
_IMAGE_LINE = re.compile(r"^\s*-?\s*image:\s*['\"]?([^\s'\"#]+)", re.MULTILINE)
_OVERWRITES = re.compile(
    r"^currentBuild\.(?:result|currentResult)\s*=(?!=|\s*'(?:FAILURE|ABORTED|NOT_BUILT)')"
    r"|^currentBuild\.rawBuild\b|^currentBuild\.setResult \((?! '(?:FAILURE|ABORTED))"
)
_BRANCHES = frozenset(("if", "else", "for", "while", "switch", "case"))
_ENDS_IN_FAILURE = re.compile(r"\b(?:error|throw)\b|'FAILURE'|\bexit 1")
_IGNORED_POST = frozenset(("success", "changed", "fixed", "regression"))
_KEYWORDS = frozenset(
    (
        *(
            "if",
            "else",
            "for",
            "while",
            "try",
            "catch",
            "finally",
            "switch",
            "case",
            "default",
            "return",
            "def",
        ),
        *(
            "throw",
            "import",
            "new",
            "assert",
            "break",
            "continue",
            "final",
            "static",
            "String",
            "boolean",
            "int",
        ),
        *("List", "Map", "Object", "Boolean", "Integer", "void", "class", "package", "true", "false", "null"),
    )
)


def _read(path: str, sources: Sources) -> Definition:
    data = sources.read(path)
    if data is None:
        raise NotReadable("the commit does not have this file", Place(path))
    return _Reading(path, sources).definition(read_groovy(data, path))


class _Around(msgspec.Struct, frozen=True):
    """What stands around a step: what tolerates its failure, and its conditions."""

    tolerated: Said | None = None
    only_if: tuple[Said, ...] = ()


class _Reading:
    """Reads one Jenkinsfile."""

    def __init__(self, path: str, sources: Sources) -> None:
        self.path = path
        self.sources = sources
        self.jobs: list[Job] = []
        self.remotes: list[Remote] = []
        self.images: list[Image] = []
        self.runners: list[Said] = []
        self.secrets: set[str] = set()
        self.triggers: list[Said] = []
        self.overwritten: list[Said] = []
        self.unknown: dict[str, Said] = {}
        self.started: list[Said] = []
        self.functions: set[str] = set()
        self.others: list[str] = []
        self.whole = ""

    def definition(self, root: Block) -> Definition:
        self.whole = root.text
        self.functions = set(re.findall(r"\bdef (\w+) \(", self.whole))
        self.everywhere(root)
        steps = self.steps(root.body, _Around(), [])
        if steps:
            self.jobs.append(
                Job("(outside stages)", self.at(1), tuple(steps), tuple(one.id for one in self.jobs))
            )
        doubts = (*self.unknown.values(), *self.started)
        if not self.jobs and not doubts:
            raise NotReadable("it has neither stages nor steps", Place(self.path))
        return Definition(
            self.path,
            "jenkins",
            others=tuple(self.others),
            jobs=tuple(self.jobs),
            remotes=tuple(dict.fromkeys(self.remotes)),
            images=tuple(dict.fromkeys(self.images)),
            runners=tuple(dict.fromkeys(self.runners)),
            secrets=tuple(sorted(self.secrets)),
            triggers=tuple(self.triggers),
            dispatch=True,
            overwritten=tuple(self.overwritten),
            doubts=doubts,
        )

    def at(self, line: int) -> Place:
        return Place(self.path, line)

    def everywhere(self, block: Block) -> None:
        """Note what counts wherever it stands: libraries, images, labels, credentials, results set by hand."""
        self.statement(block.header)
        for one in block.body:
            if isinstance(one, Block):
                self.everywhere(one)
            else:
                self.statement(one)
        if block.name in {"docker", "dockerContainer", "image"}:
            for one in block.body:
                if isinstance(one, Statement) and one.name == "image":
                    self.take_images(one.strings())
        if block.name == "triggers":
            self.triggers += [
                Said(one.text, self.at(one.line)) for one in block.body if isinstance(one, Statement)
            ]

    def statement(self, statement: Statement) -> None:
        words = statement.words
        for at, word in enumerate(words):
            following = words[at + 1 :]
            strings = [one for one in following[:3] if one.string]
            match word.text if not word.string else "":
                case "Library" if at and words[at - 1].text == "@":
                    self.libraries(statement.strings())
                case "library" if at == 0:
                    self.libraries(statement.strings()[:1])
                case "docker.image" | "docker":
                    self.take_images(strings[:1])
                case "label" | "node" if strings:
                    self.runners.append(Said(strings[0].text, self.at(word.line)))
                case "credentialsId" | "credentials" if strings:
                    self.secrets.add(strings[0].text)
                case "yaml":
                    for text in strings:
                        self.take_pods(text)
                case "yamlFile" if strings:
                    self.take_file(strings[0])
                case "dockerfile":
                    self.take_file(statement.given("filename") or Word("Dockerfile", word.line, string=True))
                case _:
                    pass
        self.elsewhere(statement)

    def elsewhere(self, statement: Statement) -> None:
        """Note a result set by hand, another job that is started, another file that is loaded."""
        place = self.at(statement.line)
        if _OVERWRITES.match(statement.text):
            self.overwritten.append(Said(statement.text, place))
        if statement.name == "build" and statement.given("job"):
            self.started.append(Said(f"another job: {statement.text}", place))
        loads = any(word.text == "load" and not word.string for word in statement.words)
        if loads and statement.strings():
            path = statement.strings()[0].text
            self.others += [path] if path in self.sources.paths else []
            self.unknown.setdefault(path, Said(f"load '{path}'", place))

    def libraries(self, names: Sequence[Word]) -> None:
        for word in names:
            name, _, ref = word.text.partition("@")
            self.remotes.append(Remote("library", name, ref, is_commit(ref), self.at(word.line)))

    def take_images(self, words: Sequence[Word]) -> None:
        self.images += [image_of(word.text, self.at(word.line)) for word in words]

    def take_file(self, named: Word) -> None:
        """Take the file that tells what the pipeline runs in: a pod's description, or a Dockerfile."""
        data = self.sources.read(named.text)
        if data is None:
            self.started.append(
                Said(f"the file '{named.text}', which the commit does not have", self.at(named.line))
            )
            return
        self.others.append(named.text)
        self.images += images_of_dockerfile(data, named.text)
        for found in _IMAGE_LINE.finditer(data.decode("utf-8", "replace")):
            line = data.decode("utf-8", "replace").count("\n", 0, found.start(1)) + 1
            self.images.append(image_of(found[1], Place(named.text, line)))

    def take_pods(self, text: Word) -> None:
        for found in _IMAGE_LINE.finditer(text.text):
            line = text.line + text.text.count("\n", 0, found.start(1))
            self.images.append(image_of(found[1], self.at(line)))

    def steps(self, body: Sequence[Block | Statement], around: _Around, before: list[str]) -> list[Step]:
        """Return the steps in ``body`` that are in no stage of their own; ``before`` are the stages already run."""
        found: list[Step] = []
        for at, one in enumerate(body):
            if isinstance(one, Statement):
                found += self.step(one, around)
                continue
            if any(map(_is_shell, one.header.words)):
                found += self.step(one.header, around, one)
            if one.name == "stage":
                self.stage(one, around, before)
            elif one.name == "parallel":
                self.parallel(one, around, before)
            elif one.name == "post":
                found += self.post(one, around)
            elif one.name not in {
                "when",
                "agent",
                "options",
                "parameters",
                "triggers",
                "tools",
                "environment",
            }:
                found += self.steps(one.body, self.within(one, body[at + 1 :], around), before)
        return found

    def within(self, block: Block, following: Sequence[Block | Statement], around: _Around) -> _Around:
        """Return what stands around the steps of a block."""
        said = Said(block.header.text, self.at(block.header.line))
        if block.name in _TOLERATING:
            return msgspec.structs.replace(around, tolerated=around.tolerated or said)
        if block.name == "try" and (caught := _catch(following)) and not _always_fails(caught):
            caught_at = Said(caught.header.text, self.at(caught.header.line))
            return msgspec.structs.replace(around, tolerated=around.tolerated or caught_at)
        if block.name in {"if", "else", "when"}:
            return msgspec.structs.replace(around, only_if=(*around.only_if, said))
        if block.name in {"catch", "finally"}:
            told = Said(f"always ({block.name})", self.at(block.header.line))
            return msgspec.structs.replace(around, only_if=(*around.only_if, told))
        self.note_unknown(block.header)
        return around

    def stage(self, block: Block, around: _Around, before: list[str]) -> None:
        names = block.header.strings()
        name = names[0].text if names else f"stage at line {block.header.line}"
        unique = name if name not in {one.id for one in self.jobs} else f"{name} (line {block.header.line})"
        conditions = around.only_if
        if when := block.named("when"):
            conditions = (*conditions, Said(when.text, self.at(when.header.line)))
        inside = list(before)
        steps = self.steps(block.body, _Around(around.tolerated), inside)
        own = [one for one in inside if one not in before]
        if steps or not own:
            job = Job(unique, self.at(block.header.line), tuple(steps), only_if=conditions)
            earlier = [one for one in self.jobs if one.id in inside and not one.tolerated]
            after = tuple(one.id for one in earlier if _runs_wherever(one, job))
            self.jobs.append(msgspec.structs.replace(job, after=after))
            own.append(unique)
        before += own

    def parallel(self, block: Block, around: _Around, before: list[str]) -> None:
        """Read branches that run beside each other: none of them has run before another."""
        own: list[str] = []
        for one in block.body:
            inside = list(before)
            if isinstance(one, Block) and one.name == "stage":
                self.stage(one, around, inside)
            own += [name for name in inside if name not in before]
        before += own

    def post(self, block: Block, around: _Around) -> list[Step]:
        found: list[Step] = []
        for one in block.blocks():
            said = Said(f"post {one.name}", self.at(one.header.line))
            conditions = around.only_if if one.name in _IGNORED_POST else (*around.only_if, said)
            found += self.steps(one.body, _Around(None, conditions), [])
        return found

    def step(self, statement: Statement, around: _Around, block: Block | None = None) -> list[Step]:
        """Return a step as one that runs a script, or that deploys; ``block`` is the ``if`` that it stands in."""
        at = next((at for at, word in enumerate(statement.words) if _is_shell(word)), -1)
        if at < 0:
            if deploys(statement, self.whole) and statement.name not in self.functions:
                place = self.at(statement.line)
                return [Step("", place, action=f"{statement.name} (deploys)", only_if=around.only_if)]
            self.note_unknown(statement)
            return []
        script = statement.given("script") or next(iter(statement.words[at:]), None)
        texts = [word for word in statement.words[at:] if word.string]
        content = script if script is not None and script.string else (texts[0] if texts else None)
        place = self.at(statement.line)
        if content is None:
            said = Said(statement.text, place)
            self.unknown.setdefault(statement.text, said)
            return []
        lines = tuple(
            Said(line, self.at(content.line + number)) for number, line in enumerate(content.text.split("\n"))
        )
        tolerated = around.tolerated or self.unasked_status(statement, block)
        shell = _shell(statement.words[at].text, content.text)
        return [Step("", place, lines, shell, tolerated=tolerated, only_if=around.only_if)]

    def unasked_status(self, statement: Statement, block: Block | None = None) -> Said | None:
        """Return what gives back the exit code instead of failing, where nothing afterwards fails for it."""
        status = statement.given("returnStatus")
        if status is None or status.text != "true":
            return None
        if block is not None and _ENDS_IN_FAILURE.search(block.text):
            return None
        names = [
            one.text
            for one, sign in zip(statement.words, statement.words[1:], strict=False)
            if sign.text == "="
        ]
        asked = any(
            re.search(
                rf"\bif \(.*?\b{re.escape(name)}\b.*?(?:error|throw|exit 1|'FAILURE')", self.whole, re.DOTALL
            )
            for name in names
        )
        return None if asked else Said("returnStatus: true", self.at(status.line))

    def note_unknown(self, statement: Statement) -> None:
        """Note a step that is neither Jenkins' own nor defined here: a shared library says what it does."""
        name = statement.name
        if not name:
            return
        called = (
            len(statement.words) == 1 or statement.words[1].text in {"(", ":"} or statement.words[1].string
        )
        known = name in KNOWN_STEPS or name in _KEYWORDS or name in self.functions or "." in name
        if name and called and not known and re.fullmatch(r"[A-Za-z_]\w*", name):
            self.unknown.setdefault(name, Said(f"the step '{name}'", self.at(statement.line)))


def _is_shell(word: Word) -> bool:
    return not word.string and word.text in _SHELLS


def _shell(step: str, script: str) -> Shell:
    """Return what runs a script: ``sh -xe``, unless the script names an interpreter of its own."""
    if step != "sh":
        return Shell(known=False)
    first = script.lstrip().partition("\n")[0]
    if first.startswith("#!"):
        known = re.search(r"\b(?:ba|da|z|k)?sh\b", first) is not None
        return Shell(errexit=bool(re.search(r"\s-\w*e", first)), known=known)
    return Shell()


def _catch(following: Sequence[Block | Statement]) -> Block | None:
    first = next(iter(following), None)
    return first if isinstance(first, Block) and first.name == "catch" else None


def _always_fails(block: Block) -> bool:
    """Tell whether a block ends in failure whatever it finds: not only under a condition of its own."""
    return any(
        _ENDS_IN_FAILURE.search(one.text) is not None
        if isinstance(one, Statement)
        else one.name not in _BRANCHES and _always_fails(one)
        for one in block.body
    )


def _runs_wherever(other: Job, job: Job) -> bool:
    return {one.text for one in other.only_if} <= {one.text for one in job.only_if}


SYSTEM = System("jenkins", 1, lambda path: _FILE.fullmatch(path) is not None, _read)
