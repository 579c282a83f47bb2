"""The intermediate representation as readable Python that runs by itself under NumPy and `tapeless.runtime`.

Before:  `t.1 = mul(u, dt)`, `u = add(u, t.1)`
After:   `u = u + u * dt`

Temporaries that are read once are written where they are read, when nothing in between changes what they compute.
`astor` prints one statement at a time; lines, indentation and comments are written here.
"""

from __future__ import annotations

import ast
import linecache
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, assert_never

import astor

from ..ir.nodes import (
    Accumulate,
    Apply,
    Assign,
    Block,
    Break,
    Call,
    Const,
    Consume,
    Continue,
    Expr,
    Fail,
    For,
    Function,
    Fused,
    If,
    Note,
    Pop,
    Print,
    Push,
    Return,
    SetItem,
    Span,
    Stmt,
    Store,
    Try,
    Unrolled,
    Var,
    While,
    Yield,
    is_global,
    scattered,
)
from ..ir.traversal import blocks, operands, reads, walk, written
from ..ir.types import PY_INT, Array
from ..passes.effects import VIEWS
from . import python_expressions as py
from .coalesce import coalesce
from .heads import head_parameter, unpacked
from .narrowed import narrowed
from .python_numbers import is_python, python_numbers

HELPERS = ("digamma", "trigamma", "tetragamma", "erfcx_slope", "log_ratio", "sinc_slope", "held", "masked", "placed",
           "raised", "sum_to", "prod_of_others", "cumprod_back", "diagonal", "last_written", "cofactors",
           "cholesky_adjoint")
# What NumPy has no function for that gives all factors of a matrix in one array.
MATRICES = ("beside", "complex_values_of", "divided", "divided_apart", "divided_sum", "expm_adjoint", "exponential",
            "freed", "general_factors", "general_values", "inverse_or_nan", "least_squares", "lu_factors", "permuted",
            "pseudo_inverse", "qr_factors", "qr_factors_whole", "settled", "singular_factors", "singular_factors_whole",
            "singular_values", "solve_lower", "solve_lower_turned", "solve_unit", "solve_unit_turned",
            "symmetric_factors", "symmetric_factors_upper", "symmetric_values", "tag_back", "tagged", "turning",
            "turning_of_both", "unpermuted", "values_back", "values_of", "vectors_back", "vectors_of")
VIEWED = ("real", "imag", "held")  # new arrays here, and views of their argument in NumPy
KEYS = ("key_index", "key_slot")
RUNTIME = {"adjoint": HELPERS, "keys": KEYS, "matrices": MATRICES}  # the modules that have them
RESERVED = frozenset({"np", "math", "cmath", "special", "len", "range", "reversed", "complex", "float", "int", "bool",
                      "abs", "min", *HELPERS, *MATRICES, *KEYS})
TEMPORARY = re.compile(r"(^|_)tmp(_bar)?(_\d+)?$")


def python_source(
    function: Function,
    heads: tuple[Var, ...] = (),
    defaults: dict[str, Any] | None = None,
    arrays: dict[str, Any] | None = None,
) -> str:
    """A module with one function.

    Args:
        function: an adjoint, or any function whose parameters are numbers and arrays.
        heads: its head adjoints; together they are one parameter with the structure of the value.
        defaults: default values of parameters; those that are not numbers, and those before these, are left out.
        arrays: values of the parameters that carry global arrays, or expressions that give them; they become
            constants of the module.
    """
    hidden = {p.name: k for k, p in enumerate(function.params) if is_global(p)}
    own = [k for k, p in enumerate(function.params) if k not in hidden.values() and p not in heads]
    names = [p.name for p in function.params]
    function = coalesce(narrowed(function), RESERVED)
    printer = _Printer(function)
    body = [*_meanings(function), *(f"{s.name} = []" for s in function.stacks), *printer.block(function.body, ())]
    given: list[tuple[str, Any]] = [(names[k], (defaults or {}).get(names[k])) for k in own]
    last = max((k for k, (_, v) in enumerate(given) if not isinstance(v, int | float | complex)), default=-1)
    written_out = {name: _default(v) for name, v in given[last + 1 :]}  # Python has those with defaults last
    parameters = [function.params[k].name + (f"={written_out[names[k]]}" if names[k] in written_out else "")
                  for k in own]
    renamed = {h.name: function.params[names.index(h.name)].name for h in heads}
    if heads:
        parameters.append(head_parameter(function, heads, renamed, bool(written_out)))
        body = [*unpacked(function, renamed), *body]
    lines = [f"def {function.name}({', '.join(parameters)}):", *("    " + line if line else "" for line in body)]
    constants = [_constant(function.params[k].name, (arrays or {})[name]) for name, k in hidden.items()]
    return "\n".join([*_header("\n".join(lines)), *constants, *([""] if constants else []), "", *lines]) + "\n"


