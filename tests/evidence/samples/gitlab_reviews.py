"""A small good report of the format ``gitlab_reviews``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

GITLAB_REVIEWS = json.dumps(
    [
        {
            "id": 101,
            "iid": 7,
            "project_id": 3,
            "title": "Alarm on low reservoir",
            "description": "Implements CR-7.",
            "state": "merged",
            "author": {"id": 1, "username": "ada", "name": "Ada"},
            "merge_user": {"id": 2, "username": "grace"},
            "merged_at": "2026-01-02T10:00:00.000Z",
            "source_branch": "alarm",
            "target_branch": "main",
            "sha": "bb" * 20,
            "merge_commit_sha": "cc" * 20,
            "web_url": "https://gitlab.example.com/pump/-/merge_requests/7",
            "approved_by": [
                {"user": {"id": 2, "username": "grace"}, "approved_at": "2026-01-02T09:00:00.000Z"}
            ],
        }
    ],
    indent=1,
).encode()

SAMPLE = Sample(GITLAB_REVIEWS, "reviews.json", word=b"reservoir")
