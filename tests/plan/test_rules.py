"""Each rule on a plan, by the smallest plan that it refuses and the place that it names."""

from __future__ import annotations

import pytest

from clausework.plan.model import Plan

from .examples import FULL, SMALL, findings_in, plan_of, told

QUALITY = "roles: {quality: {people: [q@example.com]}}\n"
BECAUSE = "because: {text: t, reference: r, owner: quality, review: 2027-06-01}"


def with_items(*items: str, safety_class: str = "B") -> str:
    """Return a plan of one software system with ``items``, the first on line 5."""
    listed = "".join(f"      - {item}\n" for item in items)
    return (
        "device: {name: D, manufacturer: M}\nsoftware_systems:\n"
        f"  - id: pump\n    items:\n{listed}    safety_class: {safety_class}\n"
    )


def with_stage(text: str, safety_class: str = "C") -> str:
    """Return a plan with software of one class, a quality role and a stage, which begins on line 6."""
    return SMALL.replace("safety_class: C", f"safety_class: {safety_class}") + QUALITY + f"stages:\n{text}\n"


# Software systems and items


def test_software_ids_are_unique_whatever_their_capitals() -> None:
    """Two software items may not share an ID, in one software system or across two."""
    text = with_items("{id: a, paths: [x]}", "{id: b, paths: [y]}", "{id: A, paths: [z]}")
    assert told(text) == ["p:7:14: duplicate-id: the software item 'A' is there twice"]
    two = SMALL + "  - {id: PUMP, items: [{id: Controller, paths: [b]}]}\n"
    assert told(two) == [
        "p:4:10: duplicate-id: the software system 'PUMP' is there twice",
        "p:4:29: duplicate-id: the software item 'Controller' is there twice",
    ]


def test_a_software_item_may_have_its_system_s_name() -> None:
    """A software system of one item may share its ID: they are never looked up in one place."""
    assert plan_of(with_items("{id: pump, paths: [x]}"))


def test_attack_lower_class_without_segregation() -> None:
    """ATTACK wrong class: an item below its system's class needs a segregation, an empty one is none."""
    message = "'a' has class A in a system of class B, and names no segregation that justifies it"
    for written in ("class: A", "class: A, segregation: ' '"):
        found = told(with_items(f"{{id: a, paths: [x], {written}}}"))
        assert found == [f"p:5:36: segregation: {message}"]
    assert told(with_items("{id: a, paths: [x], class: A, segregation: ARCH-1}")) == []
    assert findings_in(with_items("{id: a, paths: [x], class: A}"))[0].clauses == ("4.3", "5.3.5")


FORMER = with_items("{id: a, paths: [x]}") + "former_software_items:\n  "


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("a: {now: a}", "'a' is a software item of the plan, and so no former one"),
        ("b: {}", "'b' says either what it is 'now', or 'because' of what it is no software item any more"),
        (
            "b: {now: a, because: It was merged.}",
            "'b' says either what it is 'now', or 'because' of what it is no software item any more",
        ),
        ("b: {now: c}", "'c' is not a software item of the plan; it has a"),
        ("b: {because: gone}", "'gone' is too short to say why 'b' is gone"),
    ],
)
def test_attack_former_item_of_which_nothing_is_told(written: str, said: str) -> None:
    """ATTACK lost tests: a software item of an earlier release is called a former one, and nothing becomes of it."""
    assert told(FORMER + written + "\n") == [f"p:8:6: former-item: {said}"]
    assert told(FORMER + "b: {now: a}\n  c: {because: It is a device of its own since 2.0.}\n") == []


