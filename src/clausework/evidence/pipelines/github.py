"""GitHub Actions: workflows, with the composite actions and reusable workflows of the same repository read in place.

``uses:`` of another repository is brought in by commit or not at all pinned. A step that calls what stands in this
repository does what that does.
"""

from __future__ import annotations

import re
from collections.abc import Callable

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
from clausework.evidence.pipelines.pins import image_of, images_of_dockerfile, is_commit
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

_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_ACTION = re.compile(r"\.github/(?:.+/)?action\.ya?ml")
_SECRET = re.compile(r"\bsecrets(?:\.([A-Za-z_]\w*)|\[\s*['\"]([^'\"]+)['\"]\s*\])")
_SHELLS = {"": Shell(), "bash": Shell(pipefail=True), "sh": Shell()}
_PRIVILEGED = ("pull_request_target", "workflow_run")
_CHOSEN = re.compile(
    r"\binputs\.|\bvars\.|\bsecrets\.|\bgithub\.event\.(?:inputs|head_commit|commits|pull_request)\b"
)
_SCRIPTS = frozenset(("run", "script", "command", "cmd", "inlinescript", "commands"))
_DEEPEST = 10


def _claims(path: str) -> bool:
    return _WORKFLOW.fullmatch(path) is not None or _ACTION.fullmatch(path) is not None


def _read(path: str, sources: Sources) -> Definition:
    return _Reading(path, sources).definition()


