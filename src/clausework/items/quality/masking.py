"""What no rule may judge as words: code, quotations, references to standards, identifiers, labels with numbers.

A masked text is as long as the text: each hidden character is an ``x``, each mark of markup a blank, so that what is
found in it stands at the same place in the text.
"""

from __future__ import annotations

import re

from clausework.items.quality.word_lists import words

_BODIES = (
    "EN|DIN|BS|ANSI|AAMI|UL|CSA|ASTM|IEEE|ISO|IEC|ETSI|NIST|FIPS|RFC|CISPR|JIS|ITU-T|MDR|IVDR|MDCG|IMDRF|CLSI|HL7"
    "|DICOM|CFR|FDA|GDPR|Directive|Regulation"
)
_LABELS = words(
    "clause clauses subclause subclauses sub-clause section sections chapter chapters annex table tables"
    " figure figures fig. step steps page pages part parts revision rev. version release port channel class"
    " level type category phase stage mode model grade edition row column no. number nr. article para."
    " paragraph appendix screen state error code variant"
)
_CLAUSE = r"[A-Z]?\.?\d(?:[\d.]*\d)?[a-z]?\b(?!\.\d)"
_NO_UNIT = r"(?! ?[%°]| (?:m?s|min|h|mL|mmHg|kPa|mL/h|m?V|m?A|W|k?Hz|dB|mm|cm|m|k?g|K|µL)\b)"

_QUOTED = re.compile(
    r"`[^`\n]+`"
    r"|\"[^\"]{1,200}\"|“[^”]{1,200}”|‘[^’]{1,200}’|«[^»]{1,200}»|„[^“”]{1,200}[“”]"  # noqa: RUF001 - as written
    r"|(?<!\w)'[^'\n]{1,80}'(?!\w)"
)
_QUOTES = re.compile("[`\"“‘«„']")  # noqa: RUF001 - as they are written
_ADDRESS = re.compile(r"\bhttps?://\S*\w|(?<![\w.+-])[\w.+-]+@[\w-]+\.\w[\w.-]*")
_STANDARD = re.compile(
    rf"\b(?=[A-Z])(?:(?:{_BODIES})\b[ /-]?)+(?:(?:TR|TS|PAS|SP|Part|PS) ?)?\(?(?:EU|EC)?\)? ?\d(?:[\w.:+/-]*\w)?"
    rf"(?:,? (?:(?:sub-?clauses?|clauses?|sections?|cl\.|§+|tables?|annex) ?)?{_CLAUSE}{_NO_UNIT})*"
)
_NUMBERED = re.compile(rf"\b(?P<label>[A-Za-z-]+\.?) {_CLAUSE}{_NO_UNIT}")
_MOMENT = re.compile(r"\b(?:\d{4}-\d\d-\d\d|\d{1,2}:\d\d(?::\d\d)?|v\d+(?:\.\d+)*|\d+\.\d+\.\d+(?:\.\d+)*)\b")
_IDENTIFIER = re.compile(
    r"\b(?=[A-Z])(?!TB[CDRS]\b)[A-Z][A-Za-z]*(?:[-_][A-Za-z]+)*[-_]\d[\w.-]*\b"
    r"|\b\w+_\w+\b|\b[a-z]{2,}[A-Z][a-z]{2,}\w*|\b\w+\(\)|(?<![\w.])/(?:[\w.-]+/)+[\w.-]*"
)
_MAY_IDENTIFY = re.compile(r"[_]|[-]\d|\(\)|[a-z][A-Z]|/\w+/")
_MARKUP = re.compile(
    r"</?(?:br|b|i|u|p|sub|sup|em|strong|span|div|li|ul|ol|a|td|tr|th|table|tt|code|pre)\b[^<>]*>"
    r"|\*{1,3}|(?<!\w)_{1,2}(?=\w)|(?<=\w)_{1,2}(?!\w)|\[(?=[^\]]{0,200}\]\()|\]\([^)\n]{0,300}\)"
)
_MARKS = re.compile(r"[*_<\[]")
_DIGIT = re.compile(r"\d")
_NOT_BLANK = re.compile(r"\S")
_ANY = re.compile(r".", re.DOTALL)


def masked(text: str) -> str:
    """Return ``text`` with nothing left in it that is not prose, each character at its place."""
    if _QUOTES.search(text):
        text = _QUOTED.sub(_hide, text)
    if "@" in text or "://" in text:
        text = _ADDRESS.sub(_hide, text)
    if _MAY_IDENTIFY.search(text):
        text = _IDENTIFIER.sub(_hide, _STANDARD.sub(_hide, text))
    elif _DIGIT.search(text):
        text = _STANDARD.sub(_hide, text)
    if _DIGIT.search(text):
        text = _MOMENT.sub(_hide, _NUMBERED.sub(_hide_numbered, text))
    return _MARKUP.sub(_blank, text) if _MARKS.search(text) else text


def _hide(found: re.Match[str]) -> str:
    return _NOT_BLANK.sub("x", found.group())


def _hide_numbered(found: re.Match[str]) -> str:
    return _hide(found) if found["label"].lower() in _LABELS else found.group()


def _blank(found: re.Match[str]) -> str:
    return _ANY.sub(" ", found.group())
