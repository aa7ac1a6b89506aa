"""The list of evidence formats, and how the format of a file is found.

Adding a format is its module, one line here, its samples and its page. A module is imported when its format is named
or a file of its family is to be recognised, never at start-up.
"""

from __future__ import annotations

import importlib

from clausework.core.errors import Defect, InputRejected, UsageFault
from clausework.evidence.format import Format
from clausework.evidence.plug_ins import PlugInUnusable, plug_in_formats

_XML = (
    "junit",
    "cobertura",
    "cyclonedx_xml",
    "robot",
    "zap_xml",
    "cppcheck",
    "nunit2",
    "nunit3",
    "xunit",
    "trx",
    "ctest",
    "jacoco",
    "dependency_check",
)
_JSON = (
    "cucumber",
    "go_test",
    "sarif",
    "cyclonedx",
    "cyclonedx_vex",
    "spdx_json",
    "spdx3",
    "in_toto",
    "sigstore",
    "github_reviews",
    "gitlab_reviews",
    "gerrit_reviews",
    "azure_reviews",
    "github_protection",
    "gitlab_protection",
    "zap_json",
    "semgrep",
    "bandit",
    "gitlab_report",
    "sonarqube",
    "gitleaks",
    "coverage_py",
    "gcovr",
    "osv_scanner",
    "trivy",
    "grype",
    "pip_audit",
    "npm_audit",
    "yarn_audit",
    "cargo_audit",
    "govulncheck",
    "dependency_check_json",
    "openvex",
    "csaf",
    "manual_test_json",
)
_TEXT = (
    "spdx_tag_value",
    "tap",
    "lcov",
    "go_cover",
    "manual_test_csv",
)
_ARCHIVES = ("manual_test_xlsx",)
# Within a family the order is that in which candidates are named. No sniff leans on it: what two formats claim is
# refused. The family is told by the first character, so that a file wakes the readers of its own family only. Gerrit
# puts a line of ")]}'" before its JSON.

_OURS = (*_XML, *_JSON, *_TEXT, *_ARCHIVES)


class FormatNotRecognised(InputRejected):
    """No format claims a file."""


class FormatAmbiguous(InputRejected):
    """More than one format claims a file."""

    hint = "Name the one that is meant with --as."


class UnknownFormat(UsageFault):
    """A format was named that does not exist."""


def format_names() -> tuple[str, ...]:
    """Return the names of Clausework's own formats."""
    return _OURS


def format_named(name: str) -> Format:
    """Return the format ``name``, Clausework's or a plug-in's; raises ``UnknownFormat``."""
    if name in _OURS:
        found = importlib.import_module(f"clausework.evidence.readers.{name}").FORMAT
        if not isinstance(found, Format):
            raise Defect(f"clausework.evidence.readers.{name} has no FORMAT.")
        return found
    plug_ins = plug_in_formats(_OURS)
    if name not in plug_ins:
        known = ", ".join([*_OURS, *plug_ins])
        raise UnknownFormat(f"'{name}' is not a format.", hint=f"Known formats: {known}.")
    return plug_ins[name]


def kind_of(name: str) -> str:
    """Return what reports of the format ``name`` hold; empty for no format, and for one that is not installed here."""
    try:
        return format_named(name).kind if name else ""
    except (UnknownFormat, PlugInUnusable):
        return ""


def detect(head: bytes, name: str) -> Format:
    """Return the one format that claims the file ``name`` beginning with ``head``.

    Raises ``FormatNotRecognised`` when none does and ``FormatAmbiguous`` when several do.
    """
    if not head:
        raise FormatNotRecognised(f"{name} is empty.")
    candidates = [*map(format_named, _family(head)), *plug_in_formats(_OURS).values()]
    claimed = [form for form in candidates if form.sniff(head, name)]
    if not claimed:
        raise FormatNotRecognised(
            f"{name} is of no known format.",
            hint=f"Name its format with --as; known are {', '.join(_OURS)}. What is none of them can be kept "
            "as an attachment with --attach.",
        )
    if len(claimed) > 1:
        raise FormatAmbiguous(f"{name} could be {' or '.join(form.name for form in claimed)}.")
    return claimed[0]


def _family(head: bytes) -> tuple[str, ...]:
    if head.startswith(b"PK\x03\x04"):
        return _ARCHIVES
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    if start == b"<":
        return _XML
    return _JSON if start in {b"{", b"[", b")"} else _TEXT
