"""Dispositions of findings: what one binds to, and what of it stands at a moment (7.1.3, 9.2; EN IEC 81001-5-1 9).

A disposition is of one finding in one software item at one severity and, of a vulnerability, in one version of the
component: the same finding elsewhere is judged there anew. One decision may be of several findings of a rule; it names
each with the digest that it binds to, and a finding that comes later is none of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausework.core.canonical import canonical_json
from clausework.core.clock import parse_timestamp
from clausework.core.digests import Sha256, sha256_of
from clausework.core.printable import printable
from clausework.decisions.dispose import CLOSING, FINDINGS
from clausework.gates.facts import Facts, FindingFact, JudgementFact

FORM = "dispose"
KIND = "finding"

_LONGEST_PLACE = 60


def finding_id(software_item: str, finding: str) -> str:
    """Return the name of a finding, or of several, of one software item as a decision's subject."""
    return f"{software_item}/{finding}"


def member_of(finding: FindingFact) -> str:
    """Return a finding as one of several that a decision is of: fingerprint, the digest it binds to, the place."""
    place = printable(finding.place)[-_LONGEST_PLACE:]
    return f"{finding.fingerprint} {finding.version} {place}".strip()


def members_digest(members: Sequence[str]) -> Sha256:
    """Return the digest that a decision on several findings binds to."""
    return sha256_of(canonical_json(list(members)))


def covered_by(one: JudgementFact) -> tuple[str, ...]:
    """Return the digests of the findings that a disposition is of; none where it does not bind what it names."""
    members = one.fields.get(FINDINGS)
    if not members:
        return (one.matter_sha256,)
    if isinstance(members, str) or members_digest(members) != one.matter_sha256:
        return ()
    return tuple(member.split(" ")[1] for member in members if member.count(" "))


def newest_dispositions(facts: Facts) -> dict[str, JudgementFact]:
    """Return, by the digest of the finding, the disposition with effect that was signed last."""
    return {digest: one for one in facts.effective_judgements(FORM, KIND) for digest in covered_by(one)}


def is_over(one: JudgementFact, at: str) -> bool:
    """Tell whether the disposition has ended by the moment ``at``: from the instant that it names."""
    return parse_timestamp(at) >= parse_timestamp(str(one.fields["expires"]))


def closes(one: JudgementFact, at: str) -> bool:
    """Tell whether the disposition closes what it is of at the moment ``at``."""
    return one.fields["status"] in CLOSING and not is_over(one, at)


def why_open(facts: Facts, finding: FindingFact) -> tuple[str, tuple[int, ...]]:
    """Return what is known of an open finding, in words, and the decision that says it; empty where there is none."""
    found = newest_dispositions(facts).get(finding.version)
    if found is not None and found.fields["status"] not in CLOSING:
        return f"{str(found.fields['status']).replace('_', ' ')}, says #{found.record}", (found.record,)
    if found is not None:
        return f"its disposition #{found.record} ended on {found.fields['expires']}", (found.record,)
    earlier = [
        one
        for one in facts.effective_judgements(FORM, KIND)
        if one.matter_id in {finding.fingerprint, finding_id(finding.software_item, finding.fingerprint)}
    ]
    if earlier:
        record = earlier[-1].record
        return f"its disposition #{record} was of another severity or version, and lapsed", (record,)
    return "", ()
