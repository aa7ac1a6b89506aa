"""The tool of a SARIF run: its name, its rules, and what kind of analysis it makes."""

from __future__ import annotations

import re

import msgspec

from clausework.evidence.json_walk import JsonWalk, decode_kept
from clausework.evidence.readers.sarif_model import ComponentReference, Result, Rule, TaxonReference
from clausework.evidence.readers.sarif_rule import RuleView, identifiers_in, view_of
from clausework.evidence.source import ValueRejected

_ANALYSES = {
    "vulnerability": (
        "trivy",
        "grype",
        "osv-scanner",
        "govulncheck",
        "dependency-check",
        "pip-audit",
        "npm-audit",
        "cargo-audit",
        "docker scout",
        "snyk open source",
        "snyk container",
    ),
    "secret": ("gitleaks", "trufflehog", "detect-secrets", "ggshield"),
    "dynamic": ("zap", "owasp zap", "nuclei", "burp"),
    "static": (
        "bandit",
        "clang-tidy",
        "codeql",
        "coverity",
        "cppcheck",
        "devskim",
        "eslint",
        "flawfinder",
        "gosec",
        "hadolint",
        "opengrep",
        "pmd",
        "pylint",
        "ruff",
        "semgrep",
        "shellcheck",
        "snyk code",
        "sonarqube",
        "spotbugs",
    ),
}
_DRIVER = -1
_SEVERAL = ("trivy",)
"""Tools that make several analyses in one run and say in a rule's tags which one it belongs to."""

_OF_TAG = {
    "vulnerability": "vulnerability",
    "secret": "secret",
    "misconfiguration": "static",
    "license": "static",
}
_REMEMBERED_RULES = 10_000
_ADVISORY = re.compile(
    r"(?:CVE-\d{4}-|GHSA-|OSV-|GO-\d{4}-|PYSEC-\d{4}-|RUSTSEC-\d{4}-|MAL-\d{4}-|BDSA-\d{4}-|SNYK-[A-Z])"
)


class Tool:
    """A run's tool. Rules are found as a result refers to them: by index where that fits, else by ID."""

    def __init__(self) -> None:
        self.name = ""
        self.version = ""
        self._listed: dict[int, list[RuleView]] = {}
        self._by_id: dict[str, RuleView] = {}
        self._met: dict[tuple[str, int, int], RuleView] = {}
        self._analysis: str | None = None
        self.references: tuple[TaxonReference, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()

    def rule_of(self, result: Result) -> RuleView:
        """Return the rule that ``result`` is of; one without a description has its ID alone."""
        reference = result.rule or None
        name = result.rule_id or (reference.id if reference else "") or ""
        component = _DRIVER
        if reference and reference.tool_component:
            component = self._component(reference.tool_component)
        index = result.rule_index
        if not isinstance(index, int) and reference:
            index = reference.index
        key = (name, index if isinstance(index, int) else -1, component)
        view = self._met.get(key)
        if view is None:
            view = self._find(*key)
            if len(self._met) < _REMEMBERED_RULES:
                self._met[key] = view
        return view

    def _component(self, raw: msgspec.Raw) -> int:
        """Return the number of the extension that a rule is in; without a number it is the driver (3.54.5)."""
        reference = decode_kept(raw, ComponentReference)
        return _DRIVER if reference.index is None or reference.index < 0 else reference.index

    def _find(self, name: str, index: int, component: int) -> RuleView:
        view = self._by_id.get(name) or self._by_id.get(name.rsplit("/", 1)[0])
        listed = self._listed.get(component, [])
        if 0 <= index < len(listed):
            at = listed[index]
            if not name or name == at.id or name.startswith(f"{at.id}/"):
                view = at
        if view is None or (name and view.id != name):
            return RuleView(name, ids=identifiers_in(name)) if view is None else _named(view, name)
        return view

    @property
    def analysis(self) -> str:
        """What the tool is known to look for; empty where its name does not tell."""
        if self._analysis is None:
            self._analysis = _analysis_of(self.name.lower())
        return self._analysis

    def analysis_by(self, rule: RuleView) -> str:
        """Return what was looked for where ``rule`` found something."""
        known = self.analysis
        if known and not (rule.tags and known == "vulnerability" and self.name.lower().startswith(_SEVERAL)):
            return known
        if known:
            return next((_OF_TAG[tag] for tag in rule.tags if tag in _OF_TAG), known)
        return "vulnerability" if _ADVISORY.search(rule.id) else "static"

    def read(self, walk: JsonWalk) -> None:
        """Read a ``tool`` (3.18); raises ``ValueRejected`` where its driver has no name."""
        for member in walk.members():
            if member == "driver":
                self._read_component(walk, _DRIVER)
            elif member == "extensions" and walk.peek() == "[":
                for number in walk.elements():
                    self._read_component(walk, number)
            else:
                walk.skip()
        if not self.name:
            raise ValueRejected("a run does not name its tool", offset=walk.offset())

    def _read_component(self, walk: JsonWalk, component: int) -> None:
        driver = component == _DRIVER
        for member in walk.members():
            if member == "rules" and walk.peek() == "[":
                for _ in walk.elements():
                    self._take(view_of(walk.take(Rule)), component)
            elif driver and member == "name":
                self.name = walk.take_text()[:200]
            elif driver and member in {"semanticVersion", "version"}:
                self.version = (walk.take_text() or self.version)[:100]
            else:
                walk.skip()

    def _take(self, view: RuleView, component: int) -> None:
        self._by_id.setdefault(view.id, view)
        self._listed.setdefault(component, []).append(view)
        self.references += tuple(one for one in view.taxa if not one.id)


def _analysis_of(name: str) -> str:
    for analysis, tools in _ANALYSES.items():
        if any(name == tool or name.startswith((f"{tool} ", f"{tool}-")) for tool in tools):
            return analysis
    return ""


def _named(rule: RuleView, name: str) -> RuleView:
    return msgspec.structs.replace(rule, id=name)
