"""The rules on words (Q5 to Q8, Q10, Q13 to Q16, Q18), each by what it finds and what it must leave alone."""

from __future__ import annotations

import pytest

from clausework.items.model import ItemType

from .judging import Examples, found, suggested, words

Q5: Examples = (
    ("The pump shall respond quickly to the stop key.", "quickly"),
    ("The monitor shall have a user-friendly menu.", "user-friendly"),
    ("The app shall be easy to use.", "easy to use"),
    ("The pump shall provide sufficient battery capacity.", "sufficient"),
    ("The pump shall store several events.", "several"),
    ("The display shall be clearly readable.", "clearly"),
    ("The pump shall stop the motor immediately.", "immediately"),
    ("The app shall minimise the delay of alarms.", "minimise"),
    ("The pump shall infuse approximately 5 mL within 60 s.", "approximately"),
    ("The monitor shall use an appropriate alarm priority.", "appropriate"),
)

NOT_Q5 = (
    "The pump shall stop the motor within 2 s.",
    "The pump shall be fast (at most 2 s from key to stop).",
    "The monitor shall display 3 significant digits.",
    "The pump shall raise a high-priority alarm and a low-battery alarm.",
    "The monitor shall synchronise the real-time clock within 1 s.",
    "The connector shall fit small-bore connectors as ISO 80369-7 says.",
    "The gateway shall support the Simple Network Management Protocol.",
    'The app shall display "Replace the battery soon".',
    "The pump shall clear the alarm within 5 s.",
    "The pump shall enter the state of normal operation within 10 s.",
    "The pump shall stop the motor. Note: a fast stop protects the patient.",
    "The pump shall run the command `quick_stop --fast`.",
    "The app shall follow Good Clinical Practice.",
)

Q6: Examples = (
    ("The pump shall stop the motor if possible.", "if possible"),
    ("The monitor shall store the trend as far as practicable.", "as far as practicable"),
    ("Where appropriate, the pump shall raise an alarm.", "Where appropriate"),
    ("The app shall notify the nurse if necessary.", "if necessary"),
    ("The pump shall keep the noise as low as reasonably practicable.", "as low as reasonably practicable"),
    ("The pump shall log events as required.", "as required"),
    ("The monitor shall stop the recording as soon as possible.", "as soon as possible"),
)

NOT_Q6 = (
    "The pump shall log events as required by IEC 62304 5.8.",
    "The monitor shall signal alarms as required in IEC 60601-1-8.",
    "When the key is pressed, the pump shall stop the motor within 1 s.",
    "The pump shall request the confirmation that is required per drug.",
    "If the required volume exceeds 500 mL, then the pump shall reject the prescription.",
    'The display shall show "Add fluid if needed".',
    "The pump shall make the alarm necessary for transport available within 1 s.",
    "The pump shall stop the motor. Rationale: this is as low as reasonably practicable.",
    "Where a battery is fitted, the pump shall display the charge.",
    "The app shall show the number of possible doses.",
)

Q7: Examples = (
    ("The pump shall log alarms, keys, doses, etc.", "etc."),
    ("The pump shall log events including but not limited to alarms.", "including but not limited to"),
    ("The monitor shall display ECG, SpO2 and so on.", "and so on"),
    ("The display shall show values such as rate and volume.", "such as"),
    ("The app shall read formats, e.g. CSV.", "e.g."),
    ("The pump shall log alarms, keys, ...", ", ..."),
    ("The pump shall log alarms and the like.", "and the like"),
)

NOT_Q7 = (
    "The pump shall log alarms, keys and doses.",
    "When an alarm such as an occlusion alarm is raised, the pump shall stop the motor.",
    "The pump shall accept rates of 0.1...999.9 mL/h.",
    'The app shall show "Please wait ...".',
    "The monitor shall follow the standard (e.g. IEC 60601-2-49 for multifunction monitors).",
    "The pump shall log alarms. Note: alarms are occlusion, air, etc.",
    "The pump shall log the following events:\n- alarms\n- keys",
    "The file `/etc/pump.conf` shall hold the hard limits of the drug.",
    "The pump shall limit the rate to at most 999.9 mL/h, but not the volume.",
    "The pump shall raise an alarm of the same priority as the others.",
)

