"""Gradients in single precision, where Python may compute them in double precision.

Before:  `x_bar = np.where(x == y, y_bar / np.count_nonzero(x == y), 0.0)`, `return y, x_bar`
After:   the same, and `return y, x_bar.astype(np.float32)`

Compiled code gives a value the type that the program says. In Python a number of NumPy's in single precision becomes
one in double precision beside an integer or a function of `math`. What such a value flows into is found here, and only
those gradients are converted that may have become wider.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..ir.nodes import Apply, Assign, Atom, Const, Expr, Function, Pop, Stmt, Var
from ..ir.traversal import walk, written
from ..ir.types import Array, Scalar, Type
from ..ops import BY_NAME

NARROW = ("float32", "complex64")
TYPED = frozenset({"zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like", "astype",
                   "zeros_shaped", "pack", "arange"})  # fmt: skip


def narrowed(function: Function, heads: tuple[Var, ...]) -> Function:
    """The adjoint with a conversion for each gradient that in Python may be no number of its parameter's precision."""
    numbers = {h.name for h in heads if isinstance(h.type, Scalar)}
    kinds = _Kinds(set(), numbers)
    statements = [s for s in walk(function.body) if (v := written(s)) is not None and _narrow(v.type)]
    count = -1
    while count < len(kinds.wide) + len(kinds.weak):
        count = len(kinds.wide) + len(kinds.weak)
        for s in statements:
            kinds.learn(s)
    return replace(function, body=tuple(c for s in function.body for c in _converted(s, kinds)))


def _narrow(t: Type) -> bool:
    return isinstance(t, Scalar | Array) and t.kind in NARROW and not (isinstance(t, Scalar) and t.weak)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The names of what may be wide in Python, and of what may be a number of Python's."""

    wide: set[str]
    weak: set[str]

    def learn(self, s: Stmt) -> None:
        target = written(s)
        assert target is not None
        if isinstance(s, Pop) and isinstance(target.type, Scalar):
            self.wide.add(target.name)
        elif isinstance(s, Assign):
            if self.is_wide(s.value):
                self.wide.add(target.name)
            if isinstance(target.type, Scalar) and self.is_weak(s.value):
                self.weak.add(target.name)

    def is_wide(self, e: Expr) -> bool:
        if not isinstance(e, Apply):
            return isinstance(e, Var) and e.name in self.wide
        if e.op in TYPED or (e.op == "cast" and not (e.attr("implicit") or e.attr("safe"))):
            return False
        if e.attr("via") in ("math", "cmath", "builtin"):
            return True
        return any(self.widens(a, e.op == "cast" or BY_NAME[e.op].elementwise) for a in e.args)

    def widens(self, a: Atom, elementwise: bool) -> bool:
        """Whether an operand makes a result wide: one that is, or beside others an integer or double of NumPy's."""
        if isinstance(a, Const):
            return False
        if a.name in self.wide:
            return True
        if not elementwise or _narrow(a.type) or not isinstance(a.type, Scalar | Array):
            return False
        return a.type.kind != "bool" and not (isinstance(a.type, Scalar) and a.type.weak)

    def is_weak(self, e: Expr) -> bool:
        if isinstance(e, Apply):
            plain = bool(e.attr("safe")) if e.op == "cast" else BY_NAME[e.op].elementwise
            return plain and all(isinstance(a.type, Scalar) and self.is_weak(a) for a in e.args)
        return isinstance(e, Const) or (isinstance(e, Var) and (e.name in self.weak or not _narrow(e.type)))


def _converted(s: Stmt, kinds: _Kinds) -> Iterator[Stmt]:
    """A statement, with conversions before it where it makes the tuple of gradients."""
    if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op == "tuple":
        first = 1 if s.target.name == "t.returned" else 0
        if first or s.target.name.startswith("t.gradients"):
            args = list(s.value.args)
            for k, a in enumerate(args):
                if k >= first and _narrow(a.type) and (kinds.is_wide(a) or kinds.is_weak(a)):
                    args[k] = Var(f"{s.target.name}.tmp.{k}", a.type)
                    yield Assign(args[k], Apply("cast" if isinstance(a.type, Scalar) else "astype", (a,), a.type))
            s = replace(s, value=replace(s.value, args=tuple(args)))
    yield s
