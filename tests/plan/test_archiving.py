"""The plan's section on the archive: what leaves everything out, or names nothing, is told with its place."""

from __future__ import annotations

import pytest

from clausework.plan.archiving import reason_without
from clausework.plan.load import load_plan, plan_findings
from tests.actions.archiving import VENDOR
from tests.actions.device import PLAN


def findings(section: str) -> list[str]:
    """Return what is wrong with the device's plan and this section."""
    return [str(one) for one in plan_findings(PLAN.replace(VENDOR, section).encode(), "clausework.yaml")]


WITHOUT = "archive: {{without: [{{dependency: '{}', because: {}}}]}}\n"


@pytest.mark.parametrize("dependency", ["*", "**", "*a", "*attrs", "a*"])
def test_a_pattern_that_names_nobody_is_refused(dependency: str) -> None:
    """Attack: one line leaves out every dependency there is."""
    assert any(
        "leaves out what nobody named" in one
        for one in findings(WITHOUT.format(dependency, "not needed at all"))
    )


def test_only_a_star_stands_for_other_letters() -> None:
    """Attack: the pattern is spelled as a class of all letters or a regular expression; it is taken by the letter."""
    for dependency in ("[a-z]*", "...*", "??*"):
        archive = load_plan(
            PLAN.replace(VENDOR, WITHOUT.format(dependency, "not needed at all")).encode(), "p"
        ).archive
        assert reason_without(archive, "attrs", "1") == ""


@pytest.mark.parametrize(
    "section",
    [
        WITHOUT.format("six", "short"),
        "archive: {images: [{name: builder, digest: latest}]}\n",
        "archive: {images: [{name: builder, digest: 'sha256:12'}]}\n",
        "archive: {tools: [{name: gcc}]}\n",
        "archive: {offline_build: {nobody: make}}\n",
        "archive: {skip: true}\n",
        "archive: {dependencies: vendor}\n",
    ],
    ids=["no reason", "a tag", "a short digest", "no licence", "no such item", "a switch", "no list"],
)
def test_a_section_that_says_too_little_is_refused(section: str) -> None:
    """Lapse: a reason, a digest, a licence or a software item is missing; an unknown word is no switch."""
    assert findings(section)


def test_a_sound_section_is_taken() -> None:
    """The control: reasons are found by name and version."""
    section = (
        "archive:\n  dependencies: [wheels]\n  gather: make wheels\n  without:\n"
        "    - {dependency: six, version: '1.16.0', because: only for old Python}\n"
        "    - {dependency: '@esbuild/*', because: for other platforms}\n"
        "  offline_build: {counter: [make, offline]}\n"
    )
    archive = load_plan(PLAN.replace(VENDOR, section).encode(), "clausework.yaml").archive
    assert reason_without(archive, "six", "1.16.0") == "only for old Python"
    assert reason_without(archive, "six", "1.17.0") == ""
    assert reason_without(archive, "@esbuild/linux-x64", "0.1") == "for other platforms"
    assert reason_without(archive, "esbuild", "0.1") == ""
