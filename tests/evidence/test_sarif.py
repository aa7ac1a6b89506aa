"""SARIF: severities, fingerprints, suppressions, and whether the tool ran to its end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausework.evidence.detail import FindingDetail
from clausework.evidence.format import FindingsRead
from tests.evidence.recording import accepted, lines, rejected
from tests.evidence.samples.sarif import SARIF


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
    assert found[2].suppression == "external (underReview): j"


def test_a_suppression_of_a_status_that_sarif_has_not_closes_nothing() -> None:
    """One accepted suppression beside it does not either: all of them must be (3.27.23)."""
    odd = result(suppressions=[{"kind": "external", "status": "maybe"}])
    both = result(suppressions=[{"kind": "inSource"}, {"kind": "external", "status": "rejected"}])
    draft = result(suppressions=[{"kind": "inSource", "state": "accepted"}])
    data = sarif(run(odd, both, draft, result(suppressions=None)))
    assert [one.suppressed for one in lines(data, FindingDetail)] == [False, False, True, False]
    assert "maybe" in accepted(data, FindingsRead).remarks[0]


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
        (run(result(ruleId="CVE-2024-12345"), result(), name="Unheard of"), "vulnerability"),
        (run(result(ruleId="rules.CVE-2024-12345"), name="Semgrep OSS"), "static"),
        (run(name="gitleaks"), "secret"),
        (run(name="Trivial lint"), "static"),
    ],
)
def test_the_analysis_is_told_by_tool_or_rules(data: dict[str, Any], analysis: str) -> None:
    """A scan for known vulnerabilities is told from static analysis."""
    assert accepted(sarif(data), FindingsRead).analysis == analysis


@pytest.mark.parametrize("others", [(), (run(name="gitleaks"), run(name="ZAP"))])
def test_runs_of_several_kinds_are_told_apart_in_each_finding(others: tuple[dict[str, Any], ...]) -> None:
    """The gravest need wins for the file, so that no vulnerability is passed over; each finding says its own."""
    data = sarif(run(result()), run(result(), name="Grype"), *others)
    read = accepted(data, FindingsRead)
    assert read.analysis == "vulnerability"
    assert "several kinds" in read.remarks[0]
    assert read.tools[:2] == ("Analyser", "Grype")
    assert [one.analysis for one in lines(data, FindingDetail)] == ["static", "vulnerability"]


def test_without_a_vulnerability_scan_static_analysis_wins() -> None:
    """A search for secrets beside it does not hide that the code was analysed."""
    assert accepted(sarif(run(name="gitleaks"), run(), run(name="ZAP")), FindingsRead).analysis == "static"
    assert accepted(sarif(run(name="gitleaks"), run(name="ZAP")), FindingsRead).analysis == "dynamic"


def test_a_tool_of_several_analyses_tells_them_by_its_rules() -> None:
    """Trivy's tags say which of its scans a rule belongs to; without results it still is a vulnerability scan."""
    kinds = {"CVE-2024-1": "vulnerability", "aws-key": "secret", "DS002": "misconfiguration", "odd": ""}
    rules = [{"id": rule, "properties": {"tags": [tag, "HIGH"]}} for rule, tag in kinds.items()]
    data = sarif(run(*(result(ruleId=rule) for rule in kinds), rules=rules, name="Trivy"))
    assert [one.analysis for one in lines(data, FindingDetail)] == [
        "vulnerability",
        "secret",
        "static",
        "vulnerability",
    ]
    assert accepted(data, FindingsRead).analysis == "vulnerability"


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


HOME = "file:///home/me/pump/"
WORK = "file:///build/4711/"


def paths(*uris: str | dict[str, Any], **members: Any) -> list[str]:
    """Return the paths that locations of a run come to."""
    places = [{"uri": uri} if isinstance(uri, str) else uri for uri in uris]
    results = [
        result(locations=[{"physicalLocation": {"artifactLocation": place}}], message={"text": f"{number}"})
        for number, place in enumerate(places)
    ]
    return [one.path for one in lines(sarif(run(*results, **members)), FindingDetail)]


