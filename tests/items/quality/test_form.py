"""The rules on the form of a sentence (Q1 to Q4, Q9, Q19), each by what it finds and what it must leave alone."""

from __future__ import annotations

import pytest

from clausework.items.model import ItemType

from .judging import Examples, found, quality_of, suggested, words

Q1: Examples = (
    ("The alarm system will stop the motor within 2 s.", "will"),
    ("The pump must stop the motor within 2 s.", "must"),
    ("The display should show the rate in mL/h.", "should"),
    ("The monitor has to log each alarm.", "has to"),
    ("The app is required to encrypt the patient data.", "is required to"),
    ("When the door opens, the pump controller will stop the motor.", "will"),
    ("The pump stops the motor on an occlusion.", "The pump stops the motor on an occlusion."),
    ("Occlusion alarm of the infusion pump", "Occlusion alarm of the infusion pump"),
    ("The pump shall stop the motor and shall sound the alarm.", "shall"),
    ("The pump shall stop. The pump shall sound the alarm.", "shall"),
    ("The pump shall stop the motor. The pump must sound the alarm.", "must"),
)

NOT_Q1 = (
    "The pump shall stop the motor within 2 s.",
    "The pump SHALL stop the motor within 2 s.",
    "The pump shall stop the motor. This keeps bubbles from the patient.",
    "The pump shall stop the motor. Note: the motor will run on for 0.1 s.",
    "The pump shall stop the motor.\n\nRationale: IEC 60601-2-24 says that the pump shall stop; it must not run on.",
    'The display shall show "You must confirm the rate".',
    "The pump shall reject each rate that will exceed the hard limit of the drug.",
    "The monitor shall display the priorities:\n- high\n- medium\n- low",
    "| state | shall |\n|---|---|\n| open | stop |\n\nThe pump shall follow the table of states.",
    "The pump shall stop the motor (see IEC 60601-1-8, which says what an alarm system shall do).",
    "## Motor\n\nThe pump shall stop the motor within 2 s.",
)

Q2: Examples = (
    ("It shall stop the motor within 2 s.", "It"),
    ("They shall be red.", "They"),
    ("This shall stop the motor.", "This"),
    ("When the door opens, it shall stop the motor.", "it"),
    ("Shall stop the motor within 2 s.", "Shall"),
    ("There shall be a stop key.", "There"),
    ("The user shall be able to set the rate.", "The user"),
    ("When the alarm sounds, the nurse shall acknowledge the alarm.", "the nurse"),
    ("If the pressure exceeds 60 kPa, then it shall stop the motor.", "it"),
)

NOT_Q2 = (
    "The pump controller shall stop the motor within 2 s.",
    "The user interface shall display the rate.",
    "The nurse call system shall forward the alarm.",
    "The list of users shall hold at most 50 entries.",
    "Each alarm shall have a priority.",
    "When the door opens, the pump controller shall stop the motor.",
    "While infusing, the display of the patient shall show the rate.",
    "IT equipment of the clinic shall stay outside the patient area.",
    "The patient monitor shall log each alarm.",
    "In standby, the app shall lock the screen within 60 s.",
    "When the door opens the pump controller shall stop the motor.",
)

Q3: Examples = (
    ("The pump shall alarm when the pressure exceeds 60 kPa.", "when the pressure exceeds 60 kPa"),
    ("The pump shall raise an alarm if the line is open.", "if the line is open"),
    ("The pump shall display the rate while infusing.", "while infusing"),
    ("The pump controller, when the door opens, shall stop the motor.", "when the door opens"),
    (
        "When the door opens, while infusing, the pump controller shall stop the motor.",
        "When the door opens, while infusing",
    ),
    ("The monitor shall sound the alarm as soon as the probe is off.", "as soon as the probe is off"),
    ("The app shall lock the screen in case of a failed log-in.", "in case of a failed log-in"),
    (
        "While on battery, the pump shall raise an alarm when the charge falls to 5 %.",
        "when the charge falls to 5 %",
    ),
)

NOT_Q3 = (
    "When the pressure exceeds 60 kPa, the pump shall raise an alarm within 2 s.",
    "While infusing, the pump shall display the rate.",
    "If the pressure exceeds 60 kPa, then the pump shall raise an alarm.",
    "Where a battery is fitted, while on battery, when the charge falls to 5 %, the pump shall raise an alarm.",
    "The pump shall start the motor only when the nurse has confirmed the rate.",
    "The monitor shall display the time when the alarm was raised.",
    "The pump shall detect if the line is open.",
    "The pump shall determine whether the door is open when closed by hand.",
    "The pump shall keep each alarm active that was raised when the door opened.",
    "The display shall show the active alarm, if any.",
    "The app shall beep (when the sound is on, 65 dB(A)) within 1 s.",
    'The display shall show "Stop when empty".',
    "The pump shall reject the start except when the self-test has passed.",
    "The charger shall charge the battery while maintaining at most 40 °C.",
    "The pump shall keep the alarm active until the nurse presses the key when asked.",
)