Q8: Examples = (
    ("The app shall notify the nurse and/or the physician.", "and/or"),
    ("The app shall notify the nurse/physician within 5 s.", "nurse/physician"),
    ("The pump shall log the alarm/event.", "alarm/event"),
    ("The monitor shall import/export trends.", "import/export"),
    ("The pump shall store the rate and / or the volume.", "and / or"),
    ("The pump shall display the drug/patient.", "drug/patient"),
)

NOT_Q8 = (
    "The pump shall accept rates from 0.1 mL/h to 999.9 mL/h.",
    "The pump shall accept doses of at most 5 mg/kg/h.",
    "The monitor shall display the respiration in breaths/min.",
    "The gateway shall send the data over TCP/IP.",
    "The gateway shall map HL7/FHIR messages.",
    "The start/stop key shall emit a sound of at least 45 dB(A).",
    "The pump shall comply with ISO/IEC 27001 and EN/IEC 60601-1.",
    "The service shall write the file /var/log/pump/events within 1 s.",
    "The monitor shall display the systolic/diastolic pressure in mmHg.",
    "The app shall open https://example.com/help/start within 2 s.",
    'The display shall show "on/off/standby".',
    "The valve shall have an on/off switch.",
    "The A/D converter shall sample at least 100 values per second.",
)

Q10: Examples = (
    ("When an alarm is active, the pump shall display it.", "it"),
    ("The pump shall log alarms and send them to the server.", "them"),
    ("When keys are pressed, the pump shall check whether they stick.", "they"),
    ("If the pump has stopped, then the app shall report this.", "this"),
    ("While these are active, the pump shall reject the start.", "these"),
    ("The pump shall ask the nurse whether he confirms the rate.", "he"),
)

NOT_Q10 = (
    "When an alarm is active, the pump shall display the alarm.",
    "The pump shall keep an alarm active until its cause is absent.",
    "The monitor shall display this patient's name.",
    "The pump shall send these events to the server within 5 s.",
    "When it is necessary to stop the motor, the pump shall close the valve.",
    "The gateway shall connect to the IT network of the clinic.",
    "The pump shall log the rate that the nurse enters.",
    'The display shall show "Press it again".',
    "The pump shall stop the motor. It then waits for the nurse.",
    "The pump shall raise the alarm of those that have the higher priority.",
)

Q13: Examples = (
    ("The display shall always show the rate.", "always"),
    ("The pump shall be available at all times.", "at all times"),
    ("The rate shall under all circumstances be at most 5 mL/h.", "under all circumstances"),
    ("The monitor shall have 100 % availability.", "100 % availability"),
    ("The pump shall deliver the volume without exception.", "without exception"),
    ("The server shall be error-free.", "error-free"),
    ("Where the alarm has never been raised, the pump shall display the date of the test.", "never"),
)

NOT_Q13 = (
    "The pump shall display the rate within 1 s.",
    "The server shall be available 99.9 % of each period of 24 h.",
    "The pump shall charge the battery to 100 % within 4 h.",
    "The monitor shall have an always-on display.",
    "All alarms shall have a priority.",
    "The pump shall log every alarm.",
    'The display shall show "Always confirm the rate".',
    "The pump shall never exceed 5 mL/h.",
    "The pump shall stop the motor. Rationale: the nurse always watches the display.",
    "The pump shall display the charge when the battery is fully charged.",
)

Q14: Examples = (
    ("The volume shall not exceed 5 mL.", "shall not"),
    ("The dose per hour shall never exceed 10 mg/h.", "shall never"),
    ("The pump controller shall not accept a rate above 999 mL/h.", "shall not"),
    ("The app shall not display data of another patient.", "shall not"),
    ("The pressure shall not fall below 5 kPa.", "shall not"),
    ("While the door is open, the pump shall not start the motor.", "shall not"),
)

