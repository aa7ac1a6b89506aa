"""How people sign: strict by default, laxer with a defence alone, and never past a bound (21 CFR 11.200, 11.300)."""

from __future__ import annotations

import pytest

from clausework.plan.differences import differences
from clausework.plan.signing import DEFAULT, laxer_settings
from tests.signatures.authority import Authority

from .examples import SMALL, findings_in, plan_of, told

QUALITY = "roles: {quality: {people: [q@example.com]}}\n"
BECAUSE = "because: {text: t, reference: r, owner: quality, review: 2027-06-01}"


def _with(signing: str) -> str:
    return SMALL + QUALITY + f"signing: {{{signing}}}\n"


def test_the_defaults_are_strict() -> None:
    """A plan that says nothing asks for what the built-in rules ask, and that is laxer than nothing."""
    signing = plan_of(SMALL).signing
    assert signing == DEFAULT
    assert laxer_settings(signing) == ()
    assert (signing.passphrase.length, signing.passphrase.age, signing.passphrase.remembered) == (12, 365, 5)
    assert (signing.pause, signing.lock_out.failures, signing.lock_out.minutes) == (15, 5, 30)
    assert (signing.synced_passkeys, signing.timestamp_authority) == ("refused", None)


LAXER = {
    "an older passphrase": ("passphrase: {age: 366}", "passphrase.age is 366, the default 365"),
    "fewer remembered": ("passphrase: {remembered: 4}", "passphrase.remembered is 4, the default 5"),
    "a longer pause": ("pause: 16", "pause is 16, the default 15"),
    "more tries": ("lock_out: {failures: 6}", "lock_out.failures is 6, the default 5"),
    "a shorter lock": ("lock_out: {minutes: 29}", "lock_out.minutes is 29, the default 30"),
    "copied keys": ("synced_passkeys: allowed", "synced_passkeys are allowed"),
}


@pytest.mark.parametrize("case", LAXER)
def test_attack_a_laxer_rule_without_a_defence(case: str) -> None:
    """Attack: a plan quietly asks for less than the default; it is told with its place, and a defence settles it."""
    signing, message = LAXER[case]
    (found,) = findings_in(_with(signing))
    assert message in found.message
    assert found.rule == "no-defence"
    assert found.place.line == 5
    assert "because" in found.hint
    assert told(_with(f"{signing}, {BECAUSE}")) == []


@pytest.mark.parametrize(
    "signing",
    ["passphrase: {length: 16, age: 90, remembered: 24}", "pause: 5", "lock_out: {failures: 3, minutes: 60}"],
)
def test_a_stricter_rule_needs_no_defence(signing: str) -> None:
    """Asking for more is nobody's concern."""
    assert told(_with(signing)) == []


@pytest.mark.parametrize(
    "signing",
    [
        "passphrase: {length: 11}",
        "passphrase: {age: 1826}",
        "passphrase: {remembered: 0}",
        "pause: 481",
        "pause: 0",
        "lock_out: {failures: 11}",
        "lock_out: {failures: 0}",
        "lock_out: {minutes: 4}",
        "synced_passkeys: sometimes",
        "lock-out: {failures: 3}",
    ],
)
def test_attack_a_rule_past_its_bound(signing: str) -> None:
    """Attack: a rule is loosened until it asks for nothing; past its bound no defence helps."""
    assert told(_with(f"{signing}, {BECAUSE}"))


@pytest.mark.parametrize(
    ("because", "message"),
    [
        ("because: {text: t, reference: r, owner: nobody, review: 2027-06-01}", "is not a role of the plan"),
        ("because: {text: t, reference: r, owner: quality, review: 2027-02-30}", "is not a day"),
    ],
)
def test_a_defence_that_nobody_would_review_is_told(because: str, message: str) -> None:
    """The owner of a defence is a role of the plan, and its review a day of the calendar."""
    (found,) = told(_with(f"pause: 16, {because}"))
    assert message in found


def test_a_timestamp_authority_is_named_with_certificates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The certificates stand in the plan, so that they are approved with it; what is none is told at its place."""
    root = Authority(tmp_path_factory.mktemp("authority")).root
    lines = "".join(f"        {line}\n" for line in root.splitlines())
    text = f"{SMALL}signing:\n  timestamp_authority:\n    url: https://tsa.example.com\n    certificates:\n      - |\n"
    assert told(text + lines) == []
    (found,) = told(text + "        not a certificate\n")
    assert "p:8:9: value: this is not a certificate in PEM" in found


@pytest.mark.parametrize("url", ["ftp://example.com", "tsa.example.com", "https://", "https://a b", ""])
def test_an_authority_without_an_address_is_told(url: str) -> None:
    """An authority has an address that begins with http or https."""
    assert told(_with(f"timestamp_authority: {{url: '{url}', certificates: [x]}}"))
    assert told(_with("timestamp_authority: {url: 'https://a.example', certificates: []}"))


def test_a_changed_rule_is_a_difference_in_meaning() -> None:
    """A reviewer of a plan is shown what changed of how people sign."""
    old, new = plan_of(SMALL + QUALITY), plan_of(_with("pause: 5"))
    assert "signing.pause 15 → 5" in differences(old, new)
