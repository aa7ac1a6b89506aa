"""A small good report of the format ``zap_json``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

ZAP_JSON = json.dumps(
    {
        "@programName": "ZAP",
        "@version": "2.16.1",
        "@generated": "Fri, 20 Nov 2026 06:00:00",
        "site": [
            {
                "@name": "https://pump.example",
                "@host": "pump.example",
                "@port": "443",
                "@ssl": "true",
                "alerts": [
                    {
                        "pluginid": "40012",
                        "alertRef": "40012-1",
                        "alert": "Cross Site Scripting",
                        "name": "Cross Site Scripting",
                        "riskcode": "3",
                        "confidence": "2",
                        "riskdesc": "High (Medium)",
                        "desc": "<p>What is sent comes back as it is.</p>",
                        "instances": [
                            {
                                "id": "1",
                                "uri": "https://pump.example/search?q=pressure",
                                "method": "GET",
                                "param": "q",
                                "evidence": "pressure",
                            },
                            {
                                "id": "2",
                                "uri": "https://pump.example/log",
                                "method": "POST",
                                "param": "entry",
                            },
                        ],
                        "count": "2",
                        "systemic": False,
                        "cweid": "79",
                        "wascid": "8",
                    }
                ],
            }
        ],
    },
    indent=1,
).encode()

SAMPLE = Sample(ZAP_JSON, "zap.json", word=b"Scripting")
