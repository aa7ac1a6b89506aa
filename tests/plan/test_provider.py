"""What a plan says of identity provider and relying party: shape, defaults, and each value that it may not have."""

from __future__ import annotations

import pytest

from clausework.plan.provider import Provider, RelyingParty
from tests.plan.examples import SMALL, plan_of, told

PROVIDER = "issuer: https://login.example.com, client_id: clausework"


def signing(text: str) -> str:
    """Return a plan whose section on signing, on line 5, says ``text``."""
    return f"{SMALL}roles: {{quality: {{people: [q@example.com]}}}}\nsigning: {{{text}}}\n"


def test_the_defaults_ask_for_no_log_in_and_for_passkeys_of_this_machine() -> None:
    """Without a word of the plan there is no provider, and passkeys are made for localhost."""
    plan = plan_of(SMALL)
    assert plan.signing.provider is None
    assert plan.signing.relying_party == RelyingParty("localhost", ("http://localhost",))
    named = plan_of(signing(f"provider: {{{PROVIDER}}}")).signing.provider
    assert named == Provider("https://login.example.com", "clausework")
    assert (named.required, named.max_age, named.acr, named.amr) == (False, 300, (), ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("provider: {issuer: https://login.example.com}", "client_id"),
        ("provider: {issuer: login.example.com, client_id: c}", "https://"),
        (
            "provider: {issuer: http://login.example.com, client_id: c}",
            "is not the https address of an issuer",
        ),
        ("provider: {issuer: 'https://user@login.example.com', client_id: c}", "is not the https address"),
        ("provider: {issuer: 'https://login.example.com?a=b', client_id: c}", "https://"),
        (f"provider: {{{PROVIDER}, max_age: 0}}", "from 1 to 3600"),
        (f"provider: {{{PROVIDER}, max_age: 3601}}", "from 1 to 3600"),
        (f"provider: {{{PROVIDER}, max_age: 301}}", "provider.max_age is 301, the default 300"),
        (f"provider: {{{PROVIDER}, skip: true}}", "skip"),
        ("relying_party: {id: example.com}", "'http://localhost' is no https origin of the relying party"),
        (
            "relying_party: {id: 'https://example.com', origins: ['https://example.com']}",
            "is not the name of a host",
        ),
        ("relying_party: {id: example.com, origins: ['http://example.com']}", "is no https origin"),
        ("relying_party: {id: example.com, origins: ['https://badexample.com']}", "is no https origin"),
        ("relying_party: {id: example.com, origins: []}", "origins"),
    ],
)
def test_attack_a_plan_that_would_let_log_ins_or_pages_in_from_anywhere(text: str, reason: str) -> None:
    """Each value that would weaken a signature is told with its place."""
    findings = told(signing(text))
    assert len(findings) == 1
    assert reason in findings[0]
    assert findings[0].startswith("p:5:")


def test_an_older_log_in_needs_a_defence() -> None:
    """More than the default of five minutes is taken with a reason alone."""
    because = "because: {text: t, reference: r, owner: quality, review: 2027-06-01}"
    assert told(signing(f"provider: {{{PROVIDER}, max_age: 900}}, {because}")) == []
    assert told(signing("relying_party: {id: example.com, origins: ['https://sign.example.com']}")) == []
