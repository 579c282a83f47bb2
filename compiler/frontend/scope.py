"""The state of one translation: names, captured values, emitted statements and findings."""

from __future__ import annotations

import ast
import builtins
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import Enum
from itertools import count
from types import CellType, FunctionType, ModuleType
from typing import Any

import numpy as np

from ..diagnostics import Findings
from ..ir.classes import is_named_tuple, is_object
from ..ir.nodes import UNASSIGNED, Apply, Assign, Atom, Const, Expr, Made, Path, Span, Stmt, Var, is_global
from ..ir.types import BYTES, NOTHING, PY_BOOL, PY_COMPLEX, PY_FLOAT, PY_INT, Array, Kind, Known, Scalar
from ..library.written import is_grid, is_written
from .names import declared_names, inner_names, local_names, stored_names, volatile_names, yield_in
from .source import Source

INT64 = range(-(2**63), 2**63)
MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING"})()
"""The value of a guard on a global that must not exist, because it would hide a builtin."""
KEYS = (str, int, float, tuple, Enum)  # of dicts from outside
WHOLE: Any = type("Whole", (), {"__repr__": lambda self: "WHOLE"})()
"""The key of a guard on all that a list or dict holds; its value is the list or dict."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A name outside the function whose value was read at compile time: it is checked again at every call.

    `container` is the dictionary of globals, or the cell of a closure, or a function whose attribute `key` was read;
    the value must still be the same object. With the key `WHOLE` it is a list or dict, which must hold the same
    objects.
    """

    container: dict[Any, Any] | list[Any] | CellType | FunctionType
    key: Any
    value: Any


@dataclass(frozen=True, slots=True)
class Static:
    """A value that exists at compile time only: a module, a function, a dtype, a string."""

    value: Any


@dataclass(frozen=True, slots=True)
class Keywords:
    """What `**name` of a function holds at one call: the keywords, each a parameter `name.keyword` of its own."""

    name: str
    keys: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Partial(Made):
    """What `functools.partial` makes inside a function: the callee and the arguments it already has."""

    target: Any
    args: tuple[Atom, ...]
    keywords: tuple[tuple[str, Atom], ...]
    key: Path

    @property
    def __name__(self) -> str:
        return str(getattr(self.target, "__name__", "partial"))


@dataclass(frozen=True, eq=False, slots=True)
class LocalFunction(Made):
    """A function defined inside another one. It reads the variables of `scope` as they are when it is called."""

    source: Source
    scope: Scope
    defaults: dict[str, Atom]
    key: Path

    @property
    def __name__(self) -> str:
        return self.source.name

    @property
    def closure(self) -> tuple[Var, ...]:
        """The variables of functions around it that it may read, by itself or through other functions there."""
        found = [v for v in self.defaults.values() if isinstance(v, Var)]
        scope: Scope | None = self.scope
        while scope is not None:
            found += [Var(f"{name}@{scope.uid}") for name in sorted(inner_names(scope.source.node) & scope.locals)]
            scope = scope.parent
        return tuple(found)

    @property
    def signature(self) -> inspect.Signature:
        """Parameters, with `defaults` as default values."""
        a = self.source.node.args
        stars = [[a.vararg] if a.vararg else [], [a.kwarg] if a.kwarg else []]
        kinds = ((a.posonlyargs, inspect.Parameter.POSITIONAL_ONLY), (a.args, inspect.Parameter.POSITIONAL_OR_KEYWORD),
                 (stars[0], inspect.Parameter.VAR_POSITIONAL), (a.kwonlyargs, inspect.Parameter.KEYWORD_ONLY),
                 (stars[1], inspect.Parameter.VAR_KEYWORD))
        return inspect.Signature([
            inspect.Parameter(x.arg, kind, default=self.defaults.get(x.arg, inspect.Parameter.empty))
            for group, kind in kinds for x in group
        ])


Value = Var | Const | Static
Evaluate = Callable[["Scope", ast.expr], Value]


