"""From a SARIF result to a finding: severity, fingerprint, place, suppression."""

from __future__ import annotations

import hashlib
import re

import msgspec

from clausework.evidence.detail import FindingDetail, Severity
from clausework.evidence.json_walk import decode_kept
from clausework.evidence.readers.finding_report import LONGEST_MESSAGE, trace_of_secret
from clausework.evidence.readers.sarif_model import Message, Region, Result, Severities
from clausework.evidence.readers.sarif_places import Places
from clausework.evidence.readers.sarif_rule import RuleView, score_text
from clausework.evidence.readers.sarif_taxa import Taxonomies, taxa_of
from clausework.evidence.readers.sarif_tool import Tool
from clausework.evidence.severity import severity_of_score
from clausework.evidence.source import ValueRejected

_LONGEST_NAME = 500
_LEVELS: dict[str, Severity] = {"error": "high", "warning": "medium", "note": "low", "none": "none"}
_NO_FINDING = frozenset({"pass", "notApplicable", "informational"})
_PLACE_IN_TEXT = re.compile(r"\b(?:line|column|col)s?\s*\d+|:\d+(?::\d+)?")
_EMPTY = frozenset({b"{}", b"null"})

_sorted_encoder = msgspec.json.Encoder(order="sorted")


class FindingMaker:
    """Makes the findings of one run.

    A repeat of a fingerprint, in this run or another of the file, is told apart by its ordinal; ``seen`` counts them.
    """

    def __init__(self, tool: Tool, places: Places, taxonomies: Taxonomies, seen: dict[int, int]) -> None:
        self._tool = tool
        self._places = places
        self._taxonomies = taxonomies
        self._seen = seen

    def make(self, result: Result) -> FindingDetail:
        """Return ``result`` as a finding."""
        rule = self._tool.rule_of(result)
        message = _message(result.message, rule)
        path, region, component = self._place(result)
        severity, source_severity = severity_of(result, rule)
        suppressed, suppression = suppression_of(result) if result.suppressions else (False, "")
        return FindingDetail(
            self._fingerprint(result, rule.id, path, region, message),
            rule.id,
            severity,
            source_severity,
            message[:LONGEST_MESSAGE],
            path,
            max(region.start_line or 0, 0) if region else 0,
            self._tool.name,
            suppressed,
            suppression,
            component,
            self._ids(result, rule),
            self._tool.analysis_by(rule),
        )

    def _ids(self, result: Result, rule: RuleView) -> tuple[str, ...]:
        references = rule.taxa + taxa_of(result) if result.taxa else rule.taxa
        if not references:
            return rule.ids
        return tuple(dict.fromkeys((*rule.ids, *self._taxonomies.names_of(references))))

    def _place(self, result: Result) -> tuple[str, Region | None, str]:
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
        return self._places.path_of(artifact) if artifact else "", physical.region or None, component

    def _fingerprint(self, result: Result, rule: str, path: str, region: Region | None, message: str) -> str:
        snippet = (region.snippet.text or "") if region and region.snippet else ""
        if snippet and self._tool.analysis == "secret":
            snippet = trace_of_secret(snippet, rule, path)
        if result.fingerprints and bytes(result.fingerprints) not in _EMPTY:
            what = _sorted(result.fingerprints)
        elif result.partial_fingerprints and bytes(result.partial_fingerprints) not in _EMPTY:
            what = path.encode() + b"\0" + _sorted(result.partial_fingerprints)
            if (
                self._tool.analysis == "secret"
            ):  # what such tools give there is of the commit, not of the secret
                what += f"\0{snippet}".encode()
        else:
            words = snippet or _PLACE_IN_TEXT.sub("", self._places.without_roots(message))
            what = f"{path}\0{' '.join(words.split())}".encode()
        digest = hashlib.sha256(f"{self._tool.name}\0{rule}\0".encode() + what).digest()
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


def suppression_of(result: Result) -> tuple[bool, str]:
    """Tell whether a result is suppressed, and what was said of it.

    It is where all of its suppressions are accepted (3.27.23); one without a status is (3.35.3). One that is under
    review or rejected, or of a status that SARIF does not have, leaves it open.
    """
    accepted = True
    said = []
    for each in result.suppressions or ():
        status = each.status or each.state or "accepted"
        accepted = accepted and status == "accepted"
        kind = (each.kind or "") if status == "accepted" else f"{each.kind or ''} ({status})".strip()
        said.append(": ".join(filter(None, (kind, each.justification or ""))))
    return accepted and bool(said), "; ".join(said)[:LONGEST_MESSAGE]


def _own_score(result: Result) -> str:
    if not result.properties or b"security-severity" not in bytes(result.properties):
        return ""
    return score_text(decode_kept(result.properties, Severities))


def _of_score(text: str) -> tuple[Severity, str]:
    severity = severity_of_score(text)
    if severity is None:
        raise ValueRejected(f"security-severity is '{text[:40]}', which is not a score from 0 to 10")
    return severity, f"security-severity {text}"


def _of_rank(rank: float) -> tuple[Severity, str]:
    severity = severity_of_score(rank / 10)
    if severity is None:
        raise ValueRejected(f"a rank is {rank}, which is not from 0 to 100")
    return severity, f"rank {rank:g}"


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


def _sorted(raw: msgspec.Raw) -> bytes:
    return _sorted_encoder.encode(msgspec.json.decode(raw))
