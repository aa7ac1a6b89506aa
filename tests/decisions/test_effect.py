"""Which signatures are missing: the best assignment there is, and never one person for two."""

import itertools

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.decisions.effect import Given, missing_signatures
from clausework.decisions.form import SignatureRule
from clausework.decisions.release import AUTHORISED, CONFIRMED, release_rules

PEOPLE = ("ada@example.com", "bo@example.com", "cy@example.com")
ROLES = ("quality", "release_authority")
MEANINGS = ("reviewed", "approved")

rules = st.lists(
    st.builds(
        SignatureRule,
        st.lists(st.sampled_from(ROLES), min_size=1, max_size=2, unique=True).map(tuple),
        st.sampled_from(MEANINGS),
        st.booleans(),
    ),
    max_size=4,
)
signatures = st.lists(
    st.builds(
        Given,
        st.sampled_from(PEOPLE),
        st.just("Name"),
        st.sampled_from(ROLES),
        st.sampled_from(MEANINGS),
        st.just("2026-01-01T00:00:00Z"),
        st.integers(0, 99),
    ),
    max_size=5,
)
excluded = st.sets(st.sampled_from(PEOPLE), max_size=2)


def _fits(rule: SignatureRule, one: Given, out: set[str]) -> bool:
    return (
        one.role in rule.roles and one.meaning == rule.meaning and not (rule.independent and one.email in out)
    )


def _most_met(rules: list[SignatureRule], given: list[Given], out: set[str]) -> int:
    """Try every way to give each rule one signature or none."""
    best = 0
    for choice in itertools.product([None, *given], repeat=len(rules)):
        chosen = [(rule, one) for rule, one in zip(rules, choice, strict=True) if one is not None]
        people = [one.email for _, one in chosen]
        if len(people) == len(set(people)) and all(_fits(rule, one, out) for rule, one in chosen):
            best = max(best, len(chosen))
    return best


@settings(deadline=None)
@given(rules, signatures, excluded)
def test_matching_is_optimal(rules: list[SignatureRule], given: list[Given], out: set[str]) -> None:
    """As many rules are met as any assignment of different people could meet, and no more."""
    missing = missing_signatures(rules, given, out)
    assert len(rules) - len(missing) == _most_met(rules, given, out)


@given(rules, signatures, excluded)
def test_one_person_never_meets_two_rules(
    rules: list[SignatureRule], given: list[Given], out: set[str]
) -> None:
    """Attack: one person signs in every role and meaning; at most one rule is met."""
    alone = [one for one in given if one.email == PEOPLE[0]]
    assert len(missing_signatures(rules, alone, out)) >= len(rules) - 1


@given(rules, signatures, excluded)
def test_a_further_signature_never_takes_one_away(
    rules: list[SignatureRule], given: list[Given], out: set[str]
) -> None:
    """What was satisfied stays satisfied whoever else signs, in whatever order."""
    before = len(missing_signatures(rules, given[1:], out))
    assert len(missing_signatures(rules, given, out)) <= before
    assert len(missing_signatures(rules, reversed(given), out)) == len(missing_signatures(rules, given, out))


def _given(email: str, role: str, meaning: str, index: int = 1) -> Given:
    return Given(email, "Name", role, meaning, "2026-01-01T00:00:00Z", index)


def test_author_in_capitals_is_the_author() -> None:
    """Attack: an author who writes the address in capitals is kept out all the same."""
    rule = SignatureRule(("quality",), "approved", independent=True)
    given = [_given("ada@example.com", "quality", "approved")]
    assert missing_signatures([rule], given, ["ADA@Example.com"])


def test_same_person_twice_under_two_spellings_is_one_person() -> None:
    """Attack: one person whose address stands in two spellings does not meet two rules."""
    rule = SignatureRule(("quality",), "approved")
    given = [
        _given("ada@example.com", "quality", "approved"),
        _given("Ada@example.com", "quality", "approved"),
    ]
    assert len(missing_signatures([rule, rule], given, [])) == 1


