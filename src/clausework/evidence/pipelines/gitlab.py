"""GitLab CI: ``.gitlab-ci.yml`` with all that it includes from this repository, put together as GitLab does.

A job's script is its ``before_script`` and its ``script`` in one shell, which ends at an error; ``after_script`` runs
when the outcome is settled. Without ``needs`` a job waits for all jobs of earlier stages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from clausework.core.places import Place
from clausework.evidence.pipelines.gitlab_includes import Includes
from clausework.evidence.pipelines.gitlab_merging import NotDefinedHere, References, extended, merged
from clausework.evidence.pipelines.model import (
    Definition,
    Image,
    Job,
    Said,
    Shell,
    Sources,
    Step,
    System,
)
from clausework.evidence.pipelines.pins import image_of
from clausework.evidence.pipelines.yaml_nodes import (
    Listing,
    Mapping,
    Node,
    NotReadable,
    Text,
    mapping,
    one_or_many,
    text,
    texts_in,
)

_FILE = ".gitlab-ci.yml"
_GLOBAL = frozenset(
    (
        *("default", "include", "stages", "variables", "workflow", "spec", "image", "services", "cache"),
        *("before_script", "after_script", "types"),
    )
)
_INHERITED = (
    "image",
    "services",
    "before_script",
    "after_script",
    "tags",
    "interruptible",
    "retry",
    "timeout",
)
_STAGES = ("build", "test", "deploy")
_SECRET = re.compile(
    r"\$\{?(\w*(?:TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|PRIVATE_KEY|API_KEY|SSH_KEY)\w*)"
)
_NOT_DEPLOYING = frozenset({"stop", "prepare", "verify", "access"})
_SHELL = Shell(errexit=True, pipefail=True)


def _read(path: str, sources: Sources) -> Definition:
    return _Reading(path, sources).definition()


class _Reading:
    """Reads one whole configuration."""

    def __init__(self, path: str, sources: Sources) -> None:
        self.path = path
        self.includes = Includes(sources)
        self.whole = self.includes.whole(path, Place(path))
        self.images: list[Image] = []
        self.runners: list[Said] = []
        self.children: list[tuple[Mapping, Said | None]] = []

    def definition(self) -> Definition:
        nodes = self.jobs()
        jobs = self.in_order(nodes)
        for _ in range(len(self.includes.files)):
            if not self.children:
                break
            self.whole, unseen = self.children.pop()
            found = self.in_order(self.jobs())
            jobs += [msgspec.structs.replace(one, tolerated=one.tolerated or unseen) for one in found]
        if not jobs and not self.includes.remotes and not self.includes.doubts:
            raise NotReadable("no job is defined here", Place(self.path))
        others = dict.fromkeys(one for one in self.includes.files if one != self.path)
        return Definition(
            self.path,
            "gitlab-ci",
            others=tuple(others),
            jobs=tuple(jobs),
            remotes=tuple(dict.fromkeys(self.includes.remotes)),
            images=tuple(dict.fromkeys(self.images)),
            runners=tuple(dict.fromkeys(self.runners)),
            secrets=self.secrets(),
            triggers=self.triggers(),
            dispatch=True,
            doubts=tuple(self.includes.doubts),
        )

    def jobs(self) -> dict[str, Mapping]:
        """Return each job by its name, put together with what it extends, refers to and inherits."""
        default = mapping(self.whole.get("default"), "'default'", self.whole.place)
        own = {key: node for key, node in self.whole.entries.items() if key in _INHERITED}
        default = merged(Mapping(own, self.whole.keys, self.whole.place, 1), default)
        references = References(self.whole)
        found: dict[str, Mapping] = {}
        for name, node in self.whole.entries.items():
            if name not in _GLOBAL and not name.startswith(".") and isinstance(node, Mapping):
                job = mapping(references.resolved(self.extended(name, node)), f"the job '{name}'", node.place)
                found[name] = merged(
                    _inherited(job, mapping(references.resolved(default), "", node.place)), job
                )
        return found

    def extended(self, name: str, node: Mapping) -> Mapping:
        """Return a job with what it extends; where an include from elsewhere may define that, as far as it is here."""
        try:
            return extended(name, self.whole)
        except NotDefinedHere as error:
            if not self.includes.remotes:
                raise
            told = f"{error.what}: an include from elsewhere may define it"
            self.includes.doubts.append(Said(told, node.place_of("extends")))
            return node

    def in_order(self, nodes: dict[str, Mapping]) -> list[Job]:
        order = [one.text for one in one_or_many(self.whole.get("stages"), "'stages'")] or list(_STAGES)
        order = [".pre", *order, ".post"]
        stages = {name: text(node.get("stage"), "'stage'") or "test" for name, node in nodes.items()}
        jobs = {name: self.job(name, node) for name, node in nodes.items()}
        result = []
        for name, node in nodes.items():
            after = _needs(node)
            if after is None:
                after = tuple(
                    other
                    for other in nodes
                    if _position(order, stages[other]) < _position(order, stages[name])
                    and not jobs[other].tolerated
                    and _runs_wherever(jobs[other], jobs[name])
                )
            result.append(_with_after(jobs[name], after))
        return result

    def job(self, name: str, node: Mapping) -> Job:
        self.take_image(node.get("image"))
        services = node.get("services")
        for service in services.members if isinstance(services, Listing) else ():
            self.take_image(service)
        self.runners += (
            [Said(one.text, one.place) for one in texts_in(node.entries["tags"]) if node.get("tags")]
            if "tags" in node.entries
            else []
        )
        self.take_child(node)
        if (run := node.get("run")) is not None:
            self.includes.doubts.append(Said(f"the 'run' steps of the job '{name}'", run.place))
        environment = node.get("environment")
        deploys = True
        if isinstance(environment, Mapping):
            deploys = text(environment.get("action"), "'action'") not in _NOT_DEPLOYING
            environment = environment.get("name")
        conditions, by_hand, tolerated = _rules(node)
        steps = [Step("script", node.place_of("script"), self.script(node), _SHELL)]
        if after := self.lines(node.get("after_script")):
            steps.append(Step("after_script", node.place_of("after_script"), after, _SHELL, afterwards=True))
        return Job(
            name,
            node.place_of("script") if node.get("script") else node.place,
            tuple(steps),
            only_if=conditions,
            tolerated=tolerated,
            by_hand=by_hand,
            environment=text(environment, "'environment'") if deploys else "",
            deploys=node.get("release") is not None,
        )

    def script(self, node: Mapping) -> tuple[Said, ...]:
        return (*self.lines(node.get("before_script")), *self.lines(node.get("script")))

    def lines(self, node: Node | None) -> tuple[Said, ...]:
        found = one_or_many(node, "a script")
        return tuple(Said(line, place) for one in found for line, place in one.lines())

    def take_image(self, node: Node | None) -> None:
        name = node.get("name") if isinstance(node, Mapping) else node
        if isinstance(name, Text) and name.text:
            self.images.append(image_of(name.text, name.place))

    def take_child(self, node: Mapping) -> None:
        """Read the pipeline that a job starts, where its configuration stands in this repository."""
        trigger = node.get("trigger")
        if trigger is None:
            return
        if not isinstance(trigger, Mapping) or trigger.get("include") is None:
            project = trigger.get("project") if isinstance(trigger, Mapping) else trigger
            named = text(project, "'trigger'")
            said = Said(f"a pipeline of another project: {named}", node.place_of("trigger"))
            self.includes.doubts.append(said)
            return
        part = trigger.get("include")
        waits = text(trigger.get("strategy"), "'strategy'") in {"depend", "mirror"}
        unseen = (
            None if waits else Said("a child pipeline without 'strategy: depend'", node.place_of("trigger"))
        )
        for one in part.members if isinstance(part, Listing) else (part,) if part else ():
            for path, place in self.includes.one(one):
                if path not in self.includes.files:
                    self.children.append((self.includes.whole(path, place), unseen))

    def secrets(self) -> tuple[str, ...]:
        names = {name for one in texts_in(self.whole) for name in _SECRET.findall(one.text)}
        for node in self.whole.entries.values():
            if isinstance(node, Mapping):
                for key in ("secrets", "id_tokens"):
                    names.update(mapping(node.get(key), f"'{key}'", node.place).entries)
        return tuple(sorted(names))

    def triggers(self) -> tuple[Said, ...]:
        workflow = mapping(self.whole.get("workflow"), "'workflow'", self.whole.place)
        rules = workflow.get("rules")
        found = []
        for rule in rules.members if isinstance(rules, Listing) else ():
            if isinstance(rule, Mapping) and (condition := rule.get("if")) is not None:
                when = text(rule.get("when"), "'when'")
                told = text(condition, "'if'") + (f", when {when}" if when else "")
                found.append(Said(told, rule.place))
        return tuple(found)


def _inherited(job: Mapping, default: Mapping) -> Mapping:
    """Return what the job takes from the defaults: all of it, unless its ``inherit`` says otherwise."""
    inherit = mapping(job.get("inherit"), "'inherit'", job.place).get("default")
    if inherit is None or (isinstance(inherit, Text) and inherit.text.lower() == "true"):
        return default
    kept = {one.text for one in one_or_many(inherit, "'inherit'")}
    entries = {key: node for key, node in default.entries.items() if key in kept}
    return Mapping(entries, default.keys, default.place, 1)


def _needs(node: Mapping) -> tuple[str, ...] | None:
    """Return the jobs that a job waits for by name; ``None`` where it waits for all earlier stages."""
    needs = node.get("needs")
    if needs is None:
        return None
    if not isinstance(needs, Listing):
        raise NotReadable("'needs' should be a list", needs.place)
    found = []
    for one in needs.members:
        if isinstance(one, Text):
            found.append(one.text)
        elif isinstance(one, Mapping):
            optional = text(one.get("optional"), "'optional'").lower() == "true"
            found += [] if optional else [text(one.get("job"), "'job'")]
    return tuple(found)


def _position(order: list[str], stage: str) -> int:
    return order.index(stage) if stage in order else len(order)


def _runs_wherever(other: Job, job: Job) -> bool:
    """Tell whether ``other`` is in the pipeline whenever ``job`` is: it has no conditions, or the same."""
    return {one.text for one in other.only_if} <= {one.text for one in job.only_if}


def _with_after(job: Job, after: tuple[str, ...]) -> Job:
    return Job(
        job.id,
        job.place,
        job.steps,
        after,
        job.only_if,
        job.tolerated,
        job.by_hand,
        job.environment,
        job.deploys,
    )


def _rules(node: Mapping) -> tuple[tuple[Said, ...], Said | None, Said | None]:
    """Return a job's conditions, what leaves it to a person whether it runs, and what tolerates its failure."""
    conditions = list(_conditions(node))
    tolerated = _tolerated(node)
    refuses = isinstance(said := node.get("allow_failure"), Text) and said.text.lower() == "false"
    by_hand = None
    when = text(node.get("when"), "'when'")
    if when == "manual" and not refuses:
        by_hand = Said("when: manual", node.place_of("when"))
    elif when in {"always", "on_failure"}:
        conditions.append(Said(f"when: {when}", node.place_of("when")))
    rules = node.get("rules")
    for rule in rules.members if isinstance(rules, Listing) else ():
        if not isinstance(rule, Mapping):
            continue
        when = text(rule.get("when"), "'when'")
        own = isinstance(said := rule.get("allow_failure"), Text) and said.text.lower() == "false"
        if when == "manual" and not own and not refuses:
            by_hand = by_hand or Said("when: manual", rule.place_of("when"))
        elif when in {"always", "on_failure"}:
            conditions.append(Said(f"when: {when}", rule.place_of("when")))
        tolerated = tolerated or _tolerated(rule)
    return tuple(conditions), by_hand, tolerated


def _conditions(node: Mapping) -> Iterator[Said]:
    """Yield the conditions under which a job is in the pipeline, as written."""
    rules = node.get("rules")
    for rule in rules.members if isinstance(rules, Listing) else ():
        if isinstance(rule, Mapping) and rule.get("if") is not None:
            never = " (never)" if text(rule.get("when"), "'when'") == "never" else ""
            yield Said(text(rule.get("if"), "'if'") + never, rule.place_of("if"))
    for key in ("only", "except"):
        part = node.get(key)
        if part is not None:
            for one in texts_in(part):
                yield Said(f"{key}: {one.text}", one.place)


def _tolerated(node: Mapping) -> Said | None:
    """Return what lets the pipeline pass when the job fails: anything but ``false``."""
    said = node.get("allow_failure")
    if said is None or (isinstance(said, Text) and said.text.lower() in {"false", "no", "off"}):
        return None
    written = said.text if isinstance(said, Text) else "some exit codes"
    return Said(f"allow_failure: {written}", node.place_of("allow_failure"))


SYSTEM = System("gitlab-ci", 1, lambda path: path == _FILE, _read)