@dataclass(slots=True)
class Captures:
    """What the function and its helpers read from outside: shared by all translations of one compilation.

    `answers` is what the types of the arguments have told about places that cannot be translated without: how many
    items a tuple has that a loop runs over, which function a variable stands for.
    """

    answers: dict[Path, Any] = field(default_factory=dict)
    made: dict[Path, Made] = field(default_factory=dict)
    guards: list[Guard] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)
    records: dict[int, int] = field(default_factory=dict)
    arrays: dict[int, tuple[Var, np.ndarray[Any, Any]]] = field(default_factory=dict)

    def function(self, function: FunctionType) -> None:
        """Remember the code and the defaults of a function that is compiled."""
        for name in ("__code__", "__defaults__", "__kwdefaults__"):
            value = getattr(function, name)
            self.guard(function, name, MISSING if value is None else value)

    def guard(self, container: dict[Any, Any] | list[Any] | CellType | FunctionType, key: Any, value: Any) -> None:
        """Remember that `container[key]` was `value`. What the compiler has written in Python does not change."""
        named = container.__globals__ if isinstance(container, FunctionType) else container
        ours = isinstance(named, dict) and is_written(named)
        if not ours and not any(g.container is container and g.key == key for g in self.guards):
            self.guards.append(Guard(container, key, value))

    def number(self, value: Any) -> int:
        """A number for a record from outside, the same wherever it is read."""
        return self.records.setdefault(id(value), len(self.records))

    def array(self, name: str, value: np.ndarray[Any, Any]) -> Var | None:
        """The hidden parameter that carries a global array, or None when its dtype is not supported."""
        if id(value) not in self.arrays:
            t = array_type(value)
            if t is None:
                return None
            self.arrays[id(value)] = (Var(f"global.{name}.{len(self.arrays)}", t), value)
        return self.arrays[id(value)][0]


def is_table(value: dict[Any, Any]) -> bool:
    """Whether a dict from outside is a table of functions, from which one may be picked at run time."""
    return all(map(callable, value.values()))


def array_type(value: np.ndarray[Any, Any]) -> Array | None:
    """The type of a live array, or None when its dtype has none."""
    kind = value.dtype.name
    if kind not in BYTES:
        return None
    return Array(kind, value.ndim, "C" if value.flags.c_contiguous else "A")


def number(value: Any, span: Span) -> Const | None:
    """A Python or NumPy number as a constant, or None when it is not one."""
    if isinstance(value, bool):
        return Const(value, PY_BOOL, span)
    if isinstance(value, np.generic):
        kind: Kind = value.dtype.name  # type: ignore[assignment]
        return Const(value.item(), Scalar(kind), span) if kind in BYTES else None
    if isinstance(value, int):
        return Const(int(value), PY_INT, span)  # a member of an `IntEnum` computes as the integer that it is
    if isinstance(value, complex):
        return Const(complex(value), PY_COMPLEX, span)
    return Const(float(value), PY_FLOAT, span) if isinstance(value, float) else None


