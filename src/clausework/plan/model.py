"""The plan as values, and the look-ups that other rooms need.

The structs have the shape of ``clausework.yaml`` itself: what is read is what was written, and the published
schema is made from them. What the stages come to for a safety class is worked out in ``effective``.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from clausework.core.errors import UsageFault
from clausework.plan.archiving import Archiving
from clausework.plan.changes import ChangeControl
from clausework.plan.checks import SettingValue
from clausework.plan.configurations import PlannedConfiguration
from clausework.plan.defence import Defence
from clausework.plan.former_items import FormerItem
from clausework.plan.gaps import Gap
from clausework.plan.lines import ReleaseLine
from clausework.plan.periods import LongestPeriods
from clausework.plan.pipeline import PlannedPipeline
from clausework.plan.policies import Policy
from clausework.plan.risk_file import RiskFile
from clausework.plan.risk_matrix import RiskMatrix
from clausework.plan.signing import Signing
from clausework.plan.unmeasured import Unmeasured
from clausework.plan.values import Command, Count, Identifier, Name, PersonAddress, Text, Texts
from clausework.standards.catalogue import SafetyClass

SettingByClass = SettingValue | dict[str, SettingValue]
"""A setting as the plan writes it: one value for every class, or values by class."""


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The product; ``udi_di`` and ``udi_pi`` are its unique device identification."""

    name: Text
    manufacturer: Text
    udi_di: str = ""
    udi_pi: str = ""


class BuildRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a software item is built and built again: command, globs of its outputs, lock files, SBOM.

    ``version_command`` prints the version that an artefact reports of itself (clause 5.8.4).
    """

    command: Command
    outputs: Texts
    version_command: Command | None = None
    locks: tuple[Text, ...] = ()
    sbom: str = ""


class SoftwareItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"safety_class": "class"}):
    """A part of a software system: globs of its files, its class where it is not the system's.

    ``segregation`` names the item that justifies a lower class (clauses 4.3, 5.3.5). ``source_markers`` are
    the words that, before an item's ID in a comment, link the code to it. ``repository`` names the repository that
    holds it where that is not the plan's own. ``unmeasured`` are source files that no coverage report has to name.
    """

    id: Identifier
    paths: Texts
    safety_class: SafetyClass | None = None
    segregation: str = ""
    source_markers: tuple[Text, ...] = ()
    build: BuildRules | None = None
    repository: str = ""
    unmeasured: Unmeasured | None = None


class SoftwareSystem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What EN 62304 classifies (clause 4.3); an unassigned class means C."""

    id: Identifier
    items: Annotated[tuple[SoftwareItem, ...], msgspec.Meta(min_length=1)]
    safety_class: SafetyClass = "C"


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who holds a role; a holder may not also be what ``independent_of`` names: a role, or ``author``.

    ``training`` names what each signer in the role has a training record of, linked in the ledger (21 CFR 11.10(i)).
    """

    people: Annotated[tuple[PersonAddress, ...], msgspec.Meta(min_length=1)]
    independent_of: Text | tuple[Text, ...] = ()
    training: tuple[Text, ...] = ()


class Environment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where software runs: the stages that must have passed, or that a signed release is required.

    ``automatic`` lets a build advance by itself; ``drift`` says whether a difference from the released
    digests is forbidden or only reported by whoever watches what runs: nothing here does.
    """

    after: tuple[Text, ...] = ()
    automatic: bool = False
    release: Literal["required"] | None = None
    drift: Literal["none", "reported"] = "reported"


class PlannedStage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the plan says of a stage; for a built-in one, only what it changes.

    A check's mapping holds settings and, where one is laxer than the profile, a ``because``. ``without``
    takes checks out, which the stage's own ``because`` defends.
    """

    clauses: tuple[Text, ...] | None = None
    checks: dict[str, dict[str, SettingByClass]] = {}
    without: tuple[Text, ...] = ()
    because: Defence | None = None


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A time to keep records, in years or in days, counted from ``after``."""

    years: Count | None = None
    days: Count | None = None
    after: Literal["recorded", "release", "last_placed_on_market"] | None = None


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long records are kept; what is not said is kept without end."""

    released: Period | None = None
    unreleased: Period | None = None


SignificanceSet = Literal["mdr_annex_ix", "mdcg_2020_3", "fda_510k"]


class Regulatory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The MDR's device class (never the safety class), and the sets of questions on a change's significance."""

    device_class: Literal["I", "IIa", "IIb", "III"] | None = None
    significance_questions: (
        SignificanceSet | Annotated[tuple[SignificanceSet, ...], msgspec.Meta(min_length=1)] | None
    ) = None


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A planned activity that must be complete before release (clause 5.8.6)."""

    id: Identifier
    title: Text
    clauses: tuple[Text, ...] = ()


class ItemMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the kinds, names of links and columns of a source of items mean here.

    ``type`` is the type of all items whose kind ``types`` does not name; ``links`` gives roles by the source's names
    of links; ``columns`` says of a table's columns, or of attributes, what they hold: ``id``, ``type``, ``title``,
    ``text``, a field, or ``links.`` and a role. ``ignore`` leaves out. ``prefix`` is put before the source's IDs.
    ``statuses`` says of a tracker's words for states and resolutions whether an issue that bears them is open.
    """

    type: Text = ""
    types: dict[Text, Text] = {}
    links: dict[Text, Text] = {}
    columns: dict[Text, Text] = {}
    prefix: str = ""
    statuses: dict[Text, Literal["open", "closed"]] = {}


