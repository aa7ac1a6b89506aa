"""Requirements of several devices that are well worded: no rule finds anything in any of them."""

from __future__ import annotations

import pytest

from .judging import quality_of

GOOD = (
    (
        "When the arterial pressure falls below the lower alarm limit for 5 s, the monitor shall raise a "
        "high-priority alarm within 10 s."
    ),
    (
        "While an alarm is active, the monitor shall display the alarm text in the colour that IEC 60601-1-8 "
        "Table 2 assigns to the priority."
    ),
    "The monitor shall display the heart rate from 30 bpm to 250 bpm with an error of at most ±2 bpm.",
    'If the SpO2 sensor is disconnected for 2 s, then the monitor shall display the message "Sensor off".',
    (
        "Where the wireless option is installed, the monitor shall send each vital sign to the central "
        "station at least once per second."
    ),
    "The app shall encrypt patient data at rest with AES-256 as NIST SP 800-38D describes.",
    "When the user has been inactive for 300 s ± 5 s, the app shall lock the screen.",
    "The app shall reject passwords that have fewer than 12 characters.",
    "If a log-in fails 5 times within 10 min, then the app shall block the account for at least 30 min.",
    "The server shall answer 95 % of the requests within 500 ms at a load of 200 requests per second.",
    "When the app receives a glucose value below 70 mg/dL, the app shall notify the patient within 60 s.",
    "While in airplane mode, the app shall store glucose values for up to 72 h.",
    "The pump shall deliver basal insulin at rates from 0.05 U/h to 35 U/h in increments of 0.05 U/h.",
    "When the reservoir holds less than 20 U, the pump shall raise a low-priority alarm.",
    "The pump shall retain the event log for at least 90 days without power.",
    "The alarm system shall emit an alarm sound of 45 dB(A) to 85 dB(A), measured as in ISO 3744.",
    "The ventilator shall limit the airway pressure to at most 60 hPa.",
    (
        "While in pressure-controlled mode, the ventilator shall hold the inspiratory pressure within ±2 hPa "
        "of the set value."
    ),
    (
        "If the oxygen supply pressure falls below 280 kPa, then the ventilator shall raise an alarm of "
        "medium priority within 1 s."
    ),
    "When the operator presses the standby key for 3 s, the ventilator shall enter standby.",
    "The image viewer shall load a CT study of 500 images within 4 s on the reference workstation.",
    "The image viewer shall display the slice thickness in millimetres with 1 decimal place.",
    "The software shall support DICOM PS3.4 storage commitment as service class user.",
    "The device shall have an IP address that the administrator configures.",
    "The firmware shall verify the Ed25519 signature of an update before the installation.",
    "If the signature of an update is invalid, then the firmware shall keep the installed version.",
    "The analyser shall report the haemoglobin concentration in g/dL with 3 significant figures.",
    "When the temperature of the incubator exceeds 38.0 °C, the incubator shall switch the heater off within 1 s.",
    "The system shall record the date and time of each event with a resolution of 1 s.",
    "Each alarm message shall contain the patient identifier, the alarm priority and the time of onset.",
    "The gateway shall translate HL7 v2.5 ORU^R01 messages into FHIR R4 Observation resources.",
    "The display shall have a contrast ratio of at least 4.5:1 (WCAG 2.1, 1.4.3).",
    "When the touch screen is pressed for longer than 0.5 s, the monitor shall open the context menu.",
    "The touch targets shall measure at least 9 mm × 9 mm.",  # noqa: RUF001 - as it is written
    "The monitor shall resume monitoring within 30 s of the return of mains power.",
    "The battery gauge shall indicate the remaining time with an error of less than 10 min.",
    "In maintenance mode, the monitor shall disable all therapy functions.",
    "On power-up, the pump controller shall run the self-test of clause 4.2 within 10 s.",
    "The application shall display times in the format hh:mm:ss.",
    "The electrode impedance shall be between 100 Ω and 5 kΩ.",
    "The software shall calculate the body surface area by the formula of DuBois.",
    "The defibrillator shall deliver a biphasic shock of 200 J ± 10 % into 50 Ω.",
    "After the third failed attempt, the injector shall stop the injection.",
    "The monitor shall keep the QRS tone in step with the R wave with a delay of at most 100 ms.",
    "For each channel, the electrocardiograph shall sample at 500 samples per second or more.",
    "The patient app shall show the reason why the reading was rejected.",
    "The pump shall accept a maximum of 10 drug profiles.",
    "The printer shall print at 25 mm/s ± 5 %.",
    "The pump shall stop the infusion on receipt of a stop command from the remote control.",
    "The dose calculator shall use the weight that the nurse entered last.",
    "When the nurse selects a patient, the monitor shall display that patient's alarm limits.",
    (
        "Before each treatment, the dialysis machine shall test the air detector, the blood leak detector and "
        "the venous clamp."
    ),
    "The controller shall read the pressure sensor at intervals of at most 10 ms.",
    "The user interface shall be available in English, German and French.",
    "While a bolus is running, the pump shall display the delivered and the remaining volume.",
    "The thermometer shall display the temperature in °C or °F, as configured.",
)


@pytest.mark.parametrize("text", GOOD)
def test_a_good_requirement_has_no_finding(text: str) -> None:
    """Alarm limits, units, standards, identifiers, quotations and functions of real devices are left alone."""
    quality = quality_of(text)
    assert [str(finding) for finding in quality.findings] == []
    assert quality.score == 100