def test_a_class_above_the_system_s_is_told() -> None:
    """An item of a higher class shows that the software system's class is too low."""
    found = findings_in(with_items("{id: a, paths: [x], class: C}"))
    assert [str(one) for one in found] == ["p:5:36: class: 'a' has class C, higher than B of its system"]
    assert found[0].hint == "Give the software system 'pump' class C."


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret", "a/../../b", "~/x", "C:/x", "a\\b"])
def test_attack_paths_that_lead_out(path: str) -> None:
    """ATTACK path traversal: no path of a plan leads out of its folder."""
    message = f"'{path}' does not lead down from the plan's folder"
    assert told(with_items(f"{{id: a, paths: [x, '{path}']}}")) == [f"p:5:28: path: {message}"]
    assert told(SMALL + f"items: ['{path}']\n") == [f"p:4:9: path: {message}"]
    build = f"build: {{command: make, outputs: ['{path}'], locks: ['{path}'], sbom: '{path}'}}"
    found = told(with_items(f"{{id: a, paths: [x], {build}}}"))
    assert len(found) == 3
    assert all(message in one for one in found)


def test_a_source_of_items_names_one_format_inside_the_repository() -> None:
    """What is no source, or leads out of the repository, is told with its place."""
    text = SMALL + (
        "items:\n  - quality/\n  - {doorstop: reqs, types: {SYS: system_requirement}, prefix: D-}\n"
        "  - {a: b, c: d}\n  - {}\n  - {reqif: ../x.reqif}\n  - {csv: a.csv, types: wrong}\n"
    )
    assert told(text) == [
        "p:7:5: items: a source of items names one format and its place",
        "p:8:5: items: a source of items names one format and its place",
        "p:9:13: path: '../x.reqif' does not lead down from the plan's folder",
        "p:10:5: items: the mapping of 'csv' is not as it should be: Expected `object`, got `str` - at `$.types`",
    ]


def test_tasks_are_unique_and_cite_known_clauses() -> None:
    """Two tasks may not share an ID, and a task cites clauses that are there."""
    text = SMALL + "tasks:\n  - {id: T-1, title: a, clauses: [5.8.6, 5.8.9]}\n  - {id: t-1, title: b}\n"
    assert told(text) == [
        "p:5:42: clause: '5.8.9' is not a clause that is known here.",
        "p:6:10: duplicate-id: the task 't-1' is there twice",
    ]


# People


@pytest.mark.parametrize("address", ["quality", "a b@c", "'@c'", "a@", '"a@b\\n"'])
def test_roles_hold_people_s_addresses(address: str) -> None:
    """Whoever holds a role is named by an e-mail address."""
    text = SMALL + f"roles:\n  quality: {{people: [{address}]}}\n"
    assert told(text) == ["p:5:22: value: roles.quality.people.0: should be one person's e-mail address"]


def test_a_role_has_people() -> None:
    """A role that nobody holds is told: nobody could act in it."""
    assert told(SMALL + "roles: {quality: {people: []}}\n") == [
        "p:4:27: value: roles.quality.people: should hold at least 1"
    ]


def test_attack_one_person_counted_twice() -> None:
    """ATTACK shared account: one address in other capitals is the same person."""
    text = SMALL + "roles: {quality: {people: [a@example.com, A@Example.com]}}\n"
    assert told(text) == ["p:4:43: role: A@Example.com is named twice"]


def test_independence_is_of_the_author_or_another_role() -> None:
    """Independence of an unknown role, or of the role itself, is told with what it may be of."""
    text = QUALITY[:-2] + ", tester: {people: [t@example.com], independent_of: [author, qualty, tester]}}\n"
    found = findings_in(SMALL + text)
    assert [one.message for one in found] == [
        "'tester' cannot be independent of 'qualty'",
        "'tester' cannot be independent of 'tester'",
    ]
    assert found[0].hint == "It can be of: author, quality."


def test_the_author_is_no_role() -> None:
    """A role named 'author' would blur who made a change."""
    assert told(SMALL + "roles: {author: {people: [a@example.com]}}\n") == [
        "p:4:9: role: 'author' is not given by a plan: it is whoever made the change"
    ]


# Environments


@pytest.mark.parametrize("name", ["production", "prod", "eu-production", "PROD_1", "live", "clinical.eu"])
def test_attack_production_without_a_release(name: str) -> None:
    """ATTACK second path to production: clinical use is entered by a release and by nothing else."""
    text = SMALL + f"environments:\n  {name}: {{after: [release]}}\n"
    assert told(text) == [f"p:5:3: environment: '{name}' can be entered without a release"]


