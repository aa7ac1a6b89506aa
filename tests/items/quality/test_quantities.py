"""The rules on quantities (Q11, Q12), each by what it finds and what it must leave alone."""

from __future__ import annotations

import pytest

from .judging import Examples, found, words

Q11: Examples = (
    ("The pump shall infuse at most 5.", "5"),
    ("When the heart rate exceeds 120, the monitor shall raise an alarm.", "120"),
    ("The pump shall stop the motor within 2 of the occlusion.", "2"),
    ("When the pressure is above 60 for 0.5 s, the pump shall stop the motor.", "60"),
    ("The pump shall heat the fluid to a temperature of 37.", "37"),
    ("The dose rate shall be ≤ 12.5.", "12.5"),
    ("When the flow falls below 0.2, the pump shall raise an alarm.", "0.2"),
)

NOT_Q11 = (
    "The pump shall infuse at most 5 mL.",
    "The app shall reject the log-in after 3 attempts.",
    "The pump shall accept rates from 0.1 to 999.9 mL/h.",
    "When the number of retries exceeds 3, the gateway shall raise an alarm.",
    "When the pressure exceeds 60 mmHg, the monitor shall raise an alarm.",
    "The pump shall comply with IEC 60601-1-8 6.3 within the limits of clause 5.2.",
    "The monitor shall display SpO2 values above 70 % with 3 digits.",
    "The monitor shall raise an alarm below 90 bpm.",
    "The gateway shall listen on port 8080.",
    "The app shall encrypt the data using AES-256 at least.",
    "When the pH exceeds 7.5, the analyser shall raise an alarm.",
    "The pump shall reset the counter to 0.",
    "The buffer shall hold at least 500 events.",
    "The ratio of both rates shall be at most 1:3.",
    "The alarm shall sound from 2027-01-01 until 12:30 at 45 dB(A) or more.",
    "When at least 2 of 3 sensors fail, the pump shall stop.",
    "The pump shall tolerate a supply of at most 1.5 V/ms.",
    "The app shall support version 2.1 or higher.",
)

Q12: Examples = (
    ("The heater shall heat the fluid to 37 °C.", "37 °C"),
    ("The pump shall silence the alarm for 120 s.", "120 s"),
    ("The monitor shall sample the ECG at 500 Hz.", "500 Hz"),
    ("The battery shall power the pump for 4 h.", "4 h"),
    ("The pump shall deliver a bolus of 2 mL.", "2 mL"),
    ("The speaker shall sound the alarm at 65 dB(A) measured at a distance of 1 m.", "65 dB(A)"),
    ("The cuff shall inflate to 180 mmHg within 10 s.", "180 mmHg"),
)

NOT_Q12 = (
    "The heater shall heat the fluid to 37 ±0.2 °C.",
    "The heater shall heat the fluid to 37 °C ± 0.2 °C.",
    "The heater shall hold the fluid between 36 °C and 38 °C.",
    "The pump shall accept rates from 0.1 mL/h to 999.9 mL/h in steps of 0.1 mL/h.",
    "The pump shall stop the motor within 2 s.",
    "The battery shall power the pump for at least 4 h at 25 mL/h.",
    "When the pressure exceeds 60 kPa for 0.5 s, the pump shall stop the motor.",
    "The pump shall deliver 0 mL.",
    "The pump shall deliver the bolus of 2 mL with an error of at most 5 %.",
    "The cuff shall deflate to below 15 mmHg within 30 s.",
    "The pump shall run on a 12 V supply.",
    "The pump shall run on mains of 100 V to 240 V.",
    "The log shall hold 16 MB.",
    "The pump shall show the volume of the last 24 h.",
    "The pump shall retain events for 90 days.",
    "The noise of the pump shall be 45 dB(A) or less.",
    "The display shall show 480 px.",
    "The battery shall be charged to 100 % within 4 h.",
    "The pump shall comply with IEC 60601-1 8.7 and with ISO 14971:2019.",
    'The display shall show "Wait 5 min".',
    "The leakage current shall be ≤ 100 µA and the pressure < 5 kPa.",
    "The pump shall have a default limit of 60 kPa.",
)

RULES: dict[str, tuple[Examples, tuple[str, ...]]] = {"Q11": (Q11, NOT_Q11), "Q12": (Q12, NOT_Q12)}


@pytest.mark.parametrize(
    ("rule", "text", "expected"), [(rule, *one) for rule, (bad, _) in RULES.items() for one in bad]
)
def test_what_the_rule_finds(rule: str, text: str, expected: str) -> None:
    """The rule finds one thing in the text: these very words."""
    assert words(rule, text) == [expected]


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, (_, good) in RULES.items() for text in good]
)
def test_what_the_rule_leaves_alone(rule: str, text: str) -> None:
    """The rule finds nothing in the text, though numbers stand there."""
    assert found(rule, text) == []


UNITS = (
    "mmHg mL/h kPa °C dB(A) Hz % µL mg/kg/min V mA W kg mm bpm mmol/L m/s cmH2O s min h nm lx N J Ω rpm"
    " mL/min L/min kHz GHz hPa mbar g µA mV ms µs mAh IU mEq/L"
)


@pytest.mark.parametrize("unit", UNITS.split(" "))
def test_each_unit_is_known(unit: str) -> None:
    """A unit of medical devices is one for both rules, with a blank before it or without."""
    for blank in (" ", "", "\u00a0"):
        assert words("Q11", f"The pump shall reach at most 5{blank}{unit}.") == []
        assert words("Q12", f"The pump shall hold the value at 5{blank}{unit}.") == [
            f"5{blank.strip() or (blank and ' ')}{unit}"
        ]


@pytest.mark.parametrize("rule", sorted(RULES))
def test_examples_are_many(rule: str) -> None:
    """Each rule has at least six texts that it finds something in, and eight that it must leave alone."""
    bad, good = RULES[rule]
    assert len(bad) >= 6
    assert len(good) >= 8
