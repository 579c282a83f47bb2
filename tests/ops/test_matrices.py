"""Factorisations by their laws: values, dtypes, shapes and errors as in NumPy and SciPy, gradients as on the tape.

Every function meets matrices without rows, of one entry, square, tall and wide ones, stacks, layouts, integers and
single precision.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import scipy.linalg

from tapeless import CompileError, differentiate, tape

from .oracles import assert_equal

RNG = np.random.default_rng(7)
SQUARE = RNG.normal(size=(3, 3))
DEFINITE = SQUARE @ SQUARE.T + np.eye(3)

VALUES: dict[str, Any] = {
    "no_rows": np.empty((0, 3)),
    "no_columns": np.empty((3, 0)),
    "nothing": np.empty((0, 0)),
    "one": np.array([[2.5]]),
    "negative": np.array([[-2.5]]),
    "square": DEFINITE,
    "tall": RNG.normal(size=(5, 2)),
    "wide": RNG.normal(size=(2, 5)),
    "zeros": np.zeros((2, 2)),
    "nan": np.full((2, 2), np.nan),
    "unit": np.eye(3),
    "single": DEFINITE.astype(np.float32),
    "integers": np.array([[2, 1], [1, 3]]),
    "columns_first": np.asfortranarray(DEFINITE + np.triu(DEFINITE, 1)),
    "strided": RNG.normal(size=(6, 6))[::2, ::-2],
    "stack": np.stack([DEFINITE, 2.0 * DEFINITE + np.eye(3)]),
    "no_stack": np.empty((0, 3, 3)),
    "stack_of_nothing": np.empty((2, 0, 0)),
    "tall_stack": RNG.normal(size=(2, 4, 2)),
    "vector": np.arange(1.0, 4.0),
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "eigh": lambda a: np.linalg.eigh(a),
    "eigh_of_the_upper_triangle": lambda a: np.linalg.eigh(a, UPLO="U"),
    "eigvalsh": lambda a: np.linalg.eigvalsh(a),
    "svd": lambda a: np.linalg.svd(a),
    "svd_thin": lambda a: np.linalg.svd(a, full_matrices=False),
    "singular_values": lambda a: np.linalg.svd(a, compute_uv=False),
    "qr": lambda a: np.linalg.qr(a),
    "qr_complete": lambda a: np.linalg.qr(a, mode="complete"),
    "qr_triangle": lambda a: np.linalg.qr(a, mode="r"),
    "pinv": lambda a: np.linalg.pinv(a),
    "inv": lambda a: np.linalg.inv(a),
    "det": lambda a: np.linalg.det(a),
    "slogdet": lambda a: np.linalg.slogdet(a),
    "cholesky": lambda a: np.linalg.cholesky(a),
    "solve": lambda a: np.linalg.solve(a, a),
    "lstsq": lambda a: np.linalg.lstsq(a, a, rcond=None),
    "cond": lambda a: np.linalg.cond(a),
    "cond_by_columns": lambda a: np.linalg.cond(a, 1),
    "rank": lambda a: np.linalg.matrix_rank(a),
    "norm_1": lambda a: np.linalg.norm(a, 1),
    "norm_2": lambda a: np.linalg.norm(a, 2),
    "norm_least": lambda a: np.linalg.norm(a, -2),
    "norm_nuclear": lambda a: np.linalg.norm(a, "nuc"),
    "norm_inf": lambda a: np.linalg.norm(a, np.inf),
    "norm_3_of_columns": lambda a: np.linalg.norm(a, 3, axis=0),
    "norm_0_of_rows": lambda a: np.linalg.norm(a, 0, axis=-1),
    "power": lambda a: np.linalg.matrix_power(a, 3),
    "power_0": lambda a: np.linalg.matrix_power(a, 0),
    "power_of_the_inverse": lambda a: np.linalg.matrix_power(a, -1),
    "multi_dot": lambda a: np.linalg.multi_dot([a, a, a]),
    "expm": lambda a: scipy.linalg.expm(a),
    "lu_factor": lambda a: scipy.linalg.lu_factor(a),
    "cho_factor": lambda a: scipy.linalg.cho_factor(a),
    "scipy_qr": lambda a: scipy.linalg.qr(a),
    "scipy_inv": lambda a: scipy.linalg.inv(a),
    "scipy_pinv": lambda a: scipy.linalg.pinv(a),
    "scipy_solve": lambda a: scipy.linalg.solve(a, a),
    "solve_triangular": lambda a: scipy.linalg.solve_triangular(a, a, lower=True),
    "toeplitz": lambda a: scipy.linalg.toeplitz(a[0], a[:, 0]),
    "block_diag": lambda a: scipy.linalg.block_diag(a, a, 2.0),
}
# SciPy's stacks, and what it does without rows, differ from one version to the next: refused, or left alone.
OF_ONE_MATRIX = ("lu_factor", "cho_factor", "scipy_qr", "scipy_pinv", "scipy_solve", "solve_triangular")


def result(fn: Callable[..., Any], a: Any) -> Any:
    """The value, or the class and the text of the exception."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return fn(a.copy())
        except CompileError:
            raise
        except Exception as error:
            return type(error), str(error)


