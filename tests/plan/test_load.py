"""A plan is read whole, or refused with every error in its place."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.places import FindingsInInput
from clausework.plan.load import PlanRejected, load_plan, plan_findings
from clausework.plan.model import Plan

from .examples import EVERYTHING, FULL, SMALL, plan_of, told


@pytest.mark.parametrize("text", [SMALL, FULL, EVERYTHING], ids=["small", "full", "everything"])
def test_good_plans_load(text: str) -> None:
    """A plan without errors is read, and nothing is found in it."""
    assert isinstance(plan_of(text), Plan)
    assert told(text) == []


def test_the_plan_holds_what_is_written() -> None:
    """What the file says stands in the plan, and what it leaves out has its default."""
    plan = plan_of(EVERYTHING)
    controller = plan.software_systems[0].items[0]
    assert controller.build is not None
    assert controller.build.command == ("make", "all")
    assert controller.build.version_command == "dist/controller --version"
    assert plan.regulatory.device_class == "IIb"
    assert plan.tasks[0].clauses == ("6.2.5",)
    small = plan_of(SMALL)
    assert small.retention.released is None
    assert small.stages == {}
    assert plan_of(SMALL.replace("safety_class: C, ", "")) == small


def test_all_errors_of_all_kinds_are_told_at_once() -> None:
    """Wrong shapes in one section do not hide what is wrong by the rules in the others."""
    text = (
        FULL.replace("[build, unit]", "[build, unti]")
        .replace("5.5.5", "5.5.9")
        .replace("release@", "release ")
        .replace("owner: quality", "owner: qa")
        .replace("C: 90", "C: 70")
        .replace("because:", "becuase:")
        .replace("release: required, ", "")
        .replace("udi_di", "udi-di")
    )
    assert told(text) == [
        "p:1:56: unknown-key: 'udi-di' is not known here. Did you mean 'udi_di'?",
        "p:11:32: value: roles.release_authority.people.0: should be one person's e-mail address",
        "p:13:32: environment: 'unti' is not a stage",
        "p:15:3: environment: 'production' can be entered without a release",
        "p:18:22: clause: '5.5.9' is not a clause that is known here.",
        "p:22:26: no-defence: coverage.line for class C is 70, the profile asks 90; "
        "a laxer one needs a defence",
        "p:23:9: unknown-setting: 'becuase' is not a setting of coverage that is known here. "
        "Did you mean 'because'?",
    ]


def test_a_section_that_cannot_be_read_draws_no_errors_after_it() -> None:
    """With unreadable roles, no defence is told to lack its owner."""
    text = FULL.replace("[quality@example.com]", "quality")
    assert told(text) == ["p:10:21: value: roles.quality.people: should be a list"]


def test_load_raises_what_the_findings_tell() -> None:
    """``load_plan`` refuses with the findings that ``plan_findings`` returns, as rejected input."""
    text = SMALL.replace("safety_class: C", "safety_class: D").encode()
    with pytest.raises(FindingsInInput) as caught:
        load_plan(text, "some/clausework.yaml")
    assert list(caught.value.findings) == plan_findings(text, "some/clausework.yaml")
    assert caught.value.exit_code == 3
    assert (
        "some/clausework.yaml:3:30: value: software_systems.0.safety_class: should be one of A, B, C"
        in str(caught.value)
    )
    assert "lint" in PlanRejected.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["p:1:1: value: the document: should be a mapping"]),
        ("[]", ["p:1:1: value: the document: should be a mapping"]),
        ("{}", ["p:1:1: missing: 'device' is missing", "p:1:1: missing: 'software_systems' is missing"]),
        ("device: {name: '', manufacturer: x}\nsoftware_systems: []\n", None),
    ],
)
def test_plans_with_nothing_in_them(text: str, expected: list[str] | None) -> None:
    """An empty plan is refused: there is nothing that could be judged by it."""
    found = told(text)
    assert found
    assert expected is None or found == expected


@pytest.mark.parametrize(
    "data",
    [
        SMALL.encode("utf-16"),
        SMALL.encode() + b"\xff",
        SMALL.encode() + b"\x00",
        b"device: !!python/object/apply:os.system [echo]\n",
        b"device: &d {name: a, manufacturer: b}\nsoftware_systems: *d\n",
        SMALL.encode() + b"device: {name: Other, manufacturer: Other}\n",
        b"device: " + b"[" * 20_000,
        b"stages: {a: {b: " * 20_000,
        SMALL.encode() + b"retention: {unreleased: {days: " + b"9" * 5_000 + b"}}\n",
        SMALL.encode() + b"---\n" + SMALL.encode(),
    ],
    ids=["utf-16", "not-utf-8", "nul", "tag", "alias", "duplicate", "deep", "deep-mapping", "huge", "two"],
)
def test_attack_hostile_yaml(data: bytes) -> None:
    """ATTACK hostile YAML: encodings, tags, aliases, duplicates, depth and size are never a plan."""
    with pytest.raises(FindingsInInput) as caught:
        load_plan(data, "p")
    assert caught.value.findings


FRAGMENTS = st.sampled_from(
    [
        *" \n:-[]{}~#'\"A\t%|>?\x00\ud7ffé",
        *("  ", ": ", "- ", "{}", "[]", "&a", "*a", "!!int ", "9" * 25, "-1", "true", "device", "B: 5"),
        *("because: {}", "checks: {}", "clauses: []", "without: [tests]", "after: [x]"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([SMALL, FULL, EVERYTHING]), st.data())
def test_a_mutated_plan_loads_or_is_refused_with_places(text: str, data: st.DataObject) -> None:
    """However a plan is damaged, it loads or is refused with findings; nothing else escapes."""
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 25)))
        text = text[:start] + data.draw(FRAGMENTS | st.text(max_size=3)) + text[end:]
    encoded = text.encode("utf-8", "surrogatepass")
    found = plan_findings(encoded, "p")
    assert all(finding.place.line for finding in found)
    try:
        load_plan(encoded, "p")
    except FindingsInInput as error:
        refused = list(error.findings)
    else:
        refused = []
    assert refused == found


WORDS = st.sampled_from(
    ["device", "stages", "unit", "checks", "coverage", "line", "because", "without", "roles"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 200) | WORDS | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    st.sampled_from(["stages", "roles", "environments", "items", "retention", "tasks", "regulatory"]), VALUES
)
def test_any_value_for_a_section_is_taken_or_refused(section: str, value: object) -> None:
    """Whatever stands for a section, the plan loads or is refused with findings."""
    text = SMALL + yaml.safe_dump({section: value})
    try:
        plan = plan_of(text)
    except FindingsInInput:
        return
    assert plan.device == plan_of(SMALL).device