def test_attack_automatic_release() -> None:
    """ATTACK automatic production: an environment that requires a release never advances by itself."""
    text = FULL.replace("release: required, drift", "release: required, automatic: true, drift")
    assert told(text) == [
        "p:15:3: environment: 'production' requires a release, which never happens by itself"
    ]


@pytest.mark.parametrize("value", ["optional", "false", "~x", "none"])
def test_a_release_is_required_or_not_spoken_of(value: str) -> None:
    """A release can only be required; there is no word that waives it."""
    assert "should be one of required" in told(FULL.replace("release: required", f"release: {value}"))[0]


def test_an_environment_says_how_it_is_entered() -> None:
    """An environment without stages and without a release would be entered by anything."""
    assert told(SMALL + "environments: {staging: {automatic: true}}\n") == [
        "p:4:16: environment: 'staging' says neither after which stages nor that a release is required"
    ]


def test_stages_of_an_environment_are_known() -> None:
    """An unknown stage is told with those that are known, the plan's own among them."""
    text = FULL.replace("after: [build, unit]", "after: [build, bench, uint]") + ""
    text = text.replace("stages: ", "stages:\n  bench: {clauses: [5.7.1], checks: {verified: {}}}  ")
    found = findings_in(text)
    assert [str(one) for one in found] == ["p:13:39: environment: 'uint' is not a stage"]
    assert found[0].hint.endswith("release, bench.")


@pytest.mark.parametrize(
    ("safety_class", "missing"), [("A", ["release_authority"]), ("B", ["release_authority", "quality"])]
)
def test_somebody_can_release(safety_class: str, missing: list[str]) -> None:
    """Where a release is required, the roles whose signatures the class asks for are held."""
    text = SMALL.replace("safety_class: C", f"safety_class: {safety_class}")
    text += "environments:\n  production: {release: required}\n"
    assert [one.message.split("'")[3] for one in findings_in(text)] == missing


# Retention


@pytest.mark.parametrize("period", ["{}", "{years: 1, days: 2}", "{after: release}"])
def test_a_period_is_in_years_or_in_days(period: str) -> None:
    """A period without a length, or with two, is refused."""
    text = SMALL + f"retention: {{unreleased: {period}}}\n"
    assert told(text) == ["p:4:25: retention: 'unreleased' is told either in years or in days"]


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "100001", "x"])
def test_a_length_is_a_positive_whole_number(days: str) -> None:
    """A period of nothing, or of no whole number, is refused."""
    text = SMALL + f"retention: {{unreleased: {{days: {days}}}}}\n"
    assert told(text) == [
        "p:4:32: value: retention.unreleased.days: should be a whole number from 1 to 100000"
    ]


@pytest.mark.parametrize(
    ("released", "fits"),
    [
        ("{years: 10}", True),
        ("{years: 15, after: last_placed_on_market}", True),
        ("{years: 9}", False),
        ("{days: 90000}", False),
        ("{years: 20, after: release}", False),
    ],
)
def test_the_mdr_s_ten_years(released: str, fits: bool) -> None:
    """Under the MDR, records of released software are kept ten years from the last device placed."""
    text = SMALL + f"retention: {{released: {released}}}\n"
    assert told(text) == []
    found = findings_in(text + "regulatory: {device_class: IIa}\n")
    assert [one.clauses for one in found] == ([] if fits else [("MDR Art 10(8)",)])


# Stages, checks and settings


@pytest.mark.parametrize(
    "text", ["  bench: {checks: {verified: {}}}", "  bench: {clauses: [], checks: {verified: {}}}"]
)
def test_a_stage_that_serves_no_clause_is_to_be_cut(text: str) -> None:
    """A stage that cites no clause is told, with what to do."""
    assert told(with_stage(text)) == [
        "p:6:3: no-clause: the stage 'bench' serves no clause: cut it, or cite what it serves"
    ]


