"""Asking a check, whoever wrote it: one of the gates', a policy that the plan keeps, or an installed package's."""

from __future__ import annotations

import msgspec

from clausework.gates.catalogue import check_named
from clausework.gates.check import Judgement, not_evaluated
from clausework.gates.facts import Facts
from clausework.gates.plug_ins import judge_by_plug_in, plug_in
from clausework.gates.policies import ReadBlob, judge_by_policy
from clausework.plan.effective import POLICY_DIGEST, CheckUse
from clausework.plan.policies import plug_in_named, policy_named


class Asked(msgspec.Struct, frozen=True):
    """What a check says, with the version and clauses under which its verdict is recorded."""

    version: str
    clauses: tuple[str, ...]
    judgement: Judgement


def ask_check(use: CheckUse, facts: Facts, read_blob: ReadBlob | None = None) -> Asked:
    """Return what the check of ``use`` says of ``facts``, deviations left out of account.

    ``read_blob`` reads the policies that the plan keeps; without it a policy is not evaluated.
    """
    if policy_named(use.name):
        return _ask_policy(use, facts, read_blob)
    if plug_in_named(use.name):
        spared = _spared(use)
        said = plug_in(use.name) if spared else judge_by_plug_in(use.name, facts, use.settings)
        return Asked(said.version, said.clauses, spared or said.judgement or not_evaluated("it says nothing"))
    check = check_named(use.name)
    return Asked(check.version, check.clauses, _spared(use) or check.evaluate(facts, use.settings))


def _ask_policy(use: CheckUse, facts: Facts, read_blob: ReadBlob | None) -> Asked:
    if spared := _spared(use):
        return Asked("", use.clauses, spared)
    digest = str(use.settings.get(POLICY_DIGEST, ""))
    said = judge_by_policy(policy_named(use.name), digest, facts, read_blob)
    return Asked(said.version, use.clauses, said.judgement)


def _spared(use: CheckUse) -> Judgement | None:
    return Judgement("not_applicable", rationale=use.not_applicable) if use.not_applicable else None
