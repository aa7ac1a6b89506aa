"""A small good report of the format ``azure_reviews``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

AZURE_REVIEWS = json.dumps(
    {
        "value": [
            {
                "repository": {"id": "r1", "name": "pump", "webUrl": "https://dev.azure.com/x/_git/pump"},
                "pullRequestId": 7,
                "codeReviewId": 7,
                "status": "completed",
                "createdBy": {"displayName": "Ada", "uniqueName": "ada@example.com"},
                "closedDate": "2026-01-02T10:00:00Z",
                "title": "Alarm on low reservoir",
                "description": "Implements CR-7.",
                "sourceRefName": "refs/heads/alarm",
                "targetRefName": "refs/heads/main",
                "lastMergeSourceCommit": {"commitId": "bb" * 20},
                "lastMergeCommit": {"commitId": "cc" * 20},
                "reviewers": [{"vote": 10, "displayName": "Grace", "uniqueName": "grace@example.com"}],
            }
        ],
        "count": 1,
    },
    indent=1,
).encode()

SAMPLE = Sample(AZURE_REVIEWS, "reviews.json", word=b"reservoir")
