"""EN 62304 as data, compared row by row with a copy of the table that is kept here."""

from __future__ import annotations

import re

import pytest

from clausework.standards import EVIDENCE_KINDS, SAFETY_CLASSES, applies, catalogues, clause, clauses_for
from clausework.standards.catalogue import UnknownSafetyClass, parse_safety_class

TABLE = """
|4.1|Operate a QMS (reference only)|ABC|PL|
|4.2|Apply ISO 14971|ABC|RF|
|4.3|Assign class; unassigned means C|ABC|RF+SG|
|4.4|Legacy route: gap analysis, rationale|ABC|RF+ST|
|5.1.1|Write development plan|ABC|PL|
|5.1.2|Keep plan current|ABC|PL+CR|
|5.1.3|Tie plan to system inputs|ABC|PL|
|5.1.4|Plan standards, methods, tools|C|PL|
|5.1.5|Plan integration and its tests|BC|PL|
|5.1.6|Plan verification, acceptance criteria|ABC|PL|
|5.1.7|Plan software risk work|ABC|PL|
|5.1.8|Plan documents|ABC|PL|
|5.1.9|Plan configuration management|ABC|PL|
|5.1.10|Control supporting tools/settings|BC|CB+BM|
|5.1.11|Control items before verifying|BC|BM|
|5.1.12|Avoid common defect categories|BC|PL+SA|
|5.2.1|Derive requirements from system|ABC|TM|
|5.2.2|Cover required content kinds|ABC|RV|
|5.2.3|Include risk controls as requirements|BC|TM|
|5.2.4|Re-evaluate device risks|ABC|RF|
|5.2.5|Update system requirements|ABC|CR|
|5.2.6|Verify requirements|ABC|RV+TM|
|5.3.1|Document architecture|BC|RV|
|5.3.2|Document item interfaces|BC|RV|
|5.3.3|Specify SOUP function/performance|BC|SB+RV|
|5.3.4|Specify SOUP host needs|BC|SB|
|5.3.5|Justify risk-driven segregation|C|RV|
|5.3.6|Verify architecture|BC|RV|
|5.4.1|Decompose into units|BC|CB|
|5.4.2|Design each unit|C|RV|
|5.4.3|Design unit interfaces|C|RV|
|5.4.4|Verify detailed design|C|RV|
|5.5.1|Implement units|ABC|BM|
|5.5.2|Define unit verification method|BC|PL+RV|
|5.5.3|Set, meet unit acceptance criteria|BC|UT+SA|
|5.5.4|Extra criteria: faults, memory, boundaries|C|UT+SA+RV|
|5.5.5|Verify units, record|BC|UT+CV|
|5.6.1|Integrate per plan|BC|BM|
|5.6.2|Verify integration|BC|BM+RV|
|5.6.3|Test integrated items|BC|IT|
|5.6.4|Test intended performance|BC|IT|
|5.6.5|Evaluate integration procedures|BC|RV|
|5.6.6|Regression-test integration|BC|IT|
|5.6.7|Keep repeatable integration records|BC|IT|
|5.6.8|Route anomalies to resolution|BC|PR|
|5.7.1|System-test every requirement|ABC|ST+TM|
|5.7.2|Route anomalies to resolution|ABC|PR|
|5.7.3|Retest after change|ABC|ST+CR|
|5.7.4|Evaluate system testing|ABC|RV+TM|
|5.7.5|Keep repeatable test records|ABC|ST|
|5.8.1|Verification complete, evaluated|ABC|RR|
|5.8.2|List residual anomalies|ABC|AL|
|5.8.3|Evaluate residual anomalies' risk|BC|AL+RF|
|5.8.4|Document released version|ABC|RR|
|5.8.5|Document procedure and build environment|BC|BM|
|5.8.6|Planned tasks complete|BC|RR|
|5.8.7|Archive software and documents|ABC|AR|
|5.8.8|Deliver intact, authorised|ABC|SG+DP|
|6.1|Maintenance plan|ABC|PL|
|6.2.1.1|Monitor feedback|ABC|FB|
|6.2.1.2|Document, evaluate feedback|ABC|FB+PR|
|6.2.1.3|Assess safety effect|ABC|PR+RF|
|6.2.2|Use problem resolution|ABC|PR|
|6.2.3|Analyse change requests|ABC|CR|
|6.2.4|Approve released-software changes|ABC|CR+SG|
|6.2.5|Inform users, regulators|ABC|RR|
|6.3.1|Repeat affected activities|ABC|CR|
|6.3.2|Re-release via 5.8|ABC|RR|
|7.1.1|Find hazard-contributing items|BC|RF|
|7.1.2|Identify causes|BC|RF|
|7.1.3|Evaluate SOUP anomaly lists|BC|SS+RV|
|7.1.4|Record causes|BC|RF|
|7.2.1|Define controls|BC|RF|
|7.2.2|Software controls become requirements|BC|TM|
|7.3.1|Verify controls|BC|ST+RF|
|7.3.2|(not used)|-|-|
|7.3.3|Trace situation-item-cause-control-verification|BC|TM|
|7.4.1|Analyse change safety|ABC|CR+RF|
|7.4.2|Analyse impact on controls|BC|CR|
|7.4.3|Redo resulting risk work|BC|RF|
|8.1.1|Identify items uniquely|ABC|CB|
|8.1.2|Identify SOUP|ABC|SB|
|8.1.3|Record system configuration|ABC|CB|
|8.2.1|Change only on approved request|ABC|CR+SG|
|8.2.2|Implement as specified|ABC|CR|
|8.2.3|Verify change|ABC|CR+ST|
|8.2.4|Relate request, problem, approval|ABC|TM|
|8.3|Keep configuration history|ABC|CB|
|9.1|Report problems with criticality|ABC|PR|
|9.2|Investigate; change or rationale|ABC|PR|
|9.3|Advise affected parties|ABC|PR|
|9.4|Use change control|ABC|CR|
|9.5|Keep problem records|ABC|PR|
|9.6|Analyse trends|ABC|PR|
|9.7|Verify resolution|ABC|PR+ST|
|9.8|Test record contents after change|ABC|UT/IT/ST|
"""

