"""What shares memory with its operands in NumPy does so here, or the stores that would tell are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate
from tapeless.compiler.diagnostics import CompileError

from .written import function

EXPRESSIONS = (
    "np.squeeze(t, 1)", "np.expand_dims(m, 1)", "m.swapaxes(0, 1)", "np.moveaxis(m, 0, 1)", "np.rollaxis(m, 1)",
    "np.ravel(m)", "m.T.ravel()", "m.T.ravel('F')", "m.flatten()", "m.reshape(-1)", "m.T.reshape(-1, order='F')",
    "np.atleast_2d(v)", "np.broadcast_to(v, (2, 4))", "np.split(v, 2)[0]", "np.flip(m)", "np.rot90(m, 2)",
    "np.rot90(m, 0)", "np.diagonal(m)", "np.diag(m)", "np.diag(v)", "np.real(m)", "np.imag(m)", "m.imag", "np.real(z)",
    "z.imag", "m.conj()", "np.conj(m)", "np.nan_to_num(m)", "np.asarray(m)", "np.array(m)", "m.astype(float)", "m.mT",
    "np.transpose(v)", "np.einsum('ij->ji', m)", "np.einsum('ii->i', m)", "np.einsum('ij', m)",
    "np.linalg.matrix_power(m, 1)", "np.linalg.matrix_power(m, 2)", "np.trim_zeros(v)",
    "np.lib.stride_tricks.sliding_window_view(v, 2)", "np.broadcast_arrays(v, m[:, :1])[0]", "np.meshgrid(v, v)[0]",
    "np.meshgrid(v, v, copy=False)[0]", "np.meshgrid(v, v, sparse=True)[0]", "+m", "np.concatenate([m])",
    "np.tile(m, 1)", "np.roll(m, 0)",
    "np.pad(v, 0)", "np.append(v, [])", "m[[0, 1]]", "m[...]", "m[m > 0.0]", "np.clip(m, None, None)", "np.sort(m)",
    "np.where(m > 9.0, 0.0, m)", "np.diff(v, n=0)", "np.dot(m, 1.0)", "np.tril(m, 5)", "m.flat[:]", "v.flat[1:]",
    "m.T.T", "np.hsplit(v, 2)[1]", "np.array_split(m, 2, axis=1)[0]", "np.asarray(v)[::-1]", "m.copy().T",
)  # fmt: skip
STORED_INTO = """
    r = {0}
    r[...] = 3.0
    return m, v, t, z, r
"""
STORED_BESIDE = """
    r = {0}
    m[0, 0], v[1], t[0, 0, 0], z[0, 0] = 7.0, 8.0, 9.0, 5.0
    return m, v, t, z, r
"""


def outcome(f: Callable[..., Any]) -> Any:
    rng = np.random.default_rng(3)
    m, v, t = rng.normal(size=(3, 3)), rng.normal(size=4), rng.normal(size=(2, 1, 3))
    try:
        return f(m, v, t, m + 1j)
    except ValueError as error:
        return type(error)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("body", [STORED_INTO, STORED_BESIDE], ids=["into", "beside"])
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_stores_that_tell(expression: str, body: str) -> None:
    fn = function(f"def f(m, v, t, z):{body.format(expression)}")
    expected = outcome(fn)
    try:
        found = outcome(differentiate(fn))
    except CompileError as error:
        assert "T042" in str(error) or "`copy`" in str(error), error
        return
    if isinstance(expected, type):
        assert found is expected
        return
    assert not isinstance(found, type), found
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)


@pytest.mark.parametrize("operand", ["m.T", "m[::-1]", "np.asfortranarray(m)"])
def test_a_copy_by_the_method_is_in_row_major_order(operand: str) -> None:
    """So that its reshaped form is a view; a copy by the function may keep the order of its operand."""
    m = np.arange(6.0).reshape(2, 3)
    fn = function("def f(m):\n    a = m.copy()\n    r = a.reshape(-1)\n    r[1] = 9.0\n    return a")
    given = {"m.T": m.T, "m[::-1]": m[::-1], "np.asfortranarray(m)": np.asfortranarray(m)}[operand]
    np.testing.assert_array_equal(differentiate(fn)(given), fn(given))
