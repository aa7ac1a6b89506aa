"""A release index as a report to be read: who authorised it, what stays open, what it was made from (5.8)."""

from __future__ import annotations

from collections.abc import Iterable

from clausework.release.index import IndexedDecision, ReleaseIndex
from clausework.reports.tables import Report, Table

_NOT_GIVEN = "not given by the manufacturer"


def release_report(index: ReleaseIndex, withdrawn: str = "") -> Report:
    """Return the release index as a report; ``withdrawn`` says who withdrew the version, when and why, if anybody."""
    return Report(
        f"Release {index.version} of {index.product}",
        (
            *((("withdrawn", withdrawn),) if withdrawn else ()),
            *_facts(index),
        ),
        (
            _authorisations(index),
            _components(index),
            _artefacts(index),
            _decisions(
                "deviations", "Checks that stood aside for this version, until a day.", index.deviations
            ),
            _decisions(
                "open anomalies",
                "What stays open in this version, as people evaluated it.",
                index.anomaly_list,
            ),
            _decisions(
                "changes", "The approved changes that this version implements.", index.change_requests
            ),
            _decisions(
                "judgements",
                "What people decided about the version as a whole.",
                [
                    one
                    for one in (
                        index.overall_residual_risk,
                        index.significance_decision,
                        index.validation_report,
                    )
                    if one is not None
                ],
            ),
            _gates(index),
            _runs(index),
            _scans(index),
        ),
    )


def _facts(index: ReleaseIndex) -> Iterable[tuple[str, str]]:
    yield "manufacturer", index.manufacturer
    yield "safety class", index.safety_class
    yield "UDI-DI", index.udi_di or _NOT_GIVEN
    yield "UDI-PI", index.udi_pi or _NOT_GIVEN
    yield "commit", index.commit
    yield "source tag", index.source_tag_signature or "none"
    yield "plan", index.pipeline_version.get("plan", "")
    yield "risk file", " ".join(filter(None, (index.risk_file_name, index.risk_file_version)))
    yield "items", index.requirements_baseline
    yield "archive", index.archive_uri or "none"
    yield "kept until", index.retention_until
    yield "trusted time", index.trusted_time
    yield "index before", index.previous_index_hash or "none: the first of its line"
    for adopted in index.adopted_before:
        yield "adopted before", adopted


def _authorisations(index: ReleaseIndex) -> Table:
    rows = tuple(
        (
            f"{one.name} <{one.email}>",
            one.role.replace("_", " "),
            one.meaning,
            one.at,
            one.means,
            f"#{one.record}",
        )
        for one in index.authorisations
    )
    columns = ("name", "role", "meaning", "time (UTC)", "given with", "record")
    return Table("signatures", "Who released it, in what meaning (21 CFR 11.50).", columns, rows)


def _components(index: ReleaseIndex) -> Table:
    rows = tuple(
        (
            one.software_item,
            one.version,
            one.reused_from,
            one.commit[:12],
            one.build,
            " ".join(one.command),
            "\n".join(f"{name} {version}" for name, version in sorted(one.tools.items())),
            one.run,
        )
        for one in index.build_manifest
    )
    columns = ("software item", "version", "as released in", "commit", "build", "command", "tools", "run")
    return Table(
        "components", "What the version consists of, and how it was built (5.8.4, 5.8.5).", columns, rows
    )


def _artefacts(index: ReleaseIndex) -> Table:
    rows = tuple((one.name, one.sha256, one.key_id) for one in index.artefacts)
    return Table(
        "artefacts", "What may run, by digest and by nothing else (5.8.8).", ("name", "SHA-256", "key"), rows
    )


def _decisions(name: str, about: str, decided: Iterable[IndexedDecision]) -> Table:
    rows = tuple(
        (
            _matter(one.matter),
            one.outcome.replace("_", " "),
            one.risk,
            one.rationale,
            "\n".join(one.signed_by),
            f"#{one.record}" if one.record >= 0 else "none",
        )
        for one in decided
    )
    columns = ("about", "outcome", "risk", "rationale", "signed by", "record")
    return Table(name, about, columns, rows)


def _matter(matter: str) -> str:
    kind, _, name = matter.partition(" ")
    return f"{kind.replace('_', ' ')} {name}"


def _gates(index: ReleaseIndex) -> Table:
    rows = tuple(
        (
            one.gate,
            one.software_item,
            one.outcome.replace("_", " "),
            ", ".join(f"#{number}" for number in one.records),
        )
        for one in index.gate_results
    )
    return Table(
        "gates",
        "Each gate and condition as it was judged.",
        ("gate", "software item", "outcome", "records"),
        rows,
    )


def _runs(index: ReleaseIndex) -> Table:
    rows = tuple(
        (
            one.level or "none",
            str(one.cases),
            str(one.passed),
            str(one.failed),
            str(one.skipped),
            one.raw_sha256,
            f"#{one.record}",
        )
        for one in index.test_runs
    )
    columns = ("level", "cases", "passed", "failed", "skipped", "report's SHA-256", "record")
    return Table("tests", "Each test report, kept byte for byte (5.7.5).", columns, rows)


def _scans(index: ReleaseIndex) -> Table:
    rows = tuple(
        (
            one.analysis,
            ", ".join(one.tools),
            "whole" if one.complete else "not whole",
            ", ".join(f"{count} {severity}" for severity, count in one.open_by_severity.items() if count),
            one.raw_sha256,
            f"#{one.record}",
        )
        for one in index.scans
    )
    columns = ("analysis", "tools", "ran", "open", "report's SHA-256", "record")
    return Table("scans", "Each analysis and scan.", columns, rows)
