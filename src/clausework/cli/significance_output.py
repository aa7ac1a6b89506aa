"""How the questions on the significance of a change are shown, with the case that they are about."""

from __future__ import annotations

from clausework.actions.significance import AskedSignificance
from clausework.cli.output import say, styled


def show_significance(asked: AskedSignificance) -> None:
    """Write the changes of the version, what was decided of earlier ones, and each question by its mark."""
    said = (
        f"scope #{asked.scope}" if asked.scope >= 0 else "no scope is signed yet: the changes that are open"
    )
    say(styled(f"{asked.version}: {said}", "bold"))
    for change in asked.changes:
        say(f"  {change.id}  {change.title}")
        for line in change.text.strip().splitlines():
            say(f"    {line}")
        if change.reason:
            say(f"    because: {' '.join(change.reason.split())}")
    if not asked.changes:
        say("  no change is named")
    for one in asked.earlier:
        say(f"  {one.version} was decided: {one.decision.replace('_', ' ')}  #{one.record}")
    say(styled(f"{asked.questions}: {asked.source}", "bold"))
    say(f"  for {asked.concerns}")
    for question in asked.asks:
        only = "" if question.decides else "  (a reason: a yes leads to no review by itself)"
        say(f"  {question.mark:<3} {question.asks}{only}")
    say('  a yes leads to regulatory review; each question is answered: --answers "MARK yes|no: reason"')
