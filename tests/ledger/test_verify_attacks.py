"""Attacks on the records of a log, each named: what verification, which needs no store, says of them."""

from __future__ import annotations

import base64

import msgspec
import pytest

from clausework.ledger.checkpoint import checkpoint_signers
from clausework.ledger.envelope import open_envelope, seal
from clausework.ledger.ledger import Draft, Ledger
from clausework.ledger.memory import MemoryBlobs, MemoryLog
from clausework.ledger.ports import NewEntry
from clausework.ledger.records import encode_statement, subject
from clausework.ledger.records.decisions import Approval
from clausework.ledger.records.evidence import Rejection
from clausework.ledger.records.root import KeyRevoked, PipelineKey, PipelineKeyEnrolled
from clausework.ledger.records.values import Origin
from clausework.ledger.signing import Signer, encode_key, key_id_of
from clausework.ledger.snapshot import EntriesNotCovered, NotRooted
from clausework.ledger.verify import verify_ledger
from tests.ledger.making import (
    MADE,
    ORIGIN,
    QUALITY,
    RELEASE,
    Keys,
    Ticking,
    approval,
    draft,
    establish,
    intent,
    light,
    new_key,
    new_keys,
    root_of,
    sealed_root,
)


class Scene:
    """A ledger in memory whose log an attacker, who has the store's keys, can append to and change."""

    def __init__(self) -> None:
        self.keys: Keys = new_keys()
        self.clock = Ticking()
        signers = checkpoint_signers(ORIGIN, self.keys.ledger, self.keys.clock, self.clock)
        self.log = MemoryLog(signers)
        self.blobs = MemoryBlobs()

    def establish(self) -> Ledger:
        return establish(self.log, self.blobs, self.keys)

    def force(self, draft: Draft, signer: Signer | None = None) -> int:
        """Append past the ledger's own checks."""
        envelope = seal(encode_statement(draft.subjects, draft.body), (signer or self.keys.pipeline,))
        return self.log.append(lambda size, note: [NewEntry(envelope)]).indexes[0]

    def told(self, workers: int = 1) -> dict[str, str]:
        report = verify_ledger(self.log, self.blobs, workers=workers)
        assert report.holds == (not report.problems)
        return {problem.place: problem.message for problem in report.problems}


@pytest.fixture
def scene() -> Scene:
    """Return a log in an attacker's hands."""
    return Scene()


@pytest.fixture
def ledger(scene: Scene) -> Ledger:
    """Return the ledger established in it."""
    return scene.establish()


def test_attack_forged_envelope(scene: Scene, ledger: Ledger) -> None:
    """A record signed by a key that nobody let in is told."""
    index = scene.force(light(1), new_key())
    assert "no pipeline key valid there" in scene.told()[f"entry {index}"]


def test_attack_a_persons_key_signs_as_the_pipeline(scene: Scene, ledger: Ledger) -> None:
    """A person's key is valid for intents, not for records."""
    index = scene.force(light(1), scene.keys.people[QUALITY])
    assert f"entry {index}" in scene.told()


def test_attack_signature_over_another_statement(scene: Scene, ledger: Ledger) -> None:
    """A valid signature moved to another statement does not hold."""
    one, other = (seal(encode_statement((), light(number).body), (scene.keys.pipeline,)) for number in (1, 2))
    signature = base64.b64encode(open_envelope(one).signatures[0].sig)
    moved = other.replace(base64.b64encode(open_envelope(other).signatures[0].sig), signature)
    (index,) = scene.log.append(lambda size, note: [NewEntry(moved)]).indexes
    assert "does not hold" in scene.told()[f"entry {index}"]


def test_attack_revoked_key_signs_on(scene: Scene, ledger: Ledger) -> None:
    """What a revoked key signs from its revocation on is told; what it signed before stands."""
    second = new_key()
    enrolment = PipelineKeyEnrolled(
        MADE, PipelineKey("two", encode_key(second.public_key)), key_id_of(second.public_key)
    )
    (enrolled,) = ledger.append([Draft((), enrolment)])
    for email in (QUALITY, RELEASE):
        ledger.append([approval(intent(enrolled.sha256, email), scene.keys.people[email])])
    before = scene.force(light(1), second)
    ledger.append([Draft((), KeyRevoked(MADE, enrolment.key_id, "stolen"))])
    after = scene.force(light(2), second)
    assert scene.told().keys() == {f"entry {after}"}
    assert before < after


def test_attack_transplanted_approval(scene: Scene, ledger: Ledger) -> None:
    """A personal signature put under an intent for something else does not hold."""
    (first,) = ledger.append([approval(intent("a" * 64, QUALITY), scene.keys.people[QUALITY])])
    given = approval(intent("a" * 64, QUALITY), scene.keys.people[QUALITY]).body
    assert isinstance(given, Approval)
    moved = msgspec.structs.replace(given, intent=msgspec.structs.replace(given.intent, signed="b" * 64))
    index = scene.force(Draft((), moved))
    assert "the person's signature over the intent does not hold" in scene.told()[f"entry {index}"]
    assert f"entry {first.index}" not in scene.told()


def test_attack_replayed_nonce(scene: Scene, ledger: Ledger) -> None:
    """The same intent twice in the log is told at its second place."""
    given = approval(intent("a" * 64, QUALITY), scene.keys.people[QUALITY])
    ledger.append([given])
    index = scene.force(given)
    assert "was used before" in scene.told()[f"entry {index}"]


