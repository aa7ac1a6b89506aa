"""A person who has a passkey and no sealed key records decisions; nobody else does so in their name (11.10(d))."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from clausework.actions.decide import decide
from clausework.actions.passkey import act_with_passkey, enrol_passkey
from clausework.actions.sign import sign
from clausework.actions.workplace import Workplace
from clausework.ledger.records.decisions import Approval, Decision
from clausework.remotes.loopback import PersonDeclined
from clausework.signatures.passkeys import NotThatPasskey
from tests.actions.device import PLAN, QUALITY, RELEASE, Device, person
from tests.actions.test_passkey import Scene
from tests.cli.test_identification import run
from tests.remotes.browser import Person as Visitor
from tests.signatures.authenticator import Authenticator

THIRD = "third@example.com"
REVIEW = {"method": "review", "outcome": "accepted", "rationale": "Looked at in full <today>."}


@pytest.fixture
def scene(established: Device, tmp_path: Path) -> Scene:
    """Return a ledger in which a third person holds the role quality and has a passkey alone."""
    made = Scene(established, Visitor(Authenticator(count=1)), tmp_path / "keys")
    plan = PLAN.replace(f"quality: {{people: [{QUALITY}]}}", f"quality: {{people: [{QUALITY}, {THIRD}]}}")
    established.write("clausework.yaml", plan)
    with made.open() as workplace:
        decide(workplace, "approve", "plan", {"rationale": "a third signs too"}, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), "clausework.yaml")
        by = person(workplace, QUALITY)
        made.let_in(
            workplace,
            enrol_passkey(workplace, THIRD, name="Thea Third", proof="passport seen by HR", by=by).index,
        )
    made.visitor.pages.clear()
    return made


def _review(workplace: Workplace) -> int:
    return decide(workplace, "review", "REQ-001", REVIEW, act_with_passkey(workplace, THIRD)).index


def test_a_decision_is_recorded_and_signed_with_a_passkey_alone(scene: Scene) -> None:
    """Two pages: that it is they who record it, with all that it says; then their signature on what was recorded."""
    with scene.open() as workplace:
        index = _review(workplace)
        decision, approval = (one.body for one in workplace.snapshot().records[index:])
        assert isinstance(decision, Decision)
        assert decision.author == THIRD
        assert isinstance(approval, Approval)
        assert approval.intent.components == ("passkey", "user_verification")
        assert workplace.standing(workplace.snapshot()).decisions[-1].effective
        (given,) = workplace.standing(workplace.snapshot()).decisions[-1].given
        assert given.means == "passkey that stays on its device"
    asked, signed = scene.visitor.pages
    assert "Record in your name: review software requirement REQ-001" in asked
    assert "Meaning" not in asked
    assert "Sign: review software requirement REQ-001" in signed
    for page in (asked, signed):
        assert "Looked at in full &lt;today&gt;." in page
        assert "Thea Third" in page


def test_a_decision_that_others_sign_is_recorded_by_showing_who_one_is(scene: Scene) -> None:
    """Of a plan its author signs nothing: one page, and the decision waits for another person."""
    with scene.open() as workplace:
        decided = decide(
            workplace,
            "approve",
            "plan",
            {"rationale": "looked at in full"},
            act_with_passkey(workplace, THIRD),
        )
        assert not decided.signed
        assert decided.missing
    assert len(scene.visitor.pages) == 1


def test_attack_a_decision_in_the_name_of_another(scene: Scene) -> None:
    """Attack: who has no passkey of the person's records a decision as theirs; nothing is recorded."""
    copied = Authenticator()
    copied.credential_id = scene.visitor.device.credential_id
    for thief, error, reason in (
        (Visitor(Authenticator()), NotThatPasskey, "none of those"),
        (Visitor(copied), Exception, "does not hold"),
        (Visitor(scene.visitor.device, declines=True), PersonDeclined, "declined"),
    ):
        with scene.open(thief.tell) as workplace:
            before = workplace.ledger.size()
            with pytest.raises(error, match=reason):
                _review(workplace)
            assert workplace.ledger.size() == before


def test_who_declines_the_signature_leaves_a_decision_that_waits(scene: Scene) -> None:
    """The decision was recorded in their name; that it is not signed, and how it is, is told with its number."""
    answers = iter((scene.visitor, Visitor(scene.visitor.device, declines=True)))
    with scene.open(lambda address: next(answers).tell(address)) as workplace:
        with pytest.raises(PersonDeclined) as caught:
            _review(workplace)
        recorded = workplace.snapshot().records[-1]
        assert isinstance(recorded.body, Decision)
        waits = (
            f"#{recorded.index} is recorded and counts once it is signed: 'clausework sign {recorded.index}'."
        )
        assert caught.value.hint == waits
        honest = msgspec.structs.replace(workplace, tell=scene.visitor.tell)
        assert sign(honest, act_with_passkey(honest, THIRD), str(recorded.index)).missing == ()


def test_a_decision_with_a_passkey_at_the_command_line(scene: Scene) -> None:
    """The same in a process of its own; without a passkey of that person it is refused before anything is recorded."""
    fields = [word for name, text in REVIEW.items() for word in (f"--{name}", text)]
    arguments = ("decide", "review", "REQ-001", *fields, "--passkey", "--as")
    code, output, told = run(scene.device, scene.visitor, *arguments, THIRD)
    assert code == 0, told
    assert re.search(r"signed by Thea Third <third@example.com> as quality: 'reviewed', 20", output)
    before = scene.device.count()
    code, _, told = run(scene.device, scene.visitor, *arguments, RELEASE)
    assert (code, scene.device.count()) == (5, before)
    assert "has no passkey for 'localhost' in force" in told
