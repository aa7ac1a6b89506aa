"""Trusted time of a release: asked for, verified offline, refused when wrong, plainly missing when there is none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from clausework.actions.decide import decide
from clausework.actions.release import release
from clausework.actions.sign import sign
from clausework.actions.status import status
from clausework.actions.timestamp import TokensViolated, refuse_broken, stamp_subject
from clausework.actions.trusted_time import NoAuthority, times_of_releases
from clausework.actions.where import where
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.release import Release
from clausework.ledger.records.times import TimeStamped
from clausework.ledger.records.values import Reference
from clausework.release.candidate import NoCandidate
from clausework.remotes.timestamps import LARGEST_ANSWER, AuthorityUnreachable
from clausework.signatures.trusted_time import TokenDoesNotHold
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person
from tests.signatures.authority import Answer, Authority, served


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority with certificates of its own."""
    return Authority(tmp_path_factory.mktemp("authority"))


def _name_authority(device: Device, url: str, root: str) -> None:
    """Approve a plan that names the authority at ``url``."""
    plan = (device.folder / "clausework.yaml").read_text().partition("signing:")[0]
    certificate = "".join(f"        {line}\n" for line in root.splitlines())
    device.write(
        "clausework.yaml",
        f"{plan}signing:\n  timestamp_authority:\n    url: {url}\n    certificates:\n      - |\n{certificate}",
    )
    with device.open() as workplace:
        rationale = {"rationale": "trusted time from now on"}
        decided = decide(workplace, "approve", "plan", rationale, person(workplace, QUALITY))
        sign(workplace, person(workplace, RELEASE), str(decided.index))


@contextmanager
def _with_authority(device: Device, answer: Answer, root: str) -> Iterator[Workplace]:
    with served(answer) as url:
        _name_authority(device, url, root)
        with device.open() as workplace:
            yield workplace


def _sign_both(workplace: Workplace) -> None:
    for email in (QUALITY, RELEASE):
        sign(workplace, person(workplace, email), VERSION)


def _tokens(workplace: Workplace) -> list[TimeStamped]:
    return [one.body for one in workplace.snapshot().records if isinstance(one.body, TimeStamped)]


def test_gate_and_release_are_stamped(releasable: Device, authority: Authority) -> None:
    """The gate is stamped when it passes, the release when it is made; index, ``where``, ``status`` show the time."""
    with _with_authority(releasable, authority, authority.root) as workplace:
        state = release(workplace, VERSION)
        assert (state.outcome, len(_tokens(workplace))) == ("pass", 1), state.conditions
        _sign_both(workplace)
        gate, released = _tokens(workplace)
        records = workplace.snapshot().records
        assert gate.of.index == state.gate
        assert isinstance(records[released.of.index].body, Release)
        index = json.loads(workplace.ledger.read_blob(records[released.of.index].body.index.sha256))
        assert index["trusted_time"].startswith(f"{gate.at} by CN={authority.name}")
        (found,) = where(workplace, sha256_of(releasable.artefact.read_bytes()))
        assert found.trusted_time.startswith(released.at)
        assert found.trusted_time == status(workplace, with_waiting=False).releases[0].trusted_time


