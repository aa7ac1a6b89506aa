"""What the readers of findings share: a report as its findings are written, and texts and paths made comparable."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qsl, urlsplit

from clausework.evidence.detail import DetailWriter, FindingDetail, Severity
from clausework.evidence.fingerprints import FindingTally, Fingerprints
from clausework.evidence.format import FindingsRead
from clausework.evidence.remarks import Remarks
from clausework.evidence.severity import UNKNOWN, severity_of_word

LONGEST_MESSAGE = 1000
"""Characters kept of a message; the raw report keeps all."""

LONGEST_NAME = 500
"""Characters kept of a path, a rule or the name of a component."""

_MOST_LEFT_OUT = 1000
_MOST_TARGETS = 20
_MOST_TOOLS = 100
_SLOWNESS = 1_000
_TAG = re.compile(r"<[^<>]{0,200}>")
_FILE_SCHEME = re.compile(r"file:(?:///?(?=[A-Za-z]:)|//(?=/)|)", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:/")
_RUNNERS = re.compile(r"(?:/home/runner/work|/__w|[A-Za-z]:/a)/(?P<name>[^/]+)/(?P=name)/|/github/workspace/")
_ADDRESS = re.compile(r"localhost|[0-9.]+|\[?[0-9a-f:]*:[0-9a-f:.]*\]?|host\.docker\.internal", re.IGNORECASE)
_PRECEDENCE = ("vulnerability", "static", "dynamic", "secret")


class FindingReport:
    """A report of findings while it is read; ``result`` says what it comes to."""

    def __init__(self, detail: DetailWriter) -> None:
        self._detail = detail
        self._tally = FindingTally()
        self._left_out: dict[str, None] = {}
        self._tools: dict[str, None] = {}
        self._analyses: dict[str, None] = {}
        self.fingerprints = Fingerprints()
        self.remarks = Remarks()
        self.complete = True
        self._targets: dict[str, None] = {}

    def looked_at(self, kind: str, name: str) -> None:
        """Take note of what was looked at by the report's own word, such as a ``commit``."""
        if name.strip() and len(self._targets) < _MOST_TARGETS:
            self._targets[clipped(f"{kind} {name}")] = None

    def add(self, finding: FindingDetail) -> None:
        """Take a finding."""
        self._detail.add(self._tally.take(finding))
        if finding.analysis:
            self._analyses[finding.analysis] = None

    def made(self, analysis: str) -> None:
        """Take note that an analysis of the kind ``analysis`` was made, whatever it found."""
        self._analyses[analysis] = None

    def made_by(self, tool: str) -> None:
        """Take note of a tool, with its version, that looked."""
        name = " ".join(tool.split())[:200]
        if not name:
            return
        if len(self._tools) < _MOST_TOOLS:
            self._tools[name] = None
        elif name not in self._tools:
            self.remarks.add("more tools looked than are named", name)

    def incomplete(self, why: str, example: str = "") -> None:
        """Take note that the tool did not finish, and ``why``."""
        self.complete = False
        self.remarks.add(why, example[:200])

    def left_out(self, what: str) -> None:
        """Take note of something that the tool did not look at by its own word."""
        if len(self._left_out) < _MOST_LEFT_OUT:
            self._left_out[" ".join(what.split())[:200]] = None

    def severity_of(self, word: str, where: str = "") -> Severity:
        """Return the severity of a tool's ``word``; one that is not known counts as high, with a remark."""
        severity = severity_of_word(word)
        if severity is None:
            self.remarks.add(f"findings without a known severity are taken as {UNKNOWN}", where or word)
            return UNKNOWN
        return severity

    def result(self) -> FindingsRead:
        """Return what was read."""
        analyses = [one for one in _PRECEDENCE if one in self._analyses]
        if len(analyses) > 1:
            self.remarks.add(
                f"several kinds of analysis are in it, taken as {analyses[0]}", ", ".join(analyses)
            )
        return FindingsRead(
            analysis=analyses[0] if analyses else "static",
            tools=tuple(self._tools),
            complete=self.complete,
            open_by_severity=self._tally.open_by_severity,
            suppressed=self._tally.suppressed,
            remarks=self.remarks.all(),
            not_evaluated=tuple(self._left_out),
            targets=tuple(self._targets),
        )


def clipped(text: str) -> str:
    """Return the first ``LONGEST_NAME`` characters of a name on one line."""
    return " ".join(text[: LONGEST_NAME * 2].split())[:LONGEST_NAME]


def told(text: str) -> str:
    """Return a message as it is kept: without white space around it, its first ``LONGEST_MESSAGE`` characters."""
    return text.strip()[:LONGEST_MESSAGE]


def without_tags(text: str) -> str:
    """Return ``text`` without the HTML tags by which some tools set their messages."""
    return " ".join(_TAG.sub(" ", text).split())


def plain_path(text: str) -> str:
    """Return a path as it reads on every machine, as far as it says where its project begins.

    Slashes go forward, a ``file:`` scheme and a leading ``./`` go, and so do the folders in which GitHub's runners
    keep the checked-out project.
    """
    path = text.strip()
    if "\\" in path:
        path = path.replace("\\", "/")
    if path[:5].lower() == "file:":
        path = _FILE_SCHEME.sub("", path, count=1)
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    if is_absolute(path):
        path = _RUNNERS.sub("", path, count=1) if _RUNNERS.match(path) else path
    return path[:LONGEST_NAME]


def is_absolute(path: str) -> bool:
    """Tell whether ``path`` names a place on a machine and not in a project."""
    return path.startswith("/") or _DRIVE.match(path) is not None


class Paths:
    """Makes paths plain; a report whose paths are a machine's own is remarked upon, once."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks

    def of(self, text: str) -> str:
        """Return ``text`` as a plain path."""
        path = plain_path(text)
        if is_absolute(path):
            self._remarks.add(
                "paths are absolute: the same finding on another machine has another fingerprint", path
            )
        return path


def place_on_site(uri: str) -> tuple[str, str]:
    """Return host and path of ``uri``; the names in its query stay, their values, which may be secret, do not.

    An address that says only where the program ran for the test, such as ``127.0.0.1:8080``, is no host; no two
    runs need agree on it.
    """
    try:
        parts = urlsplit(uri.strip())
        host = parts.hostname or ""
        names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    except ValueError:
        return "", uri.split("?", 1)[0].strip()[:LONGEST_NAME]
    path = (parts.path or "/") + (f"?{'&'.join(names)}" if names else "")
    return "" if _ADDRESS.fullmatch(host) else host[:LONGEST_NAME], path[:LONGEST_NAME]


def trace_of_secret(secret: str, *salt: str) -> str:
    """Return what tells ``secret`` from others and does not give it away.

    It is a digest that is slow to make, so that short passwords cannot be tried by the million.
    """
    if not secret:
        return ""
    mixed = "\0".join(salt).encode("utf-8", "surrogatepass")
    return hashlib.pbkdf2_hmac("sha256", secret.encode("utf-8", "surrogatepass"), mixed, _SLOWNESS, 16).hex()
