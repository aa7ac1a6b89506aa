"""Every dependency is pinned by version and hash (clauses 5.1.10, 8.1.2): the release can be made again."""

from __future__ import annotations

from clausework.gates.challenge import LOCK, SOUND, Challenge, but
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed
from clausework.gates.facts import Facts
from clausework.ledger.records.gates import Reason


def evaluate(facts: Facts, _settings: Settings) -> Judgement:
    """Pass when there is a lock file and nothing in any of them is left open."""
    locks = facts.build.locks
    if not locks:
        return not_evaluated(
            "the build recorded no lock file",
            command="name the lock file under 'build: locks:' in clausework.yaml, then clausework build",
        )
    open_locks = [lock for lock in locks if lock.unlocked]
    if open_locks:
        return failed(
            *(
                Reason(
                    f"{lock.name}: {'; '.join(lock.unlocked[:5])}",
                    records=(facts.build.record,),
                    who="developer",
                    command="pin each line with '==' and '--hash', then clausework build",
                )
                for lock in open_locks
            )
        )
    if not any(lock.pinned for lock in locks):
        return not_evaluated(
            f"{', '.join(lock.name for lock in locks)} pins nothing",
            command="lock the dependencies; software without any takes this check out of the plan, with a defence",
            records=(facts.build.record,),
        )
    count = sum(len(lock.pinned) for lock in locks)
    return passed(f"{count} dependencies are pinned by hash in {len(locks)} lock files", facts.build.record)


def challenges() -> tuple[Challenge, ...]:
    """A hashed lock passes; none, an empty or unread one, an open version and a missing hash are refused."""
    return (
        Challenge("each dependency has version and hash", "pass", SOUND),
        Challenge("there is no lock file", "not_evaluated", but(locks=())),
        Challenge("the lock file is empty", "not_evaluated", but(locks=(("requirements.lock", b""),))),
        Challenge(
            "the lock file is of a kind that is not read",
            "fail",
            but(locks=(("requirements.lock", LOCK), ("conan.lock", b"{}"))),
        ),
        Challenge("a version is open", "fail", but(locks=(("requirements.lock", b"attrs>=1.0\n"),))),
        Challenge("a hash is missing", "fail", but(locks=(("requirements.lock", LOCK + b"six==1.16.0\n"),))),
    )


CHECK = Check("dependencies_locked", "1", "Dependencies locked", ("5.1.10", "8.1.2"), evaluate, challenges)
