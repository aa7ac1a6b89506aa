"""What a threshold that is a number is held against: each is measured, or it is said why nothing could be."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from clausework.core.clock import parse_timestamp, timestamp
from clausework.gates.challenge import SOUND
from clausework.gates.facts import Facts, ScanFact
from clausework.gates.pipeline_facts import ProtectionFact
from clausework.gates.proving import facts_of
from clausework.gates.threshold_history import within_a_hair
from clausework.gates.threshold_measures import MEASURED, NOT_MEASURED, measured
from clausework.ledger.records.values import Ratio
from clausework.plan.checks import CHECKS, WholeNumber
from clausework.plan.effective import CheckUse

DATABASE = CHECKS["vulnerabilities"]["database_age_days"]


@pytest.fixture(scope="module")
def sound() -> Facts:
    """The facts of a sound build, at noon of a day in April."""
    return msgspec.structs.replace(facts_of(SOUND), at="2026-04-10T12:00:00Z")


def _use(check: str) -> CheckUse:
    return CheckUse(check, {})


def test_every_number_is_measured_or_said_to_be_none() -> None:
    """A new setting that is a number cannot slip by: something measures it, or its reason stands beside it."""
    for check, settings in CHECKS.items():
        for setting, kind in settings.items():
            if isinstance(kind, WholeNumber):
                assert (check in MEASURED) is not ((check, setting) in NOT_MEASURED), f"{check}.{setting}"


def test_attack_an_age_that_is_just_what_the_scanners_data_has(sound: Facts) -> None:
    """ATTACK the data is four days and an hour old, so the plan allows five: found; six, or the strictest, is not."""
    scan = ScanFact(
        7,
        "vulnerability",
        ("Trivy",),
        complete=True,
        database_at="2026-04-06T11:00:00Z",
        superseded=False,
        findings=(),
    )
    facts = msgspec.structs.replace(sound, scans=(scan,))
    (age,) = measured(facts, _use("vulnerabilities"))["database_age_days"]
    assert age == Ratio(5, 1)
    assert isinstance(DATABASE, WholeNumber)
    assert [within_a_hair(DATABASE, value, age) for value in (4, 5, 6)] == [False, True, False]


def test_data_of_no_known_date_measures_nothing(sound: Facts) -> None:
    """What has no date, or one still to come, has no age that a threshold could be set to."""
    for database_at in ("", "soon", "2027-01-01T00:00:00Z"):
        scan = ScanFact(
            7,
            "vulnerability",
            ("Trivy",),
            complete=True,
            database_at=database_at,
            superseded=False,
            findings=(),
        )
        facts = msgspec.structs.replace(sound, scans=(scan,))
        assert "database_age_days" not in measured(facts, _use("vulnerabilities"))


def test_attack_an_age_that_is_just_what_the_evaluations_have(sound: Facts) -> None:
    """ATTACK an evaluation of anomaly lists may be as old as the oldest there is."""
    (soup,) = sound.items_of("soup_item")
    one = sound.newest_judgement("evaluate", "soup_item", soup)
    assert one is not None
    later = timestamp(parse_timestamp(one.at) + timedelta(days=9, hours=1))
    facts = msgspec.structs.replace(sound, at=later)
    assert measured(facts, _use("vulnerabilities"))["evaluation_age_days"] == (Ratio(10, 1),)


def test_attack_an_age_that_is_just_what_the_forges_export_has(sound: Facts) -> None:
    """ATTACK the export of the branch protection is 57 days old, so the plan allows 57."""
    protection = ProtectionFact((3,), "2026-02-13T00:00:00Z", ())
    assert sound.pipeline is not None
    pipeline = msgspec.structs.replace(sound.pipeline, protection=protection)
    facts = msgspec.structs.replace(sound, pipeline=pipeline)
    assert measured(facts, _use("pipeline"))["protection_age_days"] == (Ratio(57, 1),)


def test_what_is_no_number_measures_nothing(sound: Facts) -> None:
    """A check without a number has nothing to be held against."""
    assert measured(sound, _use("trace_rules")) == {}