def test_attack_approval_under_another_name(scene: Scene, ledger: Ledger) -> None:
    """An approval whose intent names somebody else than its key's person is told."""
    index = scene.force(approval(intent("a" * 64, RELEASE), scene.keys.people[QUALITY]))
    assert "belongs to quality@example.com" in scene.told()[f"entry {index}"]


def test_attack_approval_by_a_stranger(scene: Scene, ledger: Ledger) -> None:
    """An approval with a key that nobody let in is told."""
    index = scene.force(approval(intent("a" * 64, QUALITY), new_key()))
    assert "no person's valid there" in scene.told()[f"entry {index}"]


def test_attack_swapped_entries(scene: Scene, ledger: Ledger) -> None:
    """Entries that change places are not those under the checkpoint, to verification and to snapshots."""
    ledger.append([light(number) for number in range(5)])
    entries = scene.log._entries
    entries[2], entries[3] = entries[3], entries[2]
    assert "not that of the entries" in scene.told()["checkpoint at 6"]
    with pytest.raises(EntriesNotCovered):
        Ledger(scene.log, scene.blobs).snapshot()


def test_attack_truncation(scene: Scene, ledger: Ledger) -> None:
    """Entries that the checkpoint covers and that are gone are each told."""
    ledger.append([light(number) for number in range(5)])
    del scene.log._entries[4:]
    told = scene.told()
    assert told["entry 4"] == told["entry 5"] == "is missing"
    with pytest.raises(EntriesNotCovered):
        Ledger(scene.log, scene.blobs).snapshot()


def test_attack_changed_tile(scene: Scene, ledger: Ledger) -> None:
    """A full tile that is not that of the entries is told, and which hash of it."""
    ledger.append([light(number) for number in range(300)])
    tile = scene.log._tiles[0, 0]
    scene.log._tiles[0, 0] = tile[: 32 * 9] + bytes(32) + tile[32 * 10 :]
    assert "hash of entry 9" in scene.told()["tile/0/000"]


def test_attack_time_that_runs_back(scene: Scene, ledger: Ledger) -> None:
    """Checkpoints in another order than their times are told."""
    ledger.append([light(1)])
    scene.clock.seconds += 100
    ledger.append([light(2)])
    notes = scene.log._notes
    notes[1], notes[3] = notes[3], notes[1]
    problems = verify_ledger(scene.log, scene.blobs).problems
    assert any("100 s before the last one's" in problem.message for problem in problems)


def test_attack_checkpoint_of_another_log(scene: Scene, ledger: Ledger) -> None:
    """A checkpoint under other keys among the history is told by its size."""
    other = MemoryLog(checkpoint_signers(ORIGIN, new_key(), new_key(), scene.clock))
    scene.log._notes[0] = other.checkpoint()
    assert "checkpoint at 0" in scene.told()


def test_attack_missing_and_exchanged_blobs(scene: Scene, ledger: Ledger) -> None:
    """A blob that a record names and that is gone is told with the record, the raw bytes of a rejection included."""
    (kept,) = ledger.append([draft(ledger, 1)])
    rejection = Rejection(MADE, Origin("pump"), "junit", "junit 1", "c" * 64, 3, "x.xml", "cut short")
    ledger.append([Draft((subject("x.xml", "c" * 64),), rejection)])
    digest = ledger.snapshot().records[kept.index].body.plan.sha256
    del scene.blobs._blobs[digest]
    told = scene.told()
    assert told[f"blobs/cc/{'c' * 64}"] == "is missing; entry 2 names it"
    assert told[f"blobs/{digest[:2]}/{digest}"] == "is missing; entry 1 names it"


def test_attack_second_root(scene: Scene, ledger: Ledger) -> None:
    """A root that stands later than entry 0 is told."""
    plan = ledger.root()[1].plan
    (index,) = scene.log.append(lambda size, note: [NewEntry(sealed_root(scene.keys, plan))]).indexes
    assert f"entry {index}" in scene.told()


def test_attack_root_without_its_second_person(scene: Scene) -> None:
    """A log whose root lacks a signature is no ledger, and everything else is still checked."""
    plan = Ledger(scene.log, scene.blobs).put_blob(b"plan", "clausework.yaml", "application/yaml")
    statement = encode_statement((), root_of(scene.keys, plan))
    root = seal(statement, (scene.keys.people[QUALITY], scene.keys.pipeline))
    scene.log.append(lambda size, note: [NewEntry(root), NewEntry(b"nothing")])
    told = scene.told()
    assert "release@example.com" in told["entry 0"]
    assert "not a DSSE envelope" in told["entry 1"]
    with pytest.raises(NotRooted):
        Ledger(scene.log, scene.blobs).snapshot()


def test_all_problems_are_told_by_any_number_of_processes(scene: Scene, ledger: Ledger) -> None:
    """Verification never stops at the first problem, and several processes tell what one tells."""
    ledger.append([light(number) for number in range(900)])
    for index in (5, 500, 880):
        scene.log._entries[index] = scene.log._entries[index].replace(b'"sig":"', b'"sig":"AAAA')
    told = scene.told()
    assert {
        "entry 5",
        "entry 500",
        "entry 880",
        "tile/0/000",
        "tile/0/001",
        "checkpoint at 901",
    } <= told.keys()
    assert scene.told(workers=2) == told


def test_an_empty_log_has_no_root(scene: Scene) -> None:
    """A log that holds nothing is reported as that."""
    assert scene.told() == {"entry 0": "there is no root"}
