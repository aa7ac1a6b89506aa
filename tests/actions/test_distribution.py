"""Who runs a version: from deployments and distribution lists, and what took its place since."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausework.actions.deploy import deploy
from clausework.actions.distribution import ColumnUnknown, record_distribution, runs
from clausework.actions.given_files import FileUnreadable
from clausework.actions.trace import ReleaseUnknown
from clausework.actions.verify import verify
from clausework.core.digests import sha256_of
from clausework.core.errors import InputRejected
from clausework.ledger.records.delivery import Distribution
from tests.actions.device import VERSION, Device
from tests.actions.test_withdraw import WHY, released, withdraw

HEADER = "site,version,digest,serial,udi_pi,date,quantity,operator\n"


def listed(device: Device, *rows: str, name: str = "list.csv") -> Path:
    """Write a list of ``rows``."""
    return device.write(f"lists/{name}", HEADER + "".join(f"{row}\n" for row in rows))


def test_who_runs_a_version_is_told_from_deployments_and_lists(releasable: Device) -> None:
    """Sites, operators, serial numbers and dates, by version and by digest, with the records behind them."""
    digest = released(releasable)
    path = listed(
        releasable,
        f"St. Anna,{VERSION},,SN-1,(10)L7,2026-03-01,,Ada",
        f"Klinikum,,{digest},,,2026-03-02,12,",
        "Elsewhere,9.9.9,,SN-9,,2026-03-02,,",
    )
    with releasable.open() as workplace:
        done = record_distribution(workplace, path)
        deployed = deploy(workplace, "production", digest, name="counter.zip", operator="ops", site="ward 7")
        found = runs(workplace, VERSION)
        unknown = runs(workplace, "9.9.9")
        with pytest.raises(ReleaseUnknown, match=r"3\.0\.0 was neither released nor adopted"):
            runs(workplace, "3.0.0")
    assert [(one.site, one.serial, one.operator, one.date[:10], one.quantity) for one in found.holdings] == [
        ("ward 7", "", "ops", deployed.at[:10], 1),
        ("St. Anna", "SN-1", "Ada", "2026-03-01", 1),
        ("Klinikum", "", "", "2026-03-02", 12),
    ]
    assert [(one.record, one.line) for one in found.holdings] == [
        (deployed.index, 0),
        (done.index, 2),
        (done.index, 3),
    ]
    assert (found.running, found.replaced, found.withdrawn) == (14, 0, "")
    assert (unknown.released, unknown.running) == (-1, 1)
    assert verify(releasable.folder).problems == ()


def test_what_no_release_has_is_recorded_and_named(releasable: Device) -> None:
    """Lapse: a row of a version or digest that nobody released is swallowed; it is kept, counted and told."""
    digest = released(releasable)
    other = sha256_of(b"other")
    path = listed(
        releasable,
        "A,9.9.9,,,,,3,",
        "B,9.9.9,,,,,,",
        f"C,,{other},,,,,",
        f"D,2.0.0,{digest},,,,,",
        "=E,1.0.0,,,,,,",
    )
    with releasable.open() as workplace:
        body = record_distribution(workplace, path).distribution
    assert body.findings == (
        "version 9.9.9 is of no release: line 2 and 1 more",
        f"digest {other} is of no release: line 4",
        "version 2.0.0 is of no release: line 5",
        f"version 2.0.0 stands beside the digest of {VERSION}: line 5",
        "a value looks like a formula; it is kept as text: line 6",
    )
    assert body.finding_count == 5
    assert {(one.version, one.rows, one.quantity) for one in body.versions} == {
        ("9.9.9", 2, 4),
        ("", 1, 1),
        ("2.0.0", 1, 1),
        ("1.0.0", 1, 1),
    }
    assert (body.rows, body.quantity) == (5, 7)


def test_a_device_whose_later_row_names_another_version_was_replaced(releasable: Device) -> None:
    """By serial number and date; without these nothing counts as replaced, and the doubt is told."""
    released(releasable)
    path = listed(
        releasable,
        f"A,{VERSION},,SN-1,,2026-03-01,,",
        "B,1.1.0,,SN-1,,2026-05-01,,",
        f"A,{VERSION},,SN-2,,2026-03-01,,",
        "A,0.9.0,,SN-2,,2026-01-01,,",
        f"A,{VERSION},,SN-3,,,,",
        "A,1.1.0,,SN-3,,2026-05-01,,",
        f"C,{VERSION},,,,2026-03-01,4,",
        "C,1.1.0,,,,2026-05-01,4,",
        f"D,{VERSION},,,,2026-03-01,2,",
        "D,0.9.0,,,,2026-01-01,2,",
    )
    with releasable.open() as workplace:
        done = record_distribution(workplace, path)
        found = runs(workplace, VERSION)
    replaced, second, undated, without, earlier = found.holdings
    assert replaced.replaced == f"by 1.1.0 on 2026-05-01 (#{done.index} line 3)"
    assert (second.replaced, second.remark) == ("", "")
    assert undated.replaced == ""
    assert "the dates do not tell" in undated.remark
    assert without.replaced == ""
    assert "without serial numbers" in without.remark
    assert (earlier.replaced, earlier.remark) == ("", "")
    assert (found.running, found.replaced) == (8, 1)


def test_a_deployment_is_replaced_by_the_next_at_its_site(releasable: Device) -> None:
    """The same artefact again at one site replaces the earlier; at another site it does not."""
    digest = released(releasable)
    with releasable.open() as workplace:
        first = deploy(workplace, "production", digest, site="ward 7", operator="a")
        again = deploy(workplace, "production", digest, site="ward 7", operator="a")
        deploy(workplace, "production", digest, site="ward 8", operator="a")
        deploy(workplace, "production", digest, site="ward 7", operator="b")
        found = runs(workplace, VERSION)
    assert again.existed
    assert again.index == first.index
    assert [(one.site, one.operator, bool(one.replaced)) for one in found.holdings] == [
        ("ward 7", "a", True),
        ("ward 8", "a", False),
        ("ward 7", "b", False),
    ]
    assert found.holdings[0].replaced.startswith(f"by {VERSION} again on ")


def test_the_newest_list_of_a_name_takes_the_place_of_the_earlier(releasable: Device) -> None:
    """Lists of other names stay; a list that comes back after another one is the newest again."""
    released(releasable)
    first = listed(releasable, f"A,{VERSION},,,,,5,", name="first.csv")
    second = listed(releasable, f"B,{VERSION},,,,,7,", name="second.csv")
    with releasable.open() as workplace:
        assert not record_distribution(workplace, first, name="sales").existed
        assert record_distribution(workplace, first, name="sales").existed
        record_distribution(workplace, second, name="sales")
        assert runs(workplace, VERSION).running == 7
        assert not record_distribution(workplace, first, name="sales").existed
        assert runs(workplace, VERSION).running == 5
        record_distribution(workplace, second, name="service")
        assert runs(workplace, VERSION).running == 12
        bodies = [one.body for one in workplace.snapshot().records if isinstance(one.body, Distribution)]
    assert len(bodies) == 4


def test_rows_that_stand_twice_are_told(releasable: Device) -> None:
    """Lapse: a list was put together twice; what is repeated is found, and how it counts is said."""
    released(releasable)
    twice = (f"A,{VERSION},,SN-1,,2026-03-01,,", f"B,{VERSION},,,,2026-03-01,2,")
    path = listed(releasable, *twice, *twice, f"B,{VERSION},,,,2026-03-02,2,")
    with releasable.open() as workplace:
        body = record_distribution(workplace, path).distribution
        found = runs(workplace, VERSION)
    assert body.findings == (
        "a serial number stands twice with one version, and counts once: line 4",
        "a row stands twice word for word, and counts twice: line 5",
    )
    assert found.running == 1 + 3 * 2


def test_a_device_in_several_lists_counts_once(releasable: Device) -> None:
    """One serial number is one device, however many lists name it."""
    released(releasable)
    with releasable.open() as workplace:
        for name in ("sales", "service"):
            path = listed(releasable, f"A,{VERSION},,SN-1,,,,", name=f"{name}.csv")
            record_distribution(workplace, path, name=name)
        found = runs(workplace, VERSION)
    assert (len(found.holdings), found.running) == (2, 1)


def test_a_withdrawn_version_is_marked_in_both_answers(releasable: Device) -> None:
    """Who runs it, and a list that says it was given to somebody, say that it was withdrawn."""
    released(releasable)
    path = listed(releasable, f"A,{VERSION},,,,,,")
    with releasable.open() as workplace:
        withdraw(workplace)
        done = record_distribution(workplace, path)
        found = runs(workplace, VERSION)
    assert WHY["reason"] in found.withdrawn
    assert done.withdrawn == (f"{VERSION} was {found.withdrawn}",)


def test_a_list_that_cannot_be_read_leaves_no_record(releasable: Device) -> None:
    """Lapse: part of a list is recorded; a faulty one is rejected whole, with exit code 3."""
    released(releasable)
    before = releasable.count()
    path = listed(releasable, f"A,{VERSION},,,,,,", ",1.0,,,,,,")
    with releasable.open() as workplace:
        with pytest.raises(InputRejected):
            record_distribution(workplace, path)
        with pytest.raises(FileUnreadable):
            record_distribution(workplace, releasable.folder)
        for columns in (["site"], ["where=Site"], ["site=A", "site=B"], ["site="]):
            with pytest.raises(ColumnUnknown):
                record_distribution(workplace, path, columns=columns)
    assert releasable.count() == before
    done = releasable.process("distribution", path)
    assert done.returncode == 3
    assert "lists/list.csv:3: row: it names no site" in done.stderr
    assert releasable.count() == before


def test_the_command_line_answers_who_runs_a_version(releasable: Device) -> None:
    """As a user: record a list with headings of its own, then ask, in words and as JSON."""
    released(releasable)
    path = releasable.write(
        "Auslieferung.csv", f"Kunde;Stand;SN\nSt. Anna;{VERSION};SN-1\nKlinikum;9.9.9;SN-2\n"
    )
    columns = ("--column", "site=Kunde", "--column", "version=Stand", "--column", "serial=SN")
    done = releasable.process("distribution", path, *columns)
    assert done.returncode == 0, done.stderr
    assert "finding: version 9.9.9 is of no release: line 3" in done.stdout
    asked = releasable.process("where", "--version", VERSION)
    assert asked.returncode == 0, asked.stderr
    assert "1 still run it" in asked.stdout
    assert "St. Anna (distribution list Auslieferung.csv)" in asked.stdout
    told = json.loads(releasable.process("where", "--version", VERSION, "--json").stdout)
    assert told["holdings"][0]["serial"] == "SN-1"
    unknown = releasable.process("where", "--version", "3.0.0")
    assert (unknown.returncode, "was neither released nor adopted" in unknown.stderr) == (2, True)
    nowhere = releasable.process("where", "--environment", "nowhere")
    assert (nowhere.returncode, "no environment 'nowhere'" in nowhere.stderr) == (2, True)
    both = releasable.process("where", "--version", VERSION, "--environment", "production")
    assert both.returncode == 2
