"""The build refuses an environment that is not the locked one, and builds the same bytes twice."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.verifies("ARCH-007")
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the build script, set on a copy of the sources."""
    spec = importlib.util.spec_from_file_location("build", ROOT / "tools" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for path in [*(ROOT / "src").rglob("*.py"), ROOT / "requirements.lock"]:
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def made(build: ModuleType) -> dict[str, bytes]:
    """Return what the build has made, by name."""
    return {path.name: path.read_bytes() for path in (build.ROOT / "dist").iterdir()}


def test_two_builds_are_identical(build: ModuleType) -> None:
    """Building all three components again from files of another time gives the same bytes."""
    assert build.main([]) == 0
    first = made(build)
    assert len(first) == 3
    for path in (build.ROOT / "src").rglob("*.py"):
        path.touch()
    assert build.main(["companion", "display", "controller"]) == 0
    assert made(build) == first


def test_a_component_holds_nothing_of_the_others(build: ModuleType) -> None:
    """A change of the companion leaves the bytes of controller and display as they were."""
    assert build.main([]) == 0
    first = made(build)
    with (build.ROOT / "src/companion/report.py").open("a") as stream:
        stream.write("# another line\n")
    assert build.main([]) == 0
    changed = [name for name, data in made(build).items() if data != first[name]]
    assert [name.split("-")[1] for name in changed] == ["companion"]


def test_another_version_takes_the_place_of_the_earlier_one(build: ModuleType) -> None:
    """What is in dist is of one version, so that nothing outdated is taken along."""
    assert build.main(["display"]) == 0
    source = build.ROOT / "src/display/__init__.py"
    source.write_text(re.sub(r'__version__ = ".*"', '__version__ = "9.9.9"', source.read_text()))
    assert build.main(["display"]) == 0
    assert list(made(build)) == ["infusor-display-9.9.9.pyz"]


def test_other_soup_than_locked(build: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """A SOUP version other than the lock's builds nothing."""
    lock = build.ROOT / "requirements.lock"
    lock.write_text(re.sub(r"==[0-9.]+", "==1.0.0", lock.read_text()))
    assert build.main([]) == 1
    assert "1.0.0 is locked" in capsys.readouterr().err
    assert not (build.ROOT / "dist").exists()


def test_missing_soup(build: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """SOUP that is not installed builds nothing."""
    (build.ROOT / "requirements.lock").write_text("not-installed-here==1.0.0\n")
    assert build.main([]) == 1
    assert "not-installed-here" in capsys.readouterr().err


def test_no_version(build: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Sources that state no version build nothing."""
    (build.ROOT / "src/infusor/__init__.py").write_text("")
    assert build.main([]) == 1
    assert "__version__" in capsys.readouterr().err


def test_a_component_that_there_is_not(build: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is no component's builds nothing."""
    assert build.main(["pump"]) == 1
    assert "no component 'pump'" in capsys.readouterr().err