class PlannedItems(msgspec.Struct, frozen=True):
    """A source of items as the plan names it: its format (empty: native files), where it is, and what it means."""

    format: str
    path: str
    mapping: ItemMapping


LINKING_TRAILERS = ("Implements", "Requirement", "Change", "Change-Request", "Problem")
"""The trailers of a commit message that name items, where the plan does not say."""


class Traceability(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How tests and commits are linked to items beside what reports say themselves (clauses 5.1.1, 8.2.4).

    ``test_names`` are patterns of items' IDs in the names of tests; ``trailers`` the keys of a commit message's
    trailers whose values name items.
    """

    test_names: tuple[Text, ...] = ()
    trailers: tuple[Text, ...] = LINKING_TRAILERS


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The executable part of the development, verification and maintenance plans.

    ``items`` are the sources of items: a folder of native files, or a mapping of a format to its file or folder, with
    the members of ``ItemMapping`` beside it. ``former_software_items`` are those that earlier releases had.
    """

    device: Device
    software_systems: Annotated[tuple[SoftwareSystem, ...], msgspec.Meta(min_length=1)]
    items: tuple[Text | dict[str, Text | dict[Text, Text]], ...] = ()
    roles: dict[Name, Role] = {}
    environments: dict[Name, Environment] = {}
    stages: dict[Name, PlannedStage] = {}
    retention: Retention = Retention()
    regulatory: Regulatory = Regulatory()
    tasks: tuple[Task, ...] = ()
    traceability: Traceability = Traceability()
    risk_matrix: RiskMatrix = RiskMatrix()
    risk_file: RiskFile = RiskFile()
    release_line: ReleaseLine = ReleaseLine()
    changes: ChangeControl = ChangeControl()
    longest: LongestPeriods = LongestPeriods()
    former_software_items: dict[Text, FormerItem] = {}
    configurations: dict[Name, PlannedConfiguration] = {}
    archive: Archiving = Archiving()
    signing: Signing = Signing()
    gaps: dict[Text, Gap] = {}
    policies: dict[Name, Policy] = {}
    pipeline: PlannedPipeline = PlannedPipeline()


class NotInPlan(UsageFault):
    """A software item, software system or role is named that the plan does not have."""

    hint = "Use a name of clausework.yaml, or add it there."


def software_items(plan: Plan) -> tuple[SoftwareItem, ...]:
    """Return every software item, in the plan's order."""
    return tuple(item for system in plan.software_systems for item in system.items)


def software_item_of(plan: Plan, software_item: str) -> SoftwareItem:
    """Return the software item of that ID; raises ``NotInPlan``."""
    return _located(plan, software_item)[1]


def system_of(plan: Plan, software_item: str) -> SoftwareSystem:
    """Return the software system that the software item of that ID belongs to; raises ``NotInPlan``."""
    return _located(plan, software_item)[0]


def safety_class_of(plan: Plan, software_item: str) -> SafetyClass:
    """Return the class of the software item of that ID: its own, else its system's; raises ``NotInPlan``."""
    system, item = _located(plan, software_item)
    return item.safety_class or system.safety_class


def role_holders(plan: Plan, role: str) -> tuple[str, ...]:
    """Return the e-mail addresses, in lower case, of the people who hold ``role``; raises ``NotInPlan``."""
    if role not in plan.roles:
        raise NotInPlan(
            f"'{role}' is not a role of the plan; its roles are {', '.join(plan.roles) or 'none'}."
        )
    return tuple(address.lower() for address in plan.roles[role].people)


def roles_of(plan: Plan, email: str) -> tuple[str, ...]:
    """Return the roles that the person of that e-mail address holds, in the plan's order."""
    return tuple(role for role in plan.roles if email.lower() in role_holders(plan, role))


def independence_of(role: Role) -> tuple[str, ...]:
    """Return the roles (or ``author``) that a holder of ``role`` must be independent of."""
    return (role.independent_of,) if isinstance(role.independent_of, str) else role.independent_of


def item_sources(plan: Plan) -> tuple[PlannedItems, ...]:
    """Return the sources of items, in the plan's order; the plan was checked when it was loaded."""
    return tuple(_planned_items(source) for source in plan.items)


def _planned_items(source: str | dict[str, str | dict[str, str]]) -> PlannedItems:
    if isinstance(source, str):
        return PlannedItems("", source, ItemMapping())
    members = {name: value for name, value in source.items() if name in ItemMapping.__struct_fields__}
    (form, path) = next((name, value) for name, value in source.items() if name not in members)
    return PlannedItems(form, str(path), msgspec.convert(members, ItemMapping))


def arguments_of(command: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return ``command`` as the arguments to run: a list as it stands, a text through ``sh -ec``."""
    return ("sh", "-ec", command) if isinstance(command, str) else command


def _located(plan: Plan, software_item: str) -> tuple[SoftwareSystem, SoftwareItem]:
    for system in plan.software_systems:
        for item in system.items:
            if item.id == software_item:
                return system, item
    known = ", ".join(item.id for item in software_items(plan))
    raise NotInPlan(f"'{software_item}' is not a software item of the plan; it has {known}.")
