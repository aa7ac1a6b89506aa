"""What 'clausework decide FORM --help' tells whoever is to fill a form."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.decisions.forms import FORMS

from .conftest import Command


@pytest.mark.parametrize("form", [form.name for form in FORMS])
def test_who_signs_is_told_in_words(tmp_path: Path, clausework: Command, form: str) -> None:
    """No form's help shows the marks by which the code tells roles apart."""
    told = clausework(tmp_path, "decide", form, "--help").out
    assert "Has effect once signed" in told
    assert "*" not in told
