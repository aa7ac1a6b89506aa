"""The rules by which definitions of pipelines are judged: each with the reason and what to do.

A *way round* lets a pipeline go on past a gate, a test or an admission. What is *unpinned* may be another thing
tomorrow under the same name. What is *unread* hides either.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from clausework.core.places import Place

Kind = Literal["way_round", "unpinned", "unread"]


class Rule(msgspec.Struct, frozen=True):
    """A rule: what it is about, why that matters, what to do, the clauses behind it.

    ``definition`` tells of what is unpinned that it is part of the pipeline's own definition, not of what runs in it.
    ``final`` tells that no review can accept what it finds.
    """

    name: str
    kind: Kind
    reason: str
    hint: str
    clauses: tuple[str, ...] = ("5.1.10", "13485 4.1.6")
    definition: bool = False
    final: bool = False


class Found(msgspec.Struct, frozen=True):
    """What a rule finds: where, as written, in which job.

    ``about`` is all that a review would read of it: it tells one finding from others.
    """

    rule: str
    place: Place
    said: str
    about: tuple[str, ...]
    job: str = ""


_SETTLE = "Take it out; evidence of a failure is recorded in a step that runs whatever happened."

RULES: dict[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "failure-tolerated",
            "way_round",
            "the pipeline goes on and is shown as passed although tests or Clausework failed",
            _SETTLE,
        ),
        Rule(
            "failure-hidden",
            "way_round",
            "what stands behind the command succeeds in its place, so that its failure is not seen",
            _SETTLE,
        ),
        Rule(
            "failure-lost-in-pipe",
            "way_round",
            "a pipe tells of its last command only, so that a failure before it is not seen",
            "Write 'set -o pipefail' before it (in GitHub Actions: 'shell: bash').",
        ),
        Rule(
            "failure-not-fatal",
            "way_round",
            "the script goes on after the command failed, and ends as if it had not",
            "Write 'set -e' at the top, or keep the exit code and end the script with it.",
        ),
        Rule(
            "failures-ignored",
            "way_round",
            "the tool is told not to fail when tests fail, or not to test",
            "Take the option out.",
        ),
        Rule(
            "result-overwritten",
            "way_round",
            "the pipeline's result is set by hand, or an exit code is asked for and not looked at",
            "Take it out, and let the failing step decide the result.",
        ),
        Rule(
            "command-replaced",
            "way_round",
            "what is called by the name of a test or of Clausework is something else",
            "Call the program itself: take the function, the alias or the file of that name away.",
        ),
        Rule(
            "deploy-without-admission",
            "way_round",
            "software is brought to where it is used, and nothing asked before whether it may run there",
            "Run 'clausework deploy ENVIRONMENT --artifact FILE' before it, in the same job or one that it needs.",
            ("5.8.8", "13485 4.1.6"),
        ),
        Rule(
            "deploy-after-failure",
            "way_round",
            "it deploys although something before it failed, the admission included",
            "Take the condition out, so that it runs after success only.",
            ("5.8.8", "13485 4.1.6"),
        ),
        Rule(
            "gate-may-be-skipped",
            "way_round",
            "a person, a variable or a commit message decides whether tests or gates run at all",
            "Take the switch out. In an emergency the same path is taken, with a narrowed regression scope.",
        ),
        Rule(
            "untrusted-code",
            "way_round",
            "code that anybody may propose runs with the repository's secrets and its right to write",
            "Use 'pull_request', or do not check out what was proposed.",
            ("5.1.10", "81001-5-1 5.1"),
        ),
        Rule(
            "unpinned-action",
            "unpinned",
            "the action's owner decides at any time what runs here",
            "Name the commit: 'uses: OWNER/NAME@' and 40 hex digits.",
            definition=True,
        ),
        Rule(
            "unpinned-workflow",
            "unpinned",
            "the reusable workflow may be another one tomorrow, under the same name",
            "Name the commit: 'uses: OWNER/NAME/.github/workflows/FILE@' and 40 hex digits.",
            definition=True,
        ),
        Rule(
            "unpinned-include",
            "unpinned",
            "what is included from elsewhere may be something else tomorrow, under the same name",
            "Name the commit with 'ref:' and 40 hex digits, or the digest of a remote file with 'integrity:'.",
            definition=True,
        ),
        Rule(
            "unpinned-template",
            "unpinned",
            "the template is whatever the server has, or its repository's branch holds",
            "Copy it into the repository, or name the commit that it is taken from.",
            definition=True,
        ),
        Rule(
            "unpinned-component",
            "unpinned",
            "a version of a component is a name that its owner can move",
            "Name the commit: 'component: PLACE@' and 40 hex digits.",
            definition=True,
        ),
        Rule(
            "unpinned-library",
            "unpinned",
            "the shared library is whatever its branch or tag holds when the pipeline runs",
            "Name the commit: @Library('NAME@' and 40 hex digits ')'.",
            definition=True,
        ),
        Rule(
            "unpinned-image",
            "unpinned",
            "another image may stand under the same tag tomorrow: compiler and tools with it",
            "Name the image by its digest: IMAGE@sha256: and 64 hex digits.",
            ("5.1.10", "5.8.5"),
        ),
        Rule(
            "unpinned-download",
            "unpinned",
            "what is fetched is run as it comes",
            "Fetch it, compare its SHA-256 with one that is written down, then run it.",
            ("5.1.10", "5.8.5"),
        ),
        Rule(
            "not-analysed",
            "unread",
            "the text does not tell what runs there, so that no way round can be ruled out",
            "Write it so that it can be read, or have a person read it and review this finding.",
        ),
        Rule(
            "unreadable",
            "unread",
            "a definition that cannot be read whole may hold any way round",
            "Mend the file; the forge's own lint shows whether it takes it.",
            final=True,
        ),
    )
}
"""Every rule by its name."""
