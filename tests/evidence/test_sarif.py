"""SARIF: severities, fingerprints, suppressions, and whether the tool ran to its end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.formats import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples import SARIF


def sarif(*runs: dict[str, Any], **members: Any) -> bytes:
    """Return a log of ``runs``."""
    return json.dumps({"version": "2.1.0", "runs": runs, **members}).encode()


def run(*results: dict[str, Any], rules: Any = (), name: str = "Analyser", **members: Any) -> dict[str, Any]:
    """Return a run of a tool."""
    return {"tool": {"driver": {"name": name, "rules": list(rules)}}, "results": list(results), **members}


def result(**members: Any) -> dict[str, Any]:
    """Return a result of rule R1."""
    return {"ruleId": "R1", "message": {"text": "Something."}, **members}


def at(uri: str, line: int, snippet: str = "") -> dict[str, Any]:
    """Return a result at a place."""
    region = {"startLine": line, **({"snippet": {"text": snippet}} if snippet else {})}
    return result(locations=[{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}])


def severity(*results: dict[str, Any], **members: Any) -> tuple[str, str]:
    """Return severity and source severity of the one finding."""
    (found,) = lines(sarif(run(*results, **members)), FindingDetail)
    return found.severity, found.source_severity


def test_the_sample_gives_its_findings() -> None:
    """Rule, severity, message, place, identifiers and suppression of each result are taken."""
    first, second, third = lines(SARIF, FindingDetail)
    assert (first.rule, first.severity, first.source_severity) == ("R1", "high", "error")
    assert (first.path, first.line, first.tool) == ("src/a.c", 7, "Analyser")
    assert (second.severity, second.ids) == ("critical", ("CWE-79",))
    assert (third.severity, third.suppressed, third.suppression) == ("low", True, "inSource")
    read = accepted(SARIF, FindingsRead)
    assert read.open_by_severity == {"critical": 1, "high": 1, "medium": 0, "low": 0, "none": 0}
    assert (read.analysis, read.tools, read.complete, read.suppressed) == (
        "static",
        ("Analyser 1.4",),
        True,
        1,
    )


def test_an_empty_array_of_results_is_a_clean_run() -> None:
    """A tool that looked and found nothing is complete."""
    read = accepted(sarif(run()), FindingsRead)
    assert read.complete
    assert not any(read.open_by_severity.values())


@pytest.mark.parametrize(
    "data",
    [
        sarif(),
        sarif(runs=None),
        sarif({"tool": {"driver": {"name": "A"}}}),
        sarif({"tool": {"driver": {"name": "A"}}, "results": None}),
        sarif(run(), {"tool": {"driver": {"name": "A"}}}),
        sarif(run(invocations=[{"executionSuccessful": False}])),
        sarif(run(invocations=[{"executionSuccessful": True}, {"executionSuccessful": None}])),
        sarif(run(invocations=[{"executionSuccessful": True, "processStartFailureMessage": "no"}])),
        sarif(
            run(invocations=[{"toolExecutionNotifications": [{"level": "error", "message": {"text": "x"}}]}])
        ),
        sarif(run(invocations=[{"toolConfigurationNotifications": [{"level": "error"}]}])),
        sarif(run(externalPropertyFileReferences={"results": [{"location": {"uri": "r.json"}}]})),
        sarif(run(), inlineExternalProperties=[{"results": []}]),
    ],
)
def test_a_crashed_or_silent_scanner_is_not_complete(data: bytes) -> None:
    """A run that did not report, or says that it went wrong, proves nothing, and the remark says why."""
    read = accepted(data, FindingsRead, as_format="sarif")
    assert not read.complete
    assert read.remarks


def test_a_warning_of_the_tool_leaves_the_run_complete() -> None:
    """Only an error-level notification means incomplete results (3.58.6)."""
    notified = [{"executionSuccessful": True, "toolExecutionNotifications": [{"level": "warning"}]}]
    assert accepted(sarif(run(invocations=notified)), FindingsRead).complete


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"level": "error"}, ("high", "error")),
        ({"level": "warning"}, ("medium", "warning")),
        ({"level": "note"}, ("low", "note")),
        ({"level": "none"}, ("none", "none")),
        ({}, ("medium", "warning")),
        ({"rank": 95.0}, ("critical", "rank 95")),
        ({"rank": -1.0}, ("medium", "warning")),
        ({"kind": "pass", "level": "error"}, ("none", "kind pass")),
        ({"kind": "open"}, ("medium", "kind open")),
        (
            {"level": "note", "properties": {"security-severity": "9.8"}},
            ("critical", "security-severity 9.8"),
        ),
        ({"level": "note", "properties": {"security-severity": 7}}, ("high", "security-severity 7.0")),
        ({"properties": {"security-severity": "0.0"}}, ("none", "security-severity 0.0")),
    ],
)
def test_severity_is_derived_and_its_source_kept(members: dict[str, Any], expected: tuple[str, str]) -> None:
    """Score, then level, then rank; what the tool said stays beside it."""
    assert severity(result(**members)) == expected


@pytest.mark.parametrize(
    ("rule", "reference", "expected"),
    [
        ({"id": "R1", "defaultConfiguration": {"level": "note"}}, {}, "low"),
        ({"id": "R1", "properties": {"security-severity": "4.0"}}, {}, "medium"),
        ({"id": "R1", "defaultConfiguration": {"level": "error"}}, {"ruleId": "R1/sub"}, "high"),
        ({"id": "R1", "defaultConfiguration": {"level": "error"}}, {"ruleId": None, "ruleIndex": 0}, "high"),
        ({"id": "R1", "defaultConfiguration": {"rank": 75}}, {}, "high"),
        ({"id": "R9", "defaultConfiguration": {"level": "error"}}, {"ruleIndex": 0}, "medium"),
    ],
)
def test_a_rules_default_counts_where_the_result_is_silent(
    rule: dict[str, Any], reference: dict[str, Any], expected: str
) -> None:
    """The rule is found by ID, by the first part of it, or by index where that names the same rule."""
    assert severity({**result(), **reference}, rules=[rule])[0] == expected


@pytest.mark.parametrize("score", ["11", "-1", "NaN", "high", "1e9"])
def test_a_score_that_cannot_be_is_refused(score: str) -> None:
    """A severity is not guessed from a score out of range, on a result or on its rule."""
    rejected(sarif(run(result(properties={"security-severity": score}))))
    rejected(sarif(run(result(), rules=[{"id": "R1", "properties": {"security-severity": score}}])))


@pytest.mark.parametrize(
    "members", [{"level": "fatal"}, {"level": 3}, {"rank": 1e9}, {"message": "text"}, {"locations": {}}]
)
def test_a_result_of_another_shape_is_refused(members: dict[str, Any]) -> None:
    """A value that SARIF does not have ends the reading."""
    rejected(sarif(run(result(**members))))


def test_results_may_stand_before_their_tool() -> None:
    """Members come in any order; severities are those of the rules all the same."""
    ordered = run(
        result(), result(level="note"), rules=[{"id": "R1", "defaultConfiguration": {"level": "error"}}]
    )
    turned = dict(reversed(ordered.items()))
    assert lines(sarif(turned), FindingDetail) == lines(sarif(ordered), FindingDetail)


def test_suppressions_are_counted_unless_rejected_or_under_review() -> None:
    """Only an accepted suppression closes a finding (3.35.3)."""
    status = [None, "accepted", "underReview", "rejected"]
    results = [
        result(suppressions=[{"kind": "external", "status": each, "justification": "j"}]) for each in status
    ]
    found = lines(sarif(run(*results, result(suppressions=[]))), FindingDetail)
    assert [each.suppressed for each in found] == [True, True, False, False, False]
    assert found[0].suppression == "external: j"


def test_results_that_are_gone_are_left_out_with_a_remark() -> None:
    """A result of the baseline alone is no finding of this run (3.27.24)."""
    read = accepted(sarif(run(result(baselineState="absent"))), FindingsRead)
    assert not any(read.open_by_severity.values())
    assert "gone" in read.remarks[0]


def test_a_fingerprint_survives_a_move_within_the_file() -> None:
    """The line number is not part of it; snippet or message is, but for white space and places in it."""
    before, after = at("a.c", 10, "x  = 1;"), at("a.c", 99, "x = 1;")
    first, second = (lines(sarif(run(each)), FindingDetail)[0] for each in (before, after))
    assert first.fingerprint == second.fingerprint
    moved = [at("a.c", 3) | {"message": {"text": f"Declared at line {line}."}} for line in (1, 2)]
    one, two = (lines(sarif(run(each)), FindingDetail)[0] for each in moved)
    assert one.fingerprint == two.fingerprint


def test_repeats_of_a_fingerprint_are_told_apart() -> None:
    """Two equal findings stay two."""
    first, second = lines(sarif(run(at("a.c", 1), at("a.c", 2))), FindingDetail)
    assert second.fingerprint == f"{first.fingerprint}-2"


@pytest.mark.parametrize("other", [at("b.c", 1), at("a.c", 1) | {"ruleId": "R2"}, at("a.c", 1, "y")])
def test_other_findings_have_other_fingerprints(other: dict[str, Any]) -> None:
    """File, rule and text each make a finding another one."""
    first, second = lines(sarif(run(at("a.c", 1), other)), FindingDetail)
    assert first.fingerprint != second.fingerprint


def test_the_tools_own_fingerprints_are_used() -> None:
    """With a fingerprint of the tool, the wording does not matter; nested values occur too."""
    for members in ({"partialFingerprints": {"a/v1": "1"}}, {"fingerprints": {"a": {"value": "1"}}}):
        worded = [result(message={"text": text}, **members) for text in ("one", "two")]
        one, two = (lines(sarif(run(each)), FindingDetail)[0] for each in worded)
        assert one.fingerprint == two.fingerprint


@pytest.mark.parametrize(
    ("data", "analysis"),
    [
        (run(name="Trivy"), "vulnerability"),
        (run(name="osv-scanner"), "vulnerability"),
        (run(result(ruleId="CVE-2024-12345"), name="Unheard of"), "vulnerability"),
        (run(result(ruleId="CVE-2024-12345"), result(), name="Unheard of"), "static"),
        (run(name="gitleaks"), "secret"),
        (run(name="Trivial lint"), "static"),
    ],
)
def test_the_analysis_is_told_by_tool_or_rules(data: dict[str, Any], analysis: str) -> None:
    """A scan for known vulnerabilities is told from static analysis."""
    assert accepted(sarif(data), FindingsRead).analysis == analysis


def test_runs_of_several_kinds_are_remarked_upon() -> None:
    """A file that mixes kinds does not pass for a vulnerability scan."""
    read = accepted(sarif(run(), run(name="Grype")), FindingsRead)
    assert read.analysis == "static"
    assert "several kinds" in read.remarks[0]


def test_a_message_by_id_is_looked_up_in_its_rule() -> None:
    """The rule's text with its arguments filled in is the message."""
    rules = [{"id": "R1", "messageStrings": {"default": {"text": "{0} hides {1}."}}}]
    data = sarif(run({"ruleId": "R1", "message": {"id": "default", "arguments": ["a", "b"]}}, rules=rules))
    assert lines(data, FindingDetail)[0].message == "a hides b."


