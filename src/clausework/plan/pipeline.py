"""What the plan says of the pipeline: where its definitions are, what deploys, which branches are released from."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from clausework.plan.defence import Defence
from clausework.plan.values import Text

NONE = "none"
"""What stands for definitions where there is no pipeline: the software is built at a desk."""

PIPELINE_SYSTEMS = ("github-actions", "gitlab-ci", "jenkins", "azure-pipelines")
"""The CI systems whose definitions are read."""

Given = Text | dict[Text, Text]
"""Path patterns of definitions, or a CI system and the path that it reads under another name than the usual one."""


class PlannedPipeline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pipeline under change control (clauses 5.1.10, 8.2.1; ISO 13485 4.1.6).

    Definitions under their usual names are found without being named; ``definitions`` adds others, or is ``none``,
    which ``because`` defends, and which hides nothing that is there. ``deploys`` are the beginnings of commands that
    deploy, beside the known ones. ``release_branches`` are those that must be protected.
    """

    definitions: Literal["none"] | Annotated[tuple[Given, ...], msgspec.Meta(min_length=1)] | None = None
    because: Defence | None = None
    deploys: tuple[Text, ...] = ()
    release_branches: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)] = ("main",)

    @property
    def given(self) -> tuple[str | dict[str, str], ...]:
        """The definitions that the plan names."""
        return self.definitions if isinstance(self.definitions, tuple) else ()

    @property
    def is_none(self) -> bool:
        """Whether the plan says that there is no pipeline."""
        return self.definitions == NONE
