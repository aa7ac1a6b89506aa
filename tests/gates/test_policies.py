"""A policy counts only when it is proven and says plainly what it saw; whatever else comes of it never passes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.digests import sha256_of
from clausework.core.errors import IntegrityViolated
from clausework.gates import rego
from clausework.gates.asking import ask_check
from clausework.gates.challenge import SOUND
from clausework.gates.facts import Facts
from clausework.gates.policies import (
    LARGEST_BUNDLE,
    PolicyRejected,
    bundle_document,
    judge_by_policy,
    prove_policy,
)
from clausework.gates.policy_challenges import ChallengeRejected, document_of, merged, read_challenge
from clausework.gates.proving import facts_of
from clausework.gates.rego import ask
from clausework.ledger.memory import BlobAbsent
from clausework.plan.effective import CheckUse

from .rules import CHALLENGES, POLICY, bundle, challenge, sbom

HEAD = "package clausework\nimport rego.v1\n"


@pytest.fixture(scope="module")
def facts() -> Facts:
    """Return the facts of a build that is sound."""
    return facts_of(SOUND)


def holding(data: bytes) -> Callable[[str], bytes]:
    """Return a ledger's reading of blobs that holds ``data`` alone."""

    def read(sha256: str) -> bytes:
        if sha256 != sha256_of(data):
            raise BlobAbsent(f"no {sha256}")
        return data

    return read


def outcome(data: bytes, facts: Facts) -> str:
    """Return what a policy comes to on ``facts``."""
    return judge_by_policy("p", sha256_of(data), facts, holding(data)).judgement.outcome


def test_a_proven_policy_passes_and_names_what_it_saw(facts: Facts) -> None:
    """CONTROL: the policy's challenges hold, its reason is in the verdict, and so are its digest and its engine."""
    data = bundle()
    judged = judge_by_policy("licences", sha256_of(data), facts, holding(data))
    assert judged.judgement.outcome == "pass"
    first, last = judged.judgement.reasons
    assert first.message == "1 components, none forbidden"
    assert last.message == f"policy licences {sha256_of(data)[:12]}: its 3 challenges hold"
    assert judged.version.startswith("regopy ")


def test_a_policy_refuses_on_the_same_facts_that_checks_see(facts: Facts) -> None:
    """A forbidden component in the facts document fails, and the reason names it and who mends it."""
    patched = msgspec.convert(merged(msgspec.to_builtins(facts), sbom("gpl-parser")), Facts)
    data = bundle()
    judged = judge_by_policy("p", sha256_of(data), patched, holding(data)).judgement
    assert judged.outcome == "fail"
    assert (judged.reasons[0].message, judged.reasons[0].who) == ("gpl-parser is not allowed", "quality")


ANSWERS = {
    "undefined": 'verdict := {"outcome": "pass", "reasons": ["x"]} if input.nothing == 1',
    "another package": "",
    "no object": 'verdict := "pass" if input.schema',
    "a boolean": "verdict := true if input.schema",
    "no reasons": 'verdict := {"outcome": "pass"} if input.schema',
    "reasons of nothing": 'verdict := {"outcome": "pass", "reasons": []} if input.schema',
    "an empty reason": 'verdict := {"outcome": "pass", "reasons": [""]} if input.schema',
    "an outcome of its own": 'verdict := {"outcome": "ok", "reasons": ["x"]} if input.schema',
    "not applicable": 'verdict := {"outcome": "not_applicable", "reasons": ["x"]} if input.schema',
    "a deviation": 'verdict := {"outcome": "deviation", "reasons": ["x"]} if input.schema',
    "a member too many": 'verdict := {"outcome": "pass", "reasons": ["x"], "override": true} if input.schema',
    "two answers": 'verdict := {"outcome": "pass", "reasons": ["x"]} if input.schema\n'
    'verdict := {"outcome": "fail", "reasons": ["y"]} if input.schema',
    "a broken built-in": 'verdict := {"outcome": "pass", "reasons": ["x"]} if not json.unmarshal("{") == input.at',
    "a division by zero": 'verdict := {"outcome": "pass", "reasons": [sprintf("%d", [1 / input.log_size_less])]}',
    "too large": 'verdict := {"outcome": "pass", "reasons": [concat(",", [s | some n in numbers.range(1, 99999);'
    ' s := sprintf("%d", [n])])]} if input.schema',
    "no Rego": "verdict := := 1",
    "endless recursion": "f(n) := f(n + 1)\nverdict := f(1)",
}


