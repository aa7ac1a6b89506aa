"""Whether a decision has effect: which of its form's signatures are given, which are missing.

Signatures were verified before they come here; this file knows roles and independence only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from clausework.decisions.form import SignatureRule


class Given(msgspec.Struct, frozen=True):
    """A verified signature: by whom, in which role, meaning what, at which index of the log."""

    email: str
    name: str
    role: str
    meaning: str
    at: str
    index: int


class Missing(msgspec.Struct, frozen=True):
    """A signature that is still wanted: any of these roles, meaning this, not by these people."""

    roles: tuple[str, ...]
    meaning: str
    not_by: tuple[str, ...]

    def __str__(self) -> str:
        who = " or ".join(role.replace("_", " ") for role in self.roles)
        return f"'{self.meaning}' by {who}" + (f", not by {', '.join(self.not_by)}" if self.not_by else "")


def missing_signatures(
    rules: Sequence[SignatureRule], given: Iterable[Given], excluded: Iterable[str]
) -> tuple[Missing, ...]:
    """Return the rules that no different person's signature meets.

    ``excluded`` are the people that an independent rule keeps out: the author of the decision or of the code.
    The assignment is the best there is: a person is not spent on a rule that another could meet. People are told
    apart by their addresses, whose letters' case says nothing.
    """
    people = [msgspec.structs.replace(one, email=one.email.lower()) for one in given]
    out = frozenset(email.lower() for email in excluded)
    fits = [
        [
            number
            for number, one in enumerate(people)
            if one.role in rule.roles
            and one.meaning == rule.meaning
            and not (rule.independent and one.email in out)
        ]
        for rule in rules
    ]
    unmet = _unmatched(fits, [one.email for one in people])
    signed = {one.email for one in people}
    return tuple(
        Missing(
            rules[number].roles,
            rules[number].meaning,
            tuple(sorted(out | signed if rules[number].independent else signed)),
        )
        for number in unmet
    )


def _unmatched(fits: list[list[int]], emails: list[str]) -> list[int]:
    """Match rules to people by augmenting paths (Kuhn); return the rules left without anybody."""
    holder: dict[str, int] = {}

    def place(rule: int, tried: set[str]) -> bool:
        for number in fits[rule]:
            email = emails[number]
            if email in tried:
                continue
            tried.add(email)
            if email not in holder or place(holder[email], tried):
                holder[email] = rule
                return True
        return False

    return [rule for rule in range(len(fits)) if not place(rule, set())]
