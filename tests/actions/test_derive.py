"""Derived artefacts: re-signed, encrypted or processed by a store, admitted through a record that a person approved."""

from __future__ import annotations

import zipfile
from pathlib import Path

import msgspec
import pytest

from clausework.actions.decide import decide
from clausework.actions.delivery_matters import DerivationUnknown, WithdrawnBefore
from clausework.actions.deploy import deploy
from clausework.actions.derive import (
    ContentsDiffer,
    DerivationWithdrawn,
    Derived,
    Given,
    NotDerived,
    SourceNotReleased,
    derive,
)
from clausework.actions.given_files import FileUnreadable
from clausework.actions.given_texts import TextUnfit
from clausework.actions.sign import sign
from clausework.actions.verify import verify
from clausework.actions.where import where
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of
from clausework.core.errors import UsageFault
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.delivery import Derivation, DerivationKind
from clausework.ledger.records.release import Deployment
from clausework.ledger.records.values import Descriptor
from clausework.release.admission import NotAdmitted
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person
from tests.actions.test_withdraw import released, withdraw

CHECK = "Signing log read; members compared with the released archive."
TAKEN_BACK = {
    "reason": "The store's key was stolen.",
    "communication": "The store took it down; all sites were called.",
}
WHY = {"rationale": "The comparison and the log were looked at."}


def resigned(device: Device, name: str = "store/counter.zip", **members: bytes) -> Path:
    """Write the released archive with a signature in it, and ``members`` changed."""
    path = device.write(name, device.artefact.read_bytes())
    with zipfile.ZipFile(device.artefact) as before, zipfile.ZipFile(path, "w") as archive:
        for one in before.infolist():
            archive.writestr(one.filename, members.pop(one.filename.partition(".")[0], before.read(one)))
        archive.writestr("META-INF/STORE.SF", b"signature")
        archive.writestr("META-INF/STORE.RSA", name.encode())
    return path


def given(device: Device, path: Path, kind: DerivationKind = "resigned", **more: object) -> Given:
    """Return what a person says of a derivation of the released artefact."""
    return msgspec.structs.replace(Given(device.artefact, path, kind, CHECK), **more)


def approve(workplace: Workplace, done: Derived, author: str, signer: str) -> None:
    """Have the derivation approved: the form keeps its own author out."""
    decided = decide(workplace, "approve", f"derivation/{done.index}", WHY, person(workplace, author))
    sign(workplace, person(workplace, signer), f"#{decided.index}")


def test_a_resigned_artefact_is_admitted_once_a_person_approved_it(releasable: Device) -> None:
    """The answer shows both digests and the check, and says what a program checked of it."""
    source = released(releasable)
    path = resigned(releasable)
    digest = sha256_of(path.read_bytes())
    with releasable.open() as workplace:
        done = derive(workplace, given(releasable, path, operator="Ops@Example.com"))
        assert done.versions == (VERSION,)
        with pytest.raises(NotAdmitted, match="was not approved"):
            deploy(workplace, "production", digest)
        approve(workplace, done, RELEASE, QUALITY)
        decided = deploy(workplace, "production", digest, site="app store")
        (found,) = where(workplace, digest)
        record = workplace.snapshot().records[decided.index].body
    (step,) = decided.derivations
    assert (step.source, step.derived, step.check, step.operator) == (
        source,
        digest,
        CHECK,
        "ops@example.com",
    )
    assert step.comparison is not None
    assert step.comparison.outcome == "equal"
    assert step.approved_by[0].startswith("Quinn Quality (quality)")
    assert (decided.version, found.version, found.derivations) == (VERSION, VERSION, (step,))
    assert isinstance(record, Deployment)
    assert [one.index for one in record.derivations] == [done.index]
    assert verify(releasable.folder).problems == ()


def test_the_operator_does_not_approve_the_own_derivation(releasable: Device) -> None:
    """Attack: whoever signed the artefact anew also approves the check; that signature admits nothing."""
    released(releasable)
    path = resigned(releasable)
    with releasable.open() as workplace:
        done = derive(workplace, given(releasable, path, operator=QUALITY))
        approve(workplace, done, RELEASE, QUALITY)
        with pytest.raises(NotAdmitted, match=f"by another than {QUALITY}"):
            deploy(workplace, "production", done.derivation.derived.sha256)
        approve(workplace, done, QUALITY, RELEASE)
        assert deploy(workplace, "production", done.derivation.derived.sha256).version == VERSION


def test_changed_contents_are_refused_as_signed_anew(releasable: Device) -> None:
    """Attack: code is changed while the archive is signed anew; nothing is recorded."""
    released(releasable)
    path = resigned(releasable, counter=b"evil")
    before = releasable.count()
    with releasable.open() as workplace, pytest.raises(ContentsDiffer, match=r"'counter\.py' is another"):
        derive(workplace, given(releasable, path))
    assert releasable.count() == before


