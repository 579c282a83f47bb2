"""Products by BLAS: every layout and size class, both precisions, and code from the cache in another process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate
from tapeless.runtime import engine, fortran

SIZES = [(3, 4, 5), (20, 30, 40), (1, 900, 1), (100, 1, 100), (64, 64, 64), (0, 5, 5), (70, 0, 70), (1, 5000, 1)]


def layouts(a: np.ndarray) -> Iterator[np.ndarray]:
    """A matrix as it is, by columns, strided, as a part of a larger one, and upside down."""
    wide = np.zeros((2 * a.shape[0], 2 * a.shape[1]), a.dtype)
    yield a
    yield np.asfortranarray(a)
    for view in (wide[::2, ::2], wide[: a.shape[0], : a.shape[1]], wide[a.shape[0] - 1 :: -1] if a.size else wide[:0]):
        view = view[: a.shape[0], : a.shape[1]]
        if view.shape == a.shape:
            view[...] = a
            yield view


def product(a: Any, b: Any) -> Any:
    return a @ b


def squares(a: Any, b: Any) -> Any:
    return np.sum((a @ b) ** 2)


@pytest.fixture(scope="module")
def compiled() -> Any:
    return differentiate(product)


def close(actual: np.ndarray, expected: np.ndarray) -> None:
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
    tolerance = 2e-4 if expected.dtype == np.float32 else 1e-11
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance * 10)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("n, k, m", SIZES)
def test_products_of_matrices(compiled: Any, n: int, k: int, m: int, kind: Any) -> None:
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=(n, k)).astype(kind), rng.normal(size=(k, m)).astype(kind)
    for left in layouts(a):
        for right in layouts(b):
            close(compiled(left, right), a @ b)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("n, k", [(3, 4), (200, 100), (100, 200), (1, 9000), (9000, 1)])
def test_products_with_vectors(compiled: Any, n: int, k: int, kind: Any) -> None:
    rng = np.random.default_rng(n)
    a = rng.normal(size=(n, k)).astype(kind)
    x, y = rng.normal(size=k).astype(kind), rng.normal(size=n).astype(kind)
    for matrix in layouts(a):
        for step in (1, 2, -1):
            right, left = np.repeat(x, abs(step))[::step], np.repeat(y, abs(step))[::step]
            close(compiled(matrix, right), a @ right)
            close(compiled(left, matrix), left @ a)


def test_gradients() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(30, 40)), rng.normal(size=(40, 20))
    grad_a, grad_b = differentiate(squares, argnums=(0, 1)).grad(a, b)
    close(grad_a, 2.0 * (a @ b) @ b.T)
    close(grad_b, 2.0 * a.T @ (a @ b))


def test_a_routine_that_does_not_exist_is_a_link_error() -> None:
    assert fortran.address("scipy.linalg.cython_blas.nothing") is None
    with pytest.raises(engine.LinkError):
        engine.symbol_address("scipy.linalg.cython_blas.nothing")


def test_code_from_the_cache_finds_the_routines(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\nimport numpy as np\nfrom tapeless import differentiate\n\n\n@differentiate\ndef f(a, b):\n"
        "    return np.sum(a @ b)\n\n\nprint(f.grad(np.ones((20, 30)), np.ones((30, 2)))[0, 0])\n"
        "print('tapeless.compiler.native' in sys.modules, 'scipy.linalg' in sys.modules)\n"
    )
    environment = {"TAPELESS_CACHE_DIR": str(tmp_path / "cache")}
    for compiler_loaded in (True, False):
        command = [sys.executable, str(program)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
        assert done.stdout.split() == ["2.0", str(compiler_loaded), "False"], done.stderr
