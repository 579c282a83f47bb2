"""Every array rule (reductions, movement, linear algebra) against differences."""

from __future__ import annotations

import numpy as np
import pytest

from .differences import check

RNG = np.random.default_rng(3)
trapezoid = getattr(np, "trapezoid", None) or np.trapz  # NumPy 2 has renamed it
CUBE = RNG.normal(size=(2, 3, 4))
TABLE = RNG.normal(size=(2, 3))
SQUARE = RNG.normal(size=(3, 3))
SYMMETRIC = SQUARE @ SQUARE.T + 3.0 * np.eye(3)
STACKED = RNG.normal(size=(2, 3, 3)) + 3.0 * np.eye(3)


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(shape).normal(size=shape)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2), (1, 2), (-1, 0)], ids=str)
@pytest.mark.parametrize("function", [np.sum, np.mean, np.max, np.min, np.prod, np.var, np.std, np.ptp])
def test_reduction(function, axis, keepdims) -> None:
    check(lambda x: function(x, axis=axis, keepdims=keepdims), CUBE)


@pytest.mark.parametrize("axis", [None, 0, 1, -1], ids=str)
@pytest.mark.parametrize(
    "function",
    [
        np.cumsum, np.cumprod, np.median, np.flip, np.sort, np.max, np.median,
        lambda x, axis: np.quantile(x, 0.3, axis=axis),
        lambda x, axis: np.percentile(x, [10, 55, 100], axis=axis),
        lambda x, axis: np.median(x, axis=axis, keepdims=True),
        lambda x, axis: np.roll(x, 2, axis=axis),
        lambda x, axis: np.repeat(x, 2, axis=axis),
        lambda x, axis: np.repeat(x, 2, axis),
        lambda x, axis: np.take(x, [0, 1, 1], axis=axis),
        lambda x, axis: x.cumsum(axis=axis) + x.sum(axis=axis, keepdims=True) if axis is not None else x.sum(),
    ],
)  # fmt: skip
def test_along_an_axis(function, axis) -> None:
    check(lambda x: function(x, axis=axis), CUBE)


@pytest.mark.parametrize("order", [None, 1, 2, 3, 2.5, np.inf, -np.inf, 0], ids=str)
def test_vector_norm(order) -> None:
    check(lambda x: np.linalg.norm(x, order), np.array([0.7, -1.9, 0.4]))


def test_norms_of_matrices() -> None:
    check(np.linalg.norm, TABLE)
    check(lambda x: np.linalg.norm(x, "fro"), TABLE)
    check(lambda x: np.linalg.norm(x, axis=1), TABLE)
    check(lambda x: np.linalg.norm(x, axis=(0, 2), keepdims=True), CUBE)


def test_reductions_with_options() -> None:
    check(lambda x: np.sum(x, where=np.array([True, False, True])), TABLE)
    check(lambda x: np.sum(x, initial=2.0), TABLE)
    check(lambda x, w: np.average(x, axis=1, weights=w), TABLE, np.array([1.0, 2.0, 4.0]))
    check(lambda x: np.std(x, ddof=1), TABLE)
    check(lambda x: x.var(axis=0, ddof=1) if hasattr(x, "var") else x, TABLE)


def test_methods_of_ufuncs() -> None:
    check(np.add.reduce, TABLE)
    check(lambda x: np.multiply.reduce(x, axis=1), TABLE)
    check(np.maximum.reduce, TABLE)
    check(np.add.accumulate, normal(4))
    check(np.multiply.outer, normal(2), normal(3, 2))
    check(lambda x: (np.add.at(x, [0, 0, 1], 2.0 * x[:3]), x)[1], normal(4))


MATMULS = (
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (4, 3, 2)), ((3,), (5, 3, 2)), ((5, 2, 3), (3,)), ((1, 1), (1, 1)), ((0, 3), (3, 2)),
)  # fmt: skip


@pytest.mark.parametrize("shapes", MATMULS, ids=str)
def test_matmul(shapes) -> None:
    check(lambda a, b: a @ b, normal(*shapes[0]), normal(*shapes[1]))


@pytest.mark.parametrize(
    "shapes",
    [((), (2,)), ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (3, 4)), ((5, 2, 3), (4, 3, 2)), ((5, 2, 3), (3,))],
    ids=str,
)
def test_dot(shapes) -> None:
    check(np.dot, normal(*shapes[0]), normal(*shapes[1]))


def test_other_products() -> None:
    check(np.inner, normal(2, 3), normal(4, 3))
    check(np.outer, normal(2, 2), normal(3))
    check(np.vdot, normal(2, 2), normal(2, 2))
    check(np.tensordot, normal(2, 3, 4), normal(3, 4, 2))
    check(lambda a, b: np.tensordot(a, b, axes=([0, 1], [1, 0])), normal(2, 3, 4), normal(3, 2, 5))
    check(np.kron, normal(2, 3), normal(2, 2))
    check(np.kron, normal(3), normal(2, 2))
    check(np.cross, normal(2, 3), normal(3))
    if hasattr(np, "vecdot"):
        check(np.vecdot, normal(2, 3), normal(3))


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]), ("ij,jk", [(2, 3), (3, 4)]), ("ii->i", [(3, 3)]), ("ii", [(3, 3)]),
        ("ij->ji", [(2, 3)]), ("i,j->ij", [(2,), (3,)]), ("...ij,...jk->...ik", [(2, 2, 3), (3, 4)]),
        ("ij,ij,j->i", [(2, 3), (2, 3), (3,)]), ("ij->", [(2, 3)]), ("i,i", [(3,), (3,)]), ("iij->j", [(2, 2, 3)]),
    ],
)  # fmt: skip
def test_einsum(subscripts, shapes) -> None:
    check(lambda *arrays: np.einsum(subscripts, *arrays), *(normal(*shape) for shape in shapes))