@pytest.mark.parametrize("rule", ANSWERS.values(), ids=ANSWERS.keys())
def test_what_is_not_a_plain_verdict_never_passes(rule: str, facts: Facts) -> None:
    """ATTACK a policy that says nothing, too much, or something else: it is not evaluated, whatever it meant."""
    data = bundle(HEAD + rule if rule else POLICY.replace("package clausework", "package other"))
    assert outcome(data, facts) == "not_evaluated"


@pytest.mark.parametrize("rule", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_challenge_is_held_against_the_same_reading(rule: str) -> None:
    """A policy that says no plain verdict does not even prove its challenges: the fault names the one, or the line."""
    policy = HEAD + rule if rule else POLICY.replace("package clausework", "package other")
    fault = prove_policy(bundle(policy)).fault
    assert fault.startswith(("the challenge", "it does not compile", "it passes on a document"))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("time.now_ns()", "time.now_ns"),
        ('time["now_ns"]()', "time.now_ns"),
        ('rand.intn("x", 10)', "rand.intn"),
        ('uuid.rfc4122("x")', "uuid.rfc4122"),
        ("opa.runtime().env.HOME", "opa.runtime"),
    ],
)
def test_a_policy_that_looks_beside_the_facts_is_refused(call: str, name: str) -> None:
    """ATTACK the clock, chance or the environment as an input: such a verdict could not be replayed."""
    used = POLICY.replace("count(named) > 0\n", f"count(named) > 0\n\t{call} != 0\n")
    assert name in prove_policy(bundle(used)).fault


def test_the_environment_is_not_within_reach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """ATTACK a secret of the runner in a recorded reason: the engine's process has no environment to tell of."""
    monkeypatch.setenv("CLAUSEWORK_PIPELINE_KEY", "a secret of the runner")
    telling = (
        "import regopy; engine = regopy.Interpreter();"
        " engine.add_module('p', 'package p\\nenvironment := opa.runtime().env');"
        " print(engine.query('data.p.environment'))"
    )
    there = subprocess.run([sys.executable, "-c", telling], capture_output=True, check=True, text=True).stdout
    assert "a secret of the runner" in there
    monkeypatch.setattr(rego, "_PROGRAM", tmp_path / "telling.py")
    (tmp_path / "telling.py").write_text(
        "import json, os\nprint(json.dumps({'engine': '1', 'fault': ' '.join(sorted(os.environ.values()))}))"
    )
    assert "a secret of the runner" not in ask(POLICY, []).fault


@pytest.mark.parametrize(
    ("challenges", "says"),
    [
        ({}, "its challenges lack one that it must pass and one that it must refuse"),
        ({"a.json": CHALLENGES["allowed.json"]}, "its challenges lack one that it must refuse"),
        ({"c.json": CHALLENGES["copyleft.json"]}, "its challenges lack one that it must pass"),
    ],
)
def test_a_policy_without_both_kinds_of_challenge_is_not_evaluated(
    challenges: dict[str, str], says: str, facts: Facts
) -> None:
    """Lapse: a rule that was never seen to refuse, or never to pass, proves nothing."""
    data = bundle(challenges=challenges)
    assert prove_policy(data).fault == says
    assert outcome(data, facts) == "not_evaluated"


def test_a_policy_that_passes_on_nothing_is_not_evaluated(facts: Facts) -> None:
    """ATTACK a pass by default: 'nothing forbidden is there' must not hold of a document without any facts."""
    lax = POLICY.replace("count(named) > 0\n", "").replace("} if count(named) == 0", "} if input.nothing")
    challenges = {name: text for name, text in CHALLENGES.items() if name != "empty.json"}
    assert "passes on a document without any facts" in prove_policy(bundle(lax, challenges)).fault
    assert outcome(bundle(lax, challenges), facts) == "not_evaluated"


def test_a_policy_that_became_laxer_than_its_challenges_is_not_evaluated(facts: Facts) -> None:
    """ATTACK a rule watered down: the challenge that it must refuse says so, by name."""
    watered = POLICY.replace('"gpl-"', '"agpl-"')
    assert (
        "the challenge 'an SBOM with copyleft' must come to fail, not pass"
        in prove_policy(bundle(watered)).fault
    )
    assert outcome(bundle(watered), facts) == "not_evaluated"


