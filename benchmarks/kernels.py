"""Programs as people write them in NumPy: loops over stencils, products, factorisations, small simulations, networks.

Their source is that of the zoo (`tests/zoo/programs/kernels_*.py`), where their gradients are tested. Every one ends in
the sum of its outputs and is differentiated by its first argument; the sizes take NumPy about a millisecond.
"""

from __future__ import annotations

import ctypes
import importlib
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from tapeless import differentiate

from .entrants import GRAD, NUMBA, PRIMAL, as_array
from .measure import Absent, Case, Entrant, Result, Target
from .peers import kernels_with_jax, kernels_with_numba, package

NUMPY = "NumPy primal"
JAX = kernels_with_jax.LABEL
NOT_SLOWER = 1.1  # our primal over Numba's
GRADIENT = 3.0  # the geometric mean of gradient over primal
FAMILIES = ("stencils", "flows", "products", "solvers", "sciences", "networks", "transforms")
_rng = np.random.default_rng(2024)
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def _u(*shape: int) -> Any:
    return _rng.uniform(0.1, 1.0, shape)


def _dominant(n: int) -> Any:
    return _u(n, n) + 2 * n * np.eye(n)


def _definite(n: int) -> Any:
    a = _u(n, n)
    return a @ a.T + n * np.eye(n)


def _sparse(n: int, each: int) -> tuple[Any, ...]:
    """Values, vector, and where the rows of a matrix with `each` nonzeros in a row begin and lie."""
    return _u(n * each), _u(n), np.arange(0, (n + 1) * each, each), _rng.integers(0, n, size=n * each)


def _network(*shapes: tuple[int, ...]) -> tuple[Any, ...]:
    return tuple(_rng.normal(size=s) / np.sqrt(s[0] if len(s) > 1 else 1) for s in shapes)


@cache
def _complex(*shape: int) -> Any:
    return _rng.normal(size=shape) + 1j * _rng.normal(size=shape)


def _contour(rows: int, columns: int) -> tuple[Any, ...]:
    """Matrices that are regular on eight points inside and outside of the unit circle."""
    matrices = _complex(3, rows, rows) + 4.0 * rows * np.eye(rows)
    points = np.tile([0.7, 1.3], 4) * np.exp(2j * np.pi * np.arange(8) / 8)
    return rows, columns, 2, matrices, points, _complex(rows, columns)


def arguments() -> dict[str, tuple[Any, ...]]:
    """What every kernel is called with."""
    still = (np.zeros((31, 31)),) * 3
    return {
        "jacobi_1d": (_u(2000), _u(2000), 100),
        "jacobi_2d": (_u(100, 100), _u(100, 100), 30),
        "seidel_2d": (_u(80, 80), 5),
        "heat_3d": (_u(20, 20, 20), _u(20, 20, 20), 15),
        "fdtd_2d": (_u(80, 100), _u(80, 100), _u(80, 100), _u(30)),
        "adi": (_u(60, 60), 5),
        "deriche": (_u(200, 160), 0.25),
        "horizontal_diffusion": (_u(36, 36, 20), _u(32, 32, 20)),
        "vertical_advection": (*(_u(n, 30, 20) for n in (30, 30, 31, 30, 30)), 0.15),
        "cavity_flow": (*still, 0.1, 10, 20, 0.001, 2.0 / 30, 2.0 / 30, 1.0),
        "channel_flow": (*(0.1 * _u(31, 31) for _ in range(3)), 1.0, 10, 0.01, 2.0 / 30, 2.0 / 30, 1.0, 0.1, 0.02),
        "gemm": (_u(100, 120), _u(120, 110), _u(100, 110), 1.5, 1.2),
        "two_products": (_u(100, 110), _u(110, 90), _u(90, 120), _u(100, 120), 1.5, 1.2),
        "three_products": (_u(100, 110), _u(110, 90), _u(90, 100), _u(100, 95)),
        "atax": (_u(300, 330), _u(330)),
        "bicg": (_u(300, 330), _u(330), _u(300)),
        "mvt": (_u(300, 300), *(_u(300) for _ in range(4))),
        "gemver": (_u(200, 200), *(_u(200) for _ in range(8)), 1.5, 1.2),
        "gesummv": (_u(250, 250), _u(250, 250), _u(250), 1.5, 1.2),
        "syrk": (_u(70, 50), _u(70, 70), 1.5, 1.2),
        "syr2k": (_u(50, 40), _u(50, 40), _u(50, 50), 1.5, 1.2),
        "symm": (_u(40, 40), _u(40, 50), _u(40, 50), 1.5, 1.2),
        "trmm": (_u(50, 50), _u(50, 60), 1.5),
        "doitgen": (_u(25, 20, 30), _u(30, 30)),
        "correlation": (_u(140, 100),),
        "covariance": (_u(140, 100),),
        "sparse_matrix_vector": _sparse(1000, 20),
        "cholesky": (_definite(70),),
        "lu": (_dominant(70),),
        "ludcmp": (_dominant(70), _u(70)),
        "trisolv": (_dominant(400), _u(400)),
        "durbin": (0.05 * _u(300),),
        "gramschmidt": (_rng.normal(size=(70, 50)),),
        "floyd_warshall": (_u(60, 60),),
        "nussinov": (_rng.integers(0, 4, size=50),),
        "nbody": (_rng.normal(size=(25, 3)), _rng.normal(size=(25, 3)), _u(25, 1), 15, 0.01, 1.0, 0.1),
        "arc_distance": tuple(_u(20_000) for _ in range(4)),
        "azimuthal_integration": (_u(10_000), _rng.uniform(0.0, 1.0, 10_000), 50),
        "go_fast": (_u(300, 300),),
        "mandelbrot": (np.linspace(-2.0, 0.5, 60), np.linspace(-1.2, 1.2, 60), 20, 2.0),
        "attention_weights": (_u(8, 8, 32, 32), _u(8, 8, 32, 32)),
        "mlp": _network((8, 100), (100, 200), (200,), (200, 80), (80,), (80, 10), (10,)),
        "conv2d_bias": _network((4, 16, 16, 3), (3, 3, 3, 8), (8,)),
        "lenet": _network((4, 20, 20, 1), (3, 3, 1, 4), (4,), (3, 3, 4, 8), (8,), (72, 32), (32,), (32, 10), (10,)),
        "contour_integral": _contour(50, 150),
        "stockham_fft": (4096, 4, 6, _complex(4096), np.zeros(4096, complex)),
        "stockham_by_loops": (_complex(4096), np.exp(-2j * np.pi * np.arange(2048) / 4096)),
        "mandelbrot_of_complex": (-1.75, 0.25, -1.0, 1.0, 125, 125, 60, 2.0),
        "resnet": _network((4, 14, 14, 16), (1, 1, 16, 8), (3, 3, 8, 8), (1, 1, 8, 16)),
    }


