"""How policies of the work tree differ from those of an approved plan, line by line: a digest tells nobody anything.

Clauses 5.1.2, 8.2.1.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from clausework.actions.policies import policy_files
from clausework.actions.workplace import Workplace
from clausework.core.errors import ClauseworkError, InputRejected
from clausework.gates.policies import PolicyBundle, read_bundle
from clausework.gates.policy_challenges import read_challenge
from clausework.plan.model import Plan

_MOST_LINES = 25


def policy_changes(workplace: Workplace, approved: Plan) -> tuple[str, ...]:
    """Return what changed in the text and in the challenges of each policy since ``approved``, one sentence each."""
    return tuple(
        sentence
        for name, policy in workplace.plan.policies.items()
        if name not in approved.policies or policy.sha256 != approved.policies[name].sha256
        for sentence in _changes(workplace, approved, name)
    )


def _changes(workplace: Workplace, approved: Plan, name: str) -> Iterator[str]:
    try:
        now = read_bundle(policy_files(workplace.root, workplace.plan.policies[name]))
    except ClauseworkError as error:
        yield f"policy {name}: its files cannot be compared: {error.message}"
        return
    before = approved.policies.get(name)
    if before is None or not workplace.ledger.blobs.holds(before.sha256):
        lines = len(now.policy.splitlines())
        known = "is new" if before is None else "was approved, and is not kept here"
        yield f"policy {name} {known}: {lines} lines, {len(now.challenges)} challenges"
        return
    yield from _differences(name, read_bundle(workplace.ledger.read_blob(before.sha256)), now)


def _differences(name: str, before: PolicyBundle, now: PolicyBundle) -> Iterator[str]:
    lines = list(difflib.unified_diff(before.policy.splitlines(), now.policy.splitlines(), n=0, lineterm=""))[
        2:
    ]
    changed = [line for line in lines if not line.startswith("@@") and line[1:].strip()]
    for line in changed[:_MOST_LINES]:
        word = "gains" if line.startswith("+") else "loses"
        yield f"policy {name} {word} the line: {line[1:].strip()}"
    if len(changed) > _MOST_LINES:
        yield f"policy {name}: and {len(changed) - _MOST_LINES} more lines"
    texts = {one.name: one.text for one in before.challenges}
    present = {one.name: one.text for one in now.challenges}
    for file in sorted(texts.keys() | present.keys()):
        if file not in present:
            yield f"policy {name} loses the challenge {_challenge(file, texts[file])}"
        elif file not in texts:
            yield f"policy {name} gains the challenge {_challenge(file, present[file])}"
        elif texts[file] != present[file]:
            was, new = _challenge(file, texts[file]), _challenge(file, present[file])
            yield f"policy {name}: the challenge {was} {f'→ {new}' if was != new else 'has other facts'}"


def _challenge(file: str, text: str) -> str:
    """Return a challenge in words: its file, its name, and what must come of it."""
    try:
        found = read_challenge(file, text.encode())
    except InputRejected:
        return f"{file} (cannot be read)"
    return f"{file} ('{found.name}' must come to {found.expects.replace('_', ' ')})"
