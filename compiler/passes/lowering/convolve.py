"""Convolutions and products with a sliding window as loops: the longer of the two extents innermost.

Before:  `y = convolve_full(a, b)`
After:   `for j in range(0, m): for i in range(0, n): y[i + j] += mul(a[i], b[j])`
"""

from __future__ import annotations

from collections.abc import Callable

from ...ir.nodes import Apply, Assign, Atom, If, Var
from ...ir.types import Scalar
from .builder import ONE, REASSOC, Builder, array_of, number
from .structured import Lower


def _flags(kind: str) -> dict[str, str]:
    return {"flags": REASSOC} if kind.startswith("float") else {}


def _product(b: Builder, kind: str, x: Atom, y: Atom) -> Atom:
    return b.scalar("mul", b.convert(x, kind), b.convert(y, kind), type=Scalar(kind), **_flags(kind))  # type: ignore[arg-type]


def _either(b: Builder, test: Atom, yes: Callable[[], None], no: Callable[[], None]) -> None:
    with b.block() as then:
        yes()
    with b.block() as orelse:
        no()
    b.emit(If(test, tuple(then), tuple(orelse), b.span))


def _convolve(b: Builder, target: Var, e: Apply) -> None:
    x, y = e.args
    kind = array_of(target).kind
    (n,), (m,) = b.dims(x), b.dims(y)
    b.allocate(target, (b.maximum(b.integers("sub", b.integers("add", n, m), ONE), number(0, "int64")),), zero=True)

    def spread(lead: Atom, rest: Atom, outer: Atom, inner: Atom) -> None:
        """`rest` is added to the result once for each entry of `lead`."""

        def row(j: tuple[Var, ...]) -> None:
            factor = b.load(lead, j)
            b.loop((inner,), lambda i: b.accumulate(target, (b.integers("add", i[0], j[0]),),
                                                    _product(b, kind, b.load(rest, i), factor)))

        b.loop((outer,), row)

    _either(b, b.compare("ge", n, m), lambda: spread(y, x, m, n), lambda: spread(x, y, n, m))


def _slide(b: Builder, target: Var, e: Apply) -> None:
    x, window = e.args
    kind = array_of(target).kind
    (n,), (m,) = b.dims(x), b.dims(window)
    count = b.integers("add", b.integers("sub", n, m), ONE)
    b.allocate(target, (count,), zero=True)

    def rows() -> None:
        def row(j: tuple[Var, ...]) -> None:
            factor = b.load(window, j)
            b.loop((count,), lambda i: b.accumulate(
                target, i, _product(b, kind, b.load(x, (b.integers("add", i[0], j[0]),)), factor)))

        b.loop((m,), row)

    def sums() -> None:
        def entry(i: tuple[Var, ...]) -> None:
            total = b.let(number(0, kind), "acc")

            def term(j: tuple[Var, ...]) -> None:
                value = _product(b, kind, b.load(x, (b.integers("add", i[0], j[0]),)), b.load(window, j))
                b.emit(Assign(total, b.scalar("add", total, value, type=Scalar(kind), **_flags(kind)), b.span))

            b.loop((m,), term)
            b.store(target, i, total)

        b.loop((count,), entry)

    _either(b, b.compare("ge", count, m), rows, sums)


LOWER: dict[str, Lower] = {"convolve_full": _convolve, "slide": _slide}