def test_a_built_in_stage_keeps_its_clauses_unless_told() -> None:
    """A built-in stage cites its own clauses, and an empty list takes them away in vain."""
    assert told(with_stage("  unit: {}")) == []
    assert told(with_stage("  unit: {clauses: []}"))[0].startswith("p:6:3: no-clause: ")


@pytest.mark.parametrize(
    ("clause", "rule"), [("5.5.9", "clause"), ("GAMP", "clause"), ("MDR I 99", "clause"), ("''", "value")]
)
def test_unknown_clauses(clause: str, rule: str) -> None:
    """A clause that no catalogue holds is told where it stands."""
    found = findings_in(with_stage(f"  unit: {{clauses: [5.5.1, {clause}]}}"))
    assert [(str(one.place), one.rule) for one in found] == [("p:6:27", rule)]


def test_a_number_that_is_not_used_serves_nothing() -> None:
    """Clause 7.3.2 is a number without content: it justifies no stage."""
    assert told(with_stage("  unit: {clauses: [7.3.2]}")) == [
        "p:6:20: clause: '7.3.2' is a number that its standard does not use"
    ]


def test_unknown_checks_and_settings_name_near_ones() -> None:
    """A mistyped check or setting is told at its key, with the nearest that is known."""
    found = findings_in(with_stage("  unit: {checks: {coverag: {}, coverage: {lines: 95}, tests: {x: 1}}}"))
    assert [(str(one.place), one.rule, one.hint) for one in found] == [
        ("p:6:19", "unknown-check", "Did you mean 'coverage'?"),
        ("p:6:43", "unknown-setting", "Did you mean 'line'?"),
        ("p:6:63", "unknown-setting", "Known: level, because."),
    ]


@pytest.mark.parametrize(
    ("settings", "column", "message"),
    [
        ("line: 101", 36, "coverage.line takes a whole number from 0 to 100, not '101'"),
        ("line: true", 36, "coverage.line takes a whole number from 0 to 100, not 'True'"),
        ("line: '90'", 36, "coverage.line takes a whole number from 0 to 100, not '90'"),
        ("line: {C: 90.5}", 40, "coverage.line takes a whole number from 0 to 100, not '90.5'"),
        ("line: {D: 90}", 37, "'D' is not a safety class; write A, B or C"),
        ("level: units", 37, "coverage.level takes one of unit, integration, system, not 'units'"),
    ],
)
def test_values_that_a_setting_does_not_take(settings: str, column: int, message: str) -> None:
    """A value out of range or of another kind is told at its place, with what is taken."""
    text = with_stage(f"  unit: {{checks: {{coverage: {{{settings}}}}}}}")
    assert told(text) == [f"p:6:{column}: setting: {message}"]


@pytest.mark.parametrize(
    ("stage", "check", "setting", "value"),
    [
        ("build", "rebuild", "comparison", "same"),
        ("build", "sbom", "matches_lock", "1"),
        ("integration", "traced", "to", "code"),
        ("analysis", "findings", "at_least", "severe"),
        ("analysis", "vulnerabilities", "database_age_days", "-1"),
        ("system", "risk_controls", "verification", "both"),
        ("system", "requirement_quality", "score", "0"),
        ("release", "signatures", "count", "0"),
        ("release", "signatures", "independent", "-1"),
    ],
)
def test_each_setting_has_its_own_values(stage: str, check: str, setting: str, value: str) -> None:
    """Every setting refuses what is not one of its values; zero signatures are not a number of signatures."""
    found = findings_in(with_stage(f"  {stage}: {{checks: {{{check}: {{{setting}: {value}}}}}}}"))
    assert [one.rule for one in found] == ["setting"]
    assert f"{check}.{setting} takes" in found[0].message


