"""What is asked of the version itself: from the running build back, whether it can be built, who released it."""

from __future__ import annotations

from clausework.ledger.records.build import Rebuild
from clausework.ledger.records.release import Deployment
from clausework.release.audit.answer import Audited, Said, Shown, count, listed
from clausework.release.audit.looked_up import approved_by, plan_in_force, plan_shown
from clausework.release.delivery import environment_documented
from clausework.trace.shown import shown_signature


def traced_back(audited: Audited) -> Said:
    """Answer R6: from an artefact to commit, locks, tests, risk file and the people who authorised it."""
    index, facts = audited.index, audited.facts
    missing = [
        f"{what} of {build.build.software_item}"
        for build in facts.builds
        for what, there in (
            ("the commit", build.build.commit),
            ("the dependency lock", build.build.locks),
            ("a test report", build.runs or build.human.runs),
        )
        if not there
    ]
    if not index.risk_file_version:
        missing.append("the risk file's version")
    if not index.authorisations:
        missing.append("an authorisation")
    admitted = [
        one
        for one in audited.of(Deployment)
        if one.body.outcome == "admitted" and one.body.version == audited.version
    ]
    risk_file = index.risk_file_name or index.risk_file_version[:12]
    line = (
        f"Yes: 'clausework where --artifact FILE' leads from a running file to {audited.version}; that is"
        f" {_commits(audited)}, {count(len(index.dependency_lock), 'lock file')},"
        f" {count(len(index.test_runs), 'test report')}, risk file {risk_file}, authorised by"
        f" {listed([one.name for one in index.authorisations]) or 'nobody'};"
        f" {count(len(admitted), 'deployment')} of it recorded.{_since(audited)}"
    )
    shown = [Shown("release index", audited.record.index)]
    shown += [
        Shown(
            f"{one.body.environment} {one.body.site}".strip(), one.index, one.body.operator, one.body.made.at
        )
        for one in admitted[-8:]
    ]
    return Said(line, tuple(shown), tuple(missing))


def rebuildable(audited: Audited) -> Said:
    """Answer Q10: the commit, the archive and its last restore, and the rebuilds with their outcome."""
    builds = {build.build.id: build for build in audited.now.builds}
    rebuilt = {one.body.build: one for one in audited.of(Rebuild) if one.body.build in builds}
    missing = [
        f"{build.build.software_item} was never built again with the same digests, or with differences that a"
        " person explained"
        for build in builds.values()
        if build.safety_class != "A" and not _rebuilt_the_same(audited, build.build.id)
    ]
    if not audited.restored_at:
        missing.append("no archive was restored")
    elif audited.restore_due:
        missing.append(
            f"the archive was last restored on {audited.restored_at[:10]}, more than a year ago:"
            f" clausework archive {audited.version}"
        )
    documented = environment_documented(audited.facts)
    unknown = [reason.message for reason in documented.reasons if documented.outcome != "pass"]
    if audited.facts.safety_class != "A":
        missing += unknown
    how = "; ".join(unknown) or "command, tools, environment and locks are recorded"
    line = (
        f"Check out {_commits(audited)}, or restore archive {audited.index.archive_uri}, last restored on"
        f" {audited.restored_at[:10] or 'no day'}; {how}; {_rebuilds(audited, tuple(rebuilt))}."
    )
    shown = [
        Shown(
            f"{builds[build].build.software_item} built again: {one.body.outcome}",
            one.index,
            at=one.body.made.at,
        )
        for build, one in rebuilt.items()
    ]
    if audited.facts.archive is not None:
        shown.append(Shown("archive", audited.facts.archive.record, at=audited.restored_at))
    return Said(line, tuple(shown), tuple(missing))


def released_by(audited: Audited) -> Said:
    """Answer Q11: the signatures of the release, by which plan those people hold their roles, and whose time it is."""
    approved = plan_in_force(audited)
    shown = tuple(
        Shown(one.meaning, one.index, f"{one.name} <{one.email}>, {one.role.replace('_', ' ')}", one.at)
        for one in audited.given
    )
    missing = tuple(f"the signature {one}" for one in audited.wanted)
    names = "; ".join(shown_signature(one) for one in audited.given) or "Nobody"
    time = audited.index.trusted_time
    line = (
        f"{names}; their roles stand in plan {approved.sha256[:12]}, put into force by"
        f" {approved_by(audited, approved)}{'; ' + time if time else ''}.{_since(audited)}"
    )
    return Said(line, (*shown, plan_shown(audited, "roles")), missing)


def _since(audited: Audited) -> str:
    return f" It was {audited.withdrawn.rstrip('.')}." if audited.withdrawn else ""


def _commits(audited: Audited) -> str:
    """Return the commit of the release, or of each component where they differ."""
    commits = {build.build.software_item: build.build.commit[:12] for build in audited.facts.builds}
    if len(set(commits.values())) == 1:
        return f"commit {next(iter(commits.values()))}"
    return "commit " + ", ".join(f"{commit} for {item}" for item, commit in commits.items())


def _rebuilds(audited: Audited, rebuilt: tuple[str, ...]) -> str:
    """Return which components were built again, and which were not."""
    again = [one.build.software_item for one in audited.facts.builds if one.build.id in rebuilt]
    never = [
        f"{one.build.software_item} (class {one.safety_class})"
        for one in audited.facts.builds
        if one.build.id not in rebuilt
    ]
    told = [f"{listed(again)} built again and compared"] if again else []
    spared = ", which is not asked of class A" if all("class A" in one for one in never) else ""
    return ", ".join([*told, *([f"{listed(never)} not built again{spared}"] if never else [])])


def _rebuilt_the_same(audited: Audited, build_id: str) -> bool:
    return any(
        rebuild.outcome == "identical" or rebuild.explained
        for build in audited.now.builds
        if build.build.id == build_id
        for rebuild in build.build.rebuilds[-1:]
    )
