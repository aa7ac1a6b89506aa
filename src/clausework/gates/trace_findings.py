"""The trace rules L1 to L20 on the facts of a build: named findings, each with its clauses and classes.

Rules on the items alone stand in ``items/lint.py`` and reach the facts from there; those that need results, decisions
or history stand here. What another check refuses anyway is shown with the rest and left to that check.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from fnmatch import fnmatchcase

import msgspec

from clausework.gates.facts import Facts, JudgementFact, LintFact
from clausework.gates.soup_names import names_of, normal_name
from clausework.gates.trace_finding import TraceFinding
from clausework.trace.item_fact import ItemFact

JUDGED_HERE = "trace_rules"
"""The check that refuses on a finding which no other check refuses on."""


_LEADS_NOWHERE = frozenset({"L19-dangling-link", "blank-link"})
"""What reading calls a link that leads to no item."""


class TraceRule(msgspec.Struct, frozen=True):
    """A rule: its name, what it says, its clauses, the classes it holds for, and the check that refuses on it.

    ``find`` is absent where the rule is one of the items' lint, of their reading or of the release gate, as ``where``
    says.
    """

    name: str
    says: str
    clauses: tuple[str, ...]
    classes: str
    judged_by: str
    where: str = ""
    find: Callable[[Facts], Iterator[tuple[str, tuple[str, ...], tuple[int, ...], str]]] | None = None


Found = Iterator[tuple[str, tuple[str, ...], tuple[int, ...], str]]
"""Message, items, records and command of each finding of one rule."""


def findings_of(facts: Facts) -> tuple[TraceFinding, ...]:
    """Return what all rules of the build's class find, in the order of the rules.

    What lint says of items that belong to other software items alone is asked of their builds, for their class.
    """
    found: list[TraceFinding] = []
    named = {rule.name for rule in RULES}
    ids = frozenset(item.id for item in facts.items)
    lint = [one for one in facts.lint if _about(one) not in facts.elsewhere]
    for rule in RULES:
        if facts.safety_class in rule.classes:
            found += [_of_lint(one, rule, ids) for one in lint if _number(one) == rule.name]
            for message, items, records, command in rule.find(facts) if rule.find else ():
                found.append(
                    TraceFinding(
                        rule.name,
                        message,
                        rule.clauses,
                        items,
                        records,
                        _who(command),
                        command,
                        rule.judged_by,
                    )
                )
    for one in lint:
        if _number(one) not in named:
            found.append(_of_lint(one, TraceRule(one.rule, "", (), "ABC", JUDGED_HERE), ids))
    return tuple(found)


def _number(lint: LintFact) -> str:
    return "L19" if lint.rule in _LEADS_NOWHERE else lint.rule.partition("-")[0]


def _about(one: LintFact) -> str:
    """Return the ID that a finding is about: its sentence begins with it."""
    return one.message.split(" ", 1)[0].rstrip(":")


def _of_lint(one: LintFact, rule: TraceRule, ids: Collection[str]) -> TraceFinding:
    """Return a finding of lint or reading as one of ``rule``."""
    about = _about(one)
    return TraceFinding(
        rule.name,
        f"{one.message} ({one.place})",
        one.clauses or rule.clauses,
        (about,) if about in ids else (),
        command=one.hint,
        judged_by=rule.judged_by,
    )


def _who(command: str) -> str:
    return "quality" if "decide" in command else "developer"


def _untested(facts: Facts) -> Found:
    tested = {one.item for one in facts.item_cases if one.role == "verifies"}
    for item in facts.requirements_in_scope():
        if item.id not in tested and item.by_test:
            yield f"{item.id} is named by no test", (item.id,), (), "clausework record REPORT --level system"


def _other_digest(facts: Facts) -> Found:
    for run in facts.runs:
        if run.outdated and not run.superseded:
            message = f"the report #{run.record} is not about every artefact of the build"
            yield message, (), (run.record,), f"clausework record REPORT --level {run.level or 'system'}"


def _tests_without_requirement(facts: Facts) -> Found:
    count = facts.unlinked_counts.get("system", 0)
    if count:
        named = "; ".join(facts.unlinked.get("system", ())[:5])
        more = f" and {count - 5} more" if count > 5 else ""
        message = f"{count} system test cases name no item: {named}{more}"
        yield (
            message,
            (),
            (),
            'mark them, such as @pytest.mark.verifies("REQ-037"), then record the report again',
        )


def _suspect(facts: Facts) -> Found:
    for one in facts.suspects:
        shown = "; ".join(one.links[:3])
        left = len(one.links) + one.more - 3
        more = f" and {left} more" if left > 0 else ""
        message = f"{one.item} reads otherwise than in #{one.since}, which makes suspect: {shown}{more}"
        yield message, (one.item,), (one.since,), f"clausework decide review {one.item}"


def _accepted(facts: Facts, item: ItemFact) -> bool:
    """Tell whether the newest review of the item at its present text accepted it."""
    newest = facts.newest_judgement("review", item.type, item)
    return newest is not None and newest.fields.get("outcome") == "accepted"


def _unverified_controls(facts: Facts) -> Found:
    verified = {one.item for one in facts.item_cases if one.role.startswith("verifies_") and one.passed}
    for item in facts.items_of("risk_control_measure"):
        if item.id not in verified and not _accepted(facts, item):
            yield f"{item.id} is verified by nothing", (item.id,), (), f"clausework decide review {item.id}"


def _unverified_units(facts: Facts) -> Found:
    passed = {one.item for one in facts.item_cases if one.passed and not one.not_passed}
    for unit in facts.items_of("software_unit"):
        if (
            not _accepted(facts, unit)
            and unit.id not in passed
            and not any(one in passed for one in unit.targets("implements"))
        ):
            message = (
                f"{unit.id} is verified by no passed test of it or of what it implements, and by no review"
            )
            yield message, (unit.id,), (), f"clausework decide review {unit.id}"


def _unevaluated_soup(facts: Facts) -> Found:
    for soup in facts.items_of("soup_item"):
        if facts.newest_judgement("evaluate", "soup_item", soup) is None:
            message = f"the published anomalies of {soup.id} ({soup.title}) were not evaluated at its present version"
            yield message, (soup.id,), (), f"clausework decide evaluate {soup.id}"


def _unlisted_components(facts: Facts) -> Found:
    soup = facts.items_of("soup_item")
    named = {pair for item in soup for pair in names_of(item)}
    covering = [pattern for item in soup for pattern in item.fields.get("covers", "").split()]
    shipped = {
        (name, version)
        for sbom in facts.sboms
        for name, versions in sbom.components.items()
        for version in versions
    }
    for name, version in sorted(shipped):
        if (normal_name(name), version) not in named and not any(fnmatchcase(name, one) for one in covering):
            records = tuple(sbom.record for sbom in facts.sboms if name in sbom.components)
            hint = "add a SOUP item with this version, or name the component in one's 'covers'; then clausework build"
            yield f"the SBOM names {name} {version}, which is no SOUP item", (), records, hint
    present = {(normal_name(name), version) for name, version in shipped}
    for item in soup if facts.sboms else ():
        if not names_of(item) & present and not item.fields.get("covers"):
            version = item.fields.get("version", "")
            hint = "correct its version or purl, or remove the item; then clausework build"
            yield f"{item.id} ({item.title} {version}) stands in no SBOM of the build", (item.id,), (), hint


def _reused_ids(facts: Facts) -> Found:
    for item in facts.reused:
        message = f"{item} was the ID of another type of item before"
        yield message, (item,), (), "give the new item an ID of its own; an ID is never used again"


def _unapproved_commits(facts: Facts) -> Found:
    serving = ("change_request", *facts.backlog)
    given = {
        (one.matter_id, one.matter_sha256)
        for kind in serving
        for one in facts.effective_judgements("approve", kind)
    }
    changes = {item.id for item in facts.items_of(*serving)}
    approved = {item.id for item in facts.items_of(*serving) if (item.id, item.settled) in given}
    for commit in facts.commits if facts.build.range_from else ():
        if not set(commit.items) & changes & approved:
            message = f"commit {commit.id[:12]} ({commit.subject[:60]}) has no approved change request"
            yield message, commit.items, (), "clausework decide approve CR-..."


def _own_work(facts: Facts) -> Found:
    """Find changes that nobody approved but who wrote their commits or their text, as far as commits tell."""
    for change, approvals in _approvals(facts).items():
        authors = {commit.author.lower() for commit in facts.commits if change in commit.items}
        writers = facts.human.writers_of(change)
        approvers = {
            signature.email.lower()
            for one in approvals
            for signature in one.signatures
            if signature.meaning == "approved"
        }
        if approvers and approvers <= authors | writers:
            what = "its commits" if approvers <= authors else "its text" if approvers <= writers else "it"
            message = f"{change} was approved by {', '.join(sorted(approvers))} alone, who wrote {what}"
            yield message, (change,), (approvals[-1].record,), f"clausework decide approve {change}"


def _approvals(facts: Facts) -> dict[str, list[JudgementFact]]:
    """Return by change the approvals of its present text, or of the text that was approved last where that is none."""
    found: dict[str, list[JudgementFact]] = {}
    for kind in ("change_request", *facts.backlog):
        for one in facts.effective_judgements("approve", kind):
            found.setdefault(one.matter_id, []).append(one)
    settled = {item.id: item.settled for item in facts.items}
    for change, approvals in found.items():
        of_present = [one for one in approvals if one.matter_sha256 == settled.get(change)]
        newest = approvals[-1].matter_sha256
        found[change] = of_present or [one for one in approvals if one.matter_sha256 == newest]
    return found


RULES: tuple[TraceRule, ...] = (
    TraceRule(
        "L1", "a software requirement derives from nothing", ("5.1.1", "5.2.1"), "ABC", "trace_rules", "lint"
    ),
    TraceRule(
        "L2", "a requirement is named by no test", ("5.7.1",), "ABC", "traced, verified", find=_untested
    ),
    TraceRule(
        "L3",
        "a result is about another digest",
        ("5.7.5", "5.8.1"),
        "ABC",
        "tests, verified",
        find=_other_digest,
    ),
    TraceRule(
        "L4",
        "a test verifies no item",
        ("5.7.4",),
        "ABC",
        "trace_rules",
        "lint and results",
        find=_tests_without_requirement,
    ),
    TraceRule(
        "L5",
        "an item changed since its links were made or tested",
        ("5.1.1", "5.7.3", "7.3.3"),
        "ABC",
        "trace_rules",
        find=_suspect,
    ),
    TraceRule(
        "L6",
        "a risk control is verified by nothing",
        ("7.3.1",),
        "BC",
        "risk_controls",
        find=_unverified_controls,
    ),
    TraceRule("L7", "a hazardous situation has no control", ("7.2.1",), "BC", "trace_rules", "lint"),
    TraceRule("L8", "a unit is not verified", ("5.5.5",), "BC", "trace_rules", find=_unverified_units),
    TraceRule(
        "L9",
        "a unit has no design, or no acceptance criteria",
        ("5.4.2", "5.5.4"),
        "C",
        "trace_rules",
        "lint",
    ),
    TraceRule("L10", "SOUP is not specified", ("5.3.3", "5.3.4"), "BC", "trace_rules", "lint"),
    TraceRule(
        "L11",
        "the anomalies of SOUP were not evaluated",
        ("7.1.3",),
        "BC",
        "trace_rules",
        find=_unevaluated_soup,
    ),
    TraceRule(
        "L12", "SBOM and SOUP items differ", ("8.1.2",), "ABC", "trace_rules", find=_unlisted_components
    ),
    TraceRule(
        "L13", "a part has a lower class without a rationale", ("4.3", "5.3.5"), "BC", "trace_rules", "lint"
    ),
    TraceRule(
        "L14", "what realises a control is of too low a class", ("7.2.2",), "BC", "trace_rules", "lint"
    ),
    TraceRule(
        "L15",
        "an ID is used twice, or again",
        ("8.1.1",),
        "ABC",
        "trace_rules",
        "reading and history",
        find=_reused_ids,
    ),
    TraceRule("L16", "links go round in a circle", ("5.1.1",), "ABC", "traced, verified", "reading"),
    TraceRule(
        "L17", "an open problem is not listed as residual", ("5.8.2",), "ABC", "the release gate", "release"
    ),
    TraceRule(
        "L18",
        "a commit has no approved change request",
        ("8.2.1",),
        "ABC",
        "commits",
        find=_unapproved_commits,
    ),
    TraceRule("L19", "a link leads to what is no item", ("5.1.1",), "ABC", "traced, verified", "reading"),
    TraceRule("L20", "an author approved their own work", ("8.2.1",), "ABC", "trace_rules", find=_own_work),
)
"""Every rule, with the check that refuses on it. Of ``lint``, ``reading`` and ``release`` the finding is made there."""
