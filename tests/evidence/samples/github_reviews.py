"""A small good report of the format ``github_reviews``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

GITHUB_REVIEWS = json.dumps(
    [
        {
            "author": {"id": "U1", "is_bot": False, "login": "ada", "name": "Ada"},
            "baseRefName": "main",
            "body": "Implements CR-7.",
            "commits": [{"oid": "aa" * 20, "authors": [{"login": "ada"}]}, {"oid": "bb" * 20}],
            "headRefName": "alarm",
            "headRefOid": "bb" * 20,
            "mergeCommit": {"oid": "cc" * 20},
            "mergedAt": "2026-01-02T10:00:00Z",
            "number": 7,
            "reviews": [
                {
                    "author": {"login": "grace"},
                    "state": "CHANGES_REQUESTED",
                    "submittedAt": "2026-01-01T10:00:00Z",
                    "commit": {"oid": "aa" * 20},
                },
                {
                    "author": {"login": "grace"},
                    "state": "APPROVED",
                    "submittedAt": "2026-01-02T09:00:00Z",
                    "commit": {"oid": "bb" * 20},
                },
            ],
            "state": "MERGED",
            "title": "Alarm on low reservoir",
            "url": "https://github.com/example/pump/pull/7",
        }
    ],
    indent=1,
).encode()

SAMPLE = Sample(GITHUB_REVIEWS, "reviews.json", word=b"reservoir")
