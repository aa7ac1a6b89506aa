"""test form: writes the empty form of an approved protocol for somebody to fill (clauses 5.6.7, 5.7.5)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.actions.protocols import blank_form, protocol_named, require_approved
from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault

SUFFIXES = (".csv", ".json", ".xlsx")


class UnknownFormFile(UsageFault):
    """A form is to be written under a name whose ending tells no format."""

    hint = "End the name with .csv, .json or .xlsx."


class FormThere(UsageFault):
    """There is a file where the form is to be written: it may be one that somebody filled."""

    hint = "Give another name, or move the file away."


class WrittenForm(msgspec.Struct, frozen=True):
    """A form that was written: the protocol and the version of it."""

    path: Path
    protocol: str
    sha256: str


def write_form(workplace: Workplace, protocol: str, path: Path, build_id: str | None = None) -> WrittenForm:
    """Write the empty form of ``protocol`` for the newest builds to ``path``, never over a file that is there.

    Raises ``UnknownFormFile``, ``FormThere``, ``ProtocolNotApproved``, ``NothingUnderTest``.
    """
    from clausework.reports.manual_test_form import csv_form, json_form, xlsx_form  # openpyxl is heavy

    makers = dict(zip(SUFFIXES, (csv_form, json_form, xlsx_form), strict=True))
    if path.suffix.lower() not in makers:
        raise UnknownFormFile(f"'{path.name}' ends with none of {', '.join(SUFFIXES)}.")
    item = protocol_named(workplace, protocol)
    require_approved(workplace, item)
    data = makers[path.suffix.lower()](blank_form(workplace, item, build_id))
    try:
        with path.open("xb") as stream:
            stream.write(data)
    except FileExistsError as error:
        raise FormThere(f"'{path}' is there already.") from error
    return WrittenForm(path, item.id, item.content_hash)