class Scope:
    """Names and output of the function being translated."""

    def __init__(
        self,
        source: Source,
        captures: Captures,
        findings: Findings,
        evaluate: Evaluate,
        statics: dict[str, Static],
        parent: Scope | None = None,
        path: Path = (),
    ) -> None:
        self._evaluate = evaluate
        self.parent = parent
        self.path = path
        self.uid = next(captures.numbers)
        self.conditional = 0
        self.loops = 0
        self.yields = yield_in(source.node) is not None
        self.break_flags: list[Var | None] = []
        self.source = source
        self.captures = captures
        self.findings = findings
        self.poison = Const(None)
        self.pending = replace(UNASSIGNED)  # unlike poison no mistake: it has a value when types have told more
        self.poisoned: set[str] = set()
        self.declared = declared_names(source.node)
        self.locals = local_names(source.node) - self.declared.keys()
        self.volatile = volatile_names(source.node)
        rebound = stored_names(source.node)
        self.statics: dict[str, Value] = {n: s for n, s in statics.items() if n not in rebound}
        self.block: list[Stmt] = []
        self.counter = 0
        self.labels: dict[str, int] = {}

    def span(self, node: ast.AST) -> Span:
        return self.source.span(node)

    def evaluate(self, node: ast.expr) -> Value:
        """The value of an expression: an operand, or something that exists at compile time only."""
        return self._evaluate(self, node)

    def atom(self, node: ast.expr) -> Atom:
        """The value of an expression as an operand; a finding when it is not a number, an array or a tuple."""
        value = self.opened(node, self.evaluate(node), tables=False)
        return known(value.value, self.span(node)) if isinstance(value, Static) else value

    def opened(self, node: ast.expr, value: Value, tables: bool = True) -> Value:
        """A dict from outside, or of keywords, that more is done with than reading an item is an operand."""
        if isinstance(value, Static) and isinstance(value.value, Keywords):
            keys, span = value.value.keys, self.span(node)
            items = (Var(f"{value.value.name}.{key}", span=span) for key in keys)
            return self.apply("record", span, *items, cls=dict, keys=keys)
        if isinstance(value, Static) and type(value.value) is dict and (tables or not is_table(value.value)):
            return self.outside(node, ast.unparse(node), value.value)
        return value

    def outside(self, node: ast.AST, name: str, value: Any) -> Atom:
        """A list, dict or named tuple from outside as an operand."""
        from .outside import outside  # whose items are constants, and those are made here

        return outside(self, node, name, value)

    def ask(self, node: ast.AST, about: str, value: Atom, hint: str = "", name: str = "") -> Any:
        """What the types say about a value at this place: the number of its items, or the function it stands for.

        None as long as there are no types. The question is left in the program for `infer`; the function is translated
        again if its answer is another one.
        """
        span = self.span(node)
        key = (*self.path, (about, span.line, span.col, span.end_line, span.end_col))
        self.apply("ask", span, value, about=about, key=key, text=ast.unparse(node), hint=hint, name=name)
        return self.captures.answers.get(key)

    def variable(self, name: str, span: Span) -> Var:
        """The variable that an assignment to a name changes."""
        if self.declared.get(name) == "nonlocal":
            scope = self.parent
            while scope is not None and name not in scope.locals:
                scope = scope.parent
            if scope is not None:
                return Var(f"{name}@{scope.uid}", span=span)
        return Var(name, span=span)

    def refuse(self, code: str, node: ast.AST, **words: object) -> Const:
        """Report a finding and go on with a poisoned value, so that later mistakes are found as well."""
        self.findings.add(code, self.span(node), **words)
        return self.poison

    def emit(self, statement: Stmt) -> None:
        self.block.append(statement)

    @contextmanager
    def nested(self) -> Iterator[list[Stmt]]:
        """Collect the statements emitted inside as a block of their own."""
        outer, self.block = self.block, []
        try:
            yield self.block
        finally:
            self.block = outer

    def temporary(self, span: Span) -> Var:
        self.counter += 1
        return Var(f"t.{self.counter}", span=span)

    def label(self, span: Span) -> str:
        """A name for a loop, from its line."""
        label = f"loop_{span.line}"
        self.labels[label] = self.labels.get(label, 0) + 1
        return label if self.labels[label] == 1 else f"{label}_{self.labels[label]}"

    def bind(self, value: Expr, span: Span) -> Var:
        """Assign an expression to a new temporary."""
        target = self.temporary(span)
        self.emit(Assign(target, value, span))
        return target

    def assign(self, name: str, value: Atom, span: Span) -> None:
        """Emit an assignment to a variable of the user's. Reading a poisoned one later is poison, not a mistake."""
        (self.poisoned.add if value is self.poison else self.poisoned.discard)(name)
        self.emit(Assign(self.variable(name, span), value, span))

    def apply(self, op: str, span: Span, /, *args: Atom, **attrs: Any) -> Atom:
        """Emit an operation of the table and return its result, poison for poison."""
        if any(a is self.poison for a in args):
            return self.poison
        return self.bind(Apply(op, args, span=span, attrs=tuple(sorted(attrs.items()))), span)

    def resolve(self, node: ast.Name) -> Value:
        """The value of a name: local, closure, global, builtin; `F003` when there is none."""
        scope: Scope | None = self
        while scope is not None and self.declared.get(node.id) != "global":
            if node.id in scope.statics:
                return outer(scope.statics[node.id], scope) if scope is not self else scope.statics[node.id]
            if node.id in scope.poisoned:
                return self.poison
            if node.id in scope.locals:
                name = node.id if scope is self else f"{node.id}@{scope.uid}"
                found = Var(name, span=self.span(node))
                # What a later part of the same statement may rebind is read now.
                return self.bind(found, found.span) if node.id in scope.volatile else found
            scope = scope.parent
        return self._from_outside(node)

    def _from_outside(self, node: ast.Name) -> Value:
        function = self.source.function
        free = function.__code__.co_freevars
        if node.id in free and function.__closure__:
            cell = function.__closure__[free.index(node.id)]
            try:
                value = cell.cell_contents
            except ValueError:
                return self.refuse("F003", node, name=node.id)
            return self.captured(node, node.id, cell, value)
        if node.id in function.__globals__:
            return self.captured(node, node.id, function.__globals__, function.__globals__[node.id])
        if hasattr(builtins, node.id):
            self.captures.guard(function.__globals__, node.id, MISSING)
            return Static(getattr(builtins, node.id))
        self.captures.guard(function.__globals__, node.id, MISSING)  # defined later, it is another function
        return self.refuse("F003", node, name=node.id, hint=self._similar(node.id))

    def _similar(self, name: str) -> str:
        known = [*self.locals, *self.source.function.__globals__, *dir(builtins)]
        close = get_close_matches(name, known, n=1)
        return f"did you mean `{close[0]}`?" if close else ""

    def captured(self, node: ast.AST, name: str, container: dict[str, Any] | CellType, value: Any) -> Value:
        """A value from outside: a constant checked at every call, a hidden array parameter, or a static object."""
        self.captures.guard(container, name, value)
        return self.constant(node, name, value)

    def constant(self, node: ast.AST, name: str, value: Any) -> Value:
        """A live Python object as a compile-time value."""
        span = self.span(node)
        if value is None:
            return Const(None, NOTHING, span)
        if isinstance(value, np.ndarray):
            hidden = self.captures.array(name, value)
            if hidden is None:
                return self.refuse("T013", node, name=value.dtype.name)
            return Var(hidden.name, hidden.type, span)
        constant = number(value, span)
        if constant is not None:
            if constant.type == PY_INT and constant.value not in INT64:
                return self.refuse("T017", node, value=value)
            return constant
        if is_named_tuple(type(value)) or is_object(value) or type(value) in (list, slice):
            return self.outside(node, name, value)
        if isinstance(value, tuple):
            items = [self.constant(node, name, item) for item in value]
            return self.apply("tuple", span, *(known(i.value, span) if isinstance(i, Static) else i for i in items))
        if callable(value) or isinstance(value, ModuleType | np.dtype | str | Enum | type(np.s_)) or is_grid(value):
            return Static(value)
        if type(value) is dict and value and all(isinstance(k, KEYS) and k == k for k in value):
            for key, entry in value.items() if is_table(value) else ():
                self.captures.guard(value, key, entry)
            return Static(value)
        kind = type(value)
        if "random" in kind.__module__.split("."):
            return self.refuse("A033", node)
        return self.refuse("F006", node, name=name, type=with_article(kind.__name__))