Q4: Examples = (
    ("Alarms shall be logged by the pump controller within 1 s.", "shall be logged"),
    ("The motor shall be stopped within 2 s.", "shall be stopped"),
    ("Patient data shall be encrypted.", "shall be encrypted"),
    ("When the door opens, the motor shall be stopped by the pump controller.", "shall be stopped"),
    ("The rate shall not be changed by a remote command.", "shall not be changed"),
    ("The event shall be immediately written to the log.", "shall be immediately written"),
    ("A warning shall be shown.", "shall be shown"),
)

NOT_Q4 = (
    "The pump controller shall log each alarm within 1 s.",
    "The error shall be at most 5 %.",
    "The alarm limits shall be visible at a distance of at least 1 m.",
    "The stop key shall be red.",
    "The app shall be compatible with HL7 FHIR R4.",
    "The housing shall be sealed against fluids as IEC 60529 says for IP22.",
    "The pump shall be able to infuse blood.",
    "When the alarm is raised, the pump shall stop the motor.",
    'The display shall show "Line shall be closed".',
    "The sensor shall be located below the door.",
    "The pump shall be ready within 10 s.",
)

Q9: Examples = (
    ("The pump shall store and send the alarm.", "store and send"),
    ("The pump shall stop the motor and raise a high-priority alarm.", "and raise"),
    ("When the door opens, the pump shall close the valve and log the event.", "and log"),
    ("The app shall save the record and then delete the draft.", "and then delete"),
    ("The monitor shall display the rate, and print the trend.", ", and print"),
    ("The pump shall:\n- stop the motor\n- raise an alarm", "raise an alarm"),
    ("The app shall lock the screen and also clear the clipboard.", "and also clear"),
)

NOT_Q9 = (
    "The pump shall display the rate and the infused volume.",
    "The app shall show the start and stop times of the infusion.",
    "The pump shall keep the alarm active until its cause is absent and the nurse has acknowledged the alarm.",
    "The app shall let the nurse select and confirm the rate.",
    "The pump shall allow the nurse to pause and resume the infusion.",
    "The monitor shall raise an alarm that starts and stops the recording.",
    "When the nurse presses the key and opens the door, the pump shall stop the motor.",
    "The pump shall support display and log of the rate.",
    "The pump shall display:\n- the rate\n- the volume",
    'The app shall show "Stop and remove the set".',
    "The pump shall reject rates between 0 mL/h and 0.1 mL/h.",
    "The monitor shall comply with IEC 60601-1 and IEC 60601-1-8.",
)

Q19: Examples = (
    ("If the pressure exceeds 60 kPa, the pump shall stop the motor.", "If"),
    ("If the battery is low, then the pump shall raise an alarm.", "low"),
    ("When the temperature is too high, the pump shall stop the heater.", "high"),
    ("If the line is open.", "If"),
    ("If low, then the pump shall raise an alarm.", "low"),
    ("While on mains, if the charge is insufficient, then the pump shall raise an alarm.", "insufficient"),
    ("If the door opens the pump controller shall stop the motor.", "If"),
)

NOT_Q19 = (
    "If the pressure exceeds 60 kPa, then the pump shall stop the motor within 2 s.",
    "If the pressure exceeds 60 kPa then the pump shall stop the motor within 2 s.",
    "When the battery charge is lower than 10 %, the pump shall raise an alarm.",
    "When a high-priority alarm is raised, the pump shall end the audio pause.",
    "When the low-battery alarm is active, the pump shall display the charge.",
    "If the line is open for 0.5 s, then the pump shall stop the motor within 2 s.",
    "The pump shall detect if the line is open.",
    "While the charge is below 10 %, the pump shall display the charge.",
    'The display shall show "If low, replace".',
    "When the pressure is higher than 60 kPa, the pump shall stop the motor within 2 s.",
)

RULES = {"Q1": (Q1, NOT_Q1), "Q2": (Q2, NOT_Q2), "Q3": (Q3, NOT_Q3), "Q4": (Q4, NOT_Q4), "Q9": (Q9, NOT_Q9)}
RULES["Q19"] = (Q19, NOT_Q19)


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
    """The rule finds nothing in the text, though words like those that it looks for stand there."""
    assert found(rule, text) == []


