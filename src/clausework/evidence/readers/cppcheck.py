"""Reads the XML report of Cppcheck: static analysis of C and C++ (5.1.12, 5.5.3; EN IEC 81001-5-1 5.5, 5.7).

Some of what Cppcheck lists says nothing about the code but that it could not be analysed. Then the scan is not
complete, as Cppcheck itself has it for its critical errors.
"""

from __future__ import annotations

import re

from clausework.evidence.detail import DetailWriter, FindingDetail, Severity
from clausework.evidence.fingerprints import without_place
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.readers.finding_report import FindingReport, Paths, clipped, told
from clausework.evidence.source import Source, ValueRejected, WrongKind
from clausework.evidence.xml_events import (
    DEEPEST,
    Attributes,
    NestedTooDeeply,
    elements_in,
    feed,
    new_parser,
    root_of,
)

_TOOL = "cppcheck"
_VERSIONS = ("2", "3")
_SEVERITIES: dict[str, Severity] = {
    "error": "high",
    "warning": "medium",
    "style": "low",
    "performance": "low",
    "portability": "low",
    "information": "none",
    "debug": "none",
    "none": "none",
}
_CRITICAL = frozenset(
    {
        "cppcheckError",
        "cppcheckLimit",
        "includeNestedTooDeeply",
        "instantiationError",
        "internalAstError",
        "internalError",
        "missingFile",
        "premium-internalError",
        "premium-invalidArgument",
        "premium-invalidLicense",
        "preprocessorErrorDirective",
        "syntaxError",
        "unhandledChar",
        "unknownMacro",
    }
)
"""Cppcheck's critical errors: what it looked at when one arose was not analysed to its end."""

_NOT_LOOKED_AT = frozenset({"noValidConfiguration", "toomanyconfigs", "ConfigurationNotChecked"})
_ABOUT_THE_RUN = frozenset(
    {
        "checkersReport",
        "missingInclude",
        "missingIncludeSystem",
        "normalCheckLevelMaxBranches",
        "normalCheckLevelConditionExpressions",
        "checkLevelNormal",
        "purgedConfiguration",
        "unmatchedSuppression",
        "logChecker",
    }
)
_MOST_SYMBOLS = 20
_CWE = re.compile(r"[0-9]{1,6}")


class _Reading:
    """Holds the place in the document between two events."""

    def __init__(self, detail: DetailWriter) -> None:
        self.report = FindingReport(detail)
        self.paths = Paths(self.report.remarks)
        self.path: list[str] = []
        self.version: str | None = None
        self.errors = 0
        self.error: Attributes | None = None
        self.location: Attributes | None = None
        self.symbols: list[str] = []
        self.symbol = ""

    def start(self, name: str, attributes: Attributes) -> None:
        self.path.append(name)
        if len(self.path) > DEEPEST:
            raise NestedTooDeeply(f"elements nested deeper than {DEEPEST}")
        if len(self.path) == 1:
            if name != "results" or attributes.get("version") not in _VERSIONS:
                raise WrongKind(
                    f"the root element is <{name[:60]}>, not the <results> of Cppcheck's version 2 or 3"
                )
        elif name == "cppcheck" and len(self.path) == 2:
            self.version = f"{attributes.get('product-name', '')} {attributes.get('version', '')}".strip()
        elif name == "errors" and len(self.path) == 2:
            self.errors += 1
        elif name == "error":
            if self.path[:-1] != ["results", "errors"]:
                raise ValueRejected("an <error> stands outside the errors")
            self.error, self.location = attributes, None
            self.symbols.clear()
        elif name == "location" and self.error is not None and self.location is None:
            self.location = attributes  # the first is where it shows; those after it explain

    def data(self, text: str) -> None:
        if self.path[-1] == "symbol" and self.error is not None:
            self.symbol = (self.symbol + text[:1000])[:1000]

    def end(self, name: str) -> None:
        self.path.pop()
        if name == "symbol":
            if len(self.symbols) < _MOST_SYMBOLS:
                self.symbols.append(self.symbol)
            self.symbol = ""
        elif name == "error" and self.error is not None:
            self._take(self.error, self.location or {})
            self.error = None

    def _take(self, error: Attributes, location: Attributes) -> None:
        rule, severity, message = (error.get(name, "") for name in ("id", "severity", "msg"))
        if not rule or not severity:
            raise ValueRejected("an <error> has no id or no severity")
        path = self.paths.of(location.get("file", "") or error.get("file0", ""))
        if self._is_about_the_run(rule, path, message):
            return
        self.report.add(
            FindingDetail(
                self.report.fingerprints.of(_TOOL, rule, path, without_place(message), *self.symbols),
                clipped(rule),
                _SEVERITIES.get(severity) or self.report.severity_of(severity, rule),
                severity + (" (inconclusive)" if error.get("inconclusive") == "true" else ""),
                told(error.get("verbose", "") or message),
                path,
                _line(location),
                "Cppcheck",
                component=clipped(", ".join(self.symbols)),
                ids=(f"CWE-{error['cwe']}",) if _CWE.fullmatch(error.get("cwe", "")) else (),
                analysis="static",
            )
        )

    def _is_about_the_run(self, rule: str, path: str, message: str) -> bool:
        """Take what says how the analysis went, and tell whether ``rule`` is no more than that."""
        if rule in _CRITICAL:
            self.report.incomplete("Cppcheck did not analyse a file to its end", f"{path}: {rule}: {message}")
            return False
        if rule in _NOT_LOOKED_AT:
            self.report.left_out(f"{path}: {message}".removeprefix(": "))
            return True
        if rule not in _ABOUT_THE_RUN:
            return False
        if rule == "checkersReport" and "critical error" in message.lower():
            self.report.incomplete("Cppcheck reports critical errors", message)
        elif rule != "checkersReport":
            self.report.remarks.add(f"Cppcheck says '{rule}'", f"{path}: {message}".removeprefix(": "))
        return True

    def finish(self) -> FindingsRead:
        if self.version is None or self.errors != 1:
            raise ValueRejected(
                "it does not name Cppcheck's version, or has not one list of errors", offset=0
            )
        self.report.made("static")
        self.report.made_by(
            self.version if "cppcheck" in self.version.lower() else f"Cppcheck {self.version}"
        )
        return self.report.result()


def _line(location: Attributes) -> int:
    text = location.get("line", "") or "0"
    if not text.isdecimal() or len(text) > 9:
        raise ValueRejected(f"a <location> has line='{text[:30]}'")
    return int(text)


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    return (
        root is not None
        and root[0] == "results"
        and root[1].get("version", "2") in _VERSIONS
        and "cppcheck" in elements_in(head)
    )


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    parser = new_parser()
    reading = _Reading(detail)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.data
    feed(parser, source.chunks())
    return reading.finish()


FORMAT = Format(
    "cppcheck",
    1,
    "findings",
    "application/xml",
    (".xml",),
    _sniff,
    _parse,
    "Cppcheck XML",
    ("5.1.12", "5.5.3", "81001-5-1 5.5", "81001-5-1 5.7"),
)