def with_article(noun: str) -> str:
    """`a list`, `an Integrator`."""
    return f"an {noun}" if noun[0] in "aeiouAEIOU" else f"a {noun}"


def known(value: Any, span: Span) -> Const:
    """A compile-time value as an operand: its type says which one it is."""
    return Const(value, Known(value), span)


def atom_of(scope: Scope, value: Value, node: ast.AST) -> Atom:
    """A value as an operand."""
    return known(value.value, scope.span(node)) if isinstance(value, Static) else value


def outer(value: Value, scope: Scope) -> Value:
    """A value of an enclosing scope, as an inner function names it: a variable says which scope it belongs to."""
    if isinstance(value, Var) and "@" not in value.name:
        return Var(value.name if is_global(value) else f"{value.name}@{scope.uid}", value.type, value.span)
    return value


def hidden_by_local(scope: Scope, node: ast.expr) -> str:
    """A hint for a local variable that has the name of a module or a function outside."""
    if not isinstance(node, ast.Name) or node.id not in scope.locals:
        return ""
    known = scope.source.function.__globals__.get(node.id, getattr(builtins, node.id, None))
    if not callable(known) and not isinstance(known, ModuleType):
        return ""
    what = "module" if isinstance(known, ModuleType) else "builtin" if hasattr(builtins, node.id) else "function"
    return f"the local variable `{node.id}` hides the {what} of that name; give it another one"


def attribute(scope: Scope, node: ast.Attribute, owner: Any) -> Value:
    """`module.name`, read now; modules other than NumPy and `math` are checked again at every call."""
    if not hasattr(owner, node.attr):
        module = getattr(owner, "__name__", type(owner).__name__)
        close = get_close_matches(node.attr, dir(owner), n=1)
        hint = f"did you mean `{ast.unparse(node.value)}.{close[0]}`?" if close else ""
        return scope.refuse("F004", node, module=module, name=node.attr, hint=hint)
    value = getattr(owner, node.attr)
    known = isinstance(owner, ModuleType) and owner.__name__.split(".")[0] in ("numpy", "math", "cmath", "builtins")
    known = known or is_written(scope.source.function.__globals__)
    if isinstance(owner, ModuleType) and not known and not isinstance(value, ModuleType):
        return scope.captured(node, node.attr, owner.__dict__, value)
    return scope.constant(node, ast.unparse(node), value)