@cache
def functions() -> dict[str, Callable[..., Any]]:
    """The kernels by name, from the zoo."""
    tests = str(Path(__file__).parents[1] / "tests")
    if tests not in sys.path:
        sys.path.append(tests)
    modules = [importlib.import_module(f"zoo.programs.kernels_{family}") for family in FAMILIES]
    return {p.title: p.fn for m in modules for p in m.PROGRAMS}


def _compiled_by_numba(numba: Any, function: FunctionType, done: dict[FunctionType, Any]) -> Any:
    """The function and the functions that it calls, compiled by Numba."""
    if function not in done:
        world = dict(function.__globals__)
        helpers = {n: world[n] for n in function.__code__.co_names if isinstance(world.get(n), FunctionType)}
        world.update({n: _compiled_by_numba(numba, f, done) for n, f in helpers.items()})
        done[function] = numba.njit(FunctionType(function.__code__, world, function.__name__, function.__defaults__))
    return done[function]


def entrants(name: str) -> Iterator[Entrant | Absent]:
    """NumPy's, Numba's and our primal, our gradient, and that of JAX where its rules allow the program.

    Numba gets another spelling of the same steps where it does not take the source.
    """
    function, args = functions()[name], arguments()[name]
    assert isinstance(function, FunctionType)
    ours = differentiate(function)
    yield Entrant(NUMPY, function, args)
    try:
        source = kernels_with_numba.FORMS.get(name, function)
        compiled = _compiled_by_numba(package("numba"), source, {})
        yield Entrant(NUMBA, compiled, args, as_array, as_array(function(*args)))
    except ImportError as error:
        yield Absent(NUMBA, str(error))
    yield Entrant(PRIMAL, ours, args)
    if not np.issubdtype(np.asarray(args[0]).dtype, np.floating) or name.startswith("mandelbrot"):
        return  # a count, which has no derivative
    expected = ours.grad(*args)
    yield Entrant(GRAD, ours.grad, args, as_array, expected)
    if name in kernels_with_jax.WITHOUT:
        yield Absent(JAX, kernels_with_jax.WITHOUT[name])
        return
    try:
        call, given = kernels_with_jax.gradient(name, args)
    except ImportError as error:
        yield Absent(JAX, str(error))
    else:
        yield Entrant(JAX, call, given, as_array, expected)


def peak_bytes(name: str) -> int | None:
    """How much memory our gradient takes at its peak in a new process, the result included; None if nothing tells."""
    if not CLEAR.exists():
        return None
    command = [sys.executable, "-m", "benchmarks.child", "peak", "tapeless", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    return int(float(done.stdout.split()[-1]))


def peak_here(name: str) -> float:
    """What `peak_bytes` asks for: the code is compiled on small arguments, then the largest resident size is reset."""
    modules = [importlib.import_module(f"zoo.programs.kernels_{family}") for family in FAMILIES if functions()]
    program = next(p for m in modules for p in m.PROGRAMS if p.title == name)
    gradient: Callable[..., Any] = differentiate(program.fn).grad
    gradient(*program.arguments(0))
    ctypes.CDLL(None).malloc_trim(0)
    CLEAR.write_text("5", encoding="ascii")
    before = _resident("VmRSS")
    gradient(*arguments()[name])
    return float(max(0, _resident("VmHWM") - before))


def _resident(which: str) -> int:
    line = next(line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith(which))
    return int(line.split()[1]) * 1024


def _case(name: str) -> Case:
    return Case(name, f"NumPy kernel: {name.replace('_', ' ')}", partial(entrants, name), (PRIMAL, NUMBA),
                (Target(PRIMAL, NUMBA, NOT_SLOWER),))  # fmt: skip


CASES = tuple(map(_case, arguments()))


def measured(results: Sequence[Result]) -> list[Result]:
    """The results that are of kernels."""
    names = {case.name for case in CASES}
    return [r for r in results if r.case.name in names]


def geometric_mean(values: Sequence[float | None]) -> float | None:
    """Of those that were measured."""
    found = [v for v in values if v is not None]
    return statistics.geometric_mean(found) if found else None