def _default(value: complex) -> str:
    """A number as the default of a parameter; infinities and NaN have names."""
    if type(value) is complex:
        return ast.unparse(py.constant(value))
    return re.sub(r"\b(inf|nan)\b", r"np.\1", repr(value))


def _meanings(function: Function) -> list[str]:
    """What the numbers stand for that say which of several constants a variable is."""
    text = ", ".join(f"{k} {'stands ' if not k else ''}for {what}" for k, what in enumerate(function.choices))
    return [f"# {line}" for line in textwrap.wrap(text, 100)]


def _constant(name: str, array: Any) -> str:
    if isinstance(array, str):
        return f"{name} = {array}"
    return f"{name} = np.array({array.tolist()!r}, dtype=np.{array.dtype.name}).reshape({array.shape})"


def _header(text: str) -> list[str]:
    """The imports that the text needs."""
    called = set(re.findall(r"\b(\w+)\(", text))
    modules = [m for m in ("cmath", "math") if re.search(rf"\b{m}\.", text)]
    lines = [*(f"import {m}" for m in modules), *([""] if modules else []), "import numpy as np"]
    if "special." in text:
        lines.append("from scipy import special")
    used = [(module, [h for h in names if h in called]) for module, names in RUNTIME.items()]
    imports = [f"from tapeless.runtime.{module} import {', '.join(names)}" for module, names in used if names]
    return [*lines, *([""] if imports else []), *imports, ""]


def line_of(node: ast.stmt) -> str:
    """One statement as one line of text."""
    text: str = astor.to_source(node, indent_with="    ", pretty_source="".join)
    return text.strip()


@dataclass(slots=True)
class _Uses:
    """How often each name is read and assigned in the whole function."""

    reads: dict[str, int] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)