def test_a_stage_of_the_plan_s_own_says_what_its_tests_are() -> None:
    """Outside its built-in stage a check of tests has no default level to look at."""
    found = told(with_stage("  bench: {clauses: [5.7.1], checks: {tests: {}, coverage: {level: system}}}"))
    assert found == [
        "p:6:38: missing: 'level' is missing: the stage 'bench' is not built in, so it has no default"
    ]


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        ("wording: {clauses: [5.2.6], ", "the stage 'wording' is not built in"),
        ("system: {", "the built-in stage 'system' has no 'requirement_quality' of its own"),
    ],
)
def test_attack_a_quality_check_without_a_threshold(stage: str, why: str) -> None:
    """ATTACK pass by absence: a check that is in no built-in stage asks nothing unless the plan tells its score."""
    found = findings_in(with_stage(f"  {stage}checks: {{requirement_quality: {{findings: 9}}}}}}"))
    assert [one.message for one in found] == [f"'score' is missing: {why}, so it has no default"]
    assert told(with_stage(f"  {stage}checks: {{requirement_quality: {{score: 90, findings: 9}}}}}}")) == []


def test_attack_empty_stage() -> None:
    """ATTACK pass by absence: a stage with no check, or with every check taken out, is refused."""
    message = "has no check, so it would pass by absence"
    assert told(with_stage("  bench: {clauses: [5.7.1]}")) == [
        f"p:6:3: no-check: the stage 'bench' {message}"
    ]
    text = f"  analysis: {{without: [findings, vulnerabilities], {BECAUSE}}}"
    assert told(with_stage(text)) == [f"p:6:3: no-check: the stage 'analysis' {message}"]


# Strictness

LAXER = [
    ("build", "rebuild", "comparison", "explained"),
    ("build", "sbom", "matches_lock", "false"),
    ("unit", "tests", "level", "system"),
    ("unit", "coverage", "line", "89"),
    ("unit", "coverage", "branch", "79"),
    ("integration", "traced", "to", "software_item"),
    ("analysis", "findings", "at_least", "high"),
    ("analysis", "vulnerabilities", "at_least", "critical"),
    ("analysis", "vulnerabilities", "database_age_days", "2"),
    ("system", "risk_controls", "verification", "implementation"),
    ("release", "signatures", "count", "1"),
    ("release", "signatures", "independent", "0"),
]
NOT_LAXER = [
    ("build", "rebuild", "comparison", "identical"),
    ("build", "sbom", "matches_lock", "true"),
    ("unit", "tests", "level", "unit"),
    ("unit", "coverage", "line", "90"),
    ("unit", "coverage", "branch", "100"),
    ("analysis", "findings", "at_least", "low"),
    ("analysis", "findings", "at_least", "none"),
    ("analysis", "vulnerabilities", "database_age_days", "0"),
    ("release", "signatures", "count", "3"),
    ("release", "signatures", "independent", "2"),
]


@pytest.mark.parametrize(("stage", "check", "setting", "value"), LAXER)
def test_attack_lowered_threshold(stage: str, check: str, setting: str, value: str) -> None:
    """ATTACK lowered threshold: each setting that asks less of class C than the profile needs a defence."""
    written = f"{setting}: {value}"
    text = with_stage(f"  {stage}: {{checks: {{{check}: {{{written}}}}}}}")
    found = findings_in(text)
    assert [one.rule for one in found] == ["no-defence"]
    assert f"{check}.{setting} for class C is {value}" in found[0].message
    column = text.splitlines()[5].index(written) + len(setting) + 3
    assert (found[0].place.line, found[0].place.column) == (6, column)
    assert told(text.replace(written, f"{written}, {BECAUSE}")) == []


@pytest.mark.parametrize(("stage", "check", "setting", "value"), NOT_LAXER)
def test_a_stricter_setting_needs_no_defence(stage: str, check: str, setting: str, value: str) -> None:
    """Asking as much as the profile, or more, is free."""
    assert told(with_stage(f"  {stage}: {{checks: {{{check}: {{{setting}: {value}}}}}}}")) == []


def test_one_value_for_every_class_is_judged_for_each_class_in_use() -> None:
    """85 % is stricter for class B and laxer for class C; a class that is not used is not judged."""
    stage = "  unit: {checks: {coverage: {line: 85}}}"
    assert told(with_stage(stage, "B")) == []
    assert told(with_stage(stage, "C"))[0].startswith("p:6:36: no-defence: coverage.line for class C is 85")
    assert told(with_stage("  unit: {checks: {coverage: {line: {B: 10}}}}", "C")) == []


