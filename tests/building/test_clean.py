"""A built package where there is NumPy and nothing else."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import tapeless
from tapeless import demo
from tapeless.runtime import bundled

CALL = """
import sys
import numpy as np
import lotka
value, gradient = lotka.loss.value_and_grad(np.array({theta!r}), np.array({pelts!r}), {steps})
print(value.hex(), *(g.hex() for g in gradient.tolist()))
print(*sorted({{n.split(".")[0] for n in sys.modules}} & {{"tapeless", "scipy", "llvmlite", "astor"}}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with NumPy and the demo's model, built for this processor."""
    made = tmp_path_factory.mktemp("clean")
    site = Path(np.__file__).parents[1]
    for name in ("numpy", "numpy.libs"):
        if (site / name).exists():
            (made / name).symlink_to(site / name, target_is_directory=True)
    tapeless.build(demo.loss, made, name="lotka", examples=[arguments()], cpu="native")
    (made / "lotka.development").unlink()
    return made


def arguments() -> tuple[object, ...]:
    _, pelts = demo.read_pelts()
    return demo.first_guess(pelts), pelts, demo.STEPS_PER_YEAR


def run(folder: Path, code: str, options: Sequence[str] = ()) -> str:
    """What Python prints when it sees its own library and one folder."""
    environment = {"PYTHONPATH": str(folder), "PATH": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    done = subprocess.run([sys.executable, "-S", *options, "-c", code], capture_output=True, text=True, cwd=folder,
                          env=environment, timeout=300)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_imports_numpy_only_and_has_the_bits_of_the_compiled_function(folder: Path) -> None:
    theta, pelts, steps = arguments()
    value, gradient = demo.loss.value_and_grad(theta, pelts, steps)
    printed = run(folder, CALL.format(theta=theta.tolist(), pelts=pelts.tolist(), steps=steps)).splitlines()
    assert printed == [" ".join(number.hex() for number in (float(value), *gradient.tolist())), ""]


def energy(a, b):
    return np.sum((a @ b) ** 2)


def test_products_of_matrices_take_the_blas_of_numpy(folder: Path) -> None:
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(40, 30)), rng.normal(size=(30, 50))
    built = tapeless.build(energy, folder, name="products", examples=[(a, b)], cpu="native")
    assert built.requires == ()
    code = "import sys, numpy as np, products\na, b = np.load('a.npy'), np.load('b.npy')\n"
    code += "np.save('g.npy', products.energy.grad(a, b))\nprint('scipy' in sys.modules, products.energy(a, b))"
    np.save(folder / "a.npy", a)
    np.save(folder / "b.npy", b)
    if bundled.address("scipy.linalg.cython_blas.dgemm") is None:
        pytest.skip("this NumPy has no BLAS of its own that can be called")
    loaded, value = run(folder, code).split()
    assert loaded == "False" and np.isclose(float(value), energy(a, b), rtol=1e-13)
    np.testing.assert_allclose(np.load(folder / "g.npy"), 2.0 * (a @ b) @ b.T, rtol=1e-12, atol=1e-12)


def solution(a, b):
    return np.sum(np.linalg.solve(a, b))


def test_linear_systems_say_that_they_need_scipy(folder: Path) -> None:
    built = tapeless.build(solution, folder, name="systems", examples=[(np.eye(3), np.ones(3))], cpu="native")
    assert built.requires == ("scipy",)
    assert str(built).splitlines()[-1] == (
        "  it needs scipy where it is used, for linear algebra and special functions"
    )
    code = "try:\n    import systems\nexcept ImportError as error:\n    print(error)"
    assert "there is no SciPy here that has it: pip install scipy" in run(folder, code)


def test_nothing_but_numpy_is_installed_there(folder: Path) -> None:
    assert run(folder, "import importlib.util as u; print(*map(u.find_spec, ('tapeless', 'scipy', 'llvmlite')))") == (
        "None None None\n"
    )


def test_it_imports_in_less_than_20_ms_over_numpy(folder: Path) -> None:
    # Processor time: other programs that use the machine do not count.
    code = "import time, numpy; begin = time.process_time(); import lotka; print(time.process_time() - begin)"
    run(folder, code)  # writes the bytecode
    medians = []
    for _ in range(3):
        medians.append(statistics.median(float(run(folder, code)) for _ in range(5)))
        if medians[-1] < 0.020:
            return
    pytest.fail(f"median import times over NumPy: {medians} s")


def test_without_the_bytecode_of_its_python_files_too(folder: Path) -> None:
    assert run(folder, "import lotka; print(lotka.loss.wrt)", ["-B"]) == "('theta',)\n"
