"""Same source, same bytes; and what has changed since is noticed."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import warnings
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest

from building.models import MODEL, content, fresh, write
from tapeless.__main__ import main


def build(folder: Path, *more: str) -> int:
    """`tapeless build` in a folder, as its own user would run it."""
    here = os.getcwd()
    os.chdir(folder)
    try:
        with fresh(folder):
            return main(["build", "model.py", "--cpu", "native", *more])
    finally:
        os.chdir(here)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a model that has been built."""
    write(tmp_path)
    assert build(tmp_path) == 0
    return tmp_path


def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for k, name in enumerate(("one", "another/folder")):
        source = write(tmp_path / name)
        os.utime(source, (1e9 + k, 1e9 + k))
        environment = {**os.environ, "PYTHONHASHSEED": str(k + 1), "TAPELESS_CACHE": "0"}
        command = [sys.executable, "-m", "tapeless", "build", "model.py", "-o", f"out{k}",
                   "--cpu", "baseline" if platform.machine() != "x86_64" else "x86-64-v3,x86-64"]  # fmt: skip
        subprocess.run(command, cwd=source.parent, env=environment, check=True, capture_output=True, timeout=300)
        found.append(content(source.parent / f"out{k}" / "model"))
    assert found[0].keys() == found[1].keys()
    assert [name for name in found[0] if found[0][name] != found[1][name]] == []


def test_building_again_replaces_the_package(folder: Path) -> None:
    before = content(folder / "built" / "model")
    (folder / "built" / "model" / "left_over.py").write_text("")
    assert build(folder) == 0
    assert content(folder / "built" / "model") == before
    assert sorted(p.name for p in (folder / "built").iterdir()) == ["model", "model.development"]


def test_a_fresh_package_passes_the_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert build(folder, "--check") == 0
    assert capsys.readouterr().out == f"{Path('built') / 'model'} is up to date\n"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("x * SCALE", "x / SCALE"), "model.py has changed"),
        (("def inner(x):\n", "def inner(x):\n    # halves\n"), "model.py has changed"),
        (("SCALE = 2.0", "SCALE = 3.0"), "model.py has changed"),
    ],
)
def test_a_changed_source_fails_the_check(
    folder: Path, change: tuple[str, str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, MODEL.replace(*change))
    before = content(folder / "built" / "model")
    assert build(folder, "--check") == 1
    assert f"built/model is stale: {message}" in capsys.readouterr().err.replace("\\", "/")
    assert content(folder / "built" / "model") == before


def test_a_changed_value_from_another_file_fails_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, MODEL.replace("SCALE = 2.0", "from settings import SCALE"))
    write(tmp_path, "SCALE = 2.0\n", "settings.py")
    assert build(tmp_path) == 0 and build(tmp_path, "--check") == 0
    write(tmp_path, "SCALE = 3.0\n", "settings.py")
    assert build(tmp_path, "--check") == 1
    assert "a value that the functions read from outside has changed" in capsys.readouterr().err


def test_a_changed_global_array_fails_the_check(folder: Path) -> None:
    write(folder, MODEL.replace("SHAPE = np.array([1.0", "SHAPE = np.array([7.0"))
    assert build(folder, "--check") == 1


def test_other_options_and_an_edited_package_fail_the_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "built" / "model" / "__init__.py"
    file.write_text(file.read_text() + "\n")
    assert build(folder, "--check", "--example", "loss(SHAPE[::2])") == 1
    said = capsys.readouterr().err
    assert "it was built with examples , and that is loss(SHAPE[::2]) now" in said
    assert "the package's file __init__.py has been edited" in said


def test_a_package_that_is_not_there_fails_the_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    assert build(tmp_path, "--check") == 2
    assert "there is no package built by Tapeless in" in capsys.readouterr().err


def test_importing_a_stale_package_warns(folder: Path) -> None:
    assert imported(folder) == []
    write(folder, MODEL)  # another time, the same text
    assert imported(folder) == []
    write(folder, MODEL.replace("x * SCALE", "x / SCALE"))
    (said,) = imported(folder)
    assert said == "model was built before model.py changed; build it again: tapeless build"


def test_there_is_no_warning_without_the_source_or_away_from_it(folder: Path, tmp_path: Path) -> None:
    write(folder, MODEL.replace("x * SCALE", "x / SCALE"))
    (folder / "elsewhere").mkdir()
    (folder / "built" / "model").rename(folder / "elsewhere" / "model")
    assert imported(folder, "elsewhere") == []
    (folder / "elsewhere" / "model").rename(folder / "built" / "model")
    (folder / "model.py").unlink()
    assert imported(folder) == []


def imported(folder: Path, out: str = "built") -> list[str]:
    """What importing the package warns of."""
    invalidate_caches()
    with fresh(folder), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sys.path.insert(0, str(folder / out))
        assert import_module("model").loss.wrt == ("x",)
    return [str(w.message) for w in caught]
