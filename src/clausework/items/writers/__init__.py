"""Items written in formats that other tools read: one module a format, a plain function over items each."""

from __future__ import annotations

from clausework.items.writers.csv import write_csv
from clausework.items.writers.needs import write_needs
from clausework.items.writers.order import CannotBeWritten
from clausework.items.writers.reqif import write_reqif

__all__ = ["CannotBeWritten", "write_csv", "write_needs", "write_reqif"]