def test_what_a_store_changed_is_told_to_whoever_approves(releasable: Device) -> None:
    """A store may add to an archive: the difference is recorded beside the check, for a person to judge."""
    released(releasable)
    path = resigned(releasable, counter=b"thinned")
    with releasable.open() as workplace:
        done = derive(workplace, given(releasable, path, "store_processed"))
    comparison = done.derivation.comparison
    assert comparison is not None
    assert (comparison.outcome, comparison.differences) == ("different", ("'counter.py' is another",))


def test_no_program_looks_into_what_is_encrypted(releasable: Device) -> None:
    """An encrypted image is compared by nobody: the record says so, and keeps the evidence of the check."""
    released(releasable)
    path = releasable.write("store/counter.enc", b"\x07" * 900)
    log = releasable.write("store/hsm.log", "decrypted again and compared: equal\n")
    with releasable.open() as workplace:
        done = derive(workplace, given(releasable, path, "encrypted", evidence=log))
        body = done.derivation
        assert body.comparison is None
        assert body.evidence is not None
        assert workplace.ledger.read_blob(body.evidence.sha256) == log.read_bytes()
        assert workplace.ledger.read_blob(body.derived.sha256) == path.read_bytes()
        assert derive(workplace, given(releasable, path, "encrypted", evidence=log)).existed
        approve(workplace, done, RELEASE, QUALITY)
        (step,) = deploy(workplace, "production", body.derived.sha256).derivations
    assert "by no program" in str(step)


def test_derivations_chain_and_each_step_is_approved(releasable: Device) -> None:
    """Signed anew, then packed: admitted only when both steps are approved."""
    released(releasable)
    path = resigned(releasable)
    package = releasable.folder / "store" / "bundle.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.write(path, "app/counter.zip")
    with releasable.open() as workplace:
        first = derive(workplace, given(releasable, path))
        second = derive(workplace, given(releasable, package, "packaged", source=path))
        assert second.derivation.comparison is not None
        assert "app/counter.zip" in second.derivation.comparison.method
        digest = second.derivation.derived.sha256
        approve(workplace, second, RELEASE, QUALITY)
        with pytest.raises(NotAdmitted, match=f"#{first.index}"):
            deploy(workplace, "production", digest)
        approve(workplace, first, RELEASE, QUALITY)
        steps = deploy(workplace, "production", digest).derivations
    assert [one.record for one in steps] == [second.index, first.index]


def test_a_circle_of_derivations_is_refused(releasable: Device) -> None:
    """Attack: the released artefact is said to be made of what was made of it, or of itself."""
    released(releasable)
    path = resigned(releasable)
    with releasable.open() as workplace:
        derive(workplace, given(releasable, path))
        with pytest.raises(NotDerived, match="circle"):
            derive(workplace, Given(path, releasable.artefact, "other", CHECK))
        with pytest.raises(NotDerived, match="nothing was derived"):
            derive(workplace, given(releasable, releasable.artefact))


def test_a_circle_written_by_hand_admits_nothing(releasable: Device) -> None:
    """Attack: records by hand derive two digests from each other, approved; neither leads to a release."""
    released(releasable)
    one, other = sha256_of(b"one"), sha256_of(b"other")
    with releasable.open() as workplace:
        for source, derived in ((one, other), (other, one)):
            blob = workplace.ledger.put_blob(derived.encode(), "x", "text/plain")
            body = Derivation(
                workplace.made(), source, Descriptor("x", derived, 1), "other", CHECK, "pipeline", None, blob
            )
            index = workplace.ledger.append([Draft((subject("x", derived),), body)])[0].index
            done = Derived(body, index, existed=False, versions=(), approve="")
            approve(workplace, done, RELEASE, QUALITY)
        with pytest.raises(NotAdmitted, match="no signed release names"):
            deploy(workplace, "production", one)


def test_only_what_was_released_has_derivations(releasable: Device) -> None:
    """Attack: a build that nobody released is signed anew and put forward; or the source was withdrawn meanwhile."""
    path = resigned(releasable)
    with releasable.open() as workplace, pytest.raises(SourceNotReleased):
        derive(workplace, given(releasable, path))
    released(releasable)
    with releasable.open() as workplace:
        withdraw(workplace)
        with pytest.raises(SourceNotReleased, match=f"release {VERSION} was withdrawn"):
            derive(workplace, given(releasable, path))


def test_withdrawal_of_the_release_withdraws_what_was_derived(releasable: Device) -> None:
    """Attack: the release is taken back, and the copy in the store goes on being deployed."""
    released(releasable)
    path = resigned(releasable)
    with releasable.open() as workplace:
        done = derive(workplace, given(releasable, path))
        approve(workplace, done, RELEASE, QUALITY)
        digest = done.derivation.derived.sha256
        assert deploy(workplace, "production", digest).outcome == "admitted"
        withdraw(workplace)
        with pytest.raises(NotAdmitted, match=f"release {VERSION} was withdrawn"):
            deploy(workplace, "production", digest)
        (found,) = where(workplace, digest)
    assert found.withdrawn.startswith("withdrawn")


