"""A small good report of the format ``gerrit_reviews``."""

from __future__ import annotations

import json
from typing import Any

from tests.evidence.sample import Sample

ADA = {"name": "Ada", "email": "ada@example.com", "username": "ada"}
GRACE = {"name": "Grace", "email": "grace@example.com", "username": "grace"}

CHANGE: dict[str, Any] = {
    "project": "pump",
    "branch": "main",
    "id": "I8473b95934b5732ac55d26311a706c9c2bde9940",
    "number": 7,
    "subject": "Alarm on low reservoir",
    "owner": ADA,
    "url": "https://gerrit.example.com/c/pump/+/7",
    "commitMessage": "Alarm on low reservoir\n\nChange-Request: CR-7\n",
    "lastUpdated": 1767348000,
    "open": False,
    "status": "MERGED",
    "currentPatchSet": {
        "number": 2,
        "revision": "bb" * 20,
        "uploader": ADA,
        "author": ADA,
        "kind": "REWORK",
        "approvals": [
            {"type": "Verified", "value": "1", "grantedOn": 1767344400, "by": {"username": "jenkins"}},
            {"type": "Code-Review", "value": "2", "grantedOn": 1767344400, "by": GRACE},
            {"type": "SUBM", "value": "1", "grantedOn": 1767348000, "by": ADA},
        ],
    },
}
STATS = {"type": "stats", "rowCount": 1, "runTimeMilliseconds": 15, "moreChanges": False}

GERRIT_REVIEWS = f"{json.dumps(CHANGE)}\n{json.dumps(STATS)}\n".encode()

SAMPLE = Sample(GERRIT_REVIEWS, "reviews.json", word=b"reservoir")