def test_tokens_are_verified_offline(releasable: Device, authority: Authority) -> None:
    """Years later, the authority gone, the tokens verify from the ledger alone."""
    with _with_authority(releasable, authority, authority.root) as workplace:
        release(workplace, VERSION)
        _sign_both(workplace)
    done = releasable.process("timestamp", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [one["title"] for one in found][-2:] == [f"release gate of {VERSION}", f"release {VERSION}"]
    assert [one["tokens"][0]["problem"] for one in found[-2:]] == ["", ""]


def test_without_an_authority_no_trusted_time_is_claimed(releasable: Device) -> None:
    """Where the plan names none, index, ``where``, ``status`` and ``timestamp`` say so in words."""
    with releasable.open() as workplace:
        _sign_both(workplace)
        body = next(one.body for one in workplace.snapshot().records if isinstance(one.body, Release))
        index = json.loads(workplace.ledger.read_blob(body.index.sha256))
        assert index["trusted_time"].startswith("no trusted time: the plan names no timestamp authority")
        with pytest.raises(NoAuthority):
            stamp_subject(workplace, VERSION)
    artefact = str(releasable.artefact)
    for arguments in (("where", "--artifact", artefact), ("status",), ("timestamp",)):
        done = releasable.process(*arguments)
        assert "no trusted time" in done.stdout, (arguments, done.stdout, done.stderr)


def test_an_authority_that_is_down_is_told_plainly(releasable: Device, authority: Authority) -> None:
    """The gate's record and the signatures stay; the release waits for the authority, and is made when it answers."""
    down = True

    def answer(request: bytes) -> bytes | int:
        return 503 if down else authority.answer(request)

    with _with_authority(releasable, answer, authority.root) as workplace:
        with pytest.raises(AuthorityUnreachable, match="status 503") as refused:
            release(workplace, VERSION)
        assert refused.value.exit_code == 6
        sign(workplace, person(workplace, QUALITY), VERSION)
        with pytest.raises(AuthorityUnreachable):
            sign(workplace, person(workplace, RELEASE), VERSION)
        assert not any(isinstance(one.body, Release) for one in workplace.snapshot().records)
        assert _tokens(workplace) == []
        down = False
        found = stamp_subject(workplace, VERSION)
        assert [one.title for one in found][-1] == f"release {VERSION}"
        assert "no trusted time" not in found[-1].time


def test_an_authority_that_is_away_is_told_plainly(releasable: Device, authority: Authority) -> None:
    """Where nobody listens at the address, the error says which authority, and exits 6."""
    with served(authority) as url:
        _name_authority(releasable, url, authority.root)
    done = releasable.process("release", VERSION)
    assert (done.returncode, f"The timestamp authority {url} cannot be reached" in done.stderr) == (6, True)
    assert "Traceback" not in done.stderr


def _of_another(authority: Authority) -> bytes:
    from clausework.signatures.trusted_time import time_request

    return authority.answer(time_request(b"another record")[0])


def test_attack_a_token_over_another_record(releasable: Device, authority: Authority) -> None:
    """Attack: who stands between plays back the token of another record; it is refused and not recorded."""
    with _with_authority(releasable, _of_another(authority), authority.root) as workplace:
        with pytest.raises(TokenDoesNotHold):
            release(workplace, VERSION)
        assert _tokens(workplace) == []


def test_attack_an_authority_that_the_plan_does_not_name(
    releasable: Device, authority: Authority, tmp_path: Path
) -> None:
    """Attack: another authority answers at the address; its tokens do not hold against the plan's certificate."""
    impostor = Authority(tmp_path / "impostor")
    with _with_authority(releasable, impostor, authority.root) as workplace:
        with pytest.raises(TokenDoesNotHold):
            release(workplace, VERSION)
        assert _tokens(workplace) == []


def test_attack_an_expired_certificate(releasable: Device, tmp_path: Path) -> None:
    """Attack: the authority's certificate had expired when it stamped."""
    expired = Authority(tmp_path / "expired", days=-0.5)
    with _with_authority(releasable, expired, expired.root) as workplace, pytest.raises(TokenDoesNotHold):
        release(workplace, VERSION)


@pytest.mark.parametrize("answer", [b"", b"<html>come back later</html>", b"\0" * (LARGEST_ANSWER + 1)])
def test_what_is_no_token_is_refused(releasable: Device, authority: Authority, answer: bytes) -> None:
    """An answer that is none, or has no end, is told; nothing of it is recorded."""
    with _with_authority(releasable, answer, authority.root) as workplace:
        with pytest.raises((TokenDoesNotHold, AuthorityUnreachable)):
            release(workplace, VERSION)
        assert _tokens(workplace) == []


def test_attack_a_token_written_past_the_program(releasable: Device, authority: Authority) -> None:
    """Attack: who holds the pipeline's key records a foreign token, or another time for a true one; neither counts."""
    with _with_authority(releasable, authority, authority.root) as workplace:
        state = release(workplace, VERSION)
        (true,) = _tokens(workplace)
        foreign = workplace.ledger.put_blob(_of_another(authority), "x.tsr", "application/timestamp-reply")
        forged = [
            msgspec.structs.replace(true, token=foreign),
            msgspec.structs.replace(true, at="2020-01-01T00:00:00.000Z"),
        ]
        about = subject("record", true.of.sha256)
        workplace.ledger.append([Draft((about,), one) for one in forged])
        found = next(one for one in times_of_releases(workplace) if one.index == state.gate)
        assert [bool(one.problem) for one in found.tokens] == [False, True, True]
        assert found.time.startswith(true.at)
        with pytest.raises(TokensViolated):
            refuse_broken([found])
    done = releasable.process("timestamp")
    assert (done.returncode, "does not hold" in done.stderr) == (4, True)


def test_a_token_from_before_the_plan_named_an_authority_counts_for_nothing(
    releasable: Device, authority: Authority
) -> None:
    """Attack: a token by whoever is recorded first, and the plan that names them approved after it."""
    with releasable.open() as workplace:
        gate = next(one for one in times_of_releases(workplace))
        record = workplace.record(gate.index)
        token = workplace.ledger.put_blob(_of_another(authority), "x.tsr", "application/timestamp-reply")
        body = TimeStamped(workplace.made(), Reference(record.index, record.sha256), token, "now", "me")
        workplace.ledger.append([Draft((subject("record", record.sha256),), body)])
        (found,) = times_of_releases(workplace)
        assert "named no timestamp authority" in found.tokens[0].problem
        assert found.time.startswith("no trusted time")


def test_any_record_is_stamped_and_a_token_renewed(releasable: Device, authority: Authority) -> None:
    """By its number a record is stamped, a token's own as well: so a token lasts beyond its certificate."""
    with _with_authority(releasable, authority, authority.root) as workplace:
        release(workplace, VERSION)
        token = next(one.index for one in workplace.snapshot().records if isinstance(one.body, TimeStamped))
        stamp_subject(workplace, f"#{token}")
        stamp_subject(workplace, f"#{token}")
        assert [one.of.index for one in _tokens(workplace)][-1] == token
        assert len(_tokens(workplace)) == 2
        with pytest.raises(NoCandidate):
            stamp_subject(workplace, "9.9.9")
