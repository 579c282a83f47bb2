"""Eigenvalues and vectors of general matrices, from their equation `a v = w v` and the condition on each vector."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..crossing import plain
from ..memory import Array
from ..traced import Kept, record
from .linalg import adjoint


def _change(v: Array, w: Array, g_w: Array | None, g_v: Array | None) -> Array:
    """The cotangent of the matrix: each vector's own system of equations, solved for its cotangent.

    For one vector the change of `(v, w)` solves `[[a - w, -v], [r, 0]] (dv, dw) = (-da v, 0)`, up to a multiple of the
    vector, which the condition on it takes away.
    """
    n = len(w)
    found = np.zeros((n, n), complex)
    a = v @ np.diag(w) @ np.linalg.inv(v)
    for j in range(n):
        x = v[:, j]
        g = np.zeros(n, complex) if g_v is None else g_v[:, j].astype(complex)
        k = int(np.argmax(np.abs(x)))
        turn = np.vdot(x, g).imag
        g[k] -= 1j * turn / np.conj(x[k])
        g = g - x * np.vdot(x, g)
        system = np.block([[a - w[j] * np.eye(n), -x[:, None]], [np.conj(x)[None, :], np.zeros((1, 1))]])
        down = np.linalg.solve(adjoint(system), np.append(g, 0.0 if g_w is None else g_w[j]))
        found -= np.outer(down[:n], np.conj(x))
    return found


def _stacked(v: Array, w: Array, g_w: Array | None, g_v: Array | None) -> Array:
    found = np.zeros(v.shape, complex)
    for place in np.ndindex(v.shape[:-2]):
        found[place] = _change(v[place], w[place], None if g_w is None else g_w[place],
                               None if g_v is None else g_v[place])
    return found


def eig(a: Any) -> Any:
    """numpy.linalg.eig of matrices whose eigenvalues differ."""
    result = np.linalg.eig(plain(a))
    w, v = result.eigenvalues.copy(), result.eigenvectors.copy()
    kept_w, kept_v = Kept(), Kept()
    kept_w.watch.saved = kept_v.watch.saved = True
    values = record("LinalgEigBackward0", result.eigenvalues, [(a, lambda g: _stacked(v, w, g, None))], kept_w)
    vectors = record("LinalgEigBackward0", result.eigenvectors, [(a, lambda g: _stacked(v, w, None, g))], kept_v)
    return type(result)(values, vectors)


def eigvals(a: Any) -> Any:
    """numpy.linalg.eigvals."""
    return eig(a).eigenvalues
