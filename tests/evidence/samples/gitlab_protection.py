"""A small good export of the format ``gitlab_protection``."""

from __future__ import annotations

import json

from tests.evidence.sample import Sample

GITLAB_PROTECTION = json.dumps(
    {
        "protected_branches": [
            {
                "id": 1,
                "name": "main",
                "push_access_levels": [{"id": 1, "access_level": 0, "access_level_description": "No one"}],
                "merge_access_levels": [
                    {"id": 2, "access_level": 40, "access_level_description": "Maintainers"}
                ],
                "allow_force_push": False,
            }
        ],
        "approval_rules": [{"id": 3, "name": "All", "rule_type": "any_approver", "approvals_required": 1}],
        "project": {"only_allow_merge_if_pipeline_succeeds": True, "merge_requests_author_approval": False},
    },
    indent=1,
).encode()

SAMPLE = Sample(GITLAB_PROTECTION, "protection.json", word=b"Maintainers")
