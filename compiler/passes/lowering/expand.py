"""Operations that the library writes as Python functions become the bodies of these functions.

Before:  `y = dft_along(x, axes=(0,))`
After:   `library.1.x = reshape(x, n)`, …, `y = reshape(library.1.result, n)`

The names of what comes from the library begin with `library.`; its indices are in range and its numbers fit, so nothing
in it is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import FunctionType
from typing import cast

from ...ir.nodes import LIBRARY, Apply, Assign, Atom, Block, Const, Function, Return, Stmt, Var
from ...ir.traversal import assigned, blocks, walk, with_blocks
from ...ir.types import PY_FLOAT, PY_INT, Array, Type
from ...library.fourier import dft
from ..inline import renamed

Written = Callable[[FunctionType, tuple[Type, ...]], Function]
SIGNS = {"dft_along": -1.0, "idft_along": 1.0}
VECTOR = Array("complex128", 1)


def expand(function: Function, written: Written) -> Function:
    """The function with the library's operations written out; `written` translates a function of the library."""
    if not any(isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in SIGNS
               for s in walk(function.body)):
        return function
    return replace(function, body=_Expander(written).block(function.body))


class _Expander:
    def __init__(self, written: Written) -> None:
        self.written = written
        self.count = 0
        self.out: list[Stmt] = []

    def block(self, block: Block) -> Block:
        outer, self.out = self.out, []
        for s in block:
            if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in SIGNS:
                self.transform(s, s.value)
            else:
                self.out.append(with_blocks(s, tuple(map(self.block, blocks(s)))))
        result, self.out = tuple(self.out), outer
        return result

    def let(self, name: str, value: Apply | Var) -> Var:
        target = Var(f"{LIBRARY}{self.count}.{name}", value.type, value.span)
        self.out.append(Assign(target, value, value.span))
        return target

    def transform(self, s: Assign, e: Apply) -> None:
        """A transform along one axis, of the elements as a vector."""
        self.count += 1
        (x,), (axis,) = e.args, e.attr("axes")
        assert isinstance(x, Var) and isinstance(x.type, Array)
        dims = tuple(self.let(f"n{k}", Apply("dim", (x,), PY_INT, s.span, (("axis", k),)))
                     for k in range(x.type.rank))
        if x.type.layout != "C":
            x = self.let("copy", Apply("copy", (x,), Array(x.type.kind, x.type.rank), s.span, (("safe", True),)))
        outer, inner = self.product("outer", dims[:axis]), self.product("inner", dims[axis + 1 :])
        size = self.product("size", dims)
        flat = self.let("flat", Apply("reshape", (x, size), VECTOR, s.span, (("safe", True),)))
        sign = Const(SIGNS[e.op], PY_FLOAT)
        result = self.call(cast(FunctionType, dft), (flat, outer, dims[axis], inner, sign), s)
        self.out.append(replace(s, value=Apply("reshape", (result, *dims), e.type, s.span, (("safe", True),))))

    def product(self, name: str, extents: tuple[Var, ...]) -> Atom:
        total: Atom = Const(1, PY_INT)
        for k, extent in enumerate(extents):
            total = extent if k == 0 else self.let(
                f"{name}{k}", Apply("mul", (total, extent), PY_INT, extent.span, (("safe", True),)))
        return total

    def call(self, function: FunctionType, args: tuple[Atom, ...], s: Assign) -> Atom:
        """The body of a function of the library; what it returns."""
        body = self.written(function, tuple(a.type for a in args))
        prefix = f"{LIBRARY}{self.count}."
        for p, a in zip(body.params, args, strict=True):
            self.out.append(Assign(replace(p, name=prefix + p.name), a, s.span))
        *statements, last = renamed(_unchecked(body.body), _names(body), 0, prefix)
        self.out.extend(statements)
        assert isinstance(last, Return)
        return last.value


def _names(function: Function) -> set[str]:
    return {p.name for p in function.params} | assigned(function.body)


def _unchecked(block: Block) -> Block:
    return tuple(map(_safe, block))


def _safe(s: Stmt) -> Stmt:
    if isinstance(s, Assign) and isinstance(s.value, Apply) and not s.value.attr("safe"):
        return replace(s, value=replace(s.value, attrs=tuple(sorted((*s.value.attrs, ("safe", True))))))
    return with_blocks(s, tuple(map(_unchecked, blocks(s))))
