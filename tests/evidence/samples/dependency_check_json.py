"""A small good report of the format ``dependency_check_json``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

DEPENDENCY_CHECK_JSON = json.dumps(
    {
        "reportSchema": "1.1",
        "scanInfo": {
            "engineVersion": "12.1.0",
            "dataSource": [
                {"name": "NVD API Last Checked", "timestamp": "2026-01-30T11:14:02+01"},
                {"name": "NVD API Last Modified", "timestamp": "2026-01-30T09:15:51Z"},
            ],
        },
        "projectInfo": {"name": "controller", "reportDate": "2026-01-30T11:20:00Z"},
        "dependencies": [
            {
                "isVirtual": False,
                "fileName": "ring-1.0.jar",
                "filePath": "/build/lib/ring-1.0.jar",
                "evidenceCollected": {"vendorEvidence": [], "productEvidence": [], "versionEvidence": []},
                "packages": [{"id": "pkg:maven/org.example/ring@1.0", "confidence": "HIGH"}],
                "vulnerabilities": [
                    {
                        "source": "NVD",
                        "name": "CVE-2026-0001",
                        "severity": "CRITICAL",
                        "cvssv2": {
                            "score": 10.0,
                            "accessVector": "NETWORK",
                            "accessComplexity": "LOW",
                            "authenticationr": "NONE",
                            "confidentialityImpact": "COMPLETE",
                            "integrityImpact": "COMPLETE",
                            "availabilityImpact": "COMPLETE",
                            "severity": "HIGH",
                        },
                        "cwes": ["CWE-125"],
                        "description": "ring reads beyond the end",
                        "notes": "",
                    }
                ],
                "suppressedVulnerabilities": [
                    {"source": "NVD", "name": "CVE-2026-0002", "severity": "LOW", "notes": "not shipped"}
                ],
            }
        ],
    },
    indent=1,
).encode()

SAMPLE = Sample(DEPENDENCY_CHECK_JSON, "dependency-check-report.json", word=b"ring")
