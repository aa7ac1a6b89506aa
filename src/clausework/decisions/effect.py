"""Whether a decision has effect: which of its form's signatures are given, which are missing.

Signatures were verified before they come here; this file knows roles and independence only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from clausework.decisions.form import SignatureRule


class Given(msgspec.Struct, frozen=True):
    """A verified signature: by whom, in which role, meaning what, at which index of the log.

    ``means`` says how it was given, in words: by a personal key or a passkey, with a log-in beside it or none.
    """

    email: str
    name: str
    role: str
    meaning: str
    at: str
    index: int
    key_id: str = ""
    means: str = ""


class Missing(msgspec.Struct, frozen=True):
    """A signature that is still wanted: any of these roles, meaning this, not by these people.

    ``after`` names what others have to sign before it.
    """

    roles: tuple[str, ...]
    meaning: str
    not_by: tuple[str, ...]
    after: tuple[str, ...] = ()

    def __str__(self) -> str:
        who = " or ".join(role.replace("_", " ") for role in self.roles)
        out = f", not by {', '.join(self.not_by)}" if self.not_by else ""
        before = " and ".join(f"'{meaning}'" for meaning in self.after)
        return f"'{self.meaning}' by {who}{out}" + (f", after {before}" if before else "")


def missing_signatures(
    rules: Sequence[SignatureRule], given: Iterable[Given], excluded: Iterable[str]
) -> tuple[Missing, ...]:
    """Return the rules that no different person's signature meets.

    ``excluded`` are the people that an independent rule keeps out: the author of the decision or of the code. A rule
    that is last is met only by a signature that was given when all others were met already. The assignment is the best
    there is: a person is not spent on a rule that another could meet. Whose signature meets none, for it came too early
    or means something else, may still give another. People are told apart by their addresses, whose letters' case says
    nothing.
    """
    people = [msgspec.structs.replace(one, email=one.email.lower()) for one in given]
    out = frozenset(email.lower() for email in excluded)
    held = _matched(_fits(rules, people, out), [one.email for one in people])
    unmet = [number for number in range(len(rules)) if number not in held]
    signed = frozenset(held.values())
    open_before = tuple(dict.fromkeys(rules[number].meaning for number in unmet if not rules[number].last))
    return tuple(
        Missing(
            rules[number].roles,
            rules[number].meaning,
            tuple(sorted(_kept_out(rules[number], out) | signed)),
            open_before if rules[number].last else (),
        )
        for number in unmet
    )


def _kept_out(rule: SignatureRule, excluded: frozenset[str]) -> frozenset[str]:
    named = frozenset(email.lower() for email in rule.not_by)
    return named | excluded if rule.independent else named


def _fits(
    rules: Sequence[SignatureRule], people: Sequence[Given], excluded: frozenset[str]
) -> list[list[int]]:
    """Return, for each rule, the places of the signatures that may meet it."""
    others = [rule for rule in rules if not rule.last]
    found = []
    for rule in rules:
        out = _kept_out(rule, excluded)
        fitting = [
            number
            for number, one in enumerate(people)
            if one.role in rule.roles and one.meaning == rule.meaning and one.email not in out
        ]
        if rule.last and others:
            fitting = [
                number
                for number in fitting
                if not _unmet_before(others, people, excluded, people[number].index)
            ]
        found.append(fitting)
    return found


def _unmet_before(
    rules: Sequence[SignatureRule], people: Sequence[Given], excluded: frozenset[str], index: int
) -> list[int]:
    earlier = [one for one in people if one.index < index]
    held = _matched(_fits(rules, earlier, excluded), [one.email for one in earlier])
    return [number for number in range(len(rules)) if number not in held]


def _matched(fits: list[list[int]], emails: list[str]) -> dict[int, str]:
    """Match rules to people by augmenting paths (Kuhn); return the people by the rules that they meet."""
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

    for rule in range(len(fits)):
        place(rule, set())
    return {rule: email for email, rule in holder.items()}