def leaves(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, tuple | list):
        for part in value:
            yield from leaves(part)
    else:
        yield np.asarray(value)


def failed(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], type)


ALIKE = ("columns_first", "integers", "strided")  # compiled for themselves, and the same for all functions
ACCEPTED = ("eigh_of_the_upper_triangle", "svd_thin", "qr", "solve", "norm_2", "solve_triangular", "expm")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_errors(name: str) -> None:
    fn = FUNCTIONS[name]
    compiled = differentiate(fn)
    for what, a in VALUES.items():
        if what in ALIKE and name not in ACCEPTED:
            continue
        try:
            actual = result(compiled, a)
        except CompileError:
            assert np.ndim(a) != 2, f"{name} of {what} is refused"
            continue
        agree(f"{name} of {what}", actual, result(fn, a), name in OF_ONE_MATRIX or "stack" in what)


@pytest.mark.parametrize(("shape", "whole"), [((0, 3), 2), ((3, 0), 0)])
def test_vectors_that_lapack_leaves_alone(shape: tuple[int, int], whole: int) -> None:
    """The memory of the call before is not seen in them."""
    compiled = differentiate(FUNCTIONS["svd"])
    compiled(SQUARE * 1e9)
    np.testing.assert_array_equal(compiled(np.empty(shape))[whole], np.eye(3))


def agree(label: str, actual: Any, expected: Any, in_other_words: bool) -> None:
    if failed(expected):
        assert failed(actual) and actual[0] is expected[0], f"{label}: {actual} for {expected}"
        assert in_other_words or actual == expected, label
        return
    assert not failed(actual), f"{label}: {actual}"
    for got, want in zip(leaves(actual), leaves(expected), strict=True):
        assert got.shape == want.shape and got.dtype == want.dtype, label
        rtol = 1e-4 if want.dtype in (np.float32, np.complex64) else 1e-11
        np.testing.assert_allclose(got, want, rtol, rtol * 10, err_msg=label)


SMOOTH = [n for n in FUNCTIONS if n not in ("rank", "norm_0_of_rows", "power_0", "slogdet", "lstsq", "svd", "lu_factor",
                                            "cho_factor", "eigh", "eigh_of_the_upper_triangle", "svd_thin")]
PARTS: dict[str, Callable[..., Any]] = {
    "slogdet": lambda a: np.linalg.slogdet(a)[1],
    "lstsq": lambda a: np.linalg.lstsq(a, a * a, rcond=None)[0],
    "lu_factor": lambda a: scipy.linalg.lu_factor(a)[0],
    "cho_factor": lambda a: scipy.linalg.cho_factor(a)[0],
    "eigh": lambda a: np.linalg.eigh(a),
    "eigh_of_the_upper_triangle": lambda a: np.linalg.eigh(a, UPLO="U"),
    "svd_thin": lambda a: np.linalg.svd(a, full_matrices=False),
    "svd": lambda a: np.linalg.svd(a),
}


