"""The pipeline's key in a file or a variable."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from clausework.ledger.signing import signature_holds
from clausework.signatures.key_files import KeyExists, KeyFileExposed, KeyFileIndirect, KeyMissing
from clausework.signatures.pipeline_key import (
    PipelineKeyDamaged,
    create_signer,
    load_signer,
    load_signer_from_variable,
)


def test_a_key_is_made_and_found_again(tmp_path: Path) -> None:
    """A key that was made is loaded from its file, and from a variable with its line, as the same key."""
    path = tmp_path / "pipeline.key"
    made = create_signer(path)
    environ = {"CLAUSEWORK_PIPELINE_KEY": path.read_text()}
    for found in (load_signer(path), load_signer_from_variable("CLAUSEWORK_PIPELINE_KEY", environ)):
        assert found.public_key == made.public_key
        assert signature_holds(made.public_key, found.sign(b"data"), b"data")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(KeyExists):
        create_signer(path)
    assert load_signer(path).public_key == made.public_key


def test_each_key_is_another(tmp_path: Path) -> None:
    """Two keys that are made are two keys."""
    assert create_signer(tmp_path / "1").public_key != create_signer(tmp_path / "2").public_key


def test_attack_a_key_within_reach_of_others(tmp_path: Path) -> None:
    """Attack: the key is open to a group, or a link to another; it is refused."""
    path, link = tmp_path / "key", tmp_path / "link"
    create_signer(path)
    link.symlink_to(path)
    with pytest.raises(KeyFileIndirect):
        load_signer(link)
    path.chmod(0o660)
    with pytest.raises(KeyFileExposed):
        load_signer(path)


def test_a_key_that_is_not_there(tmp_path: Path) -> None:
    """A missing file and an empty variable are told as missing, with what to set."""
    with pytest.raises(KeyMissing):
        load_signer(tmp_path / "none")
    for environ in ({}, {"KEY": "  "}):
        with pytest.raises(KeyMissing) as caught:
            load_signer_from_variable("KEY", environ)
        assert "KEY" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "not base64!",
        base64.b64encode(b"short").decode(),
        base64.b64encode(b"s3cret" * 6).decode(),
        base64.b64encode(bytes(32)).decode(),
        "s3cret\udcff",
        "s3cret" * 10_000,
    ],
)
def test_a_damaged_key_is_not_repeated(text: str, tmp_path: Path) -> None:
    """What is no seed, a seed of one byte repeated included, is refused without a word of what it was."""
    with pytest.raises(PipelineKeyDamaged) as caught:
        load_signer_from_variable("KEY", {"KEY": text})
    assert text not in caught.value.message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(PipelineKeyDamaged):
        load_signer(path)
