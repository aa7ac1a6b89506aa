"""The release gate, clause by clause: 5.8.1 to 5.8.8 and what the quality system adds.

Each condition judges the release facts alone, says what is missing in one sentence, and names what mends it.
"""

from __future__ import annotations

from clausework.release import delivery, quality_system, scope, verification
from clausework.release.condition import Condition

CONDITIONS: tuple[Condition, ...] = (
    *verification.CONDITIONS,
    *delivery.VERSION_AND_ENVIRONMENT,
    *scope.CONDITIONS,
    *delivery.ARCHIVE_AND_DELIVERY,
    *quality_system.CONDITIONS,
)
"""All conditions in the order in which they are shown."""