@pytest.mark.parametrize("first", [True, False])
def test_paths_begin_where_the_project_begins(first: bool) -> None:
    """Bases are followed outwards and taken off absolute URIs, wherever in the run they stand (3.4.4, 3.14.14)."""
    bases = {
        "ROOT": {"uri": HOME},
        "SRC": {"uri": "src/", "uriBaseId": "ROOT"},
        "LOOP": {"uriBaseId": "LOOP"},
    }
    places: list[str | dict[str, Any]] = [
        {"uri": "a.c", "uriBaseId": "SRC"},
        f"{HOME}src/a.c",
        {"uri": "./src/a.c", "uriBaseId": "ROOT"},
        {"uri": "src/a.c", "uriBaseId": "%ELSEWHERE%"},
        {"uri": "src\\a.c"},
        {"uri": "src/a.c", "uriBaseId": "LOOP"},
    ]
    data = run(
        *(result(locations=[{"physicalLocation": {"artifactLocation": _place(one)}}]) for one in places)
    )
    data = {"originalUriBaseIds": bases, **data} if first else {**data, "originalUriBaseIds": bases}
    assert [one.path for one in lines(sarif(data), FindingDetail)] == ["src/a.c"] * 6


def _place(uri: str | dict[str, Any]) -> dict[str, Any]:
    return {"uri": uri} if isinstance(uri, str) else uri


@pytest.mark.parametrize(
    "of",
    [
        lambda root: {"originalUriBaseIds": {"R": {"uri": root}}},
        lambda root: {"invocations": [{"executionSuccessful": True, "workingDirectory": {"uri": root}}]},
        lambda root: {
            "versionControlProvenance": [{"repositoryUri": "https://x", "mappedTo": {"uri": root}}]
        },
    ],
)
def test_a_fingerprint_is_the_same_on_every_machine(of: Any) -> None:
    """Where the run says in which folder it ran, that folder is no part of path, message or fingerprint."""
    found = []
    for root in (HOME, WORK, WORK.removeprefix("file://"), "file:///C:/agent/1/"):
        one = at(f"{root}src/a.c", 7) | {"message": {"text": f"See {root}src/b.h."}}
        found += lines(sarif(run(one, **of(root))), FindingDetail)
    assert {one.path for one in found} == {"src/a.c"}
    assert len({one.fingerprint for one in found}) == 1


def test_an_absolute_path_that_nothing_explains_is_remarked_upon() -> None:
    """It cannot be told where in it the project begins; a base that is the whole machine does not say it."""
    everything: dict[str, Any] = {"originalUriBaseIds": {"R": {"uri": "file:///"}}}
    for members in ({}, everything):
        data = sarif(run(at(f"{HOME}a.c", 1), **members))
        assert lines(data, FindingDetail)[0].path == "/home/me/pump/a.c"
        assert "absolute" in accepted(data, FindingsRead).remarks[0]


def test_a_file_may_be_named_by_its_index() -> None:
    """The run's artifacts may stand behind its results, and hold what they please besides (3.4.5, 3.24)."""
    artifacts = [
        {"location": {"uri": "a.c"}, "contents": {"text": "x"}},
        {"location": {"uri": f"{HOME}b.c"}},
        {},
    ]
    places = [{"index": 0}, {"index": 1}, {"index": 2}, {"index": 9}]
    assert paths(*places, artifacts=artifacts, originalUriBaseIds={"R": {"uri": HOME}}) == [
        "a.c",
        "b.c",
        "",
        "",
    ]


def test_results_keep_their_order_when_some_must_wait() -> None:
    """So equal findings have the same ordinals whatever the report's order of members."""
    each = [at("a.c", 1), at(f"{HOME}a.c", 2), at("a.c", 3)]
    found = lines(sarif(run(*each, originalUriBaseIds={"R": {"uri": HOME}})), FindingDetail)
    assert [one.line for one in found] == [1, 2, 3]
    assert [one.fingerprint.partition("-")[2] for one in found] == ["", "2", "3"]


def test_a_waiting_result_may_be_set_over_many_lines() -> None:
    """What is not read of it may hold line breaks, as in a report that was written to be read."""
    data = {"results": [at("a.c", 1) | {"properties": {"a": [1, 2]}}], "tool": {"driver": {"name": "A"}}}
    assert len(lines(json.dumps({"version": "2.1.0", "runs": [data]}, indent=2).encode(), FindingDetail)) == 1


def test_equal_findings_of_two_runs_are_told_apart() -> None:
    """A tool may report in several runs of one file."""
    first, second = lines(sarif(run(at("a.c", 1)), run(at("a.c", 1))), FindingDetail)
    assert second.fingerprint == f"{first.fingerprint}-2"


