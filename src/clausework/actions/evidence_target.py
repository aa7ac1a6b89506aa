"""What evidence is recorded about: the current build, or digests that were tested elsewhere, and what it ran on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from clausework.actions.components import newest_builds, refuse_outdated
from clausework.actions.current_build import build_subjects, current_build
from clausework.actions.given_files import open_given, written_name
from clausework.actions.workplace import Workplace
from clausework.core.digests import parse_sha256
from clausework.core.errors import InputRejected, UsageFault
from clausework.core.placed_decode import decode_placed
from clausework.core.placed_yaml import load_placed_yaml
from clausework.core.places import FindingsInInput
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import Subject, subject
from clausework.ledger.records.build import Build
from clausework.ledger.records.values import Descriptor, Origin
from clausework.trace.builds import outputs_of
from clausework.trace.configurations import TESTED, TestedConfiguration
from clausework.trace.evidence_of import digest_of_all

_MOST_SUBJECTS = 100
_LARGEST_CONFIGURATION = 1 << 20

Level = Literal["", "unit", "integration", "system", "validation"]


class TooManySubjects(UsageFault):
    """One record cannot name so many digests."""

    hint = "Record the file about its build, or in several calls."


class ConfigurationTooLarge(InputRejected):
    """A configuration file is larger than what is read of it."""

    hint = "Say in it what the tests ran on, and attach the rest: clausework record --attach."


class Configuration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a system test ran on (clauses 5.7.5, 9.8): a name, the digests under test, hardware and equipment.

    ``equipment`` says of each instrument what it is and until when it is calibrated, in the file's own words.
    """

    name: str
    digests: tuple[str, ...] = ()
    hardware: dict[str, str] = {}
    equipment: dict[str, str] = {}


class EvidenceTarget(msgspec.Struct, frozen=True):
    """The subjects of the records of one call, and the origin that they name."""

    about: tuple[Subject, ...]
    origin: Origin

    @property
    def anchor(self) -> str:
        """What makes the same bytes about the same thing one record: the build, else the digests."""
        return self.origin.build or ",".join(one.digest["sha256"] for one in self.about)


def evidence_target(
    workplace: Workplace,
    *,
    level: Level = "",
    build_id: str | None = None,
    software_item: str | None = None,
    subjects: Sequence[str] = (),
    configuration: Path | None = None,
) -> EvidenceTarget:
    """Return what evidence is about: ``subjects`` if any are named, else the current build with its artefacts.

    A ``configuration`` file is kept as it is; the digests that it names are subjects too. One that the plan names is
    about the current build of each of its components, and of nothing else. Raises ``TooManySubjects``,
    ``BuildUnknown``, ``ComponentNotBuilt``, ``ComponentOutdated``, ``OtherTarget``, and ``FindingsInInput`` or
    ``ConfigurationTooLarge`` for a file that is not well written.
    """
    if configuration is not None and str(configuration) in workplace.plan.configurations:
        _refuse_other_target(workplace, str(configuration), build_id, software_item, subjects)
        return _on_planned(workplace, str(configuration), level)
    described: Descriptor | None = None
    if configuration is not None:
        described, digests = _keep_configuration(workplace, configuration)
        subjects = (*subjects, *digests)
    if len(subjects) > _MOST_SUBJECTS:
        raise TooManySubjects(f"{len(subjects)} digests are named; {_MOST_SUBJECTS} are the most.")
    if subjects:
        about = tuple(subject("subject", digest) for digest in dict.fromkeys(subjects))
        return EvidenceTarget(about, Origin(software_item or "", level=level, configuration=described))
    snapshot = workplace.snapshot()
    build: Build = current_build(workplace, snapshot, build_id, software_item).body
    artefacts = [output.artefact.sha256 for output in outputs_of(snapshot.records, build.id)]
    origin = Origin(build.software_item, build.id, build.source_tree, build.commit, level, described)
    return EvidenceTarget(build_subjects(build, artefacts), origin)


class OtherTarget(UsageFault):
    """Evidence is said to be about a configuration of the plan, and about something else at once."""

    hint = "Check out what was tested and name the configuration alone, or give a file with --configuration FILE."


class ComponentNotBuilt(UsageFault):
    """A configuration names a software item that has no build to test."""

    hint = "Run 'clausework build' for it first."


def _on_planned(workplace: Workplace, name: str, level: Level) -> EvidenceTarget:
    """Return what a test on a configuration of the plan is about: the build of each component, with all artefacts."""
    planned = workplace.plan.configurations[name]
    snapshot = workplace.snapshot()
    builds = {one.software_item: one for one in newest_builds(workplace, snapshot)}
    missing = [one for one in planned.components if one not in builds]
    if missing:
        raise ComponentNotBuilt(f"The configuration '{name}' has no build of {', '.join(missing)}.")
    chosen = [builds[one] for one in planned.components]
    refuse_outdated(workplace, chosen)
    about = _subjects_of(snapshot, chosen)
    tested = TestedConfiguration(
        name, {one: builds[one].id for one in planned.components}, planned.hardware, planned.equipment
    )
    kept = workplace.ledger.put_blob(msgspec.json.encode(tested), f"{name}.json", TESTED)
    alone = planned.components[0] if len(planned.components) == 1 else ""
    return EvidenceTarget(tuple(about), Origin(alone, level=level, configuration=kept))


def _subjects_of(snapshot: Snapshot, builds: Sequence[Build]) -> list[Subject]:
    """Return what names the builds with their artefacts: where these are many, those of a build by one digest."""
    named = [
        (one, [output.artefact.sha256 for output in outputs_of(snapshot.records, one.id)]) for one in builds
    ]
    about = [one for build, artefacts in named for one in build_subjects(build, artefacts)]
    if len(about) <= _MOST_SUBJECTS:
        return about
    return [
        one
        for build, artefacts in named
        for one in (
            *build_subjects(build),
            subject(f"artefacts/{build.software_item}", digest_of_all(frozenset(artefacts))),
        )
    ]


def _refuse_other_target(
    workplace: Workplace, name: str, build_id: str | None, software_item: str | None, subjects: Sequence[str]
) -> None:
    """Raise ``OtherTarget`` where a call names a configuration of the plan, and what was tested beside it."""
    components = workplace.plan.configurations[name].components
    if build_id or subjects:
        named = "a build" if build_id else "digests"
    elif software_item and software_item not in components:
        named = software_item
    else:
        return
    raise OtherTarget(
        f"The configuration '{name}' says what was tested: the current builds of {', '.join(components)};"
        f" {named} cannot be named beside it."
    )


def _keep_configuration(workplace: Workplace, path: Path) -> tuple[Descriptor, tuple[str, ...]]:
    with open_given(path) as stream:
        data = stream.read(_LARGEST_CONFIGURATION + 1)
    if len(data) > _LARGEST_CONFIGURATION:
        raise ConfigurationTooLarge(f"'{path}' has more than {_LARGEST_CONFIGURATION} bytes.")
    document = load_placed_yaml(data, str(path))
    found, findings = decode_placed(document, Configuration)
    if found is None or findings:
        raise FindingsInInput(f"The configuration {path.name}", findings)
    digests = tuple(parse_sha256(digest) for digest in found.digests)
    name = written_name(path, workplace.root)
    return workplace.ledger.put_blob(data, name, "application/yaml"), digests