def test_an_approval_is_bound_to_its_own_derivation(releasable: Device) -> None:
    """Attack: the approval of one derivation is put forward for another of the same artefact."""
    released(releasable)
    path, other = resigned(releasable), resigned(releasable, "store/other.zip")
    with releasable.open() as workplace:
        done = derive(workplace, given(releasable, path))
        second = derive(workplace, given(releasable, other))
        approve(workplace, done, RELEASE, QUALITY)
        with pytest.raises(NotAdmitted, match="was not approved"):
            deploy(workplace, "production", second.derivation.derived.sha256)


def test_what_is_wrongly_given_is_refused_before_anything_is_recorded(releasable: Device) -> None:
    """No check in words, an operator who is nobody, a file that is not there, a derivation that is not there."""
    released(releasable)
    path = resigned(releasable)
    before = releasable.count()
    with releasable.open() as workplace:
        for said_nothing in ("  ", "x", "checked"):
            with pytest.raises(TextUnfit):
                derive(workplace, given(releasable, path, check=said_nothing))
        with pytest.raises(UsageFault, match="not an e-mail"):
            derive(workplace, given(releasable, path, operator="ops"))
        with pytest.raises(FileUnreadable):
            derive(workplace, given(releasable, releasable.folder / "absent"))
        for name in ("derivation/1", "derivation/", "derivation/abcdef0123"):
            with pytest.raises(DerivationUnknown):
                decide(workplace, "approve", name, WHY, person(workplace, QUALITY))
    assert releasable.count() == before


def test_the_command_line_derives_and_deploys(releasable: Device) -> None:
    """As a user: derive, approve and sign, deploy; the answer shows both digests and the check."""
    source = released(releasable)
    path = resigned(releasable)
    digest = sha256_of(path.read_bytes())
    asked = ("derive", "--from", source, "--to", path, "--kind", "resigned", "--check", CHECK)
    done = releasable.process(*asked)
    assert done.returncode == 0, done.stderr
    assert "zip members and manifest: equal" in done.stdout
    assert releasable.process("deploy", "production", "--artifact", path).returncode == 1
    name = f"derivation/{digest[:12]}"
    decided = releasable.process("decide", "approve", name, "--rationale", WHY["rationale"], "--as", RELEASE)
    assert decided.returncode == 0, decided.stderr
    assert releasable.process("sign", "--as", QUALITY).returncode == 0
    deployed = releasable.process("deploy", "production", "--artifact", path)
    assert deployed.returncode == 0, deployed.stderr
    assert source in deployed.stdout
    assert digest in deployed.stdout
    assert CHECK.rstrip(".") in deployed.stdout


def test_a_withdrawn_derived_artefact_is_refused_while_its_release_stands(releasable: Device) -> None:
    """Attack: a store's copy that was taken back is deployed, recorded and approved anew, or derived from further."""
    released(releasable)
    path, further = resigned(releasable), resigned(releasable, "store/second.zip")
    digest = sha256_of(path.read_bytes())
    with releasable.open() as workplace:
        done = derive(workplace, given(releasable, path))
        approve(workplace, done, RELEASE, QUALITY)
        assert deploy(workplace, "production", digest).version == VERSION
        taken = decide(
            workplace, "withdraw", f"derivation/{done.index}", TAKEN_BACK, person(workplace, QUALITY)
        )
        assert (taken.signed, taken.decision.version, taken.decision.matter.id) == (True, "", digest)
        told = f"{digest} was withdrawn on 2.* by Quinn Quality .*, #{taken.index}: {TAKEN_BACK['reason']}"
        with pytest.raises(NotAdmitted, match=told):
            deploy(workplace, "production", digest)
        with pytest.raises(DerivationWithdrawn, match=digest):
            derive(workplace, given(releasable, path, "other", check="Looked at once more, in full."))
        with pytest.raises(DerivationWithdrawn, match="The source"):
            derive(workplace, given(releasable, further, source=path))
        with pytest.raises(WithdrawnBefore):
            decide(workplace, "withdraw", f"derivation/{done.index}", TAKEN_BACK, person(workplace, QUALITY))
        assert "withdrawn on 2" in where(workplace, digest)[0].withdrawn
        assert deploy(workplace, "production", done.derivation.source).version == VERSION, (
            "the release stands"
        )
    assert verify(releasable.folder).problems == ()


def test_a_second_record_of_a_withdrawn_artefact_admits_nothing(releasable: Device) -> None:
    """Attack: the same bytes were recorded and approved twice, and only one of the records is withdrawn."""
    released(releasable)
    path = resigned(releasable)
    with releasable.open() as workplace:
        first = derive(workplace, given(releasable, path))
        second = derive(workplace, given(releasable, path, check="The second look at the same file."))
        assert first.index != second.index
        for one in (first, second):
            approve(workplace, one, RELEASE, QUALITY)
        decide(workplace, "withdraw", f"derivation/{first.index}", TAKEN_BACK, person(workplace, RELEASE))
        with pytest.raises(NotAdmitted, match="was withdrawn on"):
            deploy(workplace, "production", sha256_of(path.read_bytes()))
