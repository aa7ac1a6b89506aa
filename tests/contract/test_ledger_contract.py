"""What the ledger promises over every store."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import msgspec
import pytest

from clausework.core.errors import Refused
from clausework.ledger.checkpoint import read_checkpoint
from clausework.ledger.envelope import seal
from clausework.ledger.ledger import (
    AlreadyEstablished,
    Draft,
    IdempotencyMisled,
    KeyNotInForce,
    Ledger,
    NonceReplayed,
    NotEstablished,
    ReadOnly,
    Receipt,
    Snapshot,
)
from clausework.ledger.records import encode_statement
from clausework.ledger.records.root import KeyRevoked, PersonEnrolled, PipelineKey, PipelineKeyEnrolled
from clausework.ledger.signing import encode_key, key_id_of
from clausework.ledger.snapshot import NotRooted
from clausework.ledger.tree import consistency_holds, inclusion_holds, leaf_hash
from clausework.ledger.verify import verify_ledger
from tests.contract.stores import OpenStore
from tests.ledger.making import (
    MADE,
    QUALITY,
    RELEASE,
    Keys,
    approval,
    draft,
    establish,
    intent,
    light,
    new_key,
    person,
    root_of,
    sealed_root,
)


def covered(ledger: Ledger, receipt: Receipt) -> bool:
    """Tell whether the receipt proves the entry that is stored."""
    checkpoint = read_checkpoint(receipt.note.encode())
    (entry,) = ledger.log.entries(receipt.index, receipt.index + 1)
    proof = [base64.b64decode(one) for one in receipt.proof]
    return inclusion_holds(leaf_hash(entry), receipt.index, receipt.size, proof, checkpoint.root)


def test_a_receipt_proves_its_record(ledger: Ledger) -> None:
    """Index, checkpoint and inclusion proof of each receipt hold over the entry that is stored."""
    receipts = ledger.append([draft(ledger, number) for number in range(3)])
    receipts += [ledger.append([light(number)])[0] for number in range(300)]
    receipts += ledger.append([light(number) for number in range(300)])
    assert [receipt.index for receipt in receipts] == list(range(1, 604))
    assert all(covered(ledger, receipt) for receipt in receipts)
    records = ledger.snapshot().records
    assert all(records[receipt.index].sha256 == receipt.sha256 for receipt in receipts)


def test_a_second_recording_is_the_first(ledger: Ledger) -> None:
    """A draft with a known idempotency digest gives the receipt of the record that is there, proven anew."""
    (first,) = ledger.append([draft(ledger, 1, idempotency="a" * 64)])
    ledger.append([light(number) for number in range(9)])
    again, other = ledger.append([draft(ledger, 2, idempotency="a" * 64), light(99)])
    assert (again.index, again.sha256, again.existed) == (first.index, first.sha256, True)
    assert (other.existed, other.size) == (False, 12)
    assert covered(ledger, again)


def test_an_idempotency_that_leads_to_another_kind_is_told(ledger: Ledger, keys: Keys) -> None:
    """A digest that the store ties to a record of another kind is no success."""
    ledger.append([draft(ledger, 1, idempotency="a" * 64)])
    enrolment = PersonEnrolled(MADE, person("x@example.com", new_key()), "0" * 64)
    with pytest.raises(IdempotencyMisled):
        ledger.append([Draft((), enrolment, "a" * 64)])


def test_append_if_decides_on_what_stays_true(ledger: Ledger) -> None:
    """The snapshot given to a decision is the log to which its drafts are appended."""
    seen: list[int] = []

    def decide(snapshot: Snapshot) -> Sequence[Draft]:
        seen.append(len(snapshot.records))
        return [light(7)]

    assert [receipt.index for _ in range(3) for receipt in ledger.append_if(decide)] == [1, 2, 3]
    assert seen == [1, 2, 3]
    assert ledger.append_if(lambda snapshot: []) == []


def test_append_if_appends_nothing_when_refused(ledger: Ledger) -> None:
    """A refusal inside a decision leaves the log as it was."""

    def refuse(snapshot: Snapshot) -> Sequence[Draft]:
        raise Refused("no")

    with pytest.raises(Refused):
        ledger.append_if(refuse)
    assert ledger.size() == 1


def test_a_snapshot_continues_from_the_last(ledger: Ledger) -> None:
    """Snapshots taken while the log grows equal one taken from nothing."""
    for number in range(5):
        ledger.append([light(number)])
        grown = ledger.snapshot()
    fresh = Ledger(ledger.log, ledger.blobs).snapshot()
    assert [record.sha256 for record in grown.records] == [record.sha256 for record in fresh.records]
    assert (grown.checkpoint, grown.frontier) == (fresh.checkpoint, fresh.frontier)
    assert fresh.keyring.root is not None


def test_proofs_of_any_entry_and_any_earlier_size_hold(ledger: Ledger) -> None:
    """The ledger proves each of its entries and each of its earlier states."""
    ledger.append([light(number) for number in range(700)])
    checkpoint = ledger.checkpoint()
    entries = list(ledger.log.entries(0, checkpoint.size))
    for index in (0, 1, 255, 256, 511, 512, 700):
        proof = [base64.b64decode(one) for one in ledger.proof(index)]
        assert inclusion_holds(leaf_hash(entries[index]), index, checkpoint.size, proof, checkpoint.root)
    for size in (1, 2, 255, 256, 300, 700, 701):
        old_root = base64.b64decode(ledger.root_at(size) or "")
        proof = [base64.b64decode(one) for one in ledger.consistency(size)]
        assert consistency_holds(size, old_root, checkpoint.size, checkpoint.root, proof)
    assert ledger.root_at(checkpoint.size) == checkpoint.root_base64
    assert ledger.root_at(0) is None
    assert ledger.root_at(702) is None


def test_nothing_stands_before_the_root(store: OpenStore, keys: Keys) -> None:
    """A ledger without a root takes no record and gives no snapshot."""
    ledger = Ledger(store.log, store.blobs, keys.pipeline)
    with pytest.raises(NotEstablished):
        ledger.append([light(1)])
    with pytest.raises(NotEstablished):
        ledger.snapshot()
    assert ledger.size() == 0


def test_there_is_one_root(ledger: Ledger, keys: Keys) -> None:
    """Neither a second sealed root nor a root as a draft is taken."""
    plan = ledger.root()[1].plan
    with pytest.raises(AlreadyEstablished):
        ledger.append_sealed(sealed_root(keys, plan))
    with pytest.raises(AlreadyEstablished):
        ledger.append([Draft((), root_of(keys, plan))])


@pytest.mark.parametrize("left_out", [0, 1, 2])
def test_a_root_that_lacks_a_signature_is_refused(store: OpenStore, keys: Keys, left_out: int) -> None:
    """Both people and the first pipeline key must have signed the root."""
    ledger = Ledger(store.log, store.blobs, keys.pipeline)
    plan = ledger.put_blob(b"plan", "clausework.yaml", "application/yaml")
    signers = [*keys.people.values(), keys.pipeline]
    del signers[left_out]
    with pytest.raises(NotRooted):
        ledger.append_sealed(seal(encode_statement((), root_of(keys, plan)), signers))


def test_a_root_of_one_person_is_refused(store: OpenStore, keys: Keys) -> None:
    """Two people vouch for a manufacturer; one, or one twice, does not."""
    plan = Ledger(store.log, store.blobs).put_blob(b"plan", "clausework.yaml", "application/yaml")
    alone = msgspec.structs.replace(keys, people={QUALITY: keys.people[QUALITY]})
    with pytest.raises(NotRooted):
        Ledger(store.log, store.blobs, keys.pipeline).append_sealed(sealed_root(alone, plan))


def test_reading_needs_no_key_and_appends_nothing(ledger: Ledger) -> None:
    """A ledger without a signer reads all and refuses to append."""
    reading = Ledger(ledger.log, ledger.blobs)
    assert len(reading.snapshot().records) == 1
    with pytest.raises(ReadOnly):
        reading.append([light(1)])


def test_a_foreign_pipeline_key_is_refused(ledger: Ledger) -> None:
    """A key that nobody let in appends nothing."""
    with pytest.raises(KeyNotInForce):
        Ledger(ledger.log, ledger.blobs, new_key()).append([light(1)])
    assert ledger.size() == 1


def test_a_pipeline_key_comes_into_force_by_two_people_and_leaves_for_good(
    ledger: Ledger, keys: Keys
) -> None:
    """An enrolled key signs from its second approval on and never after its revocation, even enrolled again."""
    second = new_key()
    enrolment = PipelineKeyEnrolled(
        MADE, PipelineKey("second", encode_key(second.public_key)), key_id_of(second.public_key)
    )
    other = Ledger(ledger.log, ledger.blobs, second)
    (enrolled,) = ledger.append([Draft((), enrolment)])
    for email in (QUALITY, RELEASE):
        with pytest.raises(KeyNotInForce):
            other.append([light(1)])
        ledger.append([approval(intent(enrolled.sha256, email), keys.people[email])])
    other.append([light(2)])
    (revoked,) = ledger.append([Draft((), KeyRevoked(MADE, enrolment.key_id, "runner lost"))])
    with pytest.raises(KeyNotInForce):
        other.append([light(3)])
    (again,) = ledger.append([Draft((), KeyRevoked(MADE, enrolment.key_id, "lost twice"))])
    assert (again.index, again.existed) == (revoked.index, True)
    with pytest.raises(KeyNotInForce):
        ledger.append([Draft((), KeyRevoked(MADE, key_id_of(keys.pipeline.public_key), "own key"))])
    (enrolled,) = ledger.append([Draft((), enrolment)])
    for email in (QUALITY, RELEASE):
        ledger.append([approval(intent(enrolled.sha256, email), keys.people[email])])
    with pytest.raises(KeyNotInForce):
        Ledger(ledger.log, ledger.blobs, second).append([light(4)])
    report = verify_ledger(ledger.log, ledger.blobs)
    assert report.problems == ()
    assert any("let in or revoked before" in remark.message for remark in report.remarks)


def test_attack_a_replayed_nonce_is_refused(ledger: Ledger, keys: Keys) -> None:
    """The same approval again is the one that is there; another under its nonce is refused."""
    wanted = intent("a" * 64, QUALITY)
    (first,) = ledger.append([approval(wanted, keys.people[QUALITY])])
    (same,) = ledger.append([approval(wanted, keys.people[QUALITY])])
    assert (same.index, same.existed) == (first.index, True)
    with pytest.raises(NonceReplayed):
        ledger.append([approval(intent("b" * 64, QUALITY, nonce=wanted.nonce), keys.people[QUALITY])])


def test_a_whole_ledger_verifies_from_its_root_alone(ledger: Ledger) -> None:
    """Verification finds nothing wrong with a ledger that nobody touched, under the root's own digest."""
    ledger.append([draft(ledger, number) for number in range(5)])
    for number in range(300):
        ledger.append([light(number)])
    seen: list[tuple[int, int]] = []
    report = verify_ledger(
        ledger.log,
        ledger.blobs,
        root_sha256=ledger.root()[0].sha256,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert (report.problems, report.remarks) == ((), ())
    assert (report.entries, report.size, report.blobs) == (306, 306, 6)
    assert seen[-1] == (306, 306)


def test_processes_find_what_one_finds(ledger: Ledger) -> None:
    """Verification with several processes reports as verification with one."""
    ledger.append([light(number) for number in range(1000)])
    assert verify_ledger(ledger.log, ledger.blobs, workers=2) == verify_ledger(
        ledger.log, ledger.blobs, workers=1
    )


def test_attack_another_root_is_not_the_one_expected(store: OpenStore, keys: Keys) -> None:
    """A ledger that is whole but stands on another root than is known from elsewhere does not verify."""
    ledger = establish(store.log, store.blobs, keys)
    report = verify_ledger(ledger.log, ledger.blobs, root_sha256="0" * 64)
    assert [problem.place for problem in report.problems] == ["entry 0"]