def test_a_defence_is_whole() -> None:
    """A defence has text, reference, owner and review day; each that is missing is told."""
    stage = (
        "  unit:\n    checks:\n      coverage:\n        line: 10\n        because: {text: '', reviewed: x}"
    )
    assert told(with_stage(stage)) == [
        "p:10:18: missing: 'reference' is missing",
        "p:10:18: missing: 'owner' is missing",
        "p:10:18: missing: 'review' is missing",
        "p:10:25: value: stages.unit.checks.coverage.because.text: should be a text that is not empty",
        "p:10:29: unknown-key: 'reviewed' is not known here. Did you mean 'review'?",
    ]
    assert told(with_stage("  unit: {checks: {coverage: {line: 10, because: ok}}}")) == [
        "p:6:49: value: stages.unit.checks.coverage.because: should be a mapping"
    ]


def test_a_defence_has_an_owner_and_a_day() -> None:
    """The owner is a role of the plan and the review a day of the calendar."""
    stage = f"  build: {{without: [rebuild], {BECAUSE}}}\n"
    stage += f"  unit: {{checks: {{coverage: {{line: 10, {BECAUSE}}}}}}}"
    bad = stage.replace("owner: quality", "owner: nobody").replace("2027-06-01", "2027-02-30")
    assert [one.message for one in findings_in(with_stage(bad))] == [
        "the owner 'nobody' is not a role of the plan",
        "'2027-02-30' is not a day of the calendar",
    ] * 2
    assert "should be a date" in told(with_stage(stage.replace("2027-06-01", "soon")))[0]
    assert told(with_stage(stage)) == []


def test_a_check_is_taken_out_with_a_defence_only() -> None:
    """Taking a check out of a built-in stage is the laxest change, and needs the stage's defence."""
    assert told(with_stage("  build: {without: [rebuild]}")) == [
        "p:6:21: taken-out: 'rebuild' is taken out without a defence; add 'because' to the stage 'build'"
    ]
    assert told(with_stage(f"  build: {{without: [rebuild], {BECAUSE}}}")) == []


@pytest.mark.parametrize(
    ("stage", "check", "safety_class"),
    [
        ("release", "conditions", "A"),
        ("release", "signatures", "A"),
        ("system", "tests", "A"),
        ("system", "verified", "B"),
        ("system", "risk_controls", "C"),
        ("unit", "tests", "C"),
        ("unit", "coverage", "C"),
    ],
)
def test_attack_bypass_by_plan(stage: str, check: str, safety_class: str) -> None:
    """ATTACK bypass switch: no defence takes out what 5.8 and 5.7.1 ask, or what class C may not leave."""
    found = findings_in(with_stage(f"  {stage}: {{without: [{check}], {BECAUSE}}}", safety_class))
    assert [one.rule for one in found] == ["taken-out"]
    assert f"'{check}' cannot be taken out for class {safety_class}" in found[0].message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"  build: {{without: [tests], {BECAUSE}}}", "'tests' is not a built-in check of the stage 'build'"),
        (
            f"  build: {{without: [rebuild], checks: {{rebuild: {{}}}}, {BECAUSE}}}",
            "is both set and taken out",
        ),
        (
            f"  bench: {{clauses: [5.7.1], checks: {{verified: {{}}}}, without: [findings], {BECAUSE}}}",
            "those are none: it is not built in",
        ),
    ],
)
def test_only_a_built_in_check_is_taken_out(text: str, message: str) -> None:
    """What is not there cannot be taken out, and what is set is not."""
    found = findings_in(with_stage(text))
    assert len(found) == 1
    assert message in found[0].message


def test_every_hint_and_rule_is_told() -> None:
    """Rules are named by a word, and a refused plan has a next step."""
    plan = plan_of(FULL)
    assert isinstance(plan, Plan)
    for finding in findings_in(FULL.replace("[quality/]", "[{csv: a}]").replace("[build, unit]", "[x]")):
        assert finding.rule
        assert finding.hint