# Every one is compiled for ten arrays, which takes seconds; a third of them says whether any kind is different.
GRADIENTS = [name if k % 3 == 0 else pytest.param(name, marks=pytest.mark.long)
             for k, name in enumerate((*SMOOTH, *PARTS))]


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients(name: str) -> None:
    """Where the function has a value and a derivative: not at singular or empty matrices."""
    fn = PARTS.get(name, FUNCTIONS[name])
    compiled = differentiate(fn)
    others = ("single", "columns_first", "strided") if name in ACCEPTED else ()
    for what in ("one", "negative", "square", "tall", "wide", "stack", "tall_stack", *others):
        a = VALUES[what]
        rectangle = name == "lu_factor" and a.shape[0] != a.shape[-1]
        if rectangle or (name in OF_ONE_MATRIX and a.ndim > 2) or failed(result(fn, a)):
            continue
        try:
            value, pullback = compiled.vjp(a)
        except CompileError:
            assert a.ndim > 2, f"{name} of {what} is refused"
            continue
        head = heads(value)
        gradient = pullback(head)
        assert gradient.shape == a.shape and gradient.dtype == a.dtype
        wide = a.astype(np.float64)
        _, (wanted,) = tape.value_and_grad(fn, (wide,), wrt=(0,), seed=head)
        rtol = 5e-3 if a.dtype == np.float32 else 1e-9
        size = np.max(np.abs(wanted), initial=1.0)
        np.testing.assert_allclose(gradient, wanted, rtol, rtol * size, err_msg=f"{name} of {what}")


def heads(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(heads(part) for part in value)
    drawn = np.random.default_rng(np.size(value)).normal(size=np.shape(value))
    return drawn.astype(value.dtype) if isinstance(value, np.ndarray) else float(drawn)


@pytest.mark.parametrize("name", ["eigh", "svd_thin", "qr", "pinv", "inv", "det", "cholesky", "expm", "norm_nuclear"])
def test_gradients_of_nothing(name: str) -> None:
    fn = FUNCTIONS[name]
    value, pullback = differentiate(fn).vjp(np.empty((0, 0)))
    assert pullback(heads(value)).shape == (0, 0)


WITHOUT_RIGHT_SIDES = {
    "solve": lambda a, b: np.linalg.solve(a, b),
    "lstsq": lambda a, b: np.linalg.lstsq(a, b, rcond=None)[0],
    "product": lambda a, b: a @ b,
}


@pytest.mark.parametrize("kind", ["float64", "complex128"])
@pytest.mark.parametrize("name", WITHOUT_RIGHT_SIDES)
def test_no_right_sides(name: str, kind: str) -> None:
    fn = WITHOUT_RIGHT_SIDES[name]
    a, b = DEFINITE.astype(kind), np.empty((len(DEFINITE), 0), dtype=kind)
    assert_equal(differentiate(fn)(a, b), fn(a, b), 0.0, name)
    value, pullback = differentiate(fn, argnums=(0, 1)).vjp(a, b)
    of_a, of_b = pullback(value)
    assert of_b.shape == b.shape and not of_a.any()


def singular_values(a: Any) -> Any:
    return np.linalg.svd(a, compute_uv=False)


def factors(a: Any) -> Any:
    return np.linalg.svd(a, full_matrices=False)[0]


def condition(a: Any) -> Any:
    return np.linalg.cond(a)


def pseudo_inverse(a: Any) -> Any:
    return np.linalg.pinv(a)


def shortest(a: Any) -> Any:
    return np.linalg.lstsq(a, np.ones(a.shape[0]))[0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
@pytest.mark.parametrize("function", [singular_values, factors, condition, pseudo_inverse, shortest])
def test_infinite_entries_have_no_singular_values(function: Callable[..., Any], dtype: Any) -> None:
    """LAPACK's search need not end for them, and NumPy's does not with some builds of it."""
    a = np.arange(24.0).reshape(6, 4).astype(dtype)
    a[1, 2] = a[0, 0] = -np.inf
    with pytest.raises(np.linalg.LinAlgError, match="SVD did not converge"):
        differentiate(function)(a)
