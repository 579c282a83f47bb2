"""The build backend: a library whose wheel has compiled gradients, used where there is NumPy and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tapeless.building.hook import wanted
from tapeless.loading import UsageError

LIBRARY = Path(__file__).resolve().parents[2] / "examples" / "library"


def _setuptools() -> tuple[int, ...]:
    try:
        return tuple(map(int, version("setuptools").split(".")[:2]))
    except Exception:
        return (0,)


pytestmark = pytest.mark.skipif(_setuptools() < (77,), reason="needs setuptools 77")


def run(command: list[Any], cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_"))}
    return subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True,
                          env={**environment, **variables})


def hook(name: str, folder: Path, source: Path) -> subprocess.CompletedProcess[str]:
    """One hook of the backend, as a build front end runs it: in the project's folder, in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    code = f"from tapeless import buildhook; print(buildhook.{name}({str(folder)!r}))"
    return run([sys.executable, "-c", code], source)


def copied(folder: Path) -> Path:
    """The example with code for one processor level only, which takes less time."""
    source = Path(shutil.copytree(LIBRARY, folder / "library"))
    text = (source / "pyproject.toml").read_text()
    assert 'cpu = "portable"' in text
    (source / "pyproject.toml").write_text(text.replace('cpu = "portable"', 'cpu = "baseline"'))
    return source


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example, since setuptools writes into its folder."""
    return Path(shutil.copytree(LIBRARY, tmp_path_factory.mktemp("source") / "library"))


@pytest.fixture(scope="module")
def wheel(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    done = hook("build_wheel", folder, library)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with NumPy alone; returns its interpreter. NumPy is that of this environment."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    (python,) = (p for p in (folder / "bin" / "python", folder / "Scripts" / "python.exe") if p.exists())
    place = run([python, "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"], folder).stdout.strip()
    numpy = Path(np.__file__).parent
    for source in (numpy, numpy.parent / "numpy.libs"):
        if source.exists():
            os.symlink(source, Path(place) / source.name)
    return python


@pytest.fixture(scope="module")
def installed(clean: Path, wheel: Path) -> Path:
    """The clean environment with the library; returns its interpreter."""
    if not run([sys.executable, "-m", "pip", "--version"], wheel.parent).returncode:
        command = [sys.executable, "-m", "pip", "--python", clean, "install", "--no-deps", "--no-index", wheel]
        done = run(command, wheel.parent)
        assert done.returncode == 0, done.stderr
        return clean
    place = run([clean, "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"], wheel.parent).stdout.strip()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    return clean


def test_the_wheel_is_for_this_platform_and_python(wheel: Path) -> None:
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    assert re.fullmatch(rf"kinetics-1\.0-{tag}-{tag}-\w+\.whl", wheel.name)
    assert "any" not in wheel.name


def test_the_wheel_has_the_compiled_package_and_not_its_source(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "kinetics/compiled/__init__.pyi" in names
    assert any(re.fullmatch(r"kinetics/compiled/_\w+\.[\w.-]+\.(so|pyd)", n) for n in names)
    assert not any("models" in n or ".development" in n for n in names)
    record = zipfile.ZipFile(wheel).read("kinetics-1.0.dist-info/RECORD").decode()
    assert all(f"{name}," in record for name in names)


def test_the_library_works_where_there_is_numpy_alone(installed: Path, tmp_path: Path) -> None:
    done = run([installed, "-c", "import tapeless"], tmp_path)
    assert "No module named 'tapeless'" in done.stderr
    done = run([installed, LIBRARY / "tests" / "test_kinetics.py"], tmp_path)
    assert done.returncode == 0, done.stderr
    tests = re.findall(r"^def (test_\w+)", (LIBRARY / "tests" / "test_kinetics.py").read_text(), re.MULTILINE)
    assert done.stdout.splitlines() == [f"{name}: passed" for name in tests]


def test_the_same_bits_as_just_compiled(installed: Path, library: Path, tmp_path: Path) -> None:
    code = ("import numpy as np\n"
            "times = np.linspace(0.25, 8.0, 20)\n"
            "value, gradient = {}.misfit.value_and_grad(np.log([1.3, 0.4]), times, np.sin(times))\n"
            "print(value.hex(), *(g.hex() for g in gradient.tolist()))\n")
    built = run([installed, "-c", "import kinetics\n" + code.format("kinetics")], tmp_path)
    now = run([sys.executable, "-c", "import kinetics_models\n" + code.format("kinetics_models")], library / "models")
    assert built.returncode == now.returncode == 0, built.stderr + now.stderr
    # The code of a processor level need not be that of this very processor, but here nothing depends on it.
    for one, other in zip(built.stdout.split(), now.stdout.split(), strict=True):
        assert float.fromhex(one) == pytest.approx(float.fromhex(other), rel=1e-14)


def test_a_source_distribution_has_the_models_and_builds(tmp_path: Path) -> None:
    done = hook("build_sdist", tmp_path, copied(tmp_path))
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = archive.getnames()
        archive.extractall(tmp_path / "unpacked", filter="data")
    assert "kinetics-1.0/models/kinetics_models.py" in names
    assert not any("compiled" in n for n in names)
    done = hook("build_wheel", tmp_path / "again", tmp_path / "unpacked" / "kinetics-1.0")
    assert done.returncode == 0, done.stderr


@pytest.mark.long
def test_an_editable_installation(clean: Path, tmp_path: Path) -> None:
    """The package lies in the source tree, and importing it warns once its source has changed."""
    source = copied(tmp_path)
    done = hook("build_editable", tmp_path / "wheels", source)
    assert done.returncode == 0, done.stderr
    assert (source / "src" / "kinetics" / "compiled" / "__init__.py").exists()
    code = "import kinetics; print(kinetics.misfit.signatures)"
    place = {"PYTHONPATH": str(source / "src")}
    first = run([clean, "-W", "always", "-c", code], tmp_path, **place)
    assert "float64" in first.stdout and first.stderr == ""
    with open(source / "models" / "kinetics_models.py", "a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    again = run([clean, "-W", "always", "-c", code], tmp_path, **place)
    assert again.returncode == 0 and "kinetics_models.py" in again.stderr


@pytest.mark.long
def test_pip_builds_it_offline(tmp_path: Path) -> None:
    if run([sys.executable, "-m", "pip", "--version"], tmp_path).returncode:
        pytest.skip("needs pip")
    command = [sys.executable, "-m", "pip", "wheel", ".", "--no-build-isolation", "--no-deps", "--no-index"]
    done = run([*command, "--wheel-dir", tmp_path], copied(tmp_path))
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("kinetics-1.0-*.whl"))) == 1


# ------------------------------------------------------------------------------------------------------- mistakes


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return copied(tmp_path)


def failure(source: Path, tmp_path: Path) -> str:
    done = hook("build_wheel", tmp_path / "dist", source)
    assert done.returncode != 0
    return done.stderr.strip()


def test_a_function_that_is_refused_is_shown(broken: Path, tmp_path: Path) -> None:
    model = broken / "models" / "kinetics_models.py"
    model.write_text(model.read_text().replace("np.exp(log_rates[0])", "np.unknown(log_rates[0])"))
    text = failure(broken, tmp_path)
    assert "kinetics_models.py:16:" in text and "np.unknown" in text and "^^^" in text


def test_a_missing_source_is_named(broken: Path, tmp_path: Path) -> None:
    (broken / "models" / "kinetics_models.py").unlink()
    assert failure(broken, tmp_path).endswith(
        "Tapeless does not build kinetics.compiled from models/kinetics_models.py: "
        "there is no Python file `models/kinetics_models.py`")


GOOD = {"source": "m.py", "package": "a.b"}


@pytest.mark.parametrize("table, message", [
    ({}, r"has no \[\[tool.tapeless.build\]\] with a source and a package"),
    ({"build": [{"source": "m.py"}]}, r"number 1 lacks `package`"),
    ({"build": [GOOD, {"package": "m.py"}]}, r"number 2 lacks `source`"),
    ({"build": [{**GOOD, "exmaples": []}]}, r"unknown key `exmaples`; there are source, package, examples, cpu"),
    ({"build": [{**GOOD, "examples": "f(1.0)"}]}, r"`examples` of \S+ number 1 is a list"),
    ({"build": [{**GOOD, "examples": [1]}]}, r"`examples` of \S+ number 1 are strings"),
    ({"build": [{**GOOD, "package": "a-b"}]}, r'has the package "a-b"; write names'),
    ({"build": [GOOD], "cpus": "native"}, r"\[tool.tapeless\] has the unknown key `cpus`; there are build, cpu"),
    ({"build": GOOD}, r"`build` of \[tool.tapeless\] is a list"),
])  # fmt: skip
def test_tables_that_are_wrong(table: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        wanted({"tool": {"tapeless": table}})


def test_a_linker_is_asked_for_where_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tapeless.building.hook import required

    monkeypatch.chdir(copied(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert required() == ["ziglang"]
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path / "library")
    if shutil.which("ld") or shutil.which("cc"):
        assert required() == []


def test_settings_for_all_packages() -> None:
    first, second = wanted({"tool": {"tapeless": {"cpu": "native", "linker": "ld", "build": [
        GOOD, {"source": "m.py::f", "package": "c", "cpu": "baseline", "examples": ["f(1.0)"]}]}}})
    assert (first.cpu, first.linker, first.examples) == ("native", "ld", ())
    assert (second.cpu, second.file, second.examples) == ("baseline", "m.py", ("f(1.0)",))
