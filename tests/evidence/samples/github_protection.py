"""A small good export of the format ``github_protection``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

GITHUB_PROTECTION = json.dumps(
    {
        "url": "https://api.example.com/repos/example/pump/branches/release%2F2.4/protection",
        "required_status_checks": {
            "strict": True,
            "contexts": ["pipeline"],
            "checks": [{"context": "pipeline", "app_id": 15368}],
        },
        "required_pull_request_reviews": {
            "dismiss_stale_reviews": True,
            "require_code_owner_reviews": False,
            "required_approving_review_count": 1,
        },
        "enforce_admins": {"enabled": True},
        "allow_force_pushes": {"enabled": False},
        "allow_deletions": {"enabled": False},
    },
    indent=1,
).encode()

SAMPLE = Sample(GITHUB_PROTECTION, "protection.json", word=b"pipeline")
