"""Stands for the pen of the tester in the demo: writes what was seen into the empty form of TP-001.

    python demo/fill_form.py reports/TP-001.csv quality@example.com
"""

import csv
import datetime
import pathlib
import sys

TODAY = datetime.datetime.now(datetime.UTC).date()
NEXT_YEAR = TODAY + datetime.timedelta(days=365)

HEAD = {
    "Device serial number": "INF-0007",
    "Environment": "Simulated ward, bed 2, 22 °C; five nurses of two hospitals",
    "Performed on (UTC)": TODAY.isoformat(),
}
EQUIPMENT = {
    "Balance, 0 g to 500 g": ("BAL-12", NEXT_YEAR.isoformat()),
    "Roller clamp (no calibration)": ("RC-1", ""),
}
SEEN = {
    "1": "60.0 mL/h on the display; 9.9, 10.0, 10.0, 10.1 and 9.9 mL on the balance",
    "2": "Stopped and alarmed each time, the slowest after 1.6 s; all five named the line",
    "3": "All five read 'Occlusion' at 4 m",
    "4": "Went on each time; the battery symbol was seen by all five",
}


def fill(path: pathlib.Path, tester: str) -> None:
    """Write what was seen into the form at ``path``."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    for row in rows:
        label = row[0] if row else ""
        if label in HEAD:
            row[1] = HEAD[label]
        elif label == "Tester (e-mail)":
            row[1] = tester
        elif label in EQUIPMENT:
            row[1:] = EQUIPMENT[label]
        elif label in SEEN:
            row[4:6] = SEEN[label], "pass"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)


if __name__ == "__main__":
    fill(pathlib.Path(sys.argv[1]), sys.argv[2])
