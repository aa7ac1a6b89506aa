"""Class C comes out of its archive again, without a network, bit for bit: or the release gate says what was wrong."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from clausework.actions.archive import archive_version
from clausework.actions.decide import decide
from clausework.core.digests import sha256_of
from clausework.evidence import isolation
from tests.actions.archiving import (
    NETWORK_BUILD,
    PIP_BUILD,
    UNLIKE_BUILD,
    archives,
    condition,
    frozen_device,
    messages,
    rebuilds,
)
from tests.actions.device import QUALITY, VERSION, WHEEL, Device, person
from tests.isolation import require_isolation

offline = pytest.mark.usefixtures("isolation_permitted")


@pytest.fixture(scope="session")
def isolation_permitted() -> None:
    """See ``require_isolation``."""
    require_isolation()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the device goes."""
    return tmp_path / "device"


@offline
def test_class_c_is_built_again_from_the_archive_alone(folder: Path, home_with_keys: Path) -> None:
    """The build gets its dependency out of the archive, no network, and comes out bit for bit the same."""
    device = frozen_device(folder, home_with_keys, safety_class="C", files={"tools/build.py": PIP_BUILD})
    with device.open() as workplace:
        verdict = condition(workplace)
        (made,) = rebuilds(workplace)
    assert verdict.outcome == "pass", messages(verdict)
    assert (made.outcome, made.isolated, made.supplied) == ("identical", True, 1)
    assert "counter was built again from it offline, bit for bit the same" in messages(verdict)


