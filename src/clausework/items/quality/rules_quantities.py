"""The rules on quantities: Q11 each has its unit, Q12 each that is to be reached has a tolerance or a bound."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausework.items.quality.ears import Clause
from clausework.items.quality.model import Hit, Statement, one_line
from clausework.items.quality.units import EXACT_UNITS, ONE_UNIT, QUANTITY
from clausework.items.quality.words import FUNCTION_WORDS, QUANTITY_NOUNS, WITHOUT_UNIT

_DIGIT = re.compile(r"\d")
_MORE_THAN = (
    r"\b(?:more|less|later|longer|fewer|earlier|higher|lower|greater|sooner|shorter|larger|smaller|faster|slower)"
    r" than(?: or equal to)?"
)
_COMPARED = re.compile(
    rf"(?:\bexceed(?:s|ed|ing)?|\babove|\bbelow|\bat least|\bat most|{_MORE_THAN}|\bup to|\breach(?:es|ed)?"
    r"|\b(?:falls?|drops?|rises?) (?:to|below|above)|\bwithin|[≤≥<>=])\s*\Z"
)
_OF_QUANTITY = re.compile(rf"\b(?:{'|'.join(sorted(QUANTITY_NOUNS))})\s+(?:of|is|to|at|equals)\s+\Z")
_NEXT = re.compile(r"\s*(?P<word>[A-Za-z][\w-]*)|\s*(?P<mark>[%°:/(\[])")
_WORD = re.compile(r"[a-z]+")
_NEARBY = 60

_BOUND_BEFORE = re.compile(
    rf"(?:\bat (?:the )?(?:least|most|latest)|{_MORE_THAN}|\bwithin(?: the (?:next|first))?|\bunder|\bover|\bbelow"
    r"|\babove|\bbeyond|\bup to|\bdown to|\bbetween|\bfrom|\bexceed(?:s|ed|ing)?|[≤≥<>±]=?|\+/-|\breach(?:es|ed)?"
    r"|\buntil|\bafter|\bbefore|\bper|\bevery other|\bm(?:ax|in)(?:imum|\.)?(?: [\w-]+)?(?: of| is)?"
    r"|\b(?:error|accuracy|precision|tolerance|resolution|uncertainty|deviation|hysteresis|steps?|increments?|limits?|range"
    r"|margin|ratio|default|granularity|multiples|nominal(?:ly)?|rated(?: at)?)(?: value)?(?: of| is| to| at| and)?"
    r"|\b(?:greater|lesser|larger|smaller|higher|lower) of|\b(?:preset|adjustable|selectable)(?: to)?"
    r"|\b(?:last|past|previous|preceding|first|next|another|additional|further))\s*\Z"
)
_BOUND_BEHIND = re.compile(
    r"\s*(?:±|\+/-|\(?(?:max|min)\b|or (?:less|more|greater|fewer|lower|higher|longer|shorter|above|below|better)\b"
    r"|(?:at (?:the )?)?(?:most|least|latest)\b|(?:as (?:a|the) )?(?:maximum|minimum)\b|\(?[±≤≥<>])"
)
_BOUND_ELSEWHERE = re.compile(
    r"\bwith(?:in)? (?:an?|the) (?:\w+ )?(?:error|accuracy|tolerance|precision|uncertainty|deviation)\b"
    r"|\btolerances?\b|±"
)
_SHARE = re.compile(r"\s*of\b")
_RANGE = re.compile(r"-|–|—|\bto\b|±|\+/-|…|\.\.")  # noqa: RUF001 - as they are written
_RANGE_BEFORE = re.compile(r"\b(?:between|from)\s[^,;]{1,60}\s(?:and|to)\s*\Z")
_OPERATING = re.compile(r"\bat\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,3}?(?:of\s+)?\Z")
_ADJECTIVE_BEFORE = re.compile(r"\b(?:a|an|the|each|this|its)\s+\Z")
_NOUN_BEHIND = re.compile(r"[\s-]+(?P<word>[a-z][\w-]*)")


def units(statement: Statement) -> Iterator[Hit]:
    """Q11: a number that a quantity is compared with has its unit; counts and numbers of things have none."""
    for sentence in statement.required:
        if not _DIGIT.search(sentence.masked):
            continue
        for found in QUANTITY.finditer(sentence.masked):
            if not found["unit"] and _lacks_unit(sentence.low, found):
                reason = f"'{found['number']}' has no unit"
                start = sentence.start + found.start("number")
                yield Hit(start, start + len(found["number"]), reason)


def _lacks_unit(low: str, found: re.Match[str]) -> bool:
    number = found["number"].lstrip("+-−")  # noqa: RUF001 - as it is written
    if number in {"0", "1"} or ONE_UNIT.search(found["more"] or ""):
        return False
    following = _NEXT.match(low, found.end())
    if following and (following["mark"] or following["word"] not in FUNCTION_WORDS):
        return False
    before = low[max(0, found.start() - _NEARBY) : found.start()]
    if following and following["word"] == "of" and not before.rstrip().endswith("within"):
        return False  # so many of a set
    if not _COMPARED.search(before) and not _OF_QUANTITY.search(before):
        return False
    near = set(_WORD.findall(before[before.rfind(",") + 1 :]))
    return near.isdisjoint(WITHOUT_UNIT) or bool(_OF_QUANTITY.search(before))


def tolerances(statement: Statement) -> Iterator[Hit]:
    """Q12: a physical quantity that the product shall reach has a tolerance, a range or a bound."""
    for clause in statement.clauses:
        if clause.shall < 0 or not _DIGIT.search(clause.sentence.masked):
            continue
        yield from _unbounded(clause)


def _unbounded(clause: Clause) -> Iterator[Hit]:
    sentence = clause.sentence
    start = clause.shall + 5
    if _BOUND_ELSEWHERE.search(sentence.low, start):
        return
    earlier = False
    for found in QUANTITY.finditer(sentence.masked, start):
        share = found["unit"] == "%" and _SHARE.match(sentence.low, found.end())
        if not _is_physical(found) or share:
            continue
        operating = earlier and _OPERATING.search(sentence.low[start : found.start()])
        earlier = True
        if not operating and not _is_bounded(sentence.low, start, found):
            words = one_line(sentence.text[found.start() : found.end()])
            reason = f"'{words}' has no tolerance, range or bound, so nothing real meets it"
            yield Hit(sentence.start + found.start(), sentence.start + found.end(), reason)


def _is_physical(found: re.Match[str]) -> bool:
    unit = found["unit"]
    if not unit or unit in EXACT_UNITS or unit.split("/")[0] in EXACT_UNITS:
        return False
    number = found["number"].lstrip("+-−")  # noqa: RUF001 - as it is written
    return bool(number.strip("0.,")) and not (number == "100" and unit == "%")


def _is_bounded(low: str, start: int, found: re.Match[str]) -> bool:
    before = low[start : found.start()]
    if _BOUND_BEFORE.search(before) or _RANGE_BEFORE.search(before) or _BOUND_BEHIND.match(low, found.end()):
        return True
    if _RANGE.search(found["more"] or ""):
        return True
    behind = _NOUN_BEHIND.match(low, found.end())
    named = behind is not None and behind["word"] not in FUNCTION_WORDS
    return named and _ADJECTIVE_BEFORE.search(before) is not None
