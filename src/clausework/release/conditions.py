"""The release gate, clause by clause: 5.8.1 to 5.8.8 and what the quality system adds.

Each condition judges the release facts alone, says what is missing in one sentence, and names what mends it.
"""

from __future__ import annotations

from clausework.release import (
    anomalies,
    archive,
    changes,
    delivery,
    quality_system,
    risk_file,
    scope,
    significance,
    thresholds,
    validation,
    verification,
)
from clausework.release.condition import Condition

CONDITIONS: tuple[Condition, ...] = (
    *verification.CONDITIONS,
    *anomalies.CONDITIONS,
    *delivery.VERSION_AND_ENVIRONMENT,
    *scope.CONDITIONS,
    *changes.CONDITIONS,
    *archive.CONDITIONS,
    *delivery.DELIVERY,
    *risk_file.CONDITIONS,
    *quality_system.CONDITIONS,
    *validation.CONDITIONS,
    *significance.CONDITIONS,
    *thresholds.CONDITIONS,
)
"""All conditions in the order in which they are shown."""