NOT_Q14 = (
    "The volume shall be at most 5 mL.",
    "While the pump is not infusing, the pump shall display the time.",
    "The pump shall deliver no more than 5 mL.",
    "If the nurse has not confirmed the rate, then the pump shall reject the start.",
    'The display shall show "Do not disconnect".',
    "The pump shall reject rates that are not multiples of 0.1 mL/h.",
    "The pump shall stop the motor. Note: the valve shall not be confused with the clamp.",
    "The pump shall raise an alarm not later than 2 s after the occlusion.",
    "The pump shall report each value that cannot be read.",
)

Q15: Examples = (
    ("The pump shall stop the motor within TBD s.", "TBD"),
    ("The rate limit shall be to be determined.", "to be determined"),
    ("The pump shall deliver at most xx mL.", "xx mL"),
    ("The pump shall retain <number of days> of events.", "<number of days>"),
    ("The pump shall raise an alarm of ??? priority.", "???"),
    ("The pump shall display the rate [...].", "[...]"),
    ("The pump shall follow the table.\n\n| rate | TBC |", "TBC"),
    ("The pump shall stop. Note: the time is TBD.", "TBD"),
    ("The pump shall stop within `TBD` s.", "`TBD`"),
    ("TODO: text of the alarm", "TODO"),
)

NOT_Q15 = (
    "The pump shall stop the motor within 2 s.",
    'The monitor shall display "TBD" until the name is entered.',
    "The monitor shall display the name in the element <b>header</b>.",
    "The pump shall accept rates with 0.1 mL/h < rate and volume > 5 mL.",
    "The pump shall ask the question: is the line open?",
    "The gateway shall answer with `<status>ok</status>`.",
    "The app shall determine the rate that is to be delivered.",
    "The pump shall comply with Annex XX of the Regulation.",
    "The pump shall send the command `set_rate <value>`.",
    "The item REQ-TBD-12 names the pump; the pump shall stop.",
    "The pump shall deliver at most 10 mL of the drug XXL.",
)

Q16: Examples = (
    ("In order to avoid free flow, the pump shall close the valve.", "In order to"),
    ("The pump shall check the line so that air is detected.", "so that"),
    ("The pump shall beep to ensure that the nurse hears it.", "to ensure"),
    ("The app shall encrypt the data for the purpose of privacy.", "for the purpose of"),
    ("The pump shall close the valve because free flow harms the patient.", "because"),
    ("The monitor shall save the trend to make sure that nothing is lost.", "to make sure"),
)

NOT_Q16 = (
    "The pump shall close the valve within 1 s.",
    "The pump shall close the valve within 1 s. Rationale: in order to avoid free flow.",
    "The pump shall close the valve. This is so that free flow is avoided.",
    'The display shall show "Press to ensure flow".',
    "The pump shall ask the nurse to confirm the rate.",
    "The app shall allow the nurse to ensure the flow.",
    "The pump shall display the measures needed to ensure the flow.",
    "The pump shall raise the alarm in the order of priority.",
    "The pump shall sort alarms in order of priority.",
)

Q18: Examples = (
    ("The monitor shall store the trend using PostgreSQL.", "using PostgreSQL"),
    ("The app shall be written in Kotlin.", "written in Kotlin"),
    ("The controller shall protect the log by means of a mutex.", "by means of a mutex"),
    ("The service shall be implemented in C++.", "implemented in C++"),
    ("The pump shall keep the limits using a hash table.", "using a hash table"),
    ("The gateway shall queue alarms via Kafka.", "via Kafka"),
    ("The firmware shall be written in C.", "written in C"),
)

NOT_Q18 = (
    "The monitor shall store the trend persistently.",
    "The gateway shall send alarms via HL7 FHIR R4.",
    "The app shall encrypt the data using AES-256.",
    "The app shall connect via Bluetooth Low Energy 5.0.",
    "The gateway shall export the data using JSON.",
    "The pump shall warm the fluid using the heater.",
    "The app shall run on Windows 11 and iOS 17.",
    'The display shall show "using Java".',
    "The software shall use the time of the NTP server.",
    "The syringe shall connect via thread C of the adapter.",
)