def test_another_policy_than_the_plan_s_is_not_asked(facts: Facts) -> None:
    """ATTACK bytes swapped in the store, or not there: the digest in the plan decides, and nothing passes."""
    data, other = bundle(), bundle(POLICY + "\n# another\n")
    assert judge_by_policy("p", sha256_of(data), facts, lambda _: other).judgement.outcome == "not_evaluated"
    with pytest.raises(IntegrityViolated):
        judge_by_policy("p", sha256_of(data), facts, holding(other))
    assert judge_by_policy("p", "", facts, holding(data)).judgement.outcome == "not_evaluated"
    use = CheckUse("policy:p", {"policy": sha256_of(data)}, clauses=("8.1.2",))
    assert ask_check(use, facts).judgement.outcome == "not_evaluated"


def test_a_slow_policy_is_cut_off() -> None:
    """ATTACK a rule that never ends: the gate does not wait for it, and it does not pass."""
    answers = ask(HEAD + "verdict := [1 | some a in numbers.range(1, 9999); some b in numbers.range(1, 9999); a < b]",
                  [b"{}"], seconds=1)  # fmt: skip
    assert answers.fault
    assert not answers.answers


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.integers(-(2**62), 2**62))
def test_the_policy_sees_the_facts_as_they_are(text: str, number: int) -> None:
    """PROPERTY a test's name full of quotes and escapes reaches the policy whole: none can speak to the rules."""
    document = msgspec.json.encode({"text": text, "number": number})
    (answer,) = ask(HEAD + "verdict := [input.text, input.number]", [document]).answers
    assert json.loads(bytes(answer.value)) == [text, number]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be read"),
        ('{"name": "x", "expects": "pass"}', "has either 'facts' or a 'patch'"),
        ('{"name": "x", "expects": "pass", "facts": {}, "patch": {}}', "has either 'facts' or a 'patch'"),
        ('{"name": "x", "expects": "deviation", "patch": {}}', "Invalid enum value"),
        ('{"name": "", "expects": "pass", "patch": {}}', "cannot be read"),
        ('{"name": "x", "expects": "pass", "patch": {}, "skip": true}', "unknown field"),
    ],
)
def test_a_challenge_that_is_none_is_refused(text: str, says: str) -> None:
    """Wrong input: a challenge says what it is about and what must come of it, and nothing else."""
    with pytest.raises(ChallengeRejected, match=says):
        read_challenge("c.json", text.encode())


@pytest.mark.parametrize(
    ("patch", "says"),
    [
        ({"sbom": []}, "names 'sbom', which is no fact"),
        ({"build": {"cleen": False}}, "names 'build.cleen', which is no fact"),
        (
            {"sboms": [{"record": 1, "specification": "x", "components": {}, "licence": "GPL"}]},
            "'sboms.0.licence'",
        ),
        ({"sboms": [{"record": 1}]}, "does not hold facts"),
        ({"build": None}, "does not hold facts"),
    ],
)
def test_a_challenge_about_a_fact_that_there_is_not_is_refused(patch: dict[str, object], says: str) -> None:
    """ATTACK a challenge that proves nothing: a misspelt fact is never seen, so the rule would be proven by luck."""
    with pytest.raises(ChallengeRejected, match=says):
        document_of(read_challenge("c.json", challenge("c", "fail", patch).encode()))


def test_whole_facts_make_a_challenge_too(facts: Facts) -> None:
    """A facts document that a verdict cites can be given as it is."""
    whole = json.dumps({"name": "whole", "expects": "pass", "facts": msgspec.to_builtins(facts)})
    assert not prove_policy(bundle(challenges=CHALLENGES | {"whole.json": whole})).fault


def test_a_policy_may_not_be_of_any_size() -> None:
    """A policy with its challenges is a document of bounded size."""
    with pytest.raises(PolicyRejected):
        bundle_document("#" * (LARGEST_BUNDLE + 1), {})


def test_a_stored_document_that_is_no_policy_never_passes(facts: Facts) -> None:
    """ATTACK another blob's digest in the plan: what is not a policy is not evaluated."""
    for data in (b"{}", b"\xff", b'{"schema": "urn:clausework:policy:v2", "policy": "", "challenges": []}'):
        assert outcome(data, facts) == "not_evaluated"
