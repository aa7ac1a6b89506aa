"""The tool of a SARIF run: its name, its rules, and what kind of analysis it makes."""

from __future__ import annotations

import re

from clausework.evidence.json_walk import JsonWalk
from clausework.evidence.sarif_finding import RuleView, identifiers_in, view_of
from clausework.evidence.sarif_model import Result, Rule
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
}
_REMEMBERED_RULES = 10_000
_ADVISORY = re.compile(r"(?:CVE-\d{4}-|GHSA-|OSV-|GO-\d{4}-|PYSEC-\d{4}-|RUSTSEC-\d{4}-|MAL-\d{4}-)")


class Tool:
    """A run's tool. Rules are found as a result refers to them: by index where that fits, else by ID."""

    def __init__(self) -> None:
        self.name = ""
        self.version = ""
        self._listed: list[RuleView] = []
        self._by_id: dict[str, RuleView] = {}
        self._met: dict[tuple[str, int], RuleView] = {}
        self._other_ids = False
        self._advisory_ids = False

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()

    def rule_of(self, result: Result) -> RuleView:
        """Return the rule that ``result`` is of; one without a description has its ID alone."""
        reference = result.rule or None
        name = result.rule_id or (reference.id if reference else "") or ""
        index = result.rule_index
        if not isinstance(index, int) and reference and not reference.tool_component:
            index = reference.index
        key = (name, index if isinstance(index, int) else -1)
        view = self._met.get(key)
        if view is None:
            view = self._find(*key)
            self._notice(view)
            if len(self._met) < _REMEMBERED_RULES:
                self._met[key] = view
        return view

    def _find(self, name: str, index: int) -> RuleView:
        view = self._by_id.get(name) or self._by_id.get(name.rsplit("/", 1)[0])
        if 0 <= index < len(self._listed):
            listed = self._listed[index]
            if not name or name == listed.id or name.startswith(f"{listed.id}/"):
                view = listed
        if view is None or (name and view.id != name):
            return RuleView(name, ids=identifiers_in(name)) if view is None else _named(view, name)
        return view

    def analysis(self) -> str:
        """Return what the run looked for, from the tool's name or else from the rules of its results."""
        name = self.name.lower()
        for analysis, tools in _ANALYSES.items():
            if any(name == tool or name.startswith((f"{tool} ", f"{tool}-")) for tool in tools):
                return analysis
        return "vulnerability" if self._advisory_ids and not self._other_ids else "static"

    def read(self, walk: JsonWalk) -> None:
        """Read a ``tool`` (3.18); raises ``ValueRejected`` where its driver has no name."""
        for member in walk.members():
            if member == "driver":
                self._read_component(walk, driver=True)
            elif member == "extensions" and walk.peek() == "[":
                for _ in walk.elements():
                    self._read_component(walk, driver=False)
            else:
                walk.skip()
        if not self.name:
            raise ValueRejected("a run does not name its tool", offset=walk.offset())

    def _read_component(self, walk: JsonWalk, *, driver: bool) -> None:
        for member in walk.members():
            if member == "rules" and walk.peek() == "[":
                for _ in walk.elements():
                    view = view_of(walk.take(Rule))
                    self._by_id.setdefault(view.id, view)
                    if driver:
                        self._listed.append(view)
            elif driver and member == "name":
                self.name = walk.take_text()[:200]
            elif driver and member in {"semanticVersion", "version"}:
                self.version = (walk.take_text() or self.version)[:100]
            else:
                walk.skip()

    def _notice(self, rule: RuleView) -> None:
        if _ADVISORY.search(rule.id):
            self._advisory_ids = True
        else:
            self._other_ids = True


def _named(rule: RuleView, name: str) -> RuleView:
    return RuleView(name, rule.level, rule.rank, rule.security_severity, rule.ids, rule.messages)
