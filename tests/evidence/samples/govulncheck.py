"""A small good report of the format ``govulncheck``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

_MESSAGES = (
    {
        "config": {
            "protocol_version": "v1.0.0",
            "scanner_name": "govulncheck",
            "scanner_version": "v1.1.4",
            "db": "https://vuln.example",
            "db_last_modified": "2026-02-16T23:55:18Z",
            "go_version": "go1.24.4",
            "scan_level": "symbol",
        }
    },
    {"SBOM": {"go_version": "go1.24.4", "modules": [{"path": "golang.example/text", "version": "v0.3.5"}]}},
    {"progress": {"message": "Checking the code against the vulnerabilities..."}},
    {
        "osv": {
            "id": "GO-2026-0113",
            "aliases": ["CVE-2026-0001", "GHSA-aaaa-bbbb-cccc"],
            "summary": "Out-of-bounds read in golang.example/text",
            "affected": [{"package": {"name": "golang.example/text", "ecosystem": "Go"}}],
        }
    },
    {
        "finding": {
            "osv": "GO-2026-0113",
            "fixed_version": "v0.3.7",
            "trace": [{"module": "golang.example/text", "version": "v0.3.5"}],
        }
    },
    {
        "finding": {
            "osv": "GO-2026-0113",
            "fixed_version": "v0.3.7",
            "trace": [
                {
                    "module": "golang.example/text",
                    "version": "v0.3.5",
                    "package": "golang.example/text/language",
                    "function": "Parse",
                },
                {
                    "module": "controller",
                    "package": "controller",
                    "function": "main",
                    "position": {"filename": "main.go", "line": 12, "column": 43},
                },
            ],
        }
    },
)

GOVULNCHECK = "\n".join(json.dumps(message, indent=1) for message in _MESSAGES).encode()

SAMPLE = Sample(
    GOVULNCHECK,
    "govulncheck.json",
    word=b"golang",
    open_ended="a stream of messages; the tool writes none at its end",
)