def test_empty_fingerprints_of_the_tool_tell_nothing_apart() -> None:
    """Then place and text do."""
    each = [
        at("a.c", 1) | {"partialFingerprints": {}, "fingerprints": {}},
        at("b.c", 1) | {"fingerprints": {}},
    ]
    first, second = lines(sarif(run(*each)), FindingDetail)
    assert not second.fingerprint.startswith(first.fingerprint)


@pytest.mark.parametrize("behind", [True, False])
def test_taxonomies_name_rules_and_results(behind: bool) -> None:
    """By ID or by place in the taxonomy, which may stand behind the results (3.14.8, 3.27.8, 3.49.15)."""
    taxonomies = [
        {"name": "OWASP", "taxa": [{"id": "A03"}]},
        {"name": "CWE", "taxa": [{"id": "79"}, {"id": "CWE-089"}]},
    ]
    by_id = {"target": {"id": "327", "toolComponent": {"name": "CWE", "index": 1}}}
    by_index = {"target": {"index": 0, "toolComponent": {"index": 0}}}
    nowhere = {"target": {"index": 9, "toolComponent": {"index": 9}}}
    rules = [{"id": "R1", "relationships": [by_id, by_index, nowhere], "properties": {"cwe": ["CWE-020"]}}]
    taxa = [{"index": 1, "toolComponent": {"index": 1}}, {"id": "79", "toolComponent": {"name": "CWE"}}]
    data = run(result(), result(taxa=taxa), result(taxa=[]), rules=rules)
    data = {**data, "taxonomies": taxonomies} if behind else {"taxonomies": taxonomies, **data}
    first, second, third = lines(sarif(data), FindingDetail)
    assert first.ids == ("CWE-20", "CWE-327", "OWASP:A03")
    assert second.ids == ("CWE-20", "CWE-327", "OWASP:A03", "CWE-89", "CWE-79")
    assert third.ids == first.ids


@pytest.mark.parametrize("taxa", [[1], {}, [{"id": 3}], [{"id": "1", "toolComponent": []}]])
def test_taxa_of_another_shape_are_refused(taxa: Any) -> None:
    """A reference that is none ends the reading."""
    rejected(sarif(run(result(taxa=taxa))))


def test_a_rule_is_found_in_the_extension_that_a_result_names() -> None:
    """Two extensions may have a rule of the same ID, and an index counts within its extension (3.52.4)."""
    data = run(
        *(
            {
                "ruleId": "X1",
                "message": {"text": "a"},
                "rule": {"index": 1, "toolComponent": {"index": number}},
            }
            for number in (0, 1)
        )
    )
    data["tool"]["extensions"] = [
        {"name": name, "rules": [{"id": "X0"}, {"id": "X1", "defaultConfiguration": {"level": level}}]}
        for name, level in (("one", "error"), ("two", "note"))
    ]
    assert [one.severity for one in lines(sarif(data), FindingDetail)] == ["high", "low"]


@pytest.mark.parametrize("state", ["new", "unchanged", "updated", "existing"])
def test_a_result_that_is_there_is_a_finding_whatever_the_baseline(state: str) -> None:
    """Old and new ones are open alike; a state that SARIF has not is remarked upon (3.27.24)."""
    read = accepted(sarif(run(result(baselineState=state))), FindingsRead)
    assert read.open_by_severity["medium"] == 1
    assert bool(read.remarks) is (state == "existing")


def test_a_conversion_that_failed_leaves_the_run_incomplete() -> None:
    """A report made from another tool's is as whole as its making (3.22)."""
    made = {"tool": {"driver": {"name": "converter"}}, "invocation": {"executionSuccessful": False}}
    assert not accepted(sarif(run(conversion=made)), FindingsRead).complete
    assert accepted(sarif(run(conversion=None)), FindingsRead).complete


def test_another_secret_in_the_place_of_one_is_another_finding() -> None:
    """What a person said of a test key is not said of the key that takes its place, in the same commit or none."""
    members = {
        "partialFingerprints": {"commitSha": "", "author": ""},
        "message": {"text": "A key was found."},
    }
    first, same, other = (
        lines(sarif(run(at("a.c", line, text) | members, name="gitleaks")), FindingDetail)[0]
        for line, text in ((1, "one-key"), (9, "one-key"), (1, "another-key"))
    )
    assert first.fingerprint == same.fingerprint
    assert first.fingerprint != other.fingerprint
