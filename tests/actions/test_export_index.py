"""export index: what was released, by whom and how, as the signed bytes and as a page."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import msgspec
import pytest

from clausework.actions.decide import decide
from clausework.actions.export_index import export_index
from clausework.actions.sign import sign
from clausework.actions.trace import ReleaseUnknown
from clausework.core.digests import sha256_of
from clausework.release.candidate import signed_release
from clausework.release.index import ReleaseIndex
from tests.actions.device import QUALITY, RELEASE, VERSION, Device, person


def test_the_index_is_what_the_release_record_names_and_the_page_prints_it(
    releasable: Device, tmp_path: Path
) -> None:
    """JSON is the very bytes; the page prints signatures with name, meaning, time and means, and each digest whole."""
    out = tmp_path / "index"
    with releasable.open() as workplace:
        with pytest.raises(ReleaseUnknown, match="not released"):
            export_index(workplace, "json", out, VERSION)
        assert not out.exists()
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
        export_index(workplace, "json", out, VERSION)
        snapshot = workplace.snapshot()
        released = signed_release(snapshot.records, VERSION, workplace.standing(snapshot))
        assert released is not None
        assert sha256_of(out.read_bytes()) == released.body.index.sha256
        index = msgspec.json.decode(out.read_bytes(), type=ReleaseIndex)
        export_index(workplace, "html", out, VERSION)
        page = unescape(out.read_text())
        for one in index.authorisations:
            assert one.means
            for text in (f"{one.name} <{one.email}>", one.meaning, one.at, one.means):
                assert text in page
        assert all(one.sha256 in page for one in index.artefacts)
        assert [(one.software_item, one.version) for one in index.build_manifest] == [("counter", VERSION)]
        assert "withdrawn" not in page


def test_the_page_of_a_withdrawn_version_says_so_first(releasable: Device, tmp_path: Path) -> None:
    """Who withdrew it, when and why stands above everything that was signed before."""
    out = tmp_path / "index.html"
    with releasable.open() as workplace:
        quality = person(workplace, QUALITY)
        for one in (quality, person(workplace, RELEASE)):
            sign(workplace, one, VERSION)
        fields = {"reason": "The alarm is too quiet.", "communication": "Letter of today to all sites"}
        decide(workplace, "withdraw", VERSION, fields, quality)
        export_index(workplace, "html", out, VERSION)
    page = unescape(out.read_text())
    assert "The alarm is too quiet." in page
    assert page.index("The alarm is too quiet.") < page.index("manufacturer")
