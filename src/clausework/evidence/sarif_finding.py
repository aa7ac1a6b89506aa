"""From a SARIF result to a finding: severity, fingerprint, place, suppression."""

from __future__ import annotations

import hashlib
import re

import msgspec

from clausework.evidence.detail import FindingDetail, Severity
from clausework.evidence.json_walk import decode_kept
from clausework.evidence.sarif_model import Message, Region, Result, Rule, Severities
from clausework.evidence.source import ValueRejected

LONGEST_MESSAGE = 1000
"""Characters kept of a message; the raw report keeps all."""

_LONGEST_NAME = 500
_LEVELS: dict[str, Severity] = {"error": "high", "warning": "medium", "note": "low", "none": "none"}
_NO_FINDING = frozenset({"pass", "notApplicable", "informational"})
_RANKS: tuple[tuple[float, Severity], ...] = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.1, "low"))
_IDENTIFIER = re.compile(r"(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|CWE-\d+)", re.IGNORECASE)
_PLACE_IN_TEXT = re.compile(r"\b(?:line|column|col)s?\s*\d+|:\d+(?::\d+)?")

_sorted_encoder = msgspec.json.Encoder(order="sorted")


class RuleView(msgspec.Struct, frozen=True):
    """What is known of a rule when a result of it is met."""

    id: str
    level: str = ""
    rank: float = -1.0
    security_severity: str = ""
    ids: tuple[str, ...] = ()
    messages: dict[str, str] = {}


def view_of(rule: Rule) -> RuleView:
    """Return what results need of ``rule``."""
    configuration, properties = rule.default_configuration, rule.properties
    tags = " ".join((properties.tags or ()) if properties else ())
    strings = rule.message_strings or {}
    return RuleView(
        rule.id or "",
        (configuration.level or "") if configuration else "",
        -1.0 if configuration is None or configuration.rank is None else configuration.rank,
        _score_text(properties),
        identifiers_in(f"{rule.id or ''} {rule.name or ''} {tags.replace('cwe/cwe-', 'CWE-')}"),
        {name: (string.text or "")[:LONGEST_MESSAGE] for name, string in strings.items()},
    )


def identifiers_in(text: str) -> tuple[str, ...]:
    """Return the CVE, GHSA and CWE identifiers in ``text``, each once."""
    if "-" not in text:
        return ()
    return tuple(dict.fromkeys(_IDENTIFIER.findall(text)))


class FindingMaker:
    """Makes the findings of one run; a repeat of a fingerprint is told apart by its ordinal."""

    def __init__(self, tool: str) -> None:
        self._tool = tool
        self._seen: dict[int, int] = {}

    def make(self, result: Result, rule: RuleView) -> FindingDetail:
        """Return ``result``, which is of ``rule``, as a finding."""
        message = _message(result.message, rule)
        path, region, component = _place(result)
        severity, source_severity = severity_of(result, rule)
        suppressed, suppression = _suppression(result)
        return FindingDetail(
            self._fingerprint(result, rule.id, path, region, message),
            rule.id,
            severity,
            source_severity,
            message[:LONGEST_MESSAGE],
            path,
            max(region.start_line or 0, 0) if region else 0,
            self._tool,
            suppressed,
            suppression,
            component,
            rule.ids,
        )

    def _fingerprint(self, result: Result, rule: str, path: str, region: Region | None, message: str) -> str:
        if result.fingerprints:
            what = _sorted(result.fingerprints)
        elif result.partial_fingerprints:
            what = path.encode() + b"\0" + _sorted(result.partial_fingerprints)
        else:
            snippet = (region.snippet.text or "") if region and region.snippet else ""
            words = snippet or _PLACE_IN_TEXT.sub("", message)
            what = f"{path}\0{' '.join(words.split())}".encode()
        digest = hashlib.sha256(f"{self._tool}\0{rule}\0".encode() + what).digest()
        key = int.from_bytes(digest[:8], "big")
        ordinal = self._seen.get(key, 0) + 1
        self._seen[key] = ordinal
        return digest.hex()[:32] if ordinal == 1 else f"{digest.hex()[:32]}-{ordinal}"


def severity_of(result: Result, rule: RuleView) -> tuple[Severity, str]:
    """Return the severity of ``result``, and what it was derived from.

    First of: a result that reports no problem; a CVSS score as ``security-severity``; the level; the rank.
    What gives none of them is a warning, as the standard has it (3.27.10).
    """
    kind = result.kind or "fail"
    if kind in _NO_FINDING:
        return "none", f"kind {kind}"
    score = _own_score(result) or rule.security_severity
    if score:
        return _of_score(score)
    level = result.level or rule.level
    if kind == "fail" and level in _LEVELS:
        return _LEVELS[level], level
    if level and kind == "fail":
        raise ValueRejected(
            f"a result of rule '{rule.id[:60]}' has the level '{level[:40]}', which SARIF has not"
        )
    rank = result.rank if isinstance(result.rank, float | int) and result.rank >= 0 else rule.rank
    if rank >= 0:
        return _of_rank(rank)
    return "medium", "warning" if kind == "fail" else f"kind {kind}"


def _own_score(result: Result) -> str:
    if not result.properties or b"security-severity" not in bytes(result.properties):
        return ""
    return _score_text(decode_kept(result.properties, Severities))


def _score_text(properties: Severities | None) -> str:
    if properties is None or properties.security_severity is None:
        return ""
    return str(properties.security_severity).strip()


def _of_score(text: str) -> tuple[Severity, str]:
    try:
        score = float(text)
    except ValueError:
        score = -1.0
    if not 0 <= score <= 10:
        raise ValueRejected(f"security-severity is '{text[:40]}', which is not a score from 0 to 10")
    return next(
        (severity for least, severity in _RANKS if score >= least), "none"
    ), f"security-severity {text}"


def _of_rank(rank: float) -> tuple[Severity, str]:
    if not 0 <= rank <= 100:
        raise ValueRejected(f"a rank is {rank}, which is not from 0 to 100")
    return next((severity for least, severity in _RANKS if rank >= least * 10), "none"), f"rank {rank:g}"


def _message(message: Message | msgspec.UnsetType | None, rule: RuleView) -> str:
    if not message:
        return ""
    text = message.text or message.markdown
    if text:
        return text
    template = rule.messages.get(message.id or "", message.id or "")
    for number, argument in enumerate(message.arguments or ()):
        template = template.replace(f"{{{number}}}", argument)
    return template


def _place(result: Result) -> tuple[str, Region | None, str]:
    """Return path and region of a result's first place, and the part of the program that it names."""
    if not result.locations:
        return "", None, ""
    location = result.locations[0]
    component = ""
    if location.logical_locations:
        logical = location.logical_locations[0]
        component = (logical.fully_qualified_name or logical.name or "")[:_LONGEST_NAME]
    physical = location.physical_location
    if not physical:
        return "", None, component
    artifact = physical.artifact_location
    return (artifact.uri or "")[:_LONGEST_NAME] if artifact else "", physical.region or None, component


def _suppression(result: Result) -> tuple[bool, str]:
    """Tell whether a result is suppressed (3.27.23: all of its suppressions are accepted), and why."""
    if not result.suppressions:
        return False, ""
    said = "; ".join(
        ": ".join(filter(None, (each.kind or "", each.justification or ""))) for each in result.suppressions
    )
    accepted = all((each.status or each.state or "accepted") == "accepted" for each in result.suppressions)
    return accepted, said[:LONGEST_MESSAGE]


def _sorted(raw: msgspec.Raw) -> bytes:
    return _sorted_encoder.encode(msgspec.json.decode(raw))