@offline
def test_pip_itself_installs_from_the_archive_without_a_network(folder: Path, home_with_keys: Path) -> None:
    """A real wheel is installed by pip, by its hash, in the offline build: pip is told where it is."""
    wheel = folder.parent / "pulse-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as bundle:
        bundle.writestr("pulse.py", "RATE = 60\n")
        bundle.writestr("pulse-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: pulse\nVersion: 1.0\n")
        bundle.writestr(
            "pulse-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        bundle.writestr("pulse-1.0.dist-info/RECORD", "pulse.py,,\n")
    script = (
        "import pathlib, subprocess, sys\n"
        "if '--version' in sys.argv:\n    print('counter 1.0.0')\n    raise SystemExit\n"
        "pip = [sys.executable, '-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes']\n"
        "subprocess.run([*pip, '--target', 'lib', '-r', 'requirements.lock'], check=True)\n"
        "pathlib.Path('dist').mkdir(exist_ok=True)\n"
        "pathlib.Path('dist/counter.zip').write_bytes(pathlib.Path('lib/pulse.py').read_bytes())\n"
    )
    device = Device(folder, home_with_keys)
    device.write("dist/counter.zip", "RATE = 60\n")
    lock = f"pulse==1.0 --hash=sha256:{sha256_of(wheel.read_bytes())}\n"
    device.write("vendor/pulse-1.0-py3-none-any.whl", wheel.read_bytes())
    device = frozen_device(
        folder,
        home_with_keys,
        safety_class="C",
        build=False,
        files={"tools/build.py": script, "requirements.lock": lock},
    )
    with device.open() as workplace:
        verdict = condition(workplace)
        assert [one.outcome for one in rebuilds(workplace)] == ["identical"], rebuilds(workplace)
    assert verdict.outcome == "pass"


@offline
def test_a_build_that_needs_a_network_fails_offline_and_is_named(folder: Path, home_with_keys: Path) -> None:
    """Lapse: the build asks a server. It cannot be made again from the archive, and the gate says what it said."""
    device = frozen_device(folder, home_with_keys, safety_class="C", files={"tools/build.py": NETWORK_BUILD})
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "fail"
    assert "the offline build of counter from the archive failed" in messages(verdict)
    assert "the licence server cannot be asked" in messages(verdict)
    assert "offline_build" in verdict.reasons[0].command


@offline
def test_a_build_whose_dependency_is_not_in_the_archive_fails_offline(
    folder: Path, home_with_keys: Path
) -> None:
    """Attack: a dependency is left out with a reason, and the build needs it: the build from the archive shows it."""
    plan = "archive: {without: [{dependency: attrs, because: it is on every machine}]}\n"
    script = PIP_BUILD.replace(
        'os.environ.get("CLAUSEWORK_DEPENDENCIES", "vendor")',
        'os.environ.get("CLAUSEWORK_DEPENDENCIES", "given")',
    )
    device = Device(folder, home_with_keys)
    device.write("given/attrs.whl", WHEEL)
    device = frozen_device(
        folder, home_with_keys, safety_class="C", archive=plan,
        files={"tools/build.py": script, ".gitignore": ".clausework/\ndist/\nreports/\ngiven/\n"},
    )  # fmt: skip
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "fail"
    assert "StopIteration" in messages(verdict)


def test_an_archive_that_gives_other_bytes_is_refused(folder: Path, home_with_keys: Path) -> None:
    """Attack, lapse: the build from the archive comes out different; archiving it again is no way round (class C)."""
    device = frozen_device(folder, home_with_keys, safety_class="C", files={"tools/build.py": UNLIKE_BUILD})
    with device.open() as workplace:
        for _ in range(2):
            verdict = condition(workplace)
            assert verdict.outcome == "fail"
            assert "the build of counter from the archive is different: dist/counter.zip" in messages(verdict)
        assert len(archives(workplace)) == 1
        decide(workplace, "review", "offline-rebuild", EXPLAINED, person(workplace, QUALITY))
        assert condition(workplace).outcome == "fail", "class C takes no explanation"


EXPLAINED = {
    "method": "analysis",
    "outcome": "accepted",
    "rationale": "Only the name of the member differs, by time.",
}


def test_a_difference_is_explained_where_the_plan_takes_explanations(
    folder: Path, home_with_keys: Path
) -> None:
    """Class B built from the archive: a signed review of that very build explains it, and no other does."""
    plan = "archive: {dependencies: [vendor], always_rebuild: true}\n"
    device = frozen_device(folder, home_with_keys, archive=plan, files={"tools/build.py": UNLIKE_BUILD})
    with device.open() as workplace:
        assert condition(workplace).outcome == "fail"
        decide(workplace, "review", "offline-rebuild", EXPLAINED, person(workplace, QUALITY))
        verdict = condition(workplace)
        assert verdict.outcome == "pass", messages(verdict)
        assert "the differences explained and signed" in messages(verdict)
        archive_version(workplace, VERSION)
        assert condition(workplace).outcome == "fail", "another build came out different in another way"


def test_a_luckier_build_does_not_hide_a_different_one(folder: Path, home_with_keys: Path) -> None:
    """Attack: the archive is built from again and again until it happens to come out the same."""
    marker = folder.parent / "mood"
    moody = UNLIKE_BUILD.replace("str(time.time_ns())", f'pathlib.Path("{marker}").read_text()')
    marker.write_text("counter.py")
    device = frozen_device(folder, home_with_keys, safety_class="C", files={"tools/build.py": moody})
    with device.open() as workplace:
        marker.write_text("other.py")
        assert condition(workplace).outcome == "fail"
        marker.write_text("counter.py")
        archive_version(workplace, VERSION)
        assert [one.outcome for one in rebuilds(workplace)] == ["different", "identical"]
        assert condition(workplace).outcome == "fail"


def test_a_build_that_could_reach_a_network_is_no_offline_build(
    folder: Path, home_with_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lapse: the machine cuts no network off. Class C does not pass, unless the approved plan says why it may."""
    monkeypatch.setattr(isolation, "_no_network", lambda: False)
    monkeypatch.setattr(isolation, "_permitted", lambda: ())
    device = frozen_device(folder / "a", home_with_keys, safety_class="C")
    with device.open() as workplace:
        verdict = condition(workplace)
        assert not rebuilds(workplace)[0].isolated
    assert verdict.outcome == "fail"
    assert "could have reached a network" in messages(verdict)
    waived = "archive: {dependencies: [vendor], without_isolation: the compiler opens no connection}\n"
    device = frozen_device(folder / "b", home_with_keys, safety_class="C", archive=waived)
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "pass"
    assert "its network was not cut off: the compiler opens no connection" in messages(verdict)


@pytest.mark.parametrize("safety_class", ["A", "B"])
def test_the_lower_classes_are_archived_and_not_built_again(
    folder: Path, home_with_keys: Path, safety_class: str
) -> None:
    """5.8.7 is for all classes; that the archive is built from is asked of class C alone."""
    device = frozen_device(
        folder, home_with_keys, safety_class=safety_class, files={"tools/build.py": NETWORK_BUILD}
    )
    with device.open() as workplace:
        assert condition(workplace).outcome == "pass"
        assert rebuilds(workplace) == []