ROWS = [line.strip("|").split("|") for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("number", "title", "classes", "evidence"), ROWS)
def test_every_row_of_the_table(number: str, title: str, classes: str, evidence: str) -> None:
    """Each row's title, classes and evidence kinds stand in the data as they stand in the table."""
    found = clause(number)
    assert found.title == title
    assert "".join(found.classes) == classes.strip("-")
    assert list(found.evidence) == [kind for kind in re.split(r"[+/]", evidence.strip("-")) if kind]


def test_no_clause_beside_the_table() -> None:
    """The data holds the table's clauses, in its order, and no others."""
    assert [one.number for one in catalogues()[0].clauses] == [row[0] for row in ROWS]
    assert len(ROWS) == 96


@pytest.mark.parametrize("number", ["5.7", "5.7.1", "5.7.5", "5.8.1", "5.8.2", "5.8.7", "5.8.8", "6.2.3"])
def test_outdated_lists_that_spare_class_a_are_not_followed(number: str) -> None:
    """Amendment 1 asks system testing and these parts of release and maintenance of class A as well."""
    assert applies(number, "A")


def test_a_number_that_the_standard_does_not_use_applies_to_no_class() -> None:
    """Clause 7.3.2 is in the catalogue and asked of nobody."""
    assert not any(applies("7.3.2", safety_class) for safety_class in SAFETY_CLASSES)


def test_classes_grow_with_risk() -> None:
    """What is asked of a lower class is asked of every higher one."""
    a, b, c = (set(clauses_for(one)) for one in SAFETY_CLASSES)
    assert a < b < c


def test_the_standing_of_the_standard_is_told_with_care() -> None:
    """The catalogue says "state of the art", not "harmonised", and names edition, version and date."""
    catalogue = catalogues()[0]
    assert catalogue.status == "state of the art"
    assert "2021/1182" in catalogue.note
    assert catalogue.standard == "EN 62304:2006+A1:2015"
    assert catalogue.catalogue_version
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", catalogue.catalogue_date)


@pytest.mark.parametrize("catalogue", catalogues(), ids=lambda one: one.cited_as)
def test_numbers_are_unique_and_kinds_known(catalogue: object) -> None:
    """No catalogue lists a number twice, and every kind of evidence has its name."""
    clauses = next(one.clauses for one in catalogues() if one is catalogue)
    assert len({one.number for one in clauses}) == len(clauses)
    assert {kind for one in clauses for kind in one.evidence} <= set(EVIDENCE_KINDS)


@pytest.mark.parametrize("text", ["D", "", "a", "AB", " A", "A\n"])
def test_an_unknown_safety_class_is_refused(text: str) -> None:
    """ATTACK wrong class: a class that does not exist never means "does not apply"."""
    with pytest.raises(UnknownSafetyClass):
        parse_safety_class(text)
    with pytest.raises(UnknownSafetyClass):
        applies("5.8.1", text)
    with pytest.raises(UnknownSafetyClass):
        clauses_for(text)
