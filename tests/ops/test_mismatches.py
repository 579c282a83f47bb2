"""Operands whose extents do not fit: an extent of 1 is stretched where NumPy stretches it, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate

from .written import function

VECTORS = ((2, 2), (2, 1), (1, 2), (1, 1), (0, 1), (1, 0), (0, 2), (2, 3))
OF_VECTORS = (
    "u @ v", "np.dot(u, v)", "u.dot(v)", "np.inner(u, v)", "np.vdot(u, v)", "np.einsum('i,i', u, v)",
    "np.einsum('i,i->i', u, v)", "np.tensordot(u, v, 1)", "(u * v) @ v", "(2.0 * u) @ (v + 1.0)", "np.sum(u * v)",
    "u @ v + np.sum(u * v)", "np.ones(1) @ v", "np.zeros(2) @ v", "np.average(u, weights=v)", "np.append(u, v)",
    "np.stack([u, v])", "np.convolve(u, v)", "np.interp(0.5, u, v)", "np.trapezoid(u, v)", "np.allclose(u, v)",
    "np.where(u > 0.0, u, v)", "np.sum(u, where=v > 0.0)", "np.mean(u, where=v > 0.0)", "np.add(u, v, out=u)",
    "np.max(u, where=v > 0.0, initial=0.0)", "np.cov(u, v)", "np.polyval(u, v)", "u[v > 0.0]", "np.linalg.norm(u - v)",
    "np.array_equal(u, v)", "np.searchsorted(u, v)", "np.outer(u, v)", "np.kron(u, v)",
    "np.array([u, v])", "np.concatenate([u, v])", "np.clip(u, v, 1.0)", "np.diff(u, prepend=v)",
    "np.minimum(u, v)", "sum(x * y for x, y in zip(u, v))", "np.any(u, where=v > 0.0)", "np.std(u, where=v > 0.0)",
    "np.histogram(u, weights=v)[0]",
)  # fmt: skip
MATRICES = (
    ((2, 3), (3, 2)), ((2, 3), (1, 2)), ((2, 1), (3, 2)), ((2, 3), (2, 3)), ((1, 3), (2, 3)), ((2, 1), (1, 2)),
    ((0, 1), (3, 0)), ((1, 1), (2, 2)), ((2, 2), (2, 1)), ((2, 2), (1, 2)), ((1, 0), (1, 2)),
)  # fmt: skip
OF_MATRICES = (
    "a @ b", "a @ b[:, 0]", "a[0] @ b", "a[0] @ b[:, 0]", "np.dot(a, b)", "np.sum(a * b)", "a @ b.T", "a[:, 0] @ b[0]",
    "np.einsum('ij,jk', a, b)", "np.einsum('ij,ij->', a, b)", "np.tensordot(a, b)", "np.tensordot(a, b, 1)",
    "np.linalg.solve(a, b)", "np.vstack([a, b])", "np.hstack([a, b])", "np.sum(a, axis=0, where=b > 0.0)",
    "np.mean(a, where=b > 0.0)", "np.average(a, weights=b, axis=0)", "np.trace(a @ b)", "np.inner(a, b)",
    "np.linalg.lstsq(a, b)[0]", "np.where(a > 0.0, a, b)", "a[b > 0.0]", "(a @ b) * a", "np.vecdot(a, b)",
    "sum(a[i] @ b[:, i] for i in range(2))", "np.linalg.multi_dot([a, b, a])",
    "np.take_along_axis(a, b.astype(int), 0)",
    "np.prod(a, axis=1, where=b > 0.0)", "np.linalg.norm(a - b)", "np.max(a, axis=0, where=b > 0.0, initial=-1.0)",
)  # fmt: skip
STORES = ("a[...] = b", "a += b", "a[0] = b[0]", "a[:, 0] += b[0]", "a[:1] *= b", "a[b > 0.0] = 1.0", "a[:] -= b[0]")


def outcome(f: Callable[..., Any], *shapes: tuple[int, ...]) -> Any:
    rng = np.random.default_rng(5)
    args = [np.sort(rng.uniform(0.1, 2.0, s), axis=0) for s in shapes]
    with np.errstate(all="ignore"):
        try:
            found = f(*args)
        except Exception as error:
            return type(error)
    return [*map(np.asarray, (found, *args))]


def assert_same(body: str, names: str, cases: tuple[Any, ...]) -> None:
    fn = function(f"def f({names}):\n    {body}")
    compiled = differentiate(fn)
    for shapes in cases:
        found, expected = outcome(compiled, *shapes), outcome(fn, *shapes)
        if isinstance(expected, type) or isinstance(found, type):
            assert found is expected, shapes
            continue
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14, err_msg=str(shapes))


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("expression", OF_VECTORS)
def test_vectors(expression: str) -> None:
    assert_same(f"return {expression}", "u, v", tuple(((n,), (m,)) for n, m in VECTORS))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("expression", OF_MATRICES)
def test_matrices(expression: str) -> None:
    assert_same(f"return {expression}", "a, b", MATRICES)


@pytest.mark.parametrize("statement", STORES)
def test_stores(statement: str) -> None:
    assert_same(f"{statement}\n    return a", "a, b", MATRICES)
