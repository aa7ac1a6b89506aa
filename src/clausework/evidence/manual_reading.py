"""From a filled form to cases and the run: one case per step, and every gap in the form told at once.

What can be told from the form alone is told here: whether the protocol is the approved one and the digests are those of
a build is for whoever knows the ledger. A step that was blocked proved nothing and counts as skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from clausework.core.canonical import canonical_json
from clausework.core.clock import NotATime, parse_timestamp, timestamp
from clausework.core.digests import NotADigest, parse_sha256
from clausework.core.identities import NotAnEmail, is_item_id, parse_email
from clausework.evidence.detail import Case, CaseOutcome, DetailWriter
from clausework.evidence.format import TestsRead
from clausework.evidence.manual_form import (
    OUTCOMES,
    SCHEMA,
    FilledStep,
    ManualForm,
    ManualRead,
    instruments,
    plain,
    protocol_steps,
)
from clausework.evidence.source import ValueRejected, WrongKind
from clausework.ledger.records.evidence import TestCounts
from clausework.ledger.records.manual import NO_CALIBRATION, ManualRun, steps_digest

LEVELS = ("integration", "system", "validation")

_MOST_STEPS = 500
_MOST_FILES = 50
_MOST_NAMED = 20
_LONGEST = 4000
_LONGEST_NAME = 200
_LARGEST_RUN = 24_000  # bytes: the record that holds the run stays under the limit of a Statement
_MOST_FAULTS = 12
_CASE_OUTCOMES: dict[str, CaseOutcome] = {"passed": "passed", "failed": "failed", "blocked": "skipped"}
_DAY = len("2026-11-20")


class FormNotFilled(ValueRejected):
    """A form of a manual test has gaps, or says what cannot be; all of it is told at once."""

    hint = "Fill what is named, save the form under the same name, and give it once more."


def read_form(form: ManualForm, detail: DetailWriter) -> TestsRead:
    """Return what ``form`` comes to, its steps written to ``detail``; raises ``FormNotFilled`` and ``WrongKind``."""
    if form.schema != SCHEMA:
        raise WrongKind(f"it is of the schema '{form.schema[:80]}', not '{SCHEMA}'")
    faults = [*_faults_of_head(form), *_faults_of_equipment(form), *_faults_of_steps(form)]
    if faults:
        more = f"; and {len(faults) - _MOST_FAULTS} more" if len(faults) > _MOST_FAULTS else ""
        raise FormNotFilled(f"{'; '.join(faults[:_MOST_FAULTS])}{more}")
    run = _run(form)
    if len(canonical_json(run)) > _LARGEST_RUN:
        raise FormNotFilled("environment, equipment and attachments are longer than a record can hold")
    counts: Counter[str] = Counter()
    for number, step in enumerate(form.steps, start=1):
        case = _case(form.protocol, number, step)
        counts[case.outcome] += 1
        detail.add(case)
    read = TestCounts(len(form.steps), counts["passed"], counts["failed"], 0, counts["skipped"])
    files = tuple(file for step in form.steps for file in step.attachments)
    return TestsRead(read, manual=ManualRead(run, form.level, protocol_steps(form), files))


def day_of(moment: str) -> date:
    """Return the day, in UTC, of a day or a moment; raises ``NotATime``."""
    return parse_timestamp(moment).date()


def calibration_fault(name: str, until: str, used: date | None) -> str:
    """Return why the instrument ``name``, calibrated ``until`` a day, was not fit for use on the UTC day ``used``.

    Empty where it was, as on the last day of its calibration itself. Where the day of use is not known, only what can
    be said without it is.
    """
    if not until:
        return "" if name.endswith(NO_CALIBRATION) else "has no date until which it is calibrated"
    try:
        last = date.fromisoformat(until) if len(until) == _DAY else None
    except ValueError:
        last = None
    if last is None:
        return f"is calibrated until '{until[:40]}', which is not a day such as 2027-06-01"
    return f"was calibrated until {until}, before it was used on {used}" if used and last < used else ""


def _day_or_none(moment: str) -> date | None:
    try:
        return day_of(moment.strip()) if moment.strip() else None
    except NotATime:
        return None


def _run(form: ManualForm) -> ManualRun:
    moment = form.performed_at.strip()
    return ManualRun(
        protocol=form.protocol,
        protocol_sha256=parse_sha256(form.protocol_sha256),
        tester=parse_email(form.tester),
        performed_at=moment if len(moment) == _DAY else timestamp(parse_timestamp(moment)),
        software=tuple(dict.fromkeys(parse_sha256(one.sha256) for one in form.software)),
        serial=plain(form.serial),
        environment=plain(form.environment),
        equipment=instruments(form),
        steps=len(form.steps),
        steps_sha256=steps_digest(protocol_steps(form)),
    )


def _case(protocol: str, number: int, step: FilledStep) -> Case:
    seen = f"expected: {plain(step.expected)}" + (f" ({plain(step.tolerance)})" if step.tolerance else "")
    seen += f"; actual: {plain(step.actual)}" if step.actual.strip() else "; not executed"
    if step.remark.strip():
        seen += f"; remark: {plain(step.remark)}"
    return Case(
        protocol,
        f"step {number}: {plain(step.action)}"[:160],
        "",
        _CASE_OUTCOMES[OUTCOMES[step.outcome.strip().lower()]],
        message=seen,
        links=(("verifies", protocol),),
    )


def _faults_of_head(form: ManualForm) -> Iterator[str]:
    if not is_item_id(form.protocol):
        yield f"'{form.protocol[:60]}' is no protocol's ID"
    if not _is_digest(form.protocol_sha256):
        yield "the version of the protocol is no SHA-256"
    if form.level not in LEVELS:
        yield f"the level is '{form.level[:40]}', not one of {', '.join(LEVELS)}"
    if not form.software:
        yield "no software under test is named"
    for one in form.software[:_MOST_NAMED]:
        if not _is_digest(one.sha256):
            yield f"the software '{one.name[:60]}' has no SHA-256"
    for what, text, longest in (
        ("the device's serial number", form.serial, _LONGEST_NAME),
        ("the environment", form.environment, 1000),
    ):
        if not text.strip():
            yield f"{what} is missing"
        elif len(text) > longest:
            yield f"{what} has more than {longest} characters"
    if len(form.software) > _MOST_NAMED or len(form.remarks) > _LONGEST:
        yield f"more than {_MOST_NAMED} artefacts are named, or the remarks have more than {_LONGEST} characters"
    yield from _faults_of_tester(form)


def _faults_of_tester(form: ManualForm) -> Iterator[str]:
    if not form.tester.strip():
        yield "the tester is not named"
    else:
        try:
            parse_email(form.tester)
        except NotAnEmail:
            yield f"the tester '{form.tester[:60]}' is not an e-mail address"
    if not form.performed_at.strip():
        yield "it does not say when the test was performed"
    else:
        try:
            day_of(form.performed_at.strip())
        except NotATime as error:
            yield f"when it was performed: {error.message}"


def _faults_of_equipment(form: ManualForm) -> Iterator[str]:
    if len(form.equipment) > _MOST_NAMED:
        yield f"more than {_MOST_NAMED} instruments are named"
    performed = _day_or_none(form.performed_at)
    for one in form.equipment[:_MOST_NAMED]:
        name = plain(one.name)
        if not name or len(name) > _LONGEST_NAME or len(one.id) > _LONGEST_NAME:
            yield f"an instrument has no name, or a name or ID of more than {_LONGEST_NAME} characters"
        elif not one.id.strip():
            yield f"the instrument '{name}' has no ID"
        elif fault := calibration_fault(name, one.calibrated_until.strip(), performed):
            yield f"the instrument '{name}' {fault}"


def _faults_of_steps(form: ManualForm) -> Iterator[str]:
    if not 1 <= len(form.steps) <= _MOST_STEPS:
        yield f"it has {len(form.steps)} steps, where 1 to {_MOST_STEPS} are possible"
    files = [file for step in form.steps for file in step.attachments]
    if len(files) > _MOST_FILES or any(not 0 < len(file.name) <= _LONGEST_NAME for file in files):
        yield f"more than {_MOST_FILES} attachments, or one without a name of at most {_LONGEST_NAME} characters"
    if any(file.sha256 and not _is_digest(file.sha256) for file in files):
        yield "an attachment's digest is no SHA-256"
    for number, step in enumerate(form.steps[:_MOST_STEPS], start=1):
        if fault := _fault_of_step(step):
            yield f"step {number} {fault}"


def _fault_of_step(step: FilledStep) -> str:
    if not step.action.strip() or not step.expected.strip():
        return "lacks what is done, or what is expected"
    longest = max(
        len(text) for text in (step.action, step.expected, step.tolerance, step.actual, step.remark)
    )
    if longest > _LONGEST:
        return f"has a text of more than {_LONGEST} characters"
    outcome = OUTCOMES.get(step.outcome.strip().lower())
    if outcome is None:
        said = f"has the outcome '{step.outcome.strip()[:40]}'" if step.outcome.strip() else "has no outcome"
        return f"{said} (pass, fail or blocked)"
    if outcome == "blocked":
        return "" if (step.actual + step.remark).strip() else "is blocked and does not say why"
    return "" if step.actual.strip() else f"has {outcome} and does not say what was seen"


def _is_digest(text: str) -> bool:
    try:
        parse_sha256(text)
    except NotADigest:
        return False
    return True
