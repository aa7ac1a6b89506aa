"""The rules on the form of a requirement sentence: Q1 one 'shall', Q2 a named subject, Q3 conditions first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausework.items.quality.ears import Clause, Pattern, in_order
from clausework.items.quality.model import Hit, Statement, one_line
from clausework.items.quality.rewriting import (
    condition,
    edited,
    leads_of,
    ordered,
    subject_of,
    tidy,
)
from clausework.items.quality.sentences import Sentence
from clausework.items.quality.word_lists import words
from clausework.items.quality.words import (
    CONTINUING,
    MODALS,
    MOMENTS,
    PERSONS,
    SUBJECT_PRONOUNS,
    WHETHER_VERBS,
)

_SHALL = re.compile(r"\bshall\b")
_MODAL = re.compile(rf"\b(?:{'|'.join(sorted(MODALS, key=len, reverse=True))})\b")
_MODAL_WORDS = words("will must should has have needs need required won't mustn't")
_RELATIVE_BEFORE = re.compile(r"\b(?:that|which|who|as|it|what|than)\s+\Z")
_SECOND_SHALL = re.compile(
    r"(?:,|;)?\s+(?:and|but)\s+(?:it\s+)?(?P<subject>(?:(?:the|each|all)\s[^,.;]{1,80}?\s)?)\Z"
)

_TRAILING = re.compile(
    r"\b(?:when|whenever|while|whilst|if|as\s+soon\s+as|in\s+case|in\s+the\s+event|provided\s+that|as\s+long\s+as)\b"
)
_TRAILING_WORDS = words("when whenever while whilst if soon case event provided long")
_RELATIVE = re.compile(r"\b(?:that|which|who|whose|where|until|unless|what|how|whether|than)\b")
_ESCAPED = re.compile(
    r"\w+\s+(?:any|so|not|possible|necessary|needed|required|applicable|appropriate|available|practicable|feasible)\b"
)
_WORD_BEFORE = re.compile(r"([\w-]+)[\s,]*\Z")


def one_shall(statement: Statement) -> Iterator[Hit]:
    """Q1: a requirement says 'shall', once; 'will', 'must' and 'should' do not bind."""
    sentences = statement.required
    found = [
        (one.start + at.start(), one)
        for one in sentences
        if "shall" in one.words
        for at in _SHALL.finditer(one.low)
        if "(" not in one.low or not _in_brackets(one.low, at.start())
    ]
    if not found:
        yield _without_shall(statement)
        return
    for sentence in statement.sentences:
        if sentence.kind in {"prose", "list"} and "must" in sentence.words and "shall" not in sentence.words:
            yield from _modals(sentence, "must")
    if len(found) > 1:
        at, sentence = found[1]
        yield Hit(
            at,
            at + 5,
            f"the text says 'shall' {len(found)} times; a requirement says one thing, so that it passes or fails whole",
            _split_shall(sentence, at - sentence.start)
            if found[0][1] is sentence and len(found) == 2
            else "",
        )


def _without_shall(statement: Statement) -> Hit:
    for sentence in statement.sentences:
        if sentence.kind in {"prose", "list"}:
            for hit in _modals(sentence):
                return hit
    first = next((one for one in statement.sentences if one.kind in {"prose", "list"}), None)
    start, text = (first.start, first.text) if first else (0, statement.text)
    return Hit(start, start + min(len(text), 60), "nothing binds: the text has no 'shall'")


def _modals(sentence: Sentence, only: str = "") -> Iterator[Hit]:
    if _MODAL_WORDS.isdisjoint(sentence.words):
        return
    from_here = 0
    if re.match(r"(?:when|while|if|where|whenever)\b", sentence.low):
        from_here = sentence.low.find(", ") + 1
    for found in _MODAL.finditer(sentence.low, from_here):
        if _RELATIVE_BEFORE.search(sentence.low[: found.start()]) or (only and found.group() != only):
            continue
        start, end = found.span()
        reason = f"'{one_line(found.group())}' does not bind as 'shall' does"
        suggestion = edited(sentence.text, (start, end, MODALS[one_line(found.group())]))
        yield Hit(sentence.start + start, sentence.start + end, reason, suggestion)
        return


def _split_shall(sentence: Sentence, at: int) -> str:
    joint = _SECOND_SHALL.search(sentence.low[:at])
    if joint is None:
        return ""
    first = tidy(sentence.text[: joint.start()] + ".")
    subject = sentence.text[joint.start("subject") : joint.end("subject")].strip()
    head = _SHALL.search(sentence.low)
    if head is None:
        return ""
    second = subject or sentence.text[: head.start()].strip()
    return f"{first} / {tidy(f'{second} {sentence.text[at:]}')}"


def _in_brackets(low: str, at: int) -> bool:
    return low.count("(", 0, at) > low.count(")", 0, at)


def named_subject(statement: Statement) -> Iterator[Hit]:
    """Q2: the subject is a named part of the product; no pronoun, no person, and it is there."""
    named = ""
    for clause in statement.clauses:
        if clause.shall < 0:
            continue
        subject = clause.subject.strip()
        start, end = clause.sentence.start + clause.subject_start, clause.sentence.start + clause.subject_end
        last = subject.split()[-1] if subject else ""
        if not subject:
            if clause.subject_start == clause.shall and not clause.leads and not clause.scoped:
                at = clause.sentence.start + clause.shall
                yield Hit(at, at + 5, "no subject says what part of the product shall do it")
        elif subject in SUBJECT_PRONOUNS or subject == "there":
            suggestion = (
                edited(clause.sentence.text, (clause.subject_start, clause.subject_end, named))
                if named
                else ""
            )
            yield Hit(start, end, f"'{subject}' names no part of the product", suggestion)
            continue
        elif last in PERSONS and " of " not in subject:
            yield Hit(start, end, f"'{one_line(subject)}' is a person: a requirement binds the product alone")
        named = subject_of(clause) or named


def conditions_first(statement: Statement) -> Iterator[Hit]:
    """Q3: conditions stand before the subject, in the order of EARS: Where, While, When or If."""
    for clause in statement.clauses:
        if clause.shall < 0:
            continue
        sentence = clause.sentence
        if clause.embedded:
            yield _embedded(clause)
        elif trailing := _trailing_condition(clause):
            start, end, suggestion = trailing
            reason = "the condition stands behind the response; EARS puts it first"
            yield Hit(sentence.start + start, sentence.start + end, reason, suggestion)
        elif len(clause.leads) > 1 and not in_order(clause.leads):
            suggestion = ordered(leads_of(clause), subject_of(clause), _response(clause))
            start, end = clause.leads[0].start, clause.leads[-1].end
            reason = "the conditions are not in the order of EARS: Where, While, then When or If"
            yield Hit(sentence.start + start, sentence.start + end, reason, suggestion)


def _response(clause: Clause) -> str:
    return clause.sentence.text[clause.shall + 5 : clause.response_end]


def _embedded(clause: Clause) -> Hit:
    sentence = clause.sentence
    start, end = clause.subject_end, clause.shall
    inside = sentence.text[start:end].strip(" ,\n")
    leads = [*leads_of(clause), (_kind_of(inside), inside)]
    suggestion = "" if clause.scoped else ordered(leads, subject_of(clause), _response(clause))
    reason = "the condition stands between subject and 'shall'; EARS puts it first"
    offset = sentence.text.index(inside, start)
    return Hit(sentence.start + offset, sentence.start + offset + len(inside), reason, suggestion)


def _trailing_condition(clause: Clause) -> tuple[int, int, str] | None:
    """Return where the condition behind the response stands, and the sentence put right if that is clear."""
    if _TRAILING_WORDS.isdisjoint(clause.sentence.words):
        return None
    response = clause.response
    for found in _TRAILING.finditer(response):
        before = response[: found.start()]
        word = _WORD_BEFORE.search(before)
        if (
            (word is not None and word[1] in MOMENTS | {"of", "the", "a"})
            or _ESCAPED.match(response, found.start())
            or _in_brackets(before, len(before))
            or _RELATIVE.search(before)
            or (found.group() == "if" and WHETHER_VERBS & set(before.split()))
            or (found.group().startswith("when") and WHETHER_VERBS & set(before.split()[:1]))
            or response[found.end() :].split()[:1] in [[one] for one in CONTINUING]
        ):
            continue
        offset = clause.shall + 5
        start, end = offset + found.start(), offset + len(response.rstrip())
        return start, end, _put_first(clause, start, end)
    return None


def _put_first(clause: Clause, start: int, end: int) -> str:
    sentence = clause.sentence
    inside = sentence.text[start:end]
    before = sentence.text[clause.shall + 5 : start].strip(" ,\n")
    low = inside.lower()
    if (
        clause.scoped
        or "," in inside
        or before.lower().endswith((" and", " or", " but"))
        or len(_TRAILING.findall(low)) > 1
        or not before
    ):
        return ""
    leads = [*leads_of(clause), (_kind_of(inside), condition(inside))]
    return ordered(leads, subject_of(clause), before)


def _kind_of(text: str) -> Pattern:
    low = text.lower()
    if low.startswith(("while", "whilst", "as long as")):
        return "state"
    if low.startswith("where") and not low.startswith("whenever"):
        return "optional"
    return "event" if low.startswith(("when", "as soon as")) else "unwanted"