@pytest.mark.parametrize("version", ["2.0.0", "1.0.0", "", "3"])
def test_other_versions_are_refused(version: str) -> None:
    """Only SARIF 2.1.0 is read."""
    rejected(sarif(run(), version=version))


@pytest.mark.parametrize("tool", [{}, {"driver": {}}, {"driver": {"name": ""}}, {"driver": {"name": None}}])
def test_a_run_that_names_no_tool_is_refused(tool: dict[str, Any]) -> None:
    """Who looked must be known."""
    rejected(sarif({"tool": tool, "results": []}))
    rejected(sarif({"results": []}))


def test_rules_of_extensions_and_rule_references_are_found() -> None:
    """A result may name its rule by reference, and the rule may stand in an extension of the tool."""
    data = run({"rule": {"id": "X1", "index": 0, "toolComponent": {"index": 0}}, "message": {"text": "a"}})
    data["tool"]["extensions"] = [
        {"name": "more", "rules": [{"id": "X1", "defaultConfiguration": {"level": "error"}}]}
    ]
    data["results"].append({"rule": {"index": 0}, "message": {"markdown": "**b**"}})
    data["tool"]["driver"]["rules"] = [{"id": "R1", "defaultConfiguration": {"level": "note"}}]
    first, second = lines(sarif(data), FindingDetail)
    assert (first.rule, first.severity) == ("X1", "high")
    assert (second.rule, second.severity, second.message) == ("R1", "low", "**b**")


def test_the_place_in_the_program_is_taken_where_there_is_no_file() -> None:
    """A result may name a function alone, or a place and no file."""
    logical = result(locations=[{"logicalLocations": [{"fullyQualifiedName": "Pump.stop"}]}])
    nowhere = result(locations=[{"physicalLocation": {"region": {"startLine": -3}}}])
    first, second = lines(sarif(run(logical, nowhere)), FindingDetail)
    assert (first.component, first.path) == ("Pump.stop", "")
    assert (second.path, second.line) == ("", 0)


def test_members_that_sarif_does_not_have_change_nothing() -> None:
    """A vendor's own members are read past, also where results are decoded many at a time."""
    plain = [at("a.c", line, f"x{line}") for line in range(30)]
    extended = [
        each | {"vendor": {"level": "none", "a": [1]}} if number % 7 == 3 else each
        for number, each in enumerate(plain)
    ]
    assert lines(sarif(run(*extended)), FindingDetail) == lines(sarif(run(*plain)), FindingDetail)
