"""A small good report of the format ``cyclonedx``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

CYCLONEDX = json.dumps(
    {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 1,
        "metadata": {"component": {"type": "firmware", "name": "infusor", "version": "2.4.0"}},
        "components": [
            {
                "type": "library",
                "group": "org.example",
                "name": "ring",
                "version": "1.0",
                "purl": "pkg:generic/ring@1.0",
                "hashes": [{"alg": "SHA-256", "content": "ab" * 32}],
                "licenses": [{"license": {"id": "MIT"}}, {"expression": "MIT OR ISC"}],
                "supplier": {"name": "Example"},
                "components": [{"type": "file", "name": "ring.c"}],
            },
            {"type": "operating-system", "name": "rtos", "version": "9"},
        ],
    },
    indent=1,
).encode()

SAMPLE = Sample(CYCLONEDX, "bom.cdx.json", word=b"infusor")
