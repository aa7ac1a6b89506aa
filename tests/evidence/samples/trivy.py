"""A small good report of the format ``trivy``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

TRIVY = json.dumps(
    {
        "SchemaVersion": 2,
        "Trivy": {"Version": "0.69.1"},
        "CreatedAt": "2026-02-24T07:07:53Z",
        "ArtifactName": "controller:1.0",
        "ArtifactType": "container_image",
        "Metadata": {"OS": {"Family": "debian", "Name": "12.1"}},
        "Results": [
            {"Target": "controller:1.0 (debian 12.1)", "Class": "os-pkgs", "Type": "debian"},
            {
                "Target": "app/requirements.txt",
                "Class": "lang-pkgs",
                "Type": "pip",
                "Vulnerabilities": [
                    {
                        "VulnerabilityID": "CVE-2026-0001",
                        "VendorIDs": ["GHSA-aaaa-bbbb-cccc"],
                        "PkgName": "attrs",
                        "PkgIdentifier": {"PURL": "pkg:pypi/attrs@1.0"},
                        "InstalledVersion": "1.0",
                        "FixedVersion": "1.1, 2.0",
                        "Status": "fixed",
                        "SeveritySource": "ghsa",
                        "Title": "attrs reads beyond the end",
                        "Severity": "CRITICAL",
                        "CweIDs": ["CWE-125"],
                        "CVSS": {
                            "nvd": {
                                "V3Vector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                                "V3Score": 9.8,
                            }
                        },
                    }
                ],
            },
        ],
    },
    indent=1,
).encode()

SAMPLE = Sample(TRIVY, "trivy.json", word=b"attrs")