@pytest.mark.parametrize(
    ("rule", "text", "better"),
    [
        (
            "Q1",
            "The alarm system will stop the motor within 2 s.",
            "The alarm system shall stop the motor within 2 s.",
        ),
        ("Q1", "The monitor has to log each alarm.", "The monitor shall log each alarm."),
        (
            "Q1",
            "The pump shall stop the motor and shall sound the alarm.",
            "The pump shall stop the motor. / The pump shall sound the alarm.",
        ),
        (
            "Q3",
            "The pump shall alarm when the pressure exceeds 60 kPa.",
            "When the pressure exceeds 60 kPa, the pump shall alarm.",
        ),
        (
            "Q3",
            "The pump shall raise an alarm if the line is open.",
            "If the line is open, then the pump shall raise an alarm.",
        ),
        (
            "Q3",
            "While on battery, the pump shall raise an alarm when the charge falls to 5 %.",
            "While on battery, when the charge falls to 5 %, the pump shall raise an alarm.",
        ),
        (
            "Q3",
            "When the door opens, while infusing, the pump controller shall stop the motor.",
            "While infusing, when the door opens, the pump controller shall stop the motor.",
        ),
        (
            "Q3",
            "The pump controller, when the door opens, shall stop the motor.",
            "When the door opens, the pump controller shall stop the motor.",
        ),
        (
            "Q4",
            "Alarms shall be logged by the pump controller within 1 s.",
            "The pump controller shall log alarms within 1 s.",
        ),
        (
            "Q4",
            "When the door opens, the motor shall be stopped by the pump controller.",
            "When the door opens, the pump controller shall stop the motor.",
        ),
        ("Q4", "The motor shall be stopped within 2 s.", ""),
        ("Q4", "The event shall be logged by means of a file.", ""),
        (
            "Q9",
            "The pump shall store and send the alarm.",
            "The pump shall store the alarm. / The pump shall send the alarm.",
        ),
        (
            "Q9",
            "When the door opens, the pump shall stop the motor and raise an alarm within 2 s.",
            "When the door opens, the pump shall stop the motor within 2 s. / "
            "When the door opens, the pump shall raise an alarm within 2 s.",
        ),
        ("Q9", "The app shall save the record and then delete the draft.", ""),
        (
            "Q19",
            "If the pressure exceeds 60 kPa, the pump shall stop the motor.",
            "If the pressure exceeds 60 kPa, then the pump shall stop the motor.",
        ),
    ],
)
def test_what_is_suggested(rule: str, text: str, better: str) -> None:
    """Where the better wording follows from the worse one it is told whole; elsewhere nothing is made up."""
    assert suggested(rule, text) == better


def test_a_split_never_loosens_a_limit() -> None:
    """The limit behind two behaviours stays with both, for the reader of half a requirement must not lose it."""
    text = "The pump shall close the valve and stop the motor in the next control step."
    first, second = suggested("Q9", text).split(" / ")
    assert first.endswith("in the next control step.")
    assert second.endswith("in the next control step.")


def test_a_pronoun_is_replaced_by_the_subject_before() -> None:
    """Where the sentence before names the subject, the pronoun's sentence is told with it."""
    text = "The pump controller shall stop the motor. It shall raise an alarm."
    assert suggested("Q2", text) == "The pump controller shall raise an alarm."


@pytest.mark.parametrize("rule", sorted(RULES))
def test_examples_are_many(rule: str) -> None:
    """Each rule has at least six texts that it finds something in, and eight that it must leave alone."""
    bad, good = RULES[rule]
    assert len(bad) >= 6
    assert len(good) >= 8


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("The pump shall stop the motor.", "ubiquitous"),
        ("For each alarm, the pump shall log the time.", "ubiquitous"),
        ("When the door opens, the pump shall stop the motor.", "event"),
        ("As soon as the door opens, the pump shall stop the motor.", "event"),
        ("While infusing, the pump shall display the rate.", "state"),
        ("Before the self-test has passed, the pump shall reject the start.", "state"),
        ("If the line is open, then the pump shall stop the motor.", "unwanted"),
        ("Where a battery is fitted, the pump shall display the charge.", "optional"),
        ("While on battery, when the charge falls to 5 %, the pump shall raise an alarm.", "complex"),
        ("When state, motor rate or alarms change, the pump shall log the change.", "event"),
        ("When the door (front, back) opens, the pump shall stop the motor.", "event"),
        ("The pump stops the motor.", "none"),
    ],
)
def test_the_pattern_of_ears(text: str, pattern: str) -> None:
    """The pattern that a requirement follows is told."""
    assert quality_of(text).patterns == {"REQ-1": (pattern,)}


def test_user_needs_say_what_a_person_needs() -> None:
    """The rules on form are not held against user needs, which bind nothing and are about people."""
    text = "The nurse needs to be told what the pump does when it alarms, and what needs attention most."
    quality = quality_of(text, ItemType.USER_NEED)
    assert quality.findings == ()
    assert quality.patterns == {}
