"""The build refuses an environment that is not the locked one, and builds the same bytes twice."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

import infusor

pytestmark = pytest.mark.verifies("ARCH-007")
ROOT = Path(__file__).resolve().parents[2]


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


def test_two_builds_are_identical(build: ModuleType) -> None:
    """Building again from files of another time gives the same bytes."""
    assert build.main() == 0
    (target,) = (build.ROOT / "dist").iterdir()
    first = target.read_bytes()
    for path in (build.ROOT / "src").rglob("*.py"):
        path.touch()
    assert build.main() == 0
    assert target.read_bytes() == first


def test_other_soup_than_locked(build: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """A SOUP version other than the lock's builds nothing."""
    lock = build.ROOT / "requirements.lock"
    lock.write_text(re.sub(r"==[0-9.]+", "==1.0.0", lock.read_text()))
    assert build.main() == 1
    assert "1.0.0 is locked" in capsys.readouterr().err
    assert not (build.ROOT / "dist").exists()


def test_missing_soup(build: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """SOUP that is not installed builds nothing."""
    (build.ROOT / "requirements.lock").write_text("not-installed-here==1.0.0\n")
    assert build.main() == 1
    assert "not-installed-here" in capsys.readouterr().err


def test_no_version(build: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Sources that state no version build nothing."""
    (build.ROOT / "src/infusor/__init__.py").write_text("")
    assert build.main() == 1
    assert "__version__" in capsys.readouterr().err


@pytest.mark.verifies("REQ-048")
def test_one_version() -> None:
    """Project file and program state the same version."""
    assert f'version = "{infusor.__version__}"' in (ROOT / "pyproject.toml").read_text()
