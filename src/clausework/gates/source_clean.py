"""The source of the build is what the commit says (clauses 5.1.11, 8.1.1): no changed and no stray file."""

from __future__ import annotations

from clausework.gates.challenge import SOUND, Challenge, but
from clausework.gates.check import Check, Judgement, Settings, failed, passed
from clausework.gates.facts import Facts
from clausework.ledger.records.gates import Reason


def evaluate(facts: Facts, _settings: Settings) -> Judgement:
    """Pass when nothing under the software item's paths differed from the commit."""
    build = facts.build
    if build.clean:
        return passed(f"the source is commit {build.commit[:12]}, unchanged", build.record)
    return failed(
        Reason(
            f"built from a changed work tree: {', '.join(build.changed_paths[:5])}",
            records=(build.record,),
            who="developer",
            command="git commit (or git stash), then clausework build",
        )
    )


def challenges() -> tuple[Challenge, ...]:
    """A clean tree passes, a changed one is refused."""
    return (
        Challenge("the work tree is the commit", "pass", SOUND),
        Challenge("a file was changed and not committed", "fail", but(clean=False)),
    )


CHECK = Check("source_clean", "1", "Source is the commit", ("5.1.11", "8.1.1"), evaluate, challenges)
