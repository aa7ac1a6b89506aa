"""What is known of a SARIF rule when a result of it is met (section 3.49), and what both are called elsewhere."""

from __future__ import annotations

import re

import msgspec

from clausework.evidence.readers.finding_report import LONGEST_MESSAGE, LONGEST_NAME
from clausework.evidence.readers.sarif_model import Rule, Severities, TaxonReference

_IDENTIFIER = re.compile(r"(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|CWE-\d+)", re.IGNORECASE)
_MOST_DIGITS = 9


class RuleView(msgspec.Struct, frozen=True):
    """What results need of a rule; ``taxa`` are the categories that it is about."""

    id: str
    level: str = ""
    rank: float = -1.0
    security_severity: str = ""
    ids: tuple[str, ...] = ()
    messages: dict[str, str] = {}
    tags: tuple[str, ...] = ()
    taxa: tuple[TaxonReference, ...] = ()


def view_of(rule: Rule) -> RuleView:
    """Return what results need of ``rule``."""
    configuration, properties = rule.default_configuration, rule.properties
    tags = ((properties.tags or ()) if properties else ())[:100]
    strings = rule.message_strings or {}
    named = " ".join((rule.id or "", rule.name or "", *tags, *_weaknesses(properties)))
    return RuleView(
        rule.id or "",
        (configuration.level or "") if configuration else "",
        -1.0 if configuration is None or configuration.rank is None else configuration.rank,
        score_text(properties),
        identifiers_in(named),
        {name: (string.text or "")[:LONGEST_MESSAGE] for name, string in strings.items()},
        tuple(tag for tag in tags if len(tag) <= LONGEST_NAME),
        tuple(one.target for one in rule.relationships or ()),
    )


def identifiers_in(text: str) -> tuple[str, ...]:
    """Return the CVE, GHSA and CWE identifiers in ``text``, each once and as its numbering authority writes it."""
    if "-" not in text:
        return ()
    return tuple(dict.fromkeys(map(_as_written, _IDENTIFIER.findall(text))))


def score_text(properties: Severities | None) -> str:
    """Return the CVSS score in ``properties`` as it stands there; empty where there is none."""
    if properties is None or properties.security_severity is None:
        return ""
    return str(properties.security_severity).strip()


def _as_written(identifier: str) -> str:
    scheme, _, rest = identifier.partition("-")
    if scheme.upper() == "CWE":
        return f"CWE-{int(rest)}" if len(rest) <= _MOST_DIGITS else f"CWE-{rest}"
    return f"{scheme.upper()}-{rest}"


def _weaknesses(properties: Severities | None) -> list[str]:
    """Return the texts in which a rule's property ``cwe`` names weaknesses: one, or a list."""
    value = properties.cwe if properties else None
    values = value if isinstance(value, list) else [value]
    return [one[:200] for one in values[:20] if isinstance(one, str)]
