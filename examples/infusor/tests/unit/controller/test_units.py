"""Quantities are exact."""

import pytest

from infusor.units import NotAQuantity, VolumeMeter, microlitres

pytestmark = pytest.mark.verifies("UNIT-001")


@pytest.mark.verifies("REQ-010")
@pytest.mark.parametrize(
    ("text", "expected"), [("0.1", 100), ("12", 12_000), ("12.5", 12_500), ("999.9", 999_900)]
)
def test_millilitres_in_tenths(text: str, expected: int) -> None:
    """A number of millilitres with at most one decimal is taken exactly."""
    assert microlitres(text) == expected


@pytest.mark.verifies("REQ-010")
@pytest.mark.parametrize(
    "text", ["", " 1", "1.", ".5", "1.25", "1,5", "-1", "1e3", "12345", "\u0661", "1\n", "nan"]
)
def test_other_texts_are_no_quantity(text: str) -> None:
    """Whatever could be read in two ways is refused."""
    with pytest.raises(NotAQuantity):
        microlitres(text)


@pytest.mark.verifies("REQ-016")
def test_volume_does_not_drift() -> None:
    """A million steps at a rate that no step delivers a whole microlitre of add up exactly."""
    meter = VolumeMeter()
    for _ in range(360_000):
        meter.add(100, 100)
    assert meter.microlitres == 1_000
    assert meter.reaches(1_000)
    assert not meter.reaches(1_001)
