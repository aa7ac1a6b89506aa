"""From a reading to the body of a record, and what makes two recordings one."""

from __future__ import annotations

import pytest

from clausework.evidence.reading import Accepted
from clausework.evidence.record import evidence_body, idempotency_of, overall, rejection_body
from clausework.ledger.records import PREDICATE_TYPES, decode_statement, encode_statement, subject
from clausework.ledger.records.evidence import Rejection, TestCounts, TestResult
from clausework.ledger.records.values import Made, Origin
from tests.evidence.recording import read, rejected
from tests.evidence.samples import SAMPLES

MADE = Made("2026-04-10T08:30:00.000Z", "pipeline", "clausework 0.1.0")
ORIGIN = Origin("controller", build="b" * 64, source_tree="c" * 64, commit="d" * 40, level="unit")
SUBJECTS = (subject("controller", "a" * 64),)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_of_report_becomes_a_record_that_reads_back(name: str) -> None:
    """A body fits its predicate and survives the log."""
    outcome = read(*SAMPLES[name][:2])
    assert isinstance(outcome, Accepted)
    body = evidence_body(outcome, MADE, ORIGIN)
    assert decode_statement(encode_statement(SUBJECTS, body), 5).body == body


def test_a_test_result_names_the_raw_report() -> None:
    """The in-toto predicate points at the untouched bytes."""
    outcome = read(*SAMPLES["junit"][:2])
    assert isinstance(outcome, Accepted)
    body = evidence_body(outcome, MADE, ORIGIN)
    assert isinstance(body, TestResult)
    assert body.result == "FAILED"
    assert body.configuration[0].digest == {"sha256": outcome.reading.raw.sha256}


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        (TestCounts(2, 2, 0, 0, 0), "PASSED"),
        (TestCounts(2, 1, 1, 0, 0), "FAILED"),
        (TestCounts(2, 1, 0, 1, 0), "FAILED"),
        (TestCounts(2, 1, 0, 0, 1), "WARNED"),
        (TestCounts(1, 0, 0, 0, 1), "WARNED"),
        (TestCounts(0, 0, 0, 0, 0), "WARNED"),
    ],
)
def test_passed_is_said_only_where_all_and_some_passed(counts: TestCounts, word: str) -> None:
    """Neither no tests nor skipped tests read as passed to a third party."""
    assert overall(counts) == word


def test_a_rejection_says_what_was_kept_and_why() -> None:
    """The record of a rejected file names its bytes, its reader and the reason."""
    outcome = rejected(b"<testsuite>", "junit.xml")
    body = rejection_body(outcome, MADE, ORIGIN)
    assert isinstance(body, Rejection)
    assert (body.raw_size, body.name, body.format, body.reader) == (
        11,
        "junit.xml",
        "junit",
        "clausework.junit 3",
    )
    assert decode_statement(encode_statement(SUBJECTS, body), 0).body == body


def test_the_same_file_about_the_same_subjects_is_recorded_once() -> None:
    """Order of subjects does not matter; kind, subject, level, format and bytes each do."""
    kind = PREDICATE_TYPES[TestResult]
    first = idempotency_of(kind, ["b", "a"], "unit", "junit", "f" * 64)
    assert first == idempotency_of(kind, ["a", "b", "a"], "unit", "junit", "f" * 64)
    others = {
        idempotency_of("other", ["a", "b"], "unit", "junit", "f" * 64),
        idempotency_of(kind, ["a"], "unit", "junit", "f" * 64),
        idempotency_of(kind, ["a", "b"], "system", "junit", "f" * 64),
        idempotency_of(kind, ["a", "b"], "unit", "sarif", "f" * 64),
        idempotency_of(kind, ["a", "b"], "unit", "junit", "e" * 64),
    }
    assert len(others - {first}) == 5