class _Reading:
    """Reads one workflow or composite action, and what it calls in this repository."""

    def __init__(self, path: str, sources: Sources) -> None:
        self.path = path
        self.sources = sources
        self.others: list[str] = []
        self.remotes: list[Remote] = []
        self.images: list[Image] = []
        self.runners: list[Said] = []
        self.secrets: set[str] = set()
        self.tools: dict[str, str] = {}
        self.chosen: set[str] = set()
        self.calling: list[str] = [path]

    def definition(self) -> Definition:
        document = self.load(self.path)
        self.take_chosen(document)
        if _ACTION.fullmatch(self.path):
            steps = self.action_steps(document)
            jobs: tuple[Job, ...] = (Job("action", document.place, steps),) if steps else ()
            triggers: tuple[Said, ...] = ()
        else:
            jobs, triggers = self.jobs(document), _triggers(document)
        names = {one.text for one in triggers}
        return Definition(
            self.path,
            "github-actions",
            others=tuple(dict.fromkeys(self.others)),
            jobs=jobs,
            remotes=tuple(dict.fromkeys(self.remotes)),
            images=tuple(dict.fromkeys(self.images)),
            runners=tuple(self.runners),
            secrets=tuple(sorted(self.secrets)),
            triggers=triggers,
            tools=tuple(sorted(self.tools.items())),
            dispatch="workflow_dispatch" in names or "repository_dispatch" in names,
            privileged=next((one for one in triggers if one.text in _PRIVILEGED), None),
            chosen=tuple(sorted(self.chosen)),
        )

    def take_chosen(self, node: Mapping) -> None:
        """Note the variables that hold what somebody chose, set or wrote: ``env`` does not hide it."""
        for key, value in mapping(node.get("env"), "'env'", node.place).entries.items():
            if isinstance(value, Text) and _CHOSEN.search(value.text):
                self.chosen.add(key)

    def load(self, path: str) -> Mapping:
        data = self.sources.read(path)
        if data is None:
            raise NotReadable("the commit does not have this file", Place(path))
        documents = load_yaml(data, path)
        if len(documents) != 1:
            raise NotReadable("one document is to stand in the file", Place(path))
        document = mapping(documents[0], "a workflow", Place(path))
        for value in texts_in(document):
            for found in _SECRET.finditer(value.text):
                self.secrets.add(found[1] or found[2])
        return document

    def jobs(self, document: Mapping) -> tuple[Job, ...]:
        place = document.place_of("jobs")
        found = mapping(document.get("jobs"), "'jobs'", place)
        if not found.entries:
            raise NotReadable("the workflow has no 'jobs'", place)
        shell = _default_shell(document, "")
        return tuple(
            self.job(name, mapping(node, f"the job '{name}'", found.place_of(name)), shell)
            for name, node in found.entries.items()
        )

    def job(self, name: str, job: Mapping, shell: str) -> Job:
        labels = tuple(texts_in(job.entries["runs-on"])) if "runs-on" in job.entries else ()
        self.runners += [Said(one.text, one.place) for one in labels]
        self.take_images(job)
        self.take_chosen(job)
        windows = any("windows" in one.text.lower() for one in labels)
        shell = _default_shell(job, shell or ("pwsh" if windows else ""))
        if uses := text(job.get("uses"), "'uses'"):
            steps = self.called_workflow(uses, job)
        else:
            steps = self.steps(job.get("steps"), shell, job.place_of("steps"))
        environment = job.get("environment")
        if isinstance(environment, Mapping):
            environment = environment.get("name")
        return Job(
            name,
            job.place,
            steps,
            after=tuple(one.text for one in one_or_many(job.get("needs"), "'needs'")),
            only_if=_condition(job),
            tolerated=_tolerated(job),
            environment=text(environment, "'environment'"),
        )

    def take_images(self, job: Mapping) -> None:
        container = job.get("container")
        services = mapping(job.get("services"), "'services'", job.place)
        for node in (container, *services.entries.values()):
            image = node.get("image") if isinstance(node, Mapping) else node
            if isinstance(image, Text) and image.text:
                self.images.append(image_of(image.text, image.place))

    def steps(self, node: Node | None, shell: str, place: Place) -> tuple[Step, ...]:
        if not isinstance(node, Listing):
            raise NotReadable("'steps' should be a list", node.place if node else place)
        found: list[Step] = []
        for one in node.members:
            step = mapping(one, "a step", one.place)
            found.append(self.step(step, shell))
        return tuple(found)

    def step(self, step: Mapping, shell: str) -> Step:
        run, uses = step.get("run"), text(step.get("uses"), "'uses'")
        self.take_chosen(step)
        if (run is None) == (not uses):
            raise NotReadable("a step has either 'run' or 'uses'", step.place)
        inner: tuple[Step, ...] = ()
        script: tuple[Said, ...] = ()
        if uses:
            inner = self.called_action(uses, step.place_of("uses"))
            self.take_tools(uses, step)
            script = _given_script(step)
        elif isinstance(run, Text):
            script = tuple(Said(line, place) for line, place in run.lines())
        else:
            raise NotReadable("'run' should be a text", step.place_of("run"))
        return Step(
            text(step.get("name"), "'name'"),
            step.place_of("uses" if uses else "run"),
            script,
            _shell_of_action(uses) if uses else _shell(text(step.get("shell"), "'shell'") or shell),
            action=uses,
            inputs=_given(step),
            tolerated=_tolerated(step),
            only_if=_condition(step),
            key=text(step.get("id"), "'id'"),
            inner=inner,
        )

    def take_tools(self, uses: str, step: Mapping) -> None:
        """Note which versions of tools an action is told to set up."""
        inputs = mapping(step.get("with"), "'with'", step.place)
        for key, node in inputs.entries.items():
            if key.endswith("version") and isinstance(node, Text):
                name = key.removesuffix("version").strip("-_") or uses.partition("@")[0]
                self.tools[name] = node.text

    def called_action(self, uses: str, place: Place) -> tuple[Step, ...]:
        """Return what a called action does, where it stands here; note it as brought in where it does not."""
        if uses.startswith("docker://"):
            self.images.append(image_of(uses.removeprefix("docker://"), place))
            return ()
        if not uses.startswith("./"):
            name, _, ref = uses.partition("@")
            self.remotes.append(Remote("action", name, ref, is_commit(ref), place))
            return ()
        folder = uses.removeprefix("./").rstrip("/")
        names = (f"{folder}/action.yml", f"{folder}/action.yaml", f"{folder}/Dockerfile")
        found = next((one.lstrip("/") for one in names if one.lstrip("/") in self.sources.paths), "")
        if not found:
            raise NotReadable(f"'{uses}' leads to no action of this commit", place)
        self.others.append(found)
        if found.endswith("Dockerfile"):
            self.images += images_of_dockerfile(self.sources.read(found) or b"", found)
            return ()
        return self.entered(found, place, self.action_steps)

    def action_steps(self, document: Mapping) -> tuple[Step, ...]:
        runs = mapping(document.get("runs"), "'runs'", document.place)
        using = text(runs.get("using"), "'using'")
        image = runs.get("image")
        if using == "docker" and isinstance(image, Text) and image.text.startswith("docker://"):
            self.images.append(image_of(image.text.removeprefix("docker://"), image.place))
        if using != "composite":
            return ()
        return self.steps(runs.get("steps"), "", runs.place)

    def called_workflow(self, uses: str, job: Mapping) -> tuple[Step, ...]:
        place = job.place_of("uses")
        secrets = job.get("secrets")
        if isinstance(secrets, Text) and secrets.text == "inherit":
            self.secrets.add("(all that the caller has)")
        if not uses.startswith("./"):
            name, _, ref = uses.partition("@")
            self.remotes.append(Remote("workflow", name, ref, is_commit(ref), place))
            return (Step("", place, action=uses, inputs=_given(job)),)
        path = uses.removeprefix("./")
        self.others.append(path)
        inner = self.entered(
            path, place, lambda document: tuple(step for one in self.jobs(document) for step in one.steps)
        )
        return (Step("", place, action=uses, inner=inner, inputs=_given(job)),)

    def entered(
        self, path: str, place: Place, read: Callable[[Mapping], tuple[Step, ...]]
    ) -> tuple[Step, ...]:
        """Return what a file of this repository does that is called here; it is read where it is called."""
        if path in self.calling or len(self.calling) > _DEEPEST:
            raise NotReadable(f"'{path}' is called by what it calls itself, or too deep", place)
        self.calling.append(path)
        try:
            return read(self.load(path))
        finally:
            self.calling.pop()