RULES: dict[str, tuple[Examples, tuple[str, ...]]] = {
    "Q5": (Q5, NOT_Q5),
    "Q6": (Q6, NOT_Q6),
    "Q7": (Q7, NOT_Q7),
    "Q8": (Q8, NOT_Q8),
    "Q10": (Q10, NOT_Q10),
    "Q13": (Q13, NOT_Q13),
    "Q14": (Q14, NOT_Q14),
    "Q15": (Q15, NOT_Q15),
    "Q16": (Q16, NOT_Q16),
    "Q18": (Q18, NOT_Q18),
}


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


@pytest.mark.parametrize("rule", sorted(RULES))
def test_examples_are_many(rule: str) -> None:
    """Each rule has at least six texts that it finds something in, and eight that it must leave alone."""
    bad, good = RULES[rule]
    assert len(bad) >= 6
    assert len(good) >= 8


@pytest.mark.parametrize(
    ("rule", "text", "better"),
    [
        ("Q6", "The pump shall stop the motor if possible.", "The pump shall stop the motor."),
        ("Q6", "Where appropriate, the pump shall raise an alarm.", "The pump shall raise an alarm."),
        (
            "Q8",
            "The app shall notify the nurse and/or the physician.",
            "The app shall notify the nurse and the physician. / The app shall notify the nurse or the physician.",
        ),
        ("Q8", "The pump shall log the alarm/event.", ""),
        ("Q13", "The display shall always show the rate.", "The display shall show the rate."),
        ("Q13", "The rate shall under all circumstances be at most 5 mL/h.", ""),
        ("Q14", "The volume shall not exceed 5 mL.", "The volume shall be at most 5 mL."),
        ("Q14", "The pressure shall not fall below 5 kPa.", "The pressure shall be at least 5 kPa."),
        ("Q14", "The error shall not be more than 2 %.", "The error shall be at most 2 %."),
        (
            "Q14",
            "The pump controller shall not accept a rate above 999 mL/h.",
            "The pump controller shall reject a rate above 999 mL/h.",
        ),
        ("Q14", "The app shall not allow the nurse to change the limit.", ""),
        ("Q14", "The app shall not display data of another patient.", ""),
        (
            "Q16",
            "In order to avoid free flow, the pump shall close the valve.",
            "The pump shall close the valve. (rationale: In order to avoid free flow)",
        ),
        (
            "Q16",
            "The pump shall check the line so that air is detected.",
            "The pump shall check the line. (rationale: so that air is detected)",
        ),
        ("Q16", "The pump shall beep so that the nurse hears the sound within 2 s.", ""),
        (
            "Q18",
            "The monitor shall store the trend using PostgreSQL.",
            "The monitor shall store the trend persistently.",
        ),
        ("Q18", "The gateway shall queue alarms via Kafka.", "The gateway shall queue alarms."),
        ("Q18", "The app shall be written in Kotlin.", ""),
    ],
)
def test_what_is_suggested(rule: str, text: str, better: str) -> None:
    """Where the better wording follows from the worse one it is told whole; elsewhere nothing is made up."""
    assert suggested(rule, text) == better


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        ("Q7", "The nurse needs to see rate, volume, etc.", ["etc."]),
        ("Q8", "The nurse needs to hear and/or see the alarm.", ["and/or"]),
        ("Q15", "The nurse needs to be told TBD.", ["TBD"]),
        ("Q5", "The nurse needs a display that is easy to read.", []),
        ("Q10", "The nurse needs the pump to tell when it stops.", []),
        ("Q16", "The nurse needs the alarm in order to help the patient.", []),
    ],
)
def test_user_needs_are_held_against_what_makes_sense(rule: str, text: str, expected: list[str]) -> None:
    """A need may be vague and say what it is for, but it is no open list and holds no placeholder."""
    assert words(rule, text, ItemType.USER_NEED) == expected


def test_what_stands_in_a_list_is_judged_too() -> None:
    """The points of a list that a requirement introduces are part of what it asks."""
    text = "The display shall show:\n- the rate\n- values that are easily read\n- alarms, etc."
    assert words("Q5", text) == ["easily"]
    assert words("Q7", text) == ["etc."]
