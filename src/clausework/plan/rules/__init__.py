"""What must hold in a plan beyond its shape. Each rule tells all that it finds, with places.

A rule names the sections that it reads: it is not asked where one of them could not be read, so that one
error does not draw others after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clausework.core.placed_yaml import PlacedDocument
from clausework.core.places import Finding
from clausework.plan.model import Plan
from clausework.plan.rules.archiving import check_archiving
from clausework.plan.rules.configurations import check_configurations
from clausework.plan.rules.environments import check_environments, check_release_roles, check_retention
from clausework.plan.rules.former_items import check_former_items
from clausework.plan.rules.gaps import check_gaps
from clausework.plan.rules.own_checks import check_own_checks, check_policies
from clausework.plan.rules.people import check_defences, check_roles
from clausework.plan.rules.periods import check_periods
from clausework.plan.rules.pipeline import check_pipeline
from clausework.plan.rules.provider import check_provider
from clausework.plan.rules.risk_matrix import check_risk_file, check_risk_matrix
from clausework.plan.rules.signing import check_signing, check_timestamp_authority
from clausework.plan.rules.software import check_classes, check_ids, check_paths, check_sources, check_tasks
from clausework.plan.rules.stages import check_clauses, check_settings, check_stage_checks
from clausework.plan.rules.strictness import check_laxer_settings, check_taken_out
from clausework.plan.rules.unmeasured import check_unmeasured

Rule = Callable[[Plan, PlacedDocument], Iterator[Finding]]

RULES: tuple[tuple[Rule, frozenset[str]], ...] = (
    (check_ids, frozenset({"software_systems"})),
    (check_classes, frozenset({"software_systems"})),
    (check_paths, frozenset({"software_systems"})),
    (check_sources, frozenset({"items"})),
    (check_tasks, frozenset({"tasks"})),
    (check_configurations, frozenset({"configurations", "software_systems"})),
    (check_former_items, frozenset({"former_software_items", "software_systems"})),
    (check_roles, frozenset({"roles"})),
    (check_defences, frozenset({"roles", "stages"})),
    (check_environments, frozenset({"environments", "stages"})),
    (check_release_roles, frozenset({"environments", "roles", "software_systems"})),
    (check_retention, frozenset({"retention", "regulatory"})),
    (check_archiving, frozenset({"archive", "software_systems"})),
    (check_signing, frozenset({"signing", "roles"})),
    (check_timestamp_authority, frozenset({"signing"})),
    (check_provider, frozenset({"signing"})),
    (check_risk_matrix, frozenset({"risk_matrix"})),
    (check_risk_file, frozenset({"risk_file", "roles"})),
    (check_clauses, frozenset({"stages"})),
    (check_stage_checks, frozenset({"stages"})),
    (check_settings, frozenset({"stages"})),
    (check_laxer_settings, frozenset({"stages", "software_systems"})),
    (check_taken_out, frozenset({"stages", "software_systems"})),
    (check_gaps, frozenset({"gaps", "roles"})),
    (check_pipeline, frozenset({"pipeline", "roles"})),
    (check_periods, frozenset({"longest", "roles", "software_systems"})),
    (check_unmeasured, frozenset({"software_systems", "roles"})),
    (check_policies, frozenset({"policies", "stages"})),
    (check_own_checks, frozenset({"policies", "stages"})),
)
"""Every rule, with the sections that it reads."""
