"""Type rules of Fourier transforms, put together from transforms along one axis, in double precision, without factors.

Before:  `y = fft(x, n, norm='ortho')`
After:   `t = zeros(n)`, `t[:m] = x[:m]`, `u = dft_along(t, axes=(0,))`, `y = mul(u, div(1.0, sqrt(n)))`
"""

from __future__ import annotations

import numpy as np

from ...ir.nodes import Atom, Const, Var
from ...ir.types import PARTS, PY_FLOAT, PY_INT, Array, Kind
from ...ops.typing import TypingError, complex_of
from .compose import Composer, array_type
from .inferrer import Rules
from .shaping import rule
from .values import Value

ONE, TWO = Const(1, PY_INT), Const(2, PY_INT)
NORMS = ("backward", "ortho", "forward")
# From version 2 on NumPy keeps single precision.
SINGLE: Kind = "complex64" if np.fft.fft(np.zeros(1, np.float32)).dtype == np.complex64 else "complex128"


def _result_kind(x: Var) -> Kind:
    found = complex_of(array_type(x).kind)
    return SINGLE if found == "complex64" else found


def _norm(c: Composer) -> str:
    norm = c.e.attr("norm") or c.constant("norm", None) or "backward"
    if norm not in NORMS:
        raise TypingError("T043", what=c.spelled, reason=f"`norm` is one of {', '.join(map(repr, NORMS))}")
    return str(norm)


def _resized(c: Composer, x: Var, axis: int, n: Atom) -> Var:
    """The array with `n` entries along an axis: cut off, or followed by zeros."""
    t = array_type(x)
    extents = tuple(n if k == axis else d for k, d in enumerate(c.dims(x)))
    made = c.exactly("zeros", extents, Array(t.kind, t.rank), safe=True)
    least = c.made("minimum", n, c.dim(x, axis))
    assert not isinstance(least, tuple)
    c.store(c.cut(made, axis, None, least), c.cut(x, axis, None, least))
    return made


def _scaled(c: Composer, x: Var, n: Atom, norm: str, inverse: bool) -> Var:
    """The transform with the factor that a convention gives to its direction."""
    if norm == ("forward" if inverse else "backward"):
        return x
    count = c.inf.cast(n, "float64", c.span, weak=True)
    factor = c.made("pow", count, Const(-0.5 if norm == "ortho" else -1.0, PY_FLOAT))
    return c.array("mul", x, factor, via="numpy")


def _checked(c: Composer, n: Atom) -> None:
    c.fail_if(c.compared("lt", n, ONE), "ValueError", "Invalid number of FFT data points ({}) specified.", n)


def transformed(c: Composer, x: Var, axis: int, n: Atom | None, norm: str, inverse: bool) -> Var:
    """One transform along one axis of a complex128 array."""
    count = c.dim(x, axis) if n is None else n
    _checked(c, count)
    if n is not None:
        x = _resized(c, x, axis, n)
    op = "idft_along" if inverse else "dft_along"
    y = c.exactly(op, (x,), Array("complex128", array_type(x).rank), axes=(axis,))
    return _scaled(c, y, count, norm, inverse)


def _length(c: Composer) -> Atom | None:
    return None if c.given("n") is None else c.integer("n", 0)


def _operand(c: Composer) -> Var:
    x = c.as_array(c.operands[0])
    if array_type(x).rank == 0:
        raise TypingError("T043", what=c.spelled, reason="a number has no axis")
    return x


def _one(c: Composer) -> None:
    """`fft` and `ifft`."""
    x = _operand(c)
    axis = c.axis(c.constant("axis", -1), array_type(x).rank)
    y = transformed(c, c.converted(x, "complex128"), axis, _length(c), _norm(c), c.e.op == "ifft")
    c.give(c.converted(y, _result_kind(x)))


def _real(c: Composer) -> None:
    """`rfft`: the first half of the transform of real numbers, which determines the rest."""
    x = _operand(c)
    if array_type(x).kind in PARTS:
        raise TypingError("T043", what=c.spelled, reason="it takes real numbers")
    axis = c.axis(c.constant("axis", -1), array_type(x).rank)
    n = _length(c)
    count = c.dim(x, axis) if n is None else n
    y = transformed(c, c.converted(x, "complex128"), axis, n, _norm(c), False)
    half = c.cut(y, axis, None, c.calc("add", c.calc("floordiv", count, TWO), ONE))
    kind = _result_kind(x)
    c.give(c.exactly("copy" if kind == "complex128" else "astype", (half,), Array(kind, array_type(x).rank)))


def _from_half(c: Composer) -> None:
    """`irfft`: the other half is conjugate, and the result real."""
    x = _operand(c)
    t = array_type(x)
    axis = c.axis(c.constant("axis", -1), t.rank)
    n = _length(c)
    if n is None:
        n = c.calc("mul", TWO, c.calc("sub", c.dim(x, axis), ONE))
    _checked(c, n)
    half = c.calc("add", c.calc("floordiv", n, TWO), ONE)
    z = _resized(c, c.converted(x, "complex128"), axis, half)
    whole = _resized(c, z, axis, n)
    # The entries behind the middle: those from n - half down to 1, conjugated.
    mirrored = c.cut(z, axis, ONE, c.calc("add", c.calc("sub", n, half), ONE))
    turned = c.cut(mirrored, axis, None, None, Const(-1, PY_INT))
    c.store(c.cut(whole, axis, half), c.array("conj", turned, via="numpy"))
    y = transformed(c, whole, axis, None, _norm(c), True)
    kind = PARTS[_result_kind(x)]
    part = c.exactly("part", (y,), Array("float64", t.rank, "A"), part=0)
    c.give(c.exactly("copy" if kind == "float64" else "astype", (part,), Array(kind, t.rank)))


def _several(c: Composer) -> None:
    """`fft2`, `fftn` and their inverses: one axis after the other, the last one first."""
    x = _operand(c)
    rank = array_type(x).rank
    sizes = c.given("s")
    lengths: tuple[Value, ...] = () if sizes is None else sizes if isinstance(sizes, tuple) else (sizes,)
    axes = c.constant("axes", None)
    if axes is None:
        default = 2 if c.e.op.endswith("2") else len(lengths) or rank
        axes = tuple(range(-default, 0))
    axes = tuple(c.axis(a, rank) for a in (axes if isinstance(axes, tuple) else (axes,)))
    if lengths and len(lengths) != len(axes):
        raise TypingError("T043", what=c.spelled, reason="`s` and `axes` have to have as many entries")
    y = c.converted(x, "complex128")
    for k in reversed(range(len(axes))):
        length = c.inf.bound(lengths[k], c.span) if lengths else None  # type: ignore[arg-type]
        y = transformed(c, y, axes[k], length, _norm(c), c.e.op.startswith("i"))
    c.give(c.converted(y, _result_kind(x)))


RULES: Rules = {
    **dict.fromkeys(("fft", "ifft"), rule(_one)),
    "rfft": rule(_real),
    "irfft": rule(_from_half),
    **dict.fromkeys(("fft2", "ifft2", "fftn", "ifftn"), rule(_several)),
}
