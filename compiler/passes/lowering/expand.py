"""Operations that the library has written as Python functions become calls of these.

Before:  `y = dft_along(x, axes=(0,))`
After:   `library.1.flat = reshape(x, n)`, `u = library(library.1.flat, …, name='dft')`, `y = reshape(u, n)`

The functions are compiled as the user's are, once for a module that calls them. The names of what is theirs begin with
`library.`; their indices are in range and their numbers fit, so nothing in them is checked.
"""

from __future__ import annotations

from dataclasses import replace

from ...ir.nodes import LIBRARY, Apply, Assign, Atom, Block, Const, Function, Stmt, Var
from ...ir.traversal import assigned, blocks, walk, with_blocks
from ...ir.types import PY_FLOAT, PY_INT, Array
from ..inline import renamed

SIGNS = {"dft_along": -1.0, "idft_along": 1.0}
VECTOR = Array("complex128", 1)


def expand(function: Function) -> Function:
    """The function with calls in place of the library's operations."""
    if not any(isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op in SIGNS
               for s in walk(function.body)):
        return function
    return replace(function, body=_Expander().block(function.body))


def unchecked(function: Function) -> Function:
    """A typed function of the library under the names that nothing is checked for."""
    names = {p.name for p in function.params} | assigned(function.body)
    params = tuple(replace(p, name=LIBRARY + p.name) for p in function.params)
    return replace(function, params=params, body=renamed(_unchecked(function.body), names, 0, LIBRARY))


class _Expander:
    def __init__(self) -> None:
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

    def let(self, name: str, value: Apply) -> Var:
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
        args = (flat, outer, dims[axis], inner, Const(SIGNS[e.op], PY_FLOAT))
        result = self.let("result", Apply("library", args, VECTOR, s.span, (("name", "dft"), ("safe", True))))
        self.out.append(replace(s, value=Apply("reshape", (result, *dims), e.type, s.span, (("safe", True),))))

    def product(self, name: str, extents: tuple[Var, ...]) -> Atom:
        total: Atom = Const(1, PY_INT)
        for k, extent in enumerate(extents):
            total = extent if k == 0 else self.let(
                f"{name}{k}", Apply("mul", (total, extent), PY_INT, extent.span, (("safe", True),)))
        return total


def _unchecked(block: Block) -> Block:
    return tuple(map(_safe, block))


def _safe(s: Stmt) -> Stmt:
    if isinstance(s, Assign) and isinstance(s.value, Apply) and not s.value.attr("safe"):
        return replace(s, value=replace(s.value, attrs=tuple(sorted((*s.value.attrs, ("safe", True))))))
    return with_blocks(s, tuple(map(_unchecked, blocks(s))))
