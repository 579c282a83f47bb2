"""Linkers, and processor levels."""

from __future__ import annotations

import importlib.util
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tapeless
from building.models import content, fresh, write
from tapeless.building.cpus import levels
from tapeless.building.face import processor
from tapeless.building.link import LINKERS, _command, find_linker, link
from tapeless.loading import UsageError

RUN = """
import sys
sys.path.insert(0, "built")
import numpy as np
{before}
import model
print(model._code.level, model.loss.value_and_grad(np.array([1.0, 2.0, 3.0])))
"""
ANSWER = str((np.float64(14.0), np.array([1.0, 2.0, 3.0])))
X86 = platform.machine() in ("x86_64", "AMD64")


@pytest.mark.parametrize("linker", LINKERS)
def test_every_linker_makes_a_module_that_works(tmp_path: Path, linker: str) -> None:
    if _command(linker) is None:
        pytest.skip(f"{linker} is not here")
    source = write(tmp_path)
    with fresh(tmp_path):
        built = tapeless.build(str(source), tmp_path / "built", cpu="baseline", linker=linker)
    assert built.linker == linker
    assert run(tmp_path).split(maxsplit=1)[1] == f"{ANSWER}\n"


def run(folder: Path, before: str = "") -> str:
    done = subprocess.run([sys.executable, "-c", RUN.format(before=before)], capture_output=True, text=True,
                          cwd=folder, timeout=300)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(importlib.util.find_spec("ziglang") is None, reason="the extra `build` is not installed")
def test_a_machine_without_a_compiler_can_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    source = write(tmp_path)
    with fresh(tmp_path):
        assert tapeless.build(str(source), tmp_path / "built", cpu="native").linker == "ziglang"
    assert ANSWER in run(tmp_path)


def test_without_any_linker_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, package=None: None)
    source = write(tmp_path)
    with fresh(tmp_path), pytest.raises(UsageError, match=r"pip install .tapeless\[build\]."):
        tapeless.build(str(source), tmp_path / "built", cpu="native")
    assert not (tmp_path / "built").exists()


def test_a_linker_that_fails_says_why() -> None:
    with pytest.raises(UsageError, match="does not link it: "):
        link({"module.o": b"no object"})
    with pytest.raises(UsageError, match="there is no linker `gold`; known are ld, cc, ziglang"):
        find_linker("gold")


@pytest.mark.skipif(not X86, reason="levels of x86-64")
def test_the_best_level_is_chosen_at_run_time(tmp_path: Path) -> None:
    source = write(tmp_path)
    with fresh(tmp_path):
        built = tapeless.build(str(source), tmp_path / "built", cpu="x86-64-v2,portable")
    assert built.levels == ("x86-64-v4", "x86-64-v3", "x86-64-v2", "x86-64")
    assert len([name for name in content(tmp_path / "built" / "model") if name.startswith("_x86_64")]) == 4
    found = {before: run(tmp_path, before) for before in ("", without("AVX512F"), without("FMA3"), without("SSE42"))}
    chosen = [text.split()[0] for text in found.values()]
    assert chosen[1:] == ["x86-64-v3" if processor().get("AVX2") else chosen[1], "x86-64-v2", "x86-64"]
    assert {text.split(maxsplit=1)[1] for text in found.values()} == {f"{ANSWER}\n"}


def without(feature: str) -> str:
    """Code that makes NumPy deny a feature of the processor."""
    return f"(getattr(np, '_core', None) or np.core)._multiarray_umath.__cpu_features__[{feature!r}] = False"


@pytest.mark.skipif(not X86 or not processor().get("FMA3"), reason="a processor with fused multiply-add")
@pytest.mark.parametrize("cpu", [pytest.param("x86-64-v3", marks=pytest.mark.long), "native"])
def test_a_processor_without_the_level_is_refused(tmp_path: Path, cpu: str) -> None:
    source = write(tmp_path)
    with fresh(tmp_path):
        tapeless.build(str(source), tmp_path / "built", cpu=cpu)
    code = RUN.format(before=without("FMA3"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert f"ImportError: model was built for {cpu}, and this processor lacks FMA3; build it with" in done.stderr


def test_levels_by_name() -> None:
    assert [level.name for level in levels("portable", "x86_64")] == ["x86-64-v4", "x86-64-v3", "x86-64"]
    assert [level.name for level in levels("baseline", "x86_64")] == ["x86-64"]
    assert [level.name for level in levels("x86-64-v2, x86-64-v2", "x86_64")] == ["x86-64-v2"]
    assert [level.name for level in levels("portable", "aarch64")] == ["baseline"]
    for text in ("x86-64-v9", ",", "x86-64-v3"):
        with pytest.raises(UsageError, match="processor level"):
            levels(text, "x86_64" if text != "x86-64-v3" else "aarch64")


@pytest.mark.skipif(not X86, reason="levels of x86-64")
@pytest.mark.parametrize("name", ["x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"])
def test_llvm_knows_every_feature_of_a_level(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    from tapeless.compiler.backend.target import object_code, optimise

    (level,) = levels(name, "x86_64")
    code = object_code(optimise("define double @f(double %x) {\n  ret double %x\n}\n", level.target()))
    assert code
    assert capfd.readouterr().err == ""
