"""Operations on records inside `try`: those that do nothing but find a variable raise nothing.

What would become code of the user's (a method, an operator, a property), or raises what is caught, is refused: it would
stand behind the place where what it raises is tested.
"""

from __future__ import annotations

from typing import Protocol

from ...ir.limits import is_limit
from ...ir.nodes import Apply, Assign, Block, Const, Fail, Span, Stmt, Var
from ...ir.records import Growing
from ...ir.traversal import walk
from ...ir.types import PY_INT
from .state import RECORD_OPERATIONS, Record, Ref, State, Value

PLAIN = frozenset({"tuple", "logical_not", "logical_and", "logical_or", "is", "is_not", "eq", "ne", "lt", "le", "gt",
                   "ge", "ask", "unbound", "rebind", "undefined"})


# What growing lists of numbers do with memory: methods, and the operations that they become.
GROWING = {"append": frozenset({"ge", "add", "list_room", "getitem", "list_item"}),
           "sum": frozenset({"list_get", "add"})}


class Dissolving(Protocol):
    """What this needs of the pass."""

    state: State
    out: list[Stmt]

    def value(self, a: Var | Const) -> Value: ...

    def record(self, a: Var | Const) -> Record | None: ...

    def apply(self, target: Var, e: Apply) -> None: ...

    def emit(self, s: Stmt) -> None: ...

    def refuse(self, code: str, span: Span, **words: object) -> None: ...

    def put(self, target: Var, atom: Var | Const, span: Span) -> None: ...


def raises(d: Dissolving, target: Var, e: Apply) -> None:
    """`raises` of an operation: a question to `infer`, or for records decided here."""
    of = e.attr("of")
    if of not in RECORD_OPERATIONS and not any(isinstance(d.value(a), Ref) for a in e.args):
        d.emit(Assign(target, e, e.span))
        d.state.env[target.name] = None
        return
    tried = Apply(of, e.args, span=e.span, attrs=e.attr("given"))
    if of == "setitem":
        tried = Apply("store", (e.args[0], *e.args[2:], e.args[1]), span=e.span, attrs=e.attr("given"))
    name, record = tried.attr("name"), d.record(e.args[0]) if e.args else None
    quiet = GROWING.get(name, frozenset()) if record is not None and record.cls is Growing else frozenset()
    block = _aside(d, Var(f"{target.name}.tried", span=e.span), tried)
    error = _what(block, tuple(n for n, _ in e.attr("codes")), PLAIN | quiet)
    if error:
        what = f"`.{name}`" if isinstance(name, str) else "this operation on an object or a list"
        d.refuse("A039", e.span, what=what, error=error)
    d.put(target, Const(0, PY_INT, e.span), e.span)


def _aside(d: Dissolving, target: Var, e: Apply) -> Block:
    """The statements that an operation becomes, without any effect."""
    state, outer = d.state.copy(), d.out
    d.out = []
    d.apply(target, e)
    block = tuple(d.out)
    d.state, d.out = state, outer
    return block


def _what(block: Block, caught: tuple[str, ...], quiet: frozenset[str]) -> str:
    """An exception among those caught that a block may raise; "" where it raises none."""
    for s in walk(block):
        if isinstance(s, Fail) and s.exception in caught and not is_limit(s):
            return s.exception
        if isinstance(s, Assign) and isinstance(s.value, Apply) and s.value.op not in quiet:
            return caught[0]
    return ""
