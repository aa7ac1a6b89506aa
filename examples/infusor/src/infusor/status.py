"""The status message: all that leaves the controller for the display, one line at a time, with a check value."""

from __future__ import annotations

import json
import zlib

from infusor.controller import Controller


def status_message(controller: Controller) -> str:
    """Return a JSON object, a blank, and the CRC-32 of the object in eight hexadecimal digits.

    Rate in microlitres per hour, volumes in microlitres; the volume is 0 without a prescription.
    """
    status = {
        "state": controller.state.value,
        "rate": controller.motor_rate,
        "infused": controller.infused.microlitres,
        "volume": controller.prescription.volume if controller.prescription else 0,
        "alarms": [[kind.priority.name, kind.label] for kind in controller.alarms.in_order()],
    }
    text = json.dumps(status)
    return f"{text} {zlib.crc32(text.encode()):08x}"
