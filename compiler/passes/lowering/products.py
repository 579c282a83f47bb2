"""Products of matrices by BLAS, above the sizes at which it is faster than a loop.

BLAS counts rows and columns in Fortran's order: to it a contiguous matrix is its own transpose. So `c = a @ b` is
asked for as `c.T = b.T @ a.T`. A matrix that is contiguous along neither axis is copied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...ir.nodes import Apply, Assign, Atom, Const, For, If, Var
from ...ir.types import PY_BOOL, PY_INT, Array, Kind
from .builder import ONE, ZERO, Builder, array_of, integer, number
from .elementwise import copy

BLAS = "scipy.linalg.cython_blas"
LETTER: dict[Kind, str] = {"float64": "d", "float32": "s", "complex128": "z", "complex64": "c"}
PLAIN, TURNED = integer(ord("N")), integer(ord("T"))
LIMIT = integer(2**31)

# Multiplications from which on a call is faster: measured with OpenBLAS on AVX-512, see docs/native.md.
MATRICES, VECTORS = 150.0, 4096.0

# A call does at most so many multiplications, less than a tenth of a second, and is charged one unit of fuel for FUEL.
PANEL, FUEL = integer(2**30), integer(2**10)


@dataclass(frozen=True, slots=True)
class Operand:
    """A matrix as BLAS takes it: whether it is turned, and the distance of its rows (of its columns, if turned)."""

    array: Var
    turned: Atom
    distance: Atom


def fortran(b: Builder, symbol: str, passed: str, *args: Atom) -> Atom:
    """A call of a routine, and its status."""
    return b.scalar("fortran", *args, type=PY_INT, symbol=symbol, passed=passed)


def fast_or_plain(
    b: Builder, kind: Kind, operands: tuple[Atom, ...], extents: tuple[Atom, ...], least: float,
    fast: Callable[[], None], plain: Callable[[], None],
) -> None:  # fmt: skip
    """One way to compute a product or the other, by the number of its multiplications."""
    if kind not in LETTER or any(array_of(a).kind != kind for a in operands):
        plain()
        return
    total: Atom = number(1.0, "float64")
    fits: Atom = Const(True, PY_BOOL)
    for extent in extents:
        total = b.scalar("mul", total, b.convert(extent, "float64"))
        fits = b.logic("logical_and", fits, b.compare("lt", extent, LIMIT))
    large = b.logic("logical_and", b.compare("ge", total, number(least, "float64")), fits)
    with b.block() as first:
        fast()
    with b.block() as second:
        plain()
    b.emit(If(large, tuple(first), tuple(second), b.span))


def matrix(b: Builder, x: Atom) -> Operand:
    """A matrix for BLAS, copied if it is contiguous along neither axis."""
    assert isinstance(x, Var)
    rows, columns = b.dims(x)
    if array_of(x).layout == "C":
        return Operand(x, Const(False, PY_BOOL), b.maximum(columns, ONE))
    down, along = (b.scalar("stride", x, type=PY_INT, axis=k) for k in (0, 1))
    plain = _contiguous(b, along, down, columns)
    turned = _contiguous(b, down, along, rows)
    neither = b.logic("logical_and", b.negate(plain), b.negate(turned))
    used = b.let(x, "m")
    with b.block() as block:
        buffer = b.fresh(Array(array_of(x).kind, 2), "buffer")
        copy(b, buffer, x)
        b.emit(Assign(used, buffer, b.span))
    b.when(neither, *block)
    turned = b.logic("logical_and", turned, b.negate(plain))
    distance = b.select(turned, along, b.select(plain, down, b.maximum(columns, ONE)))
    return Operand(used, turned, distance)


def _contiguous(b: Builder, near: Atom, far: Atom, extent: Atom) -> Atom:
    """Whether neighbours lie side by side, and rows far enough apart for BLAS."""
    apart = b.logic("logical_and", b.compare("ge", far, b.maximum(extent, ONE)), b.compare("lt", far, LIMIT))
    return b.logic("logical_and", b.compare("eq", near, ONE), apart)


def vector(b: Builder, x: Atom) -> Var:
    """A contiguous vector."""
    assert isinstance(x, Var)
    if array_of(x).layout == "C":
        return x
    used = b.let(x, "m")
    with b.block() as block:
        buffer = b.fresh(Array(array_of(x).kind, 1), "buffer")
        copy(b, buffer, x)
        b.emit(Assign(used, buffer, b.span))
    b.when(b.compare("ne", b.scalar("stride", x, type=PY_INT, axis=0), ONE), *block)
    return used


def matrix_matrix(b: Builder, target: Var, x: Atom, y: Atom, adding: bool = False) -> None:
    """`target = x @ y` by gemm, or `target += x @ y`, some rows at a time, so that a signal need not wait for all."""
    kind = array_of(target).kind
    first, second = matrix(b, x), matrix(b, y)
    (n, k), (_, m) = b.dims(x), b.dims(y)
    letters = tuple(b.select(o.turned, TURNED, PLAIN) for o in (second, first))
    each = b.maximum(b.integers("mul", k, m), ONE)
    panel = b.maximum(b.scalar("floordiv", PANEL, each, type=PY_INT), ONE)
    start = b.fresh(PY_INT, "i")

    def rows(array: Var, count: Atom, columns: Atom) -> Atom:
        spec = (("spec", ("s", "s")),)
        view = Apply("window", (array, start, count, ONE, ZERO, columns, ONE), Array(kind, 2, "A"), b.span, spec)
        return b.let(view, "m")

    with b.block() as body:
        count = b.minimum(panel, b.integers("sub", n, start))
        b.scalar("charge", b.scalar("floordiv", b.integers("mul", count, each), FUEL, type=PY_INT), type=PY_INT)
        fortran(b, f"{BLAS}.{LETTER[kind]}gemm", "cciiidpipidpi", *letters, m, count, k, number(1, kind), second.array,
                second.distance, rows(first.array, count, k), first.distance, number(int(adding), kind),
                rows(target, count, m), b.maximum(m, ONE))
    b.emit(For(start, ZERO, n, panel, tuple(body), label=f"panels.{start.name}", span=b.span))


def matrix_vector(b: Builder, target: Var, x: Atom, y: Atom, transposed: bool) -> None:
    """`target = x @ y`, or `x.T @ y` if `transposed`, by gemv."""
    kind = array_of(target).kind
    a, v = matrix(b, x), vector(b, y)
    n, m = b.dims(x)
    letters = (PLAIN, TURNED) if transposed else (TURNED, PLAIN)
    rows, columns = b.select(a.turned, n, m), b.select(a.turned, m, n)
    letter = b.select(a.turned, letters[1], letters[0])
    fortran(b, f"{BLAS}.{LETTER[kind]}gemv", "ciidpipidpi", letter, rows, columns, number(1, kind), a.array,
            a.distance, v, ONE, number(0, kind), target, ONE)