def test_linear_algebra() -> None:
    check(np.linalg.solve, SYMMETRIC, normal(3))
    check(np.linalg.solve, SYMMETRIC, normal(3, 2))
    check(np.linalg.solve, STACKED, normal(2, 3, 2))
    check(np.linalg.inv, STACKED)
    check(np.linalg.det, STACKED)
    check(lambda a: np.linalg.slogdet(a)[1], STACKED)
    check(lambda a: np.linalg.matrix_power(a, 3), SQUARE)
    check(lambda a: np.linalg.matrix_power(a, -2), SYMMETRIC)
    check(lambda a, b, c: np.linalg.multi_dot([a, b, c]), normal(2, 3), normal(3, 4), normal(4))
    check(np.trace, SQUARE)


def test_determinant_of_a_singular_matrix() -> None:
    check(np.linalg.det, np.array([[1.0, 2.0], [2.0, 4.0]]))


def test_factorisations_read_the_lower_triangle() -> None:
    check(np.linalg.cholesky, SYMMETRIC)
    check(np.linalg.eigvalsh, SYMMETRIC)
    check(lambda a: np.linalg.eigh(a)[1] ** 2, SYMMETRIC, tolerance=1e-6)
    if hasattr(np.linalg, "svdvals"):
        check(np.linalg.svdvals, TABLE)


MOVEMENTS = (
    np.ravel, np.squeeze, np.transpose, np.fliplr, np.rot90, np.diag, np.diagonal, np.tril, np.triu, np.atleast_3d,
    np.diff, np.ediff1d, np.nansum, np.nanmean, np.nan_to_num,
    *(getattr(np, name) for name in ("unstack", "trapezoid", "trapz") if hasattr(np, name)),
    lambda x: x.T, lambda x: x.copy(), lambda x: x.flatten(), lambda x: x.astype(np.float64),
    lambda x: np.swapaxes(x, 0, 1), lambda x: np.moveaxis(x, 0, -1), lambda x: x.reshape(-1, 2),
    lambda x: np.reshape(x, (3, 2), order="F"), lambda x: x.T.reshape(-1), lambda x: np.tile(x, (2, 1)),
    lambda x: np.pad(x, 1), lambda x: np.pad(x, 1, mode="edge"), lambda x: np.pad(x, 1, constant_values=3.0),
    lambda x: np.broadcast_to(x, (4, 2, 3)), lambda x: np.expand_dims(x, 1), lambda x: np.split(x, 3, axis=1),
    lambda x: np.array_split(x, 2, axis=1), lambda x: np.delete(x, 1, axis=1), lambda x: np.insert(x, 1, 7.0, axis=1),
    lambda x: np.append(x, x), lambda x: np.diff(x, n=2, axis=1), lambda x: trapezoid(x, dx=0.5, axis=0),
    lambda x: x[None, :, ::-1], lambda x: x[[0, 1, 1]], lambda x: x[x > 0], lambda x: x[..., 1], lambda x: x[1, 2],
    lambda x: x[np.array([0, 1]), np.array([2, 2])], lambda x: np.where(x > 0, x, x * x),
    lambda x: np.clip(x, -0.5, 0.5), lambda x: np.clip(x, None, 0.5), lambda x: np.hstack([x, x * 2]),
    lambda x: np.vstack([x, np.ones((1, 3))]), lambda x: np.stack([x, x], axis=1),
    lambda x: np.concatenate([x, x], axis=None),
    lambda x: np.column_stack([x, x]), lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, axis=1),
    lambda x: np.meshgrid(x[0], x[1]), lambda x: np.select([x > 1, x > 0], [x * x, x * 3], 0.0),
    lambda x: np.take_along_axis(x, np.argsort(x, axis=1), 1), lambda x: np.partition(x, 1, axis=1),
    lambda x: np.resize(x, (3, 3)), lambda x: np.broadcast_arrays(x, x[0]), lambda x: np.array([x, x * x]),
    lambda x: np.array([[x[0, 0], 1.0], [x[1, 1], x[0, 2]]]), lambda x: np.full(3, x[0, 1]),
    lambda x: np.full_like(x, x[0, 1]),
    lambda x: [row * 2.0 for row in x], lambda x: np.linspace(x[0, 0], x[0, 1], 5),
)  # fmt: skip


@pytest.mark.parametrize("function", MOVEMENTS)
def test_movement(function) -> None:
    check(function, TABLE)


def test_clip_with_active_bounds() -> None:
    check(np.clip, TABLE, np.array([-0.3, -0.9, 0.0]), 0.8)
    check(np.clip, TABLE, 0.5, -0.5)


def test_interpolation_and_polynomials() -> None:
    check(np.interp, np.array([0.5, 1.5, 2.2, -1.0, 9.0]), np.array([0.0, 1.0, 2.0, 3.0]), normal(4))
    check(np.polyval, normal(3), normal(2, 2))
    check(np.polyval, normal(3), 1.3)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("sizes", [(5, 3), (3, 5), (4, 4), (5, 2)], ids=str)
def test_convolve(sizes, mode) -> None:
    check(lambda a, v: np.convolve(a, v, mode), normal(sizes[0]), normal(sizes[1]) + 1.0)


@pytest.mark.parametrize("shape", [(0,), (2, 0), (1, 1)], ids=str)
def test_empty_and_single(shape) -> None:
    check(lambda x: np.sum(x * x) + np.sum(x.T, axis=0).sum(), np.ones(shape))
    check(lambda x: np.prod(x) + np.mean(np.concatenate([x.ravel(), x.ravel(), np.ones(1)])), np.ones(shape))