def _given(node: Mapping) -> tuple[Said, ...]:
    """Return what is given to a called action or workflow, one input a line."""
    inputs = mapping(node.get("with"), "'with'", node.place)
    return tuple(
        Said(f"{key}: {value.text}", value.place)
        for key, node in inputs.entries.items()
        for value in texts_in(node)
    )


def _given_script(step: Mapping) -> tuple[Said, ...]:
    """Return the script that an action is given to run, such as one that tries again what fails."""
    inputs = mapping(step.get("with"), "'with'", step.place)
    given = [
        node for key, node in inputs.entries.items() if key.lower() in _SCRIPTS and isinstance(node, Text)
    ]
    return tuple(Said(line, place) for node in given for line, place in node.lines())


def _shell_of_action(uses: str) -> Shell:
    """Return what an action runs a script in: nothing is known of when it ends; JavaScript is not looked into."""
    return Shell(known=False) if "github-script" in uses else Shell(errexit=False)


def _condition(node: Mapping) -> tuple[Said, ...]:
    condition = node.get("if")
    if condition is None:
        return ()
    return (Said(text(condition, "'if'"), node.place_of("if")),)


def _tolerated(node: Mapping) -> Said | None:
    """Return what lets a job or step fail unpunished: anything but a plain ``false``."""
    said = node.get("continue-on-error")
    if said is None or (isinstance(said, Text) and said.text.lower() == "false"):
        return None
    written = text(said, "'continue-on-error'")
    return Said(f"continue-on-error: {written}", node.place_of("continue-on-error"))


def _default_shell(node: Mapping, otherwise: str) -> str:
    defaults = mapping(node.get("defaults"), "'defaults'", node.place)
    run = mapping(defaults.get("run"), "'defaults.run'", defaults.place)
    return text(run.get("shell"), "'shell'") or otherwise


def _shell(named: str) -> Shell:
    """Return what the shell of a step does unasked; a command line of one's own says so itself."""
    if named in _SHELLS:
        return _SHELLS[named]
    words = named.split()
    program = words[0].rpartition("/")[2] if words else ""
    if program not in {"bash", "sh", "dash", "zsh", "ksh"}:
        return Shell(known=False)
    flags = " ".join(words[1:])
    switches = re.findall(r"(?:^|\s)([-+])[a-zA-Z]*e[a-zA-Z]*(?=\s|$)", flags)
    return Shell(errexit=switches[-1:] == ["-"], pipefail=re.search(r"-\w*o\s+pipefail", flags) is not None)


def _triggers(document: Mapping) -> tuple[Said, ...]:
    node = document.get("on")
    if node is None:
        return ()
    if isinstance(node, Mapping):
        return tuple(Said(name, node.place_of(name)) for name in node.entries)
    return tuple(Said(one.text, one.place) for one in one_or_many(node, "'on'"))


SYSTEM = System("github-actions", 1, _claims, _read)
