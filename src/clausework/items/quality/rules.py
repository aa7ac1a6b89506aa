"""Every rule: its name, what it asks in a few words, how grave a finding is, and which items it is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from clausework.items.model import ItemType
from clausework.items.quality import (
    rules_behaviour,
    rules_content,
    rules_form,
    rules_quantities,
    rules_wording,
)
from clausework.items.quality.model import Hit, Severity, Statement

_REQUIREMENTS = frozenset({ItemType.SYSTEM_REQUIREMENT, ItemType.SOFTWARE_REQUIREMENT})
_NEEDS_TOO = _REQUIREMENTS | {ItemType.USER_NEED}


class Rule(msgspec.Struct, frozen=True):
    """A rule. ``find`` is ``None`` where the rule needs more than the statement (see ``rules_set``)."""

    name: str
    title: str
    severity: Severity
    find: Callable[[Statement], Iterator[Hit]] | None
    types: frozenset[ItemType] = _REQUIREMENTS


RULES: tuple[Rule, ...] = (
    Rule("Q1", "one 'shall'", "middle", rules_form.one_shall),
    Rule("Q2", "a named subject", "middle", rules_form.named_subject),
    Rule("Q3", "conditions first, in the order of EARS", "light", rules_form.conditions_first),
    Rule("Q4", "active voice", "light", rules_behaviour.active_voice),
    Rule("Q5", "no vague word", "grave", rules_wording.vague_words),
    Rule("Q6", "no escape clause", "grave", rules_wording.escapes),
    Rule("Q7", "no open list", "grave", rules_wording.open_lists, _NEEDS_TOO),
    Rule("Q8", "no 'and/or', no slash", "middle", rules_wording.and_or, _NEEDS_TOO),
    Rule("Q9", "one behaviour", "middle", rules_behaviour.one_behaviour),
    Rule("Q10", "no pronoun", "light", rules_content.pronouns),
    Rule("Q11", "a unit on each quantity", "grave", rules_quantities.units),
    Rule("Q12", "a tolerance, range or bound", "middle", rules_quantities.tolerances),
    Rule("Q13", "no absolute", "middle", rules_wording.absolutes),
    Rule("Q14", "no negative", "light", rules_content.negatives),
    Rule("Q15", "no placeholder", "grave", rules_content.placeholders, _NEEDS_TOO),
    Rule("Q16", "no purpose", "light", rules_content.purposes),
    Rule("Q17", "defined terms", "light", None, _NEEDS_TOO),
    Rule("Q18", "no implementation", "light", rules_content.implementation),
    Rule("Q19", "'If' has a limit and a response", "middle", rules_behaviour.if_has_response),
    Rule("Q20", "unique and verifiable", "grave", None, _NEEDS_TOO),
)

_BY_NAME = {rule.name: rule for rule in RULES}


def rule_named(name: str) -> Rule:
    """Return the rule ``name``; it is one of ``RULES``."""
    return _BY_NAME[name]
