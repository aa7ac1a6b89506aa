"""Numbers with and without units, as one pattern: what Q11 and Q12 look at."""

from __future__ import annotations

import re

from clausework.items.quality.word_lists import words

EXACT_UNITS = words(
    "bit bits byte bytes kB KB MB GB TB KiB MiB GiB px pixel pixels dpi day days week weeks month months year"
    " years fps kbit Mbit drops beats breaths"
)
"""Units of what is counted, or of the calendar: such a quantity needs no tolerance."""

_SYMBOLS = words(
    "s ms µs μs us ns sec secs min mins h hr hrs mL ml µL μL uL L l dL cL cc mg g kg µg μg ug mcg ng pg mol"
    " mmol µmol μmol nmol mEq U mU IU mIU mmHg cmH2O kPa Pa hPa MPa bar mbar psi °C °F ℃ K % ‰ ppm ppb V mV kV"
    " µV μV A mA µA μA nA W mW kW Hz kHz MHz GHz dB dBA dB(A) dBm Ω kΩ MΩ ohm ohms F pF nF µF H mH N mN kN Nm"
    " m cm mm µm μm nm km lx lux cd lm J mJ kJ cal kcal Wh mWh kWh mAh Ah T mT G Gy mGy Sv mSv Bq MBq rpm bpm"
    " rad mrad deg ° Fr Ch VA"
)
_WORDS = words(
    "second seconds minute minutes hour hours millisecond milliseconds microsecond microseconds litre litres"
    " liter liters millilitre millilitres milliliter milliliters gram grams milligram milligrams kilogram"
    " kilograms metre metres meter meters centimetre centimetres millimetre millimetres millimeter millimeters"
    " volt volts ampere amperes watt watts hertz joule joules newton newtons pascal pascals kilopascal"
    " kilopascals degree degrees percent decibel decibels kelvin"
)

_NAMES = sorted({*_SYMBOLS, *_WORDS, *EXACT_UNITS, "per cent"}, key=len, reverse=True)
UNIT_WORDS = frozenset(name.lower() for name in _NAMES)
"""Every unit in lower case."""

_ONE = rf"(?:{'|'.join(map(re.escape, _NAMES))})(?:[²³]|\^-?\d)?"
_FURTHER_UNITS = rf"(?:\s?[/·⋅]\s?(?:{_ONE}|\d+\s?{_ONE})|\sper\s{_ONE})*"
UNIT = rf"(?:{_ONE}{_FURTHER_UNITS}|1?/(?:min|h|s))(?![\w°%])"
"""A unit, also one made of several."""

_DIGITS = r"\d+(?:[.,]\d+)*"
_GAP = "[ \u00a0\u202f\n-]?"
_JOINT = r"\s*(?:-|–|—|\bto\b|\band\b|\bor\b|,|;|/|±|\+/-|x|×|\.\.\.?|…)\s*"  # noqa: RUF001 - as they are written

QUANTITY = re.compile(
    rf"(?<![\w.,:/#-])(?P<number>[-−+]?{_DIGITS})(?:{_GAP}(?P<unit>{UNIT})|(?![\w:%°]|[.,]\d))"  # noqa: RUF001
    rf"(?P<more>(?:{_JOINT}[-−+]?{_DIGITS}(?:{_GAP}{UNIT}|(?![\w:%°]|[.,]\d)))*)"  # noqa: RUF001
)
"""A number, its unit if it has one, and the numbers that are joined to it as a range, a tolerance or a list."""

ONE_UNIT = re.compile(rf"\d{_GAP}{UNIT}")
"""A number with a unit, inside of what ``QUANTITY`` found."""
