"""``clausework trace``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from clausework.actions.trace import trace
from clausework.actions.trace_file import FORMATS, MatrixFormat, write_matrix
from clausework.actions.traced import Traced
from clausework.cli.options import build_options, json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_json, table
from clausework.reports.matrix_report import Filter

if TYPE_CHECKING:
    from clausework.actions.finding_changes import ChangesOfBuild

_OUTCOMES = ("verified", "failed", "not_verified", "verified_elsewhere")

Show = Literal["requirements", "risks", "units", "findings", "scans"]


@click.command("trace")
@click.argument("item", required=False)
@click.option("--release", "version", help="A released version.")
@click.option(
    "--show",
    type=click.Choice(["requirements", "risks", "units", "findings", "scans"]),
    default="requirements",
    show_default=True,
    help="Which table; 'scans' shows what became of analyses' findings since the build before.",
)
@click.option(
    "--outcome", type=click.Choice(_OUTCOMES), help="Only rows of this outcome, of all tests together."
)
@click.option(
    "--level",
    type=click.Choice(["unit", "integration", "system"]),
    help="Only tests of this level in the rows.",
)
@click.option("--suspect", is_flag=True, help="Only items whose links are suspect.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Write the whole matrix in this format.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to write it; '-' is standard output."
)
@build_options
@store_option
@json_option
def command(
    item: str | None,
    version: str | None,
    show: Show,
    outcome: str | None,
    level: str | None,
    form: MatrixFormat | None,
    output: Path | None,
    build_id: str | None,
    software_item: str | None,
    store: Path | None,
    *,
    suspect: bool,
    as_json: bool,
) -> None:
    """Show what verifies ITEM in a release or build, with runs, digests and proof; without ITEM, the whole matrix.

    The matrix goes from user need to result and from hazard to verified control. It is worked out from the ledger
    alone, for any version that was ever released.
    """
    if output and not form:
        raise click.UsageError("Say with --format what to write: csv, xlsx, json or html.")
    if form and as_json:
        raise click.UsageError("--json prints the answer; --format writes the matrix: give one of them.")
    if show == "scans":
        if item or version or form or outcome or level or suspect:
            raise click.UsageError("--show scans takes a build, and neither ITEM nor another option.")
        from clausework.actions.finding_changes import changes_of_build

        with workplace(store, reading=True, alone=True) as place:
            changes = changes_of_build(place, build_id=build_id, software_item=software_item)
        if as_json:
            show_json(changes)
        else:
            _show_scans(changes)
        return
    chosen = Filter(outcome=outcome or "", level=level or "", suspect=suspect)
    with workplace(store, reading=True, alone=True) as place:
        traced = trace(
            place, item=item, version=version, build_id=build_id, software_item=software_item, chosen=chosen
        )
    if form:
        written = write_matrix(traced, form, output, show)
        if written:
            say(f"wrote {written}")
        return
    if as_json:
        show_json(traced)
        return
    for one in traced:
        name = f"release {one.of.version}" if one.of.version else f"build {short(one.of.build)}"
        say(f"{name}, {one.of.software_item} (class {one.of.safety_class}), commit {one.of.commit[:12]}")
        if one.of.withdrawn:
            say(f"{coloured('withdrawn')}: {one.of.withdrawn}")
        if item:
            _show_item(one, item)
        else:
            _SHOWN[show](one)


def _show_requirements(traced: Traced) -> None:
    rows = [("item", "title", "from", "units", "tests passed", "outcome")]
    for row in traced.of.matrix.rows:
        passed = sum(test.outcome == "passed" for test in row.tests)
        units = ", ".join(row.units) or ", ".join(row.architecture)
        rows.append(
            (
                row.id,
                row.title[:44],
                ", ".join(row.sources),
                units,
                f"{passed}/{len(row.tests)}" + (f" +{len(row.reviews)} reviews" if row.reviews else ""),
                coloured(row.outcome) + (f" suspect since #{row.suspect}" if row.suspect >= 0 else ""),
            )
        )
    _rows(rows)
    verified = sum(row.outcome == "verified" for row in traced.of.matrix.rows)
    if traced.of.matrix.rows:
        say(f"{verified} of {len(traced.of.matrix.rows)} verified")


def _rows(rows: Sequence[Sequence[str]]) -> None:
    """Show rows under their header, and say so where there are none."""
    if len(rows) > 1:
        table(rows)
    else:
        say("  no row")


def _show_risks(traced: Traced) -> None:
    rows = [
        (
            "hazards",
            "situation",
            "risk",
            "before control",
            "after control",
            "control",
            "requirements",
            "implementation",
            "effectiveness",
        )
    ]
    rows += [
        (
            ", ".join(row.hazards),
            row.situation,
            row.risk,
            _assessed(row.level, row.estimate),
            _assessed(row.residual_level, row.residual_estimate),
            row.control or "none",
            ", ".join(row.requirements),
            coloured(row.implementation) if row.control else "-",
            coloured(row.effectiveness) if row.control else "-",
        )
        for row in traced.of.matrix.risks
    ]
    _rows(rows)


def _assessed(level: str, estimate: str) -> str:
    return f"{level} ({estimate})" if estimate else level


def _show_units(traced: Traced) -> None:
    rows = [("unit", "title", "implements", "commits", "tests passed", "line coverage", "outcome")]
    for row in traced.of.matrix.units:
        passed = sum(test.outcome == "passed" for test in row.tests)
        coverage = ", ".join(f"{level} {ratio}" for level, ratio in row.coverage.items())
        rows.append(
            (
                row.id,
                row.title[:30],
                ", ".join(row.implements[:4]) + (" ..." if len(row.implements) > 4 else ""),
                str(len(row.commits)),
                f"{passed}/{len(row.tests)}" + (f" +{len(row.reviews)} reviews" if row.reviews else ""),
                coverage,
                coloured(row.outcome),
            )
        )
    _rows(rows)


def _show_findings(traced: Traced) -> None:
    for one in traced.of.findings:
        say(f"{one.rule}: {one.message}")
        say(f"    [{', '.join(one.clauses)}] {one.who}: {one.command}; refused by {one.judged_by}")
    count = len(traced.of.findings)
    say("1 finding" if count == 1 else f"{count} findings")


def _show_scans(found: ChangesOfBuild) -> None:
    before = (
        f"against build {short(found.before)}"
        if found.before
        else "there is no earlier build that was scanned"
    )
    say(f"build {short(found.build)}, {before}")
    changes = found.changes
    for name, listed in (
        ("new", changes.new),
        ("not seen before", changes.appeared_untold),
        ("fixed", changes.fixed),
        ("not seen now", changes.gone_untold),
        ("persisting", changes.persisting),
    ):
        if listed:
            say(f"{name} ({len(listed)})")
            for one in listed:
                hidden = ", suppressed" if one.suppressed else ""
                say(
                    f"  {one.severity.ljust(8)} {one.tool} {one.rule} {one.place}{hidden}  {short(one.fingerprint)}"
                )
                say(f"           {one.message[:100]}")
    for told in changes.not_told:
        say(f"cannot be told of {told.tool} ({told.analysis}): {told.reason}")
    if not any(
        (changes.new, changes.fixed, changes.persisting, changes.appeared_untold, changes.gone_untold)
    ):
        say("no findings on either side")


_SHOWN = {
    "requirements": _show_requirements,
    "risks": _show_risks,
    "units": _show_units,
    "findings": _show_findings,
}


def _show_item(traced: Traced, item: str) -> None:
    confirmed = {(one.role, one.level, one.case): one.confirmation for one in traced.confirmations}
    for row in (one for one in traced.of.matrix.rows if one.id == item):
        say(f"{row.id} {row.title}: {coloured(row.outcome)}")
        say(f"  text        {row.sha256}")
        if row.suspect >= 0:
            say(f"  suspect     it read otherwise in #{row.suspect}; clausework decide review {row.id}")
        for label, linked in (
            ("needs", row.needs),
            ("system", row.system_requirements),
            ("from", row.sources),
            ("allocated", row.architecture),
            ("units", row.units),
            ("source", row.files),
            ("controls", row.controls),
            ("commits", tuple(commit[:12] for commit in row.commits)),
            ("coverage", tuple(f"{level} {ratio}" for level, ratio in row.coverage.items())),
        ):
            if linked:
                say(f"  {label.ljust(11)} {', '.join(linked)}")
        for test in row.tests:
            records = ", ".join(f"#{number}" for number in test.records)
            role = "" if test.role == "verifies" else f" ({test.role.replace('_', ' ')})"
            digest = confirmed.get((test.role, test.level, test.case), "")
            say(f"  {coloured(test.outcome, 7)} {test.level}: {test.case}{role}  {records}  {short(digest)}")
        for number in row.reviews:
            say(f"  reviewed    #{number}")
    _show_item_elsewhere(traced, item)
    for record in traced.records:
        raw = f"{record.raw_name} sha256:{record.raw_sha256}" if record.raw_sha256 else f"by {record.by}"
        say(f"  #{record.index} {record.kind} {record.at} run {record.run or '-'}")
        say(f"      {raw}")
        say(
            f"      statement sha256:{record.statement_sha256}, inclusion proof of {len(record.proof)} hashes"
        )
    say("  under the signed checkpoint:")
    for line in traced.checkpoint.splitlines()[:3]:
        say(f"      {line}")


def _show_item_elsewhere(traced: Traced, item: str) -> None:
    """Show the rows, chains and units that the item stands in, and what the rules find about it."""
    for row in traced.of.matrix.rows:
        if row.id != item:
            say(f"  linked      {row.id} {row.title}: {coloured(row.outcome)}")
    for risk in traced.of.matrix.risks:
        chain = " -> ".join(filter(None, (", ".join(risk.hazards), risk.situation, risk.risk, risk.control)))
        say(f"  risk        {chain} -> {', '.join(risk.requirements)}")
        before, after = (
            _assessed(risk.level, risk.estimate),
            _assessed(risk.residual_level, risk.residual_estimate),
        )
        say(f"              {before} -> {after}")
        say(f"              implementation {risk.implementation}, effectiveness {risk.effectiveness}")
    for unit in traced.of.matrix.units:
        say(f"  unit        {unit.id} {unit.title}: {coloured(unit.outcome)} {' '.join(unit.paths)}")
    for finding in traced.of.findings:
        say(f"  finding     {finding.rule}: {finding.message}")