class _Printer:
    def __init__(self, function: Function) -> None:
        self.uses = _Uses()
        for s in walk(function.body):
            for a in reads(s):
                if isinstance(a, Var):
                    self.uses.reads[a.name] = self.uses.reads.get(a.name, 0) + 1
            target = written(s)
            if target is not None:
                self.uses.writes[target.name] = self.uses.writes.get(target.name, 0) + 1
        self.numbers = python_numbers(function)
        self.pending: dict[str, ast.expr] = {}
        self.viewed: set[str] = set()  # those of them that are views in NumPy alone
        self.comment: tuple[str, int] = ("", 0)
        self.comments = False

    # ------------------------------------------------------------------------------------------------ statements

    def block(self, block: Block, after: tuple[Stmt, ...]) -> list[str]:
        """The lines of a block; `after` are statements evaluated right behind it that may read its temporaries."""
        lines: list[str] = []
        for k, s in enumerate(block):
            rest = (*block[k + 1 :], *after)
            if isinstance(s, Assign) and self.folds(s, rest):
                self.pending[s.target.name] = self.expression(s.value)
                if _is_viewed(s.value):
                    self.viewed.add(s.target.name)
                continue
            before = self.comment
            comment = list(self.user_line(s.span))
            new = self.statement(s)
            if new:
                lines.extend((*comment, *new))
            else:
                self.comment = before
        return lines

    def user_line(self, span: Span) -> Iterator[str]:
        """The user's line as a comment, above the first adjoint line that comes from it."""
        key = (span.file, span.line)
        if self.comments and span.line and key != self.comment:
            self.comment = key
            text = linecache.getline(span.file, span.line).strip()
            if text:
                yield f"# {text}"

    def statement(self, s: Stmt) -> list[str]:
        match s:
            case Assign():
                value = self.owned(s.value)
                same = isinstance(value, ast.Name) and value.id == s.target.name
                return [] if same else [line_of(py.assign(s.target.name, value))]
            case Store():
                if s.adding:
                    return [self.add_at(s.array, s.axis, s.index, self.expression(s.value))]
                place = self.place(s.array, s.index, s.axis)
                return [line_of(ast.Assign(targets=[place], value=self.expression(s.value)))]
            case Accumulate():
                return [self.accumulate(s)]
            case If():
                return self.branch(s)
            case For():
                return self.loop(s)
            case While():
                return self.while_loop(s)
            case Return():
                return [line_of(ast.Return(value=self.owned(s.value)))]
            case Fail():
                return [self.failure(s)]
            case Print():
                return [self.printed(s)]
            case Push():
                return [line_of(ast.Expr(py.method(py.name(s.stack), "append", self.owned(s.value))))]
            case Pop():
                return [line_of(py.assign(s.target.name, py.method(py.name(s.stack), "pop")))]
            case Note():
                self.comments = s.text == "backward"
                self.comment = ("", 0)
                return [f"# {'-' * 40} {s.text}"]
            case SetItem() | Break() | Continue() | Unrolled() | Consume() | Yield() | Try() | Fused():
                raise AssertionError(f"{type(s).__name__} is no statement of an adjoint")
            case _:
                assert_never(s)

    def accumulate(self, s: Accumulate) -> str:
        value = self.expression(s.value)
        target = self.expression(s.target)
        if scattered(s):
            return self.add_at(s.target, s.axis, s.index, value)
        if s.index:
            target = self.place(s.target, s.index)
        elif isinstance(s.target.type, Array) and isinstance(s.value.type, Array) and not s.same_shape:
            value = py.call("sum_to", value, ast.Attribute(target, "shape"))
        return line_of(ast.AugAssign(target=target, op=ast.Add(), value=value))  # type: ignore[arg-type]

    def add_at(self, array: Var, axis: int, index: tuple[Var | Const, ...], value: ast.expr) -> str:
        parts = [*(py.call("slice", ast.Constant(None)) for _ in range(axis)), *map(self.expression, index)]
        where = parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load())
        return line_of(ast.Expr(py.call("np.add.at", self.expression(array), where, value)))

    def place(self, array: Var, index: tuple[Var | Const, ...], axis: int = 0) -> ast.expr:
        if not index:
            return ast.Subscript(self.expression(array), ast.Constant(...))
        slices: list[ast.expr] = [ast.Slice() for _ in range(axis)]
        return py.subscript(self.expression(array), [*slices, *map(self.expression, index)])

    def printed(self, s: Print) -> str:
        ends = s.message.endswith("\n")
        message = s.message[:-1] if ends else s.message
        text: ast.expr = ast.Constant(message if s.values else message.format())
        if s.values:
            text = py.method(text, "format", *map(self.expression, s.values))
        options = [] if ends else [ast.keyword("end", ast.Constant(""))]
        options += [ast.keyword("flush", ast.Constant(True))] if s.flush else []
        return line_of(ast.Expr(ast.Call(py.name("print"), [text] if message else [], options)))

    def failure(self, s: Fail) -> str:
        if s.message is None:
            given = list(map(self.expression, s.values))
            whole = given if len(given) < 2 else [ast.Tuple(given, ast.Load())]
            return line_of(ast.Raise(exc=py.call(s.exception, *whole) if given else py.name(s.exception), cause=None))
        message: ast.expr = ast.Constant(s.message if s.values else s.message.format())
        if s.values:
            message = py.method(message, "format", *map(self.expression, s.values))
        return line_of(ast.Raise(exc=py.call(s.exception, message), cause=None))

    def branch(self, s: If) -> list[str]:
        test = self.expression(s.test)
        then, orelse = self.indented(s.then), self.indented(s.orelse)
        if not then and not orelse:
            return []
        if not then:
            return [self.header("if", py.negate(test)), *orelse]
        return [self.header("if", test), *then, *(["else:", *orelse] if orelse else [])]

    def header(self, word: str, test: ast.expr) -> str:
        text: str = astor.to_source(test, pretty_source="".join).strip()
        text = text[1:-1] if text.startswith("(") and _outer_parentheses(text) else text
        return f"{word} {text}:"

    def indented(self, block: Block, after: tuple[Stmt, ...] = ()) -> list[str]:
        return ["    " + line for line in self.block(block, after)]

    def loop(self, s: For) -> list[str]:
        bounds = [self.expression(b) for b in (s.start, s.stop, s.step)]
        iterable = py.range_call(bounds, s)
        if s.backward:
            iterable = py.call("reversed", iterable)
        text: str = astor.to_source(iterable, pretty_source="".join).strip()
        return [f"for {s.var.name} in {text}:", *(self.indented(s.body) or ["    pass"])]

    def while_loop(self, s: While) -> list[str]:
        before = self.indented(s.before, (If(s.test, ()),))
        test = self.expression(s.test)
        if not before:
            return [self.header("while", test), *(self.indented(s.body) or ["    pass"])]
        leave = ["    " + self.header("if", py.negate(test)), "        break"]
        return ["while True:", *before, *leave, *self.indented(s.body)]

    # --------------------------------------------------------------------------------------------------- folding

    def folds(self, s: Assign, rest: tuple[Stmt, ...]) -> bool:
        """Whether the value can be written at its only use, later in the same block."""
        name = s.target.name
        single = self.uses.reads.get(name, 0) == 1 and self.uses.writes.get(name, 0) == 1
        if not TEMPORARY.search(name) or not single:
            return False
        inputs = {n.id for n in ast.walk(self.expression(s.value)) if isinstance(n, ast.Name)}
        memory = self.reads_memory(s)
        for t in rest:
            if any(isinstance(a, Var) and a.name == name for a in reads(t)):
                return not isinstance(t, For | While) or t.__class__ is For
            if _changes(t, inputs, memory):
                return False
            if blocks(t) and any(isinstance(a, Var) and a.name == name for u in walk((t,)) for a in reads(u)):
                return False
        return False

    def reads_memory(self, s: Assign) -> bool:
        if isinstance(s.value, Apply):
            return any(isinstance(a.type, Array) for a in s.value.args) or any(
                isinstance(a, Var) and a.name in self.pending for a in s.value.args
            )
        return isinstance(s.target.type, Array)

    def owned(self, e: Expr) -> ast.expr:
        """An expression whose value is given a name or put away: where NumPy would give a view, a copy."""
        value = self.expression(e)
        viewed = e.name in self.viewed if isinstance(e, Var) else _is_viewed(e)
        return py.method(value, "copy") if viewed else value

    def expression(self, e: Expr) -> ast.expr:
        """An expression as a syntax tree, with folded temporaries written in place."""
        match e:
            case Var():
                return self.pending.get(e.name) or py.name(e.name)
            case Const():
                return py.constant(e.value)
            case Apply(op="raises"):
                tried = Apply(e.attr("of"), e.args, e.attr("type"), e.span, e.attr("given"))
                return py.raised(self.expression(tried), e.attr("codes"))
            case Apply():
                weak = all(is_python(a, self.numbers) or _python_float(a, e) for a in e.args)
                operand = self.owned if e.op in (*VIEWS, "tuple") else self.expression
                args = [operand(a) for a in operands(e)]
                return py.apply(e, [py.widening(e, k, a) for k, a in enumerate(args)], weak)
            case Call():
                raise AssertionError("calls are gone after `inline`")
            case _:
                assert_never(e)


def _is_viewed(e: Expr) -> bool:
    return isinstance(e, Apply) and e.op in VIEWED and isinstance(e.type, Array)


def _python_float(a: Var | Const, e: Apply) -> bool:
    """Whether an adjoint that is divided by a number of elements may still be the Python float it began as."""
    return isinstance(a, Var) and "_bar" in a.name and e.args[-1].type == PY_INT


def _changes(s: Stmt, names: set[str], memory: bool) -> bool:
    """Whether a statement assigns one of the names, or writes memory that may have been read."""
    for t in walk((s,)):
        target = written(t)
        if isinstance(t, Print) or (target is not None and target.name in names):
            return True
        if memory and (isinstance(t, Store) or (isinstance(t, Accumulate) and isinstance(t.target.type, Array))):
            return True
    return False


def _outer_parentheses(text: str) -> bool:
    depth = 0
    for k, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if depth == 0:
            return k == len(text) - 1
    return False
