"""Azure Pipelines: ``azure-pipelines.yml`` with the templates of the same repository read in place.

A ``script`` runs in a shell that does not end at an error. A stage waits for the one before it unless it says
otherwise; jobs of a stage run beside each other. ``${{ if }}`` keys are conditions of what stands under them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

from clausework.core.places import Place
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
from clausework.evidence.pipelines.pins import image_of, is_commit
from clausework.evidence.pipelines.yaml_nodes import (
    Listing,
    Mapping,
    Node,
    NotReadable,
    Text,
    load_yaml,
    mapping,
    one_or_many,
    text,
    texts_in,
)

_FILE = re.compile(
    r"(?:(?:\.?azure-?pipelines|\.azuredevops|\.?ci|pipelines?|build)/)?\.?azure-pipelines[^/]*\.ya?ml"
)
_SECRET = re.compile(
    r"\$[({](\w*(?:TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|PRIVATE_KEY|API_?KEY)\w*)[)}]", re.I
)
_EXPRESSION = re.compile(r"^\$\{\{\s*(if|elseif|else|each|insert)\b.*\}\}$", re.DOTALL)
_DEEPEST = 20
_STRATEGY_STEPS = ("preDeploy", "deploy", "routeTraffic", "postRouteTraffic")
_TASK_SCRIPTS = {
    "bash": ("script", "filePath"),
    "cmdline": ("script", ""),
    "shellscript": ("", "scriptPath"),
    "powershell": ("script", "filePath"),
    "batchscript": ("", "filename"),
    "azurecli": ("inlineScript", "scriptPath"),
    "azurepowershell": ("Inline", "ScriptPath"),
}
"""Tasks that run a script: the inputs that hold it, or name its file."""

_OTHER_SHELLS = frozenset(("powershell", "batchscript", "azurepowershell"))
_TEST_TASKS = {
    "vstest": "vstest",
    "dotnetcorecli": "dotnet",
    "maven": "mvn",
    "gradle": "gradle",
    "npm": "npm",
}
_POSIX = Shell(errexit=False)
_OTHER = Shell(known=False)

Placed = tuple[Node, tuple[Said, ...]]
"""A member of a list, and the conditions of the ``${{ if }}`` keys that it stands under."""


def _read(path: str, sources: Sources) -> Definition:
    return _Reading(path, sources).definition()


class _Reading:
    """Reads one pipeline with its templates."""

    def __init__(self, path: str, sources: Sources) -> None:
        self.path = path
        self.sources = sources
        self.others: list[str] = []
        self.remotes: list[Remote] = []
        self.images: list[Image] = []
        self.runners: list[Said] = []
        self.secrets: set[str] = set()
        self.tools: dict[str, str] = {}
        self.doubts: list[Said] = []
        self.repositories: dict[str, tuple[str, str]] = {}
        self.containers: set[str] = set()
        self.within: list[str] = [path]
        self.windows = False

    def definition(self) -> Definition:
        document = self.load(self.path, Place(self.path))
        self.resources(document)
        self.pool(document)
        self.container(document)
        jobs = self.content(document, Place(self.path))
        if not jobs and not self.doubts and not self.remotes:
            raise NotReadable("it has neither stages, jobs, steps nor a template", Place(self.path))
        return Definition(
            self.path,
            "azure-pipelines",
            others=tuple(dict.fromkeys(self.others)),
            jobs=tuple(jobs),
            remotes=tuple(dict.fromkeys(self.remotes)),
            images=tuple(dict.fromkeys(self.images)),
            runners=tuple(dict.fromkeys(self.runners)),
            secrets=tuple(sorted(self.secrets)),
            triggers=_triggers(document),
            tools=tuple(sorted(self.tools.items())),
            dispatch=document.get("parameters") is not None,
            doubts=tuple(self.doubts),
        )

    def load(self, path: str, place: Place) -> Mapping:
        data = self.sources.read(path)
        if data is None:
            raise NotReadable(f"the commit does not have '{path}'", place)
        documents = load_yaml(data, path)
        if len(documents) != 1:
            raise NotReadable("one document is to stand in the file", Place(path))
        document = mapping(documents[0], "a pipeline", Place(path))
        for value in texts_in(document):
            self.secrets.update(_SECRET.findall(value.text))
        variables = document.get("variables")
        for one in variables.members if isinstance(variables, Listing) else ():
            if isinstance(one, Mapping) and (group := text(one.get("group"), "'group'")):
                self.secrets.add(f"group {group}")
        return document

    def resources(self, document: Mapping) -> None:
        resources = mapping(document.get("resources"), "'resources'", document.place)
        for node, _ in _members(resources.get("repositories")):
            one = mapping(node, "a repository", node.place)
            alias = text(one.get("repository"), "'repository'")
            self.repositories[alias] = (text(one.get("name"), "'name'"), text(one.get("ref"), "'ref'"))
        for node, _ in _members(resources.get("containers")):
            one = mapping(node, "a container", node.place)
            self.containers.add(text(one.get("container"), "'container'"))
            if isinstance(image := one.get("image"), Text):
                self.images.append(image_of(image.text, image.place))

    def pool(self, node: Mapping) -> None:
        pool = node.get("pool")
        if pool is None:
            return
        if isinstance(pool, Mapping):
            labels = [one for key in ("name", "vmImage", "demands") for one in _texts(pool.get(key))]
        else:
            labels = list(texts_in(pool))
        self.windows = any(re.search(r"windows|vs20", one.text, re.IGNORECASE) for one in labels)
        self.runners += [Said(one.text, one.place) for one in labels]

    def container(self, node: Mapping) -> None:
        """Note the image that a job runs in, unless it is the name of one that the resources tell."""
        container = node.get("container")
        if isinstance(container, Mapping):
            container = container.get("image") or container.get("alias")
        if isinstance(container, Text) and container.text not in {"", *self.containers}:
            self.images.append(image_of(container.text, container.place))

    def content(self, document: Mapping, place: Place) -> list[Job]:
        """Return the jobs of a pipeline or of a template, whichever of its forms it has."""
        if (extends := document.get("extends")) is not None:
            one = mapping(extends, "'extends'", place)
            return self.template(one, (), place)
        if (stages := document.get("stages")) is not None:
            return self.stages(stages)
        if (jobs := document.get("jobs")) is not None:
            return self.jobs(jobs, "", ())
        if (steps := document.get("steps")) is not None:
            return [Job("job", document.place_of("steps"), tuple(self.steps(steps)), only_if=())]
        return []

    def stages(self, node: Node) -> list[Job]:
        """Return the jobs of all stages; each waits for the jobs of the stages that its own waits for."""
        found: list[tuple[tuple[str, ...], list[Job]]] = []
        by_stage: dict[str, list[Job]] = {}
        previous: tuple[str, ...] = ()
        for number, (one, conditions) in enumerate(_members(node)):
            stage = mapping(one, "a stage", one.place)
            before = previous
            if stage.get("template") is not None:
                jobs, name = self.template(stage, conditions, stage.place), f"template {number}"
            else:
                name = text(stage.get("stage"), "'stage'") or f"stage {number}"
                self.pool(stage)
                jobs = self.jobs(stage.get("jobs"), f"{name}.", (*conditions, *_condition(stage)))
                if (depends := stage.get("dependsOn")) is not None:
                    before = tuple(one.text for one in _depends(depends))
            by_stage[name] = jobs
            found.append((before, jobs))
            previous = (name,)
        return [
            msgspec.structs.replace(
                job, after=(*job.after, *(other.id for name in before for other in by_stage.get(name, ())))
            )
            for before, jobs in found
            for job in jobs
        ]

    def jobs(self, node: Node | None, prefix: str, around: tuple[Said, ...]) -> list[Job]:
        found: list[Job] = []
        for number, (one, conditions) in enumerate(_members(node)):
            job = mapping(one, "a job", one.place)
            if job.get("template") is not None:
                found += self.template(job, (*around, *conditions), job.place)
            else:
                found.append(self.job(job, prefix, number, (*around, *conditions)))
        return found

    def job(self, job: Mapping, prefix: str, number: int, around: tuple[Said, ...]) -> Job:
        name = text(job.get("job"), "'job'") or text(job.get("deployment"), "'deployment'") or f"job {number}"
        self.pool(job)
        self.container(job)
        environment = job.get("environment")
        if isinstance(environment, Mapping):
            environment = environment.get("name")
        steps = [*self.steps(job.get("steps"))] if job.get("steps") is not None else []
        steps += self.strategy(job.get("strategy"))
        return Job(
            f"{prefix}{name}",
            job.place,
            tuple(steps),
            after=tuple(f"{prefix}{one.text}" for one in _depends(job.get("dependsOn"))),
            only_if=(*around, *_condition(job)),
            tolerated=_tolerated(job),
            environment=text(environment, "'environment'"),
            deploys="deployment" in job.entries,
        )

    def strategy(self, node: Node | None) -> list[Step]:
        """Return the steps of a deployment job, of every phase and of what follows success or failure."""
        found: list[Step] = []
        for kind in node.entries.values() if isinstance(node, Mapping) else ():
            if not isinstance(kind, Mapping):
                continue
            phases = [kind.get(name) for name in _STRATEGY_STEPS]
            after = mapping(kind.get("on"), "'on'", kind.place)
            for phase in (*phases, *after.entries.values()):
                if isinstance(phase, Mapping) and phase.get("steps") is not None:
                    found += self.steps(phase.get("steps"))
        return found

    def steps(self, node: Node | None) -> list[Step]:
        found: list[Step] = []
        for one, conditions in _members(node):
            if isinstance(one, Text):
                self.doubts.append(Said(one.text, one.place))
                continue
            step = mapping(one, "a step", one.place)
            if step.get("template") is not None:
                jobs = self.template(step, conditions, step.place)
                found += [inner for job in jobs for inner in job.steps]
            else:
                found.append(self.step(step, conditions))
        return found

    def step(self, step: Mapping, around: tuple[Said, ...]) -> Step:
        kind = next(
            (key for key in step.entries if key in {"script", "bash", "powershell", "pwsh", "task"}), ""
        )
        place = step.place_of(kind) if kind else step.place
        inputs = mapping(step.get("inputs"), "'inputs'", step.place)
        script, shell = step.get(kind) if kind and kind != "task" else None, _POSIX
        action = ""
        if kind in {"powershell", "pwsh"} or (kind == "script" and self.windows):
            shell = _OTHER
        if kind == "task":
            action, _, version = text(step.get("task"), "'task'").partition("@")
            self.tools[f"task {action}"] = version
            if (held := _TASK_SCRIPTS.get(action.lower())) is not None:
                script, shell = self.task_script(action.lower(), held, inputs)
                action = ""
        lines: tuple[Said, ...] = ()
        if isinstance(script, Text):
            lines = tuple(Said(line, where) for line, where in script.lines())
        if tests := self.tests_of(action, inputs):
            lines, shell = (Said(tests, place),), _POSIX
        disabled = _says(step.get("enabled"), "false")
        conditions = (*around, *_condition(step))
        if disabled:
            conditions = (*conditions, Said("enabled: false", step.place_of("enabled")))
        return Step(
            text(step.get("displayName"), "'displayName'"),
            place,
            lines,
            shell,
            action=action,
            inputs=tuple(
                Said(f"{key}: {value.text}", value.place)
                for key, node in inputs.entries.items()
                for value in texts_in(node)
            ),
            tolerated=_tolerated(step),
            only_if=conditions,
            key=text(step.get("name"), "'name'"),
        )

    def task_script(self, task: str, held: tuple[str, str], inputs: Mapping) -> tuple[Node | None, Shell]:
        """Return the script that a task runs, or the command that runs its file, and in which shell."""
        kind = text(inputs.get("scriptType"), "'scriptType'").lower()
        other = task in _OTHER_SHELLS or (kind and kind != "bash") or (self.windows and task == "cmdline")
        shell = _OTHER if other else _POSIX
        script = inputs.get(held[0]) if held[0] else None
        file = inputs.get(held[1]) if held[1] else None
        if script is None and isinstance(file, Text):
            return msgspec.structs.replace(
                file, text=f"bash {file.text}" if shell.known else file.text
            ), shell
        return script, shell

    def tests_of(self, action: str, inputs: Mapping) -> str:
        """Return the command line that a task stands for which may test: ``Maven@4`` with its goals."""
        program = _TEST_TASKS.get(action.lower())
        if program is None:
            return ""
        given = " ".join(
            one.text
            for key in ("command", "goals", "tasks", "customCommand")
            for one in _texts(inputs.get(key))
        )
        options = text(inputs.get("options"), "'options'")
        return f"{program} {given} {options}".strip()

    def template(self, node: Mapping, conditions: tuple[Said, ...], place: Place) -> list[Job]:
        """Return what a template brings: read where it stands here, noted where another repository has it."""
        named = text(node.get("template"), "'template'")
        where = node.place_of("template")
        path, at, alias = named.partition("@")
        if "${{" in named:
            self.doubts.append(Said(f"the template {named}", where))
            return []
        if at and alias != "self":
            name, ref = self.repositories.get(alias, (alias, ""))
            self.remotes.append(Remote("template", f"{name}/{path.lstrip('/')}", ref, is_commit(ref), where))
            return []
        base = "" if path.startswith("/") else posixpath.dirname(self.within[-1])
        full = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
        if full in self.within or len(self.within) > _DEEPEST:
            raise NotReadable(f"the template '{full}' uses itself, or too deep", where)
        self.others.append(full)
        self.within.append(full)
        try:
            jobs = self.content(self.load(full, where), place)
        finally:
            self.within.pop()
        return [_under(job, conditions) for job in jobs]


def _under(job: Job, conditions: tuple[Said, ...]) -> Job:
    """Return a template's job under the conditions of where it is used; a step's are on its steps."""
    steps = tuple(msgspec.structs.replace(one, only_if=(*conditions, *one.only_if)) for one in job.steps)
    return msgspec.structs.replace(job, steps=steps)


def _members(node: Node | None, around: tuple[Said, ...] = ()) -> Iterator[Placed]:
    """Yield the members of a list, those under ``${{ if }}`` keys with that condition."""
    if node is None:
        return
    if not isinstance(node, Listing):
        raise NotReadable("this should be a list", node.place)
    for one in node.members:
        if isinstance(one, Mapping) and one.entries and all(map(_EXPRESSION.match, one.entries)):
            for key, inner in one.entries.items():
                said = () if key.startswith(("${{ each", "${{each")) else (Said(key, one.place_of(key)),)
                if isinstance(inner, Listing):
                    yield from _members(inner, (*around, *said))
                else:
                    yield inner, (*around, *said)
        else:
            yield one, around


def _texts(node: Node | None) -> tuple[Text, ...]:
    return tuple(texts_in(node)) if node is not None else ()


def _depends(node: Node | None) -> tuple[Text, ...]:
    return one_or_many(node, "'dependsOn'")


def _condition(node: Mapping) -> tuple[Said, ...]:
    condition = node.get("condition")
    return (
        (Said(text(condition, "'condition'"), node.place_of("condition")),) if condition is not None else ()
    )


def _says(node: Node | None, word: str) -> bool:
    return isinstance(node, Text) and node.text.lower() == word


def _tolerated(node: Mapping) -> Said | None:
    """Return what lets a job or step fail unpunished: anything but ``false``."""
    said = node.get("continueOnError")
    if said is None or _says(said, "false"):
        return None
    written = text(said, "'continueOnError'")
    return Said(f"continueOnError: {written}", node.place_of("continueOnError"))


def _triggers(document: Mapping) -> tuple[Said, ...]:
    found = []
    for key in ("trigger", "pr", "schedules"):
        node = document.entries.get(key)
        if node is not None:
            told = ", ".join(one.text for one in texts_in(node))
            found.append(Said(f"{key} {told}".strip(), document.place_of(key)))
    return tuple(found)


SYSTEM = System("azure-pipelines", 1, lambda path: _FILE.fullmatch(path) is not None, _read)
