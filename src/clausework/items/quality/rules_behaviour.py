"""The rules on what a requirement asks: Q4 active voice, Q9 one behaviour, Q19 a condition with limit and response."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausework.items.quality.ears import Clause
from clausework.items.quality.model import Hit, Statement
from clausework.items.quality.rewriting import before_subject, edited, subject_of, tidy, uncapitalised
from clausework.items.quality.verbs import BASES, VERBS
from clausework.items.quality.word_lists import words
from clausework.items.quality.words import STATE_PARTICIPLES, STATES_WITHOUT_LIMIT

_SHALL = re.compile(r"\bshall\b")
_PASSIVE = re.compile(
    r"\A\s+(?:not\s+)?(?:\w+ly\s+)?be\s+(?:(?!only|early)\w+ly\s+)?(?P<participle>[a-z]+)\b"
)
_AGENT = re.compile(
    r"\bby\s+(?P<agent>(?:the|an?|each)\s+(?:[\w-]+\s+){0,4}?[\w-]+)"
    r"(?=\s*(?:\Z|[,;]|\b(?:within|at|in|on|when|if|for|after|before|to|and|with|from|while|during|until|every|as)\b))"
)
_NO_AGENT = words("means way use end time amount method manufacturer hand default factor margin step")

_AND_VERB = re.compile(
    r"(?:,\s*)?\b(?:and|then)\s+(?:then\s+|also\s+|\w+ly\s+)?(?P<verb>[a-z]+)\s+"
    r"(?=(?:the|an?|all|each|every|any|no|its|their|this|that|these|those|to|\d|[xX]{2,}|\w+ly\s)\b)"
)
_VERB_AND_VERB = re.compile(r"\A\s+(?P<first>[a-z]+)\s+and\s+(?:then\s+)?(?P<verb>[a-z]+)\s+(?=[a-z\dx])")
_NOT_TWO = re.compile(
    r"\b(?:that|which|who|whose|when|while|if|until|unless|because|between|both|let|lets|allow|allows|enable|permit"
    r"|before|after|whether|either|than|where)\b"
)
_INFINITIVE = re.compile(r"\bto\s+([a-z]+)")
_TAIL = re.compile(
    r"\s+(?:within|in\s+(?:at\s+most|less\s+than|under|the\s+next|the\s+same)|no\s+later\s+than|at\s+the\s+latest|before"
    r"|by\s+the\s+end\s+of|until|for\s+(?:at\s+least|at\s+most|more\s+than))\s+[^,;]*\Z"
)

_CONDITION_STATE = re.compile(
    rf"\b(?:is|are|becomes?|gets?|goes|remains?)\s+(?:too\s+)?(?P<state>{'|'.join(sorted(STATES_WITHOUT_LIMIT))})\Z"
)
_BARE_STATE = re.compile(
    rf"\A(?:if|when|while)\s+(?:too\s+)?(?P<state>{'|'.join(sorted(STATES_WITHOUT_LIMIT))})\Z"
)


def active_voice(statement: Statement) -> Iterator[Hit]:
    """Q4: the subject itself acts; with a passive it stays open which part of the product does."""
    for clause in statement.clauses:
        if clause.shall < 0 or "be" not in clause.sentence.words:
            continue
        response = clause.response
        found = _PASSIVE.match(response)
        if found is None or not _is_participle(found["participle"]):
            continue
        offset = clause.shall + 5
        start, end = clause.sentence.start + clause.shall, clause.sentence.start + offset + found.end()
        reason = "the passive leaves open which part of the product acts"
        yield Hit(start, end, reason, _made_active(clause, found))


def _is_participle(word: str) -> bool:
    return word not in STATE_PARTICIPLES and (word in BASES or (word.endswith("ed") and len(word) > 4))


def _made_active(clause: Clause, passive: re.Match[str]) -> str:
    response = clause.response
    base = BASES.get(passive["participle"])
    agent = _AGENT.search(response, passive.end())
    if base is None or agent is None or agent["agent"].split()[-1] in _NO_AGENT or clause.embedded:
        return ""
    offset = clause.shall + 5
    text = clause.sentence.text
    actor = text[offset + agent.start("agent") : offset + agent.end("agent")]
    between = text[offset + passive.end() : offset + agent.start()].strip()
    rest = text[offset + agent.end() : clause.response_end].strip()
    negated = "not " if re.match(r"\s+not\b", response) else ""
    parts = (base, subject_of(clause), between, rest)
    return tidy(f"{before_subject(clause)}{actor} shall {negated}{' '.join(part for part in parts if part)}.")


def one_behaviour(statement: Statement) -> Iterator[Hit]:
    """Q9: one requirement asks one behaviour, so that one test decides it."""
    for at, clause in enumerate(statement.clauses):
        if clause.shall < 0:
            continue
        if clause.sentence.text.rstrip().endswith("shall:") and at + 1 == len(statement.clauses):
            acting = [one for one in statement.listed if one.low.split(maxsplit=1)[0].strip(",.;") in VERBS]
            if len(acting) > 1:
                second = acting[1]
                reason = f"{len(acting)} behaviours stand in one requirement; each can fail alone"
                yield Hit(second.start, second.start + len(second.text), reason)
        elif ("and" in clause.sentence.words or "then" in clause.sentence.words) and (
            hit := _two_verbs(clause)
        ):
            yield hit


def _two_verbs(clause: Clause) -> Hit | None:
    response = clause.response
    if len(_SHALL.findall(clause.sentence.low)) > 1:
        return None
    offset = clause.shall + 5
    pair = _VERB_AND_VERB.match(response)
    if pair and pair["first"] in VERBS and pair["verb"] in VERBS:
        text = clause.sentence.text
        rest = text[offset + pair.end("verb") : clause.response_end]
        head = text[: clause.shall]
        one, two = (tidy(f"{head}shall {pair[name]}{rest}.") for name in ("first", "verb"))
        return _two(clause, pair.start("first"), pair.end("verb"), f"{one} / {two}")
    for found in _AND_VERB.finditer(response):
        before = response[: found.start()]
        if found["verb"] not in VERBS or _NOT_TWO.search(before) or VERBS & set(_INFINITIVE.findall(before)):
            continue
        return _two(clause, found.start(), found.end("verb"), _split_verbs(clause, found))
    return None


def _two(clause: Clause, start: int, end: int, suggestion: str) -> Hit:
    offset = clause.sentence.start + clause.shall + 5
    reason = "two behaviours stand in one requirement; each can fail alone"
    return Hit(offset + start, offset + end, reason, suggestion)


def _split_verbs(clause: Clause, found: re.Match[str]) -> str:
    """Return both behaviours as sentences; a limit at the end is kept for either, so that none becomes laxer."""
    response = clause.response
    if len(_AND_VERB.findall(response)) > 1 or clause.embedded or "then" in found.group():
        return ""  # of three behaviours, or of an order between two, halves would not say the same
    offset = clause.shall + 5
    text = clause.sentence.text
    head = text[: clause.shall]
    first = text[offset : offset + found.start()]
    second = text[offset + found.start("verb") : clause.response_end]
    tail = _TAIL.search(response, found.end())
    limit = (
        text[offset + tail.start() : clause.response_end] if tail and not _TAIL.search(first.lower()) else ""
    )
    return f"{tidy(f'{head}shall{first}{limit}.')} / {tidy(f'{head}shall {second}.')}"


def if_has_response(statement: Statement) -> Iterator[Hit]:
    """Q19: an 'If' names a condition with a limit, and behind 'then' the response to it."""
    for clause in statement.clauses:
        unwanted = next((lead for lead in clause.leads if lead.kind == "unwanted"), None)
        yield from _limitless(clause)
        if unwanted is None or not clause.sentence.low.startswith("if", unwanted.start):
            continue
        begin = clause.sentence.start + unwanted.start
        if clause.shall < 0:
            if clause.sentence.low.startswith("if"):
                yield Hit(begin, begin + 2, "the 'If' has no 'then … shall': no response is named")
        elif not clause.then and clause.subject:
            new = f"then {uncapitalised(clause.sentence.text[clause.subject_start : clause.subject_end])}"
            suggestion = edited(clause.sentence.text, (clause.subject_start, clause.subject_end, new))
            yield Hit(begin, begin + 2, "'then' is missing between condition and response", suggestion)


def _limitless(clause: Clause) -> Iterator[Hit]:
    for lead in clause.leads:
        text = clause.sentence.low[lead.start : lead.end]
        found = _CONDITION_STATE.search(text) or _BARE_STATE.match(text)
        if found:
            start = clause.sentence.start + lead.start + found.start("state")
            reason = f"'{found['state']}' has no limit, so it stays open when the condition is met"
            yield Hit(start, start + len(found["state"]), reason)
