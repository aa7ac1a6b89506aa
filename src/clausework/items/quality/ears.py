"""A requirement sentence by its parts, after EARS: conditions, subject, 'shall', response; and the pattern it follows.

EARS (Easy Approach to Requirements Syntax) orders them so: Where <option>, while <state>, when <event> or if <unwanted
event> then, the <subject> shall <response>.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from clausework.items.quality.sentences import Sentence
from clausework.items.quality.word_lists import words

Pattern = Literal["ubiquitous", "event", "state", "unwanted", "optional", "complex", "none"]

_CUES: dict[str, Pattern] = {
    "when": "event",
    "whenever": "event",
    "upon": "event",
    "after": "event",
    "once": "event",
    "as soon as": "event",
    "each time": "event",
    "while": "state",
    "whilst": "state",
    "during": "state",
    "as long as": "state",
    "until": "state",
    "before": "state",
    "throughout": "state",
    "if": "unwanted",
    "in case": "unwanted",
    "in the event": "unwanted",
    "where": "optional",
}
"""What begins a condition. EARS has When, While, If and Where; the others are read as what they mean."""

_SCOPES = words(
    "in on at for with within under per from by to of unless based following according via except given"
    " provided immediately regardless independent independently depending using without through across between"
    " prior subject to due over"
)
"""What begins a phrase before the subject that is no condition of EARS."""

_RANKS: dict[Pattern, int] = {"optional": 0, "state": 1, "event": 2, "unwanted": 3}

_CUE = re.compile(rf"(?:and\s+|or\s+)?({'|'.join(sorted(_CUES, key=len, reverse=True))})\b")
_SCOPE = re.compile(rf"(?:{'|'.join(sorted(_SCOPES))})\b")
_SHALL = re.compile(r"\bshall\b")
_COMMA = re.compile(r",\s+(?=[^()]*(?:\(|\Z))")
_THEN = re.compile(r"\bthen\s+(?!shall)")
_ARTICLE = re.compile(r"\s(?=(?:the|each|every|any|all)\s)")
_EMBEDDED = re.compile(r",\s+(?:when|if|while|where|whenever)\b")


class Lead(msgspec.Struct, frozen=True):
    """A condition before the subject: its kind, and where in the sentence it stands, without its comma."""

    kind: Pattern
    start: int
    end: int


class Clause(msgspec.Struct, frozen=True):
    """A requirement sentence by its parts, all as places in the sentence.

    ``shall`` is where the first 'shall' begins, -1 where there is none. ``subject`` is empty where there is none.
    ``scoped`` tells that a phrase that is no condition stands before the subject; ``embedded`` that a condition stands
    between subject and 'shall'; ``then`` that 'then' stands before the subject.
    """

    sentence: Sentence
    shall: int
    leads: tuple[Lead, ...]
    subject_start: int
    subject_end: int
    response_end: int
    then: bool = False
    scoped: bool = False
    embedded: bool = False

    @property
    def subject(self) -> str:
        """The subject in lower case."""
        return self.sentence.low[self.subject_start : self.subject_end]

    @property
    def response(self) -> str:
        """What stands behind 'shall', in lower case, without the full stop."""
        return self.sentence.low[self.shall + 5 : self.response_end]

    @property
    def pattern(self) -> Pattern:
        """The pattern of EARS that the sentence follows; ``none`` where there is no 'shall'."""
        if self.shall < 0:
            return "none"
        if not self.leads:
            return "ubiquitous"
        return self.leads[0].kind if len(self.leads) == 1 else "complex"


def clause_of(sentence: Sentence) -> Clause:
    """Return ``sentence`` by its parts; conditions are read with or without a 'shall'."""
    low = sentence.low
    found = _SHALL.search(low) if "shall" in sentence.words else None
    response_end = len(low.rstrip(" .!;:"))
    if found is None:
        return Clause(sentence, -1, _leads(low, len(low))[0], 0, 0, response_end)
    head_end = found.start()
    leads, subject_start, then, scoped = _leads(low, head_end)
    subject_end = head_end
    embedded = False
    if inside := _EMBEDDED.search(low, subject_start, head_end):
        subject_end, embedded = inside.start(), True
    while subject_end > subject_start and low[subject_end - 1] in " ,\n":
        subject_end -= 1
    return Clause(
        sentence, found.start(), leads, subject_start, subject_end, response_end, then, scoped, embedded
    )


def _leads(low: str, end: int) -> tuple[tuple[Lead, ...], int, bool, bool]:
    """Return the conditions before ``end``, where the subject begins, whether 'then' or another phrase precedes it."""
    first = _CUE.match(low)
    scope = None if first else _SCOPE.match(low)
    if first is None and scope is None:
        return (), 0, False, False
    subject = _subject_start(low, end)
    then = False
    edge = subject
    if before := re.search(r"\bthen\s*\Z", low[:subject]):
        then, edge = True, before.start()
    starts = [(0, first)] if first else []
    starts += [
        (comma.end(), cue)
        for comma in _COMMA.finditer(low, 0, edge)
        if (cue := _CUE.match(low, comma.end(), edge))
    ]
    leads = []
    for at, (start, cue) in enumerate(starts):
        stop = starts[at + 1][0] if at + 1 < len(starts) else edge
        leads.append(Lead(_CUES[cue[1]], start, len(low[:stop].rstrip(" ,\n"))))
    return tuple(leads), subject, then, scope is not None


def _subject_start(low: str, end: int) -> int:
    """Return where the subject before 'shall' begins, in a sentence that begins otherwise."""
    thens = list(_THEN.finditer(low, 0, end))
    if thens:
        return thens[-1].end()
    commas = list(_COMMA.finditer(low[:end]))
    if commas and not _CUE.match(low, commas[-1].end()):
        return commas[-1].end()
    articles = list(_ARTICLE.finditer(low, 0, end))
    return articles[-1].end() if articles else end


def in_order(leads: tuple[Lead, ...]) -> bool:
    """Tell whether conditions stand as EARS orders them: Where, While, When or If."""
    ranks = [_RANKS[lead.kind] for lead in leads]
    return ranks == sorted(ranks)


def rank(kind: Pattern) -> int:
    """Return the place of a kind of condition in the order of EARS."""
    return _RANKS[kind]
