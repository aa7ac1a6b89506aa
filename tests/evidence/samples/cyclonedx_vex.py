"""A small good report of the format ``cyclonedx_vex``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

CYCLONEDX_VEX = json.dumps(
    {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 1,
        "metadata": {
            "timestamp": "2026-03-01T10:00:00Z",
            "manufacturer": {"name": "Example Medical"},
            "component": {"type": "firmware", "bom-ref": "pump", "name": "infusor", "version": "2.4.0"},
        },
        "vulnerabilities": [
            {
                "bom-ref": "v1",
                "id": "CVE-2024-0001",
                "references": [{"id": "GHSA-xxxx"}],
                "ratings": [{"severity": "high"}],
                "analysis": {
                    "state": "not_affected",
                    "justification": "code_not_reachable",
                    "detail": "The parser is not built in.",
                },
                "affects": [{"ref": "pump"}],
            },
            {
                "id": "CVE-2024-0002",
                "analysis": {"state": "exploitable", "response": ["update", "workaround_available"]},
                "recommendation": "Update to 2.4.1.",
                "affects": [{"ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#rtos"}],
            },
        ],
    },
    indent=1,
).encode()

SAMPLE = Sample(CYCLONEDX_VEX, "infusor.vex.json", word=b"reachable")