def test_missing_signature_says_who_may_not_give_it() -> None:
    """A missing signature names roles, meaning and the people who are kept out."""
    rule = SignatureRule(("quality", "release_authority"), "approved", independent=True)
    (missing,) = missing_signatures([rule], [], ["dev@example.com"])
    assert str(missing) == "'approved' by quality or release authority, not by dev@example.com"


def test_release_of_class_a_needs_one_signature() -> None:
    """One signer: the release authority."""
    (rule,) = release_rules(count=1, independent=0)
    assert (rule.roles, rule.meaning, rule.independent) == (("release_authority",), AUTHORISED, False)


def test_release_of_class_c_needs_an_independent_authority_and_quality() -> None:
    """Two signers, the authority independent of the code's authors."""
    first, second = release_rules(count=2, independent=1)
    assert (first.meaning, first.independent) == (AUTHORISED, True)
    assert (second.roles, second.meaning, second.independent) == (("quality",), CONFIRMED, False)


def test_plan_keeps_a_role_from_the_author_whatever_the_class() -> None:
    """A role that the plan makes independent of the author is so in a release where the class asks for none."""
    first, second = release_rules(count=2, independent=0, never_authors=("quality", "release_authority"))
    assert first.independent
    assert second.independent


def test_author_and_authority_in_one_person_release_nothing_of_class_c() -> None:
    """Attack: the code's author holds the release authority and signs both parts."""
    given = [
        _given("dev@example.com", "release_authority", AUTHORISED),
        _given("dev@example.com", "quality", CONFIRMED),
    ]
    assert missing_signatures(release_rules(count=2, independent=1), given, ["dev@example.com"])


def test_last_signature_counts_only_after_the_others() -> None:
    """Attack: the release is authorised first, and what it rests on is confirmed afterwards (21 CFR 11.10(f))."""
    rules = release_rules(count=2, independent=0)
    authorised = _given("release@example.com", "release_authority", AUTHORISED, index=5)
    confirmed = _given("quality@example.com", "quality", CONFIRMED, index=6)
    (missing,) = missing_signatures(rules, [authorised, confirmed], [])
    assert missing.meaning == AUTHORISED
    in_order = [msgspec.structs.replace(authorised, index=7), confirmed]
    assert missing_signatures(rules, in_order, []) == ()


def test_last_signature_says_what_comes_before_it() -> None:
    """Whoever waits is told for what: the signature that is still to come before theirs."""
    missing = missing_signatures(release_rules(count=2, independent=0), [], [])
    authority = next(one for one in missing if one.meaning == AUTHORISED)
    assert str(authority).endswith(f"after '{CONFIRMED}'")


def test_people_whom_a_rule_names_are_kept_out() -> None:
    """Attack: the reviewer of the results releases them, where the class keeps the two apart."""
    rules = release_rules(count=2, independent=0, not_by={"release_authority": ("both@example.com",)})
    given = [
        _given("quality@example.com", "quality", CONFIRMED, index=3),
        _given("BOTH@example.com", "release_authority", AUTHORISED, index=4),
    ]
    (missing,) = missing_signatures(rules, given, [])
    assert "both@example.com" in missing.not_by


def test_signature_that_came_too_early_may_be_given_again() -> None:
    """Dead end: whoever signed too early is kept out for having signed, and nobody else holds the role."""
    rules = release_rules(count=2, independent=0)
    authorised = _given("release@example.com", "release_authority", AUTHORISED, index=5)
    confirmed = _given("quality@example.com", "quality", CONFIRMED, index=6)
    (missing,) = missing_signatures(rules, [authorised, confirmed], [])
    assert "release@example.com" not in missing.not_by
    assert missing.after == ()
    again = msgspec.structs.replace(authorised, index=7)
    assert missing_signatures(rules, [authorised, confirmed, again], []) == ()


@given(rules, signatures, excluded)
def test_only_whose_signature_counts_is_kept_out_by_it(
    rules: list[SignatureRule], given: list[Given], out: set[str]
) -> None:
    """Whom a missing signature keeps out is excluded from it, or has met another of the rules."""
    missing = missing_signatures(rules, given, out)
    met = len(rules) - len(missing)
    for one in missing:
        assert len(set(one.not_by) - out) <= met
