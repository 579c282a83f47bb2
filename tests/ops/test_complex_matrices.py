"""Linear algebra of complex matrices: values, dtypes and errors as NumPy's, gradients as differences by both parts.

Vectors of a complex matrix may be multiplied by numbers of modulus 1; the ones that NumPy gives have an entry that is
real, so a function of their phases has a derivative as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg

from tapeless import CompileError, differentiate
from tapeless.runtime import matrices

from .test_matrices import agree, result

RNG = np.random.default_rng(11)


def numbers(*shape: int) -> Any:
    return RNG.normal(size=shape) + 1j * RNG.normal(size=shape)


SQUARE = numbers(3, 3)
DEFINITE = SQUARE @ SQUARE.conj().T + np.eye(3)
VALUES: dict[str, Any] = {
    "nothing": np.empty((0, 0), complex), "no_rows": np.empty((0, 3), complex), "one": np.array([[2.5 - 1j]]),
    "definite": DEFINITE, "square": SQUARE, "tall": numbers(5, 2), "wide": numbers(2, 5),
    "zeros": np.zeros((2, 2), complex),
    "single": DEFINITE.astype(np.complex64), "turned": DEFINITE.T, "stack": np.stack([DEFINITE, 2.0 * DEFINITE]),
    "strided": numbers(6, 6)[::2, ::-2], "nan": np.full((2, 2), complex("nan")),
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "solve": lambda a: np.linalg.solve(a, a),
    "inv": lambda a: np.linalg.inv(a),
    "det": lambda a: np.linalg.det(a),
    "slogdet": lambda a: np.linalg.slogdet(a),
    "cholesky": lambda a: np.linalg.cholesky(a),
    "eigh": lambda a: np.linalg.eigh(a),
    "eigvalsh_upper": lambda a: np.linalg.eigvalsh(a, "U"),
    "eig": lambda a: np.linalg.eig(a),
    "eigvals": lambda a: np.linalg.eigvals(a),
    "svd": lambda a: np.linalg.svd(a),
    "svd_thin": lambda a: np.linalg.svd(a, full_matrices=False),
    "singular_values": lambda a: np.linalg.svd(a, compute_uv=False),
    "qr": lambda a: np.linalg.qr(a),
    "qr_complete": lambda a: np.linalg.qr(a, mode="complete"),
    "pinv": lambda a: np.linalg.pinv(a),
    "lstsq": lambda a: np.linalg.lstsq(a, a, rcond=None),
    "cond": lambda a: np.linalg.cond(a),
    "rank": lambda a: np.linalg.matrix_rank(a),
    "norm_2": lambda a: np.linalg.norm(a, 2),
    "norm_nuclear": lambda a: np.linalg.norm(a, "nuc"),
    "power": lambda a: np.linalg.matrix_power(a, -2),
    "multi_dot": lambda a: np.linalg.multi_dot([a, a.T, a]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_errors(name: str) -> None:
    fn = FUNCTIONS[name]
    compiled = differentiate(fn)
    for what, a in VALUES.items():
        if what == "stack" and name in ("lstsq", "multi_dot", "norm_2", "norm_nuclear"):
            continue
        if what == "nan" and name not in ("solve", "inv", "det", "norm_2", "eig", "eigvals"):
            continue  # whether the iteration ends is LAPACK's affair
        agree(f"{name} of {what}", result(compiled, a), result(fn, a), what in ("stack", "no_rows"))


def test_single_precision_and_mixed_operands() -> None:
    a, b = SQUARE.astype(np.complex64), RNG.normal(size=3).astype(np.float32)
    solve = differentiate(lambda a, b: np.linalg.solve(a, b))
    for left, right in ((a, b), (a, b.astype(float)), (a.real, b + 1j * b), (SQUARE, b)):
        got, want = solve(left, right), np.linalg.solve(left, right)
        assert got.dtype == want.dtype
        np.testing.assert_allclose(got, want, rtol=1e-4)


# --------------------------------------------------------------------------------------------------------- derivatives

WEIGHTS = {(m, n): numbers(m, n) for m in range(1, 10) for n in range(1, 10)}


def left_and_right(a: Any, p: Any, q: Any) -> Any:
    u, s, v = np.linalg.svd(a, full_matrices=False)
    return np.sum((p * u).real) + np.sum((q * v).real) + np.sum(s**3)


def all_vectors(a: Any, p: Any, q: Any) -> Any:
    """The first vectors of square factors; the others span what is left."""
    u, s, v = np.linalg.svd(a)
    k = len(s)
    return np.sum((p * u[:, :k]).real) + np.sum((q * v[:k]).real) + np.sum(s**3)


def both_factors(a: Any, p: Any, q: Any) -> Any:
    left, right = np.linalg.qr(a)
    return np.sum((p * left).real) + np.sum((q * right).imag)


def hermitian_vectors(a: Any, p: Any, q: Any) -> Any:
    w, v = np.linalg.eigh(a)
    return np.sum((p * v).real) * w[0] + np.sum((q * np.abs(v) ** 2).real)


def hermitian_vectors_above(a: Any, p: Any, q: Any) -> Any:
    w, v = np.linalg.eigh(a, UPLO="U")
    return np.sum((p * v).real) * w[0] + np.sum((q * np.abs(v) ** 2).real)


def differences(fn: Any, a: Any, *rest: Any, h: float = 1e-5) -> Any:
    found = np.zeros(a.shape, a.dtype)
    for place in np.ndindex(a.shape):
        for direction in (1.0, 1j):
            moved = [a.copy(), a.copy()]
            moved[0][place] += h * direction
            moved[1][place] -= h * direction
            found[place] += direction * (fn(moved[0], *rest) - fn(moved[1], *rest)) / (2.0 * h)
    return found


@pytest.mark.parametrize("fn", [left_and_right, all_vectors, both_factors])
@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (3, 4), (8, 2), (2, 8), (1, 1)])
def test_phases_are_those_of_lapack(fn: Any, shape: tuple[int, int]) -> None:
    m, n = shape
    k = min(m, n)
    a, p, q = numbers(m, n), WEIGHTS[m, k], WEIGHTS[k, n]
    expected = differences(fn, a, p, q)
    np.testing.assert_allclose(differentiate(fn).grad(a, p, q), expected, rtol=1e-6, atol=1e-7 * abs(expected).max())


@pytest.mark.parametrize("fn", [hermitian_vectors, hermitian_vectors_above])
@pytest.mark.parametrize("n", [1, 2, 5])
def test_phases_of_eigenvectors(fn: Any, n: int) -> None:
    a = numbers(n, n)
    a = a + a.conj().T + np.diag(4.0 * np.arange(n))
    p, q = WEIGHTS[n, n], WEIGHTS[n, n].T
    expected = differences(fn, a, p, q)
    np.testing.assert_allclose(differentiate(fn).grad(a, p, q), expected, rtol=1e-6, atol=1e-7 * abs(expected).max())


def test_equal_eigenvalues() -> None:
    """What does not change when vectors of one eigenvalue turn has a derivative, and only that."""
    def density(h: Any) -> Any:
        v = np.linalg.eigh(h)[1]
        p = v[:, :2] @ np.conj(v[:, :2].T)
        return np.sum((p * np.array([[1.0, 2.0j, 0.5], [1.0, 3.0, 1j], [2.0, 1.0, 1.0]])).real)

    q = np.linalg.qr(SQUARE)[0]
    h = q @ np.diag([1.0, 1.0, 3.0]) @ q.conj().T
    found = differentiate(density).grad(h)
    expected = differences(density, h)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6 * abs(expected).max())


def test_a_determinant_of_a_singular_matrix() -> None:
    fn = differentiate(lambda a: np.linalg.det(a).real)
    a = np.array([[1.0, 2.0j], [1j, -2.0]])
    np.testing.assert_allclose(fn.grad(a), np.conj([[-2.0, -1j], [-2.0j, 1.0]]), atol=1e-12)


def trace_of_eigenvalues(a: Any) -> Any:
    return np.sum(np.linalg.eigvals(a)).real


def test_eigenvalues_that_are_equal() -> None:
    """A function that takes all of them alike has its derivative; one of values and vectors has none that is known."""
    np.testing.assert_allclose(differentiate(trace_of_eigenvalues).grad(2.0 * np.eye(3) + 0j), np.eye(3))
    both = differentiate(lambda a: np.sum(np.abs(np.linalg.eig(a)[1]) * np.abs(np.linalg.eig(a)[0])))
    assert np.isfinite(both.grad(SQUARE)).all()

    def square(a: Any) -> Any:
        w, v = np.linalg.eig(a)
        return np.sum(((v * w**2) @ np.linalg.inv(v)).real)

    np.testing.assert_allclose(differentiate(square).grad(SQUARE), differences(square, SQUARE), rtol=1e-6, atol=1e-6)
    assert np.isnan(differentiate(square).grad(2.0 * np.eye(3) + 0j)).any()


def test_eigenvalues_of_a_real_matrix_may_be_complex() -> None:
    """NumPy decides by the values; SciPy gives complex numbers."""
    a = np.array([[0.0, 1.0], [-1.0, 0.0]])
    for fn in (lambda a: np.linalg.eigvals(a), lambda a: np.sum(np.sqrt(np.linalg.eigvals(a)).real),
               lambda a: np.linalg.eig(a)[1], lambda a: np.sum(np.linalg.eigvals(a)) + 0j):
        with pytest.raises(CompileError) as caught:
            differentiate(fn)(a)
        assert caught.value.findings[0].code == "T043"
    for same in (lambda a: np.abs(np.linalg.eigvals(a)), lambda a: np.linalg.eig(a)[0].real,
                 lambda a: scipy.linalg.eigvals(a)):
        for matrix in (a, np.diag([3.0, 1.0]), a.astype(np.float32), np.empty((0, 0))):
            got, want = differentiate(same)(matrix), same(matrix)
            assert got.dtype == want.dtype
            np.testing.assert_allclose(got, want, rtol=1e-6)


def test_turning_tells_rounding_from_a_phase() -> None:
    v = np.linalg.qr(numbers(4, 4))[0]
    np.testing.assert_array_equal(matrices.turning(v, v), np.zeros(4))
    np.testing.assert_allclose(matrices.turning(v, 1j * v), np.ones(4))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_eigenvalues_of_huge_and_tiny_matrices(dtype: Any) -> None:
    """There are versions of LAPACK that scale such a matrix and do not scale its eigenvalues back."""
    values, vectors = differentiate(lambda a: np.abs(np.linalg.eigvals(a))), differentiate(
        lambda a: np.abs(np.linalg.eig(a)[1]))
    matrix, rtol = np.array([[2.0, 1.0], [1.0, 3.0]]), 1e-5 if np.finfo(dtype).bits == 32 else 1e-12
    limits = np.finfo(dtype)
    for scale in (limits.tiny, float(limits.tiny) ** 0.6, 1.0, float(limits.max) ** 0.6, 0.2 * float(limits.max)):
        a = (matrix * scale).astype(dtype)
        got = np.sort(values(a) / scale)
        np.testing.assert_allclose(got, np.linalg.eigvalsh(matrix), rtol=10.0 * rtol)
        np.testing.assert_allclose(vectors(a), np.abs(np.linalg.eig(a)[1]), rtol=rtol)
