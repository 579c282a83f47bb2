"""Calls of Python functions are replaced by their bodies, with every variable renamed apart.

Before:  `t.1 = call area(r)`
After:   `area.1.r = r`, `area.1.t.1 = mul(area.1.r, area.1.r)`, `t.1 = area.1.t.1`
"""

from __future__ import annotations

import inspect
import sysconfig
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import FunctionType
from typing import Any

from ..diagnostics import CompileError, Findings
from ..ir.classes import is_container
from ..ir.nodes import (
    Apply,
    Assign,
    Atom,
    Block,
    Call,
    Const,
    Consume,
    Fail,
    For,
    Function,
    If,
    Made,
    Method,
    Path,
    Place,
    Return,
    Span,
    Stmt,
    Try,
    Var,
    While,
)
from ..ir.traversal import assigned, blocks, operands, reads, rewrite_reads, walk, with_blocks, written
from ..ir.types import Known
from ..library.written import is_written, spelled
from .activations import holders, holds
from .recursion import recursion
from .yields import is_generator, spliced, without_stops

Target = Any  # a Python function, or one defined inside the function
Load = Callable[[Target, dict[str, Any], Path, bool], Function]
Default = Callable[[FunctionType, str, Any], Atom]
Operand = Atom | Apply
Expand = Callable[[Var, Call | Consume, tuple[Target, ...]], Block]


def inline(
    function: Function, root: FunctionType, load: Load, default: Default, findings: Findings,
    unfolds: Callable[[Path], bool] = lambda key: False, rank: Callable[[Path], int] = lambda key: 0,
    made: Callable[[Path], Target] = lambda key: None, loops: set[Path] | None = None,
) -> tuple[Function, Expand]:
    """Replace every `Call`; the second result does that for one more call, whose callee becomes known later.

    `load` gives a callee at this level, for the arguments that are known, the place of the call, and whether the loop
    over the values of a generator may be left; `default` gives the atom of a default argument. Calls of a recursive
    function that `unfolds`, because it is given records, are left: `dissolve` has one after the other expanded. `made`
    gives the function that a call before has made at a place; `loops` receives the recursive functions that have
    become loops.
    """
    inliner = _Inliner(load, default, findings, unfolds, rank, made, set() if loops is None else loops)
    result = inliner.recursive(inliner.function(function, (root,)), root, {})
    inliner.open.clear()

    def expand(target: Var, call: Call | Consume, active: tuple[Target, ...]) -> Block:
        if isinstance(call, Consume):
            block = inliner.woven(call, (root, *active))
        else:
            block = inliner.unfolded(target, call, (root, *active))
        return inliner.reached(renamed(block, set(), function.scope, ""))

    return replace(result, body=inliner.reached(renamed(result.body, set(), function.scope, ""))), expand


class _Inliner:
    def __init__(
        self, load: Load, default: Default, findings: Findings, unfolds: Callable[[Path], bool],
        rank: Callable[[Path], int], made: Callable[[Path], Target], recursions: set[Path],
    ) -> None:
        self.made = made
        self.recursions = recursions
        self.rank = rank
        self.unfolds = unfolds
        self.load = load
        self.default = default
        self.findings = findings
        self.copies: dict[str, int] = {}
        self.open: list[Target] = []  # the functions whose bodies are being written out
        self.frames: dict[int, str] = {}  # what the variables of a scope begin with, once its function has returned
        self.calls: set[Path] = set()
        self.loops = 0

    def function(self, function: Function, active: tuple[Target, ...]) -> Function:
        self.open.append(active[-1])
        body = self.block(function.body, active)
        self.open.pop()
        return replace(function, body=body)

    def recursive(self, function: Function, callee: Target, bound: dict[str, Any]) -> Function:
        """The function as a loop, if it calls itself."""
        calls = _calls_of(function, callee)
        again = [s for s in walk(function.body) if isinstance(s, Consume) and _same(s.call.target, callee)]
        if again and not self.unfolds(key_of(callee)):
            self.recursions.add(key_of(callee))
            self.findings.add("A035", again[0].span, name=function.name, what="the place where it has yielded")
            return replace(function, body=(Return(Const(None), function.span),))
        if not calls or self.unfolds(key_of(callee)):
            return function
        self.frames = {}
        self.recursions.add(key_of(callee))
        if (tried := next((s for s in walk(function.body) if isinstance(s, Try)), None)) is not None:
            self.findings.add("A002", tried.span, what=f"`try` in the recursive function `{function.name}`")
            return replace(function, body=(Return(Const(None), function.span),))
        for name in (name for name, value in bound.items() if _begins(value)):
            self.findings.add("F006", calls[0].span, name=name, type="a default argument of a recursive function")
        own = replace(function, body=renamed(function.body, set(), function.scope, ""))
        given = [self.operands(own, callee, call) for call in calls]
        first = {p.name: [v for v in _passed(bound, p.name, p.span) if isinstance(v, Const)] for p in own.params}
        changed = assigned(own.body)
        still = {n for n, value in first.items() if n not in changed
                 and all(g.get(n) in (*value, Var(n)) for g in given)}
        held = holders(own)
        for call, found in zip(calls, given, strict=True):
            for name, value in found.items():
                made = isinstance(value, Const) and isinstance(value.value, Made)
                parts = operands(value) if isinstance(value, Apply) else (value,)
                if name not in still and (made or any(holds(a, own.scope, held) for a in parts)):
                    self.findings.add("A035", call.span, name=callee.__name__, what="a function made inside it")
        end = own.body[-1]
        if isinstance(end, Return) and holds(end.value, own.scope, held):
            self.findings.add("A035", end.span, name=callee.__name__, what="a function made inside it")

        def arguments(call: Call) -> dict[str, Operand]:
            found = self.operands(own, callee, call)
            return {n: Var(n, span=call.span) if n in still else value for n, value in found.items()}

        return recursion(own, lambda call: _same(call.target, callee), arguments, self.findings, key_of(callee),
                         self.rank)

    def changing(self, function: Function, callee: Target, bound: dict[str, Any]) -> set[str]:
        """Parameters of a recursive function whose first values are constants, and that are others later.

        Its body has been translated for the constants.
        """
        constants = {n: a.value for n, a in bound.items() if isinstance(a, Const) and isinstance(a.type, Known)}
        calls = _calls_of(function, callee) if constants and not self.unfolds(key_of(callee)) else []
        own = replace(function, body=renamed(function.body, set(), function.scope, "")) if calls else function
        given = [self.operands(own, callee, c) for c in calls]
        return {n for n, value in constants.items() for g in given
                if n in g and not _is_constant(g[n], value) and g[n] != Var(n)}

    def operands(self, function: Function, callee: Target, call: Call) -> dict[str, Operand]:
        """The operand of each parameter of a recursive call."""
        given = self.arguments(callee, call)
        names = [p.name for p in function.params] if given is not None else []
        same = _second_names(function)
        found = {name: value for name in names for value in _passed(given or {}, name, call.span)}
        return {n: Var(same[v.name], span=v.span) if isinstance(v, Var) and v.name in same else v
                for n, v in found.items()}

    def block(self, block: Block, active: tuple[Target, ...]) -> Block:
        out: list[Stmt] = []
        for s in block:
            if isinstance(s, Assign) and isinstance(s.value, Call):
                out.extend(self.call(s.target, s.value, active))
            else:
                self.loops += isinstance(s, For | While | Consume)
                s = with_blocks(s, tuple(self.block(b, active) for b in blocks(s)))
                self.loops -= isinstance(s, For | While | Consume)
                out.extend(self.consumed(s, active) if isinstance(s, Consume) else (s,))
        return tuple(out)

    def reached(self, block: Block) -> Block:
        """The block, in which functions that outlive the one that made them read its variables as it has left them."""
        names = {v.name for s in walk(block) for v in (*reads(s), written(s)) if isinstance(v, Var)}
        left = {int(scope) for name in names for scope in [name.rpartition("@")[2]] if "@" in name and scope.isdigit()}
        for scope in sorted(left & self.frames.keys()):
            block = renamed(block, set(), scope, self.frames[scope])
        return block

    def call(self, target: Var, call: Call, active: tuple[Target, ...]) -> Block:
        if isinstance(call.target, Place):
            function = self.made(call.target.key)
            if not isinstance(function, Made) or not hasattr(function, "source"):
                self.findings.add("A036", call.span)
                return (Assign(target, Const(None), call.span),)
            call = replace(call, target=function)
        callee = call.target
        if any(_same(f, callee) for f in self.open) or self.unfolds(key_of(callee)):
            return (Assign(target, _with_closure(call), call.span),)
        return self.unfolded(target, call, active)

    def refused(self, target: Var, call: Call) -> Block:
        """A call of a generator function where there is no loop over its values."""
        self.findings.add("A031", call.span, what="nothing goes through its values where it is called")
        return (Assign(target, Const(None), call.span),)

    def consumed(self, loop: Consume, active: tuple[Target, ...]) -> Block:
        """The generator with the body of the loop where it yields."""
        callee = loop.call.target
        if isinstance(callee, Method):
            return (loop,)
        if any(_same(f, callee) for f in self.open) or self.unfolds(key_of(callee)):
            return (replace(loop, call=_with_closure(loop.call)),)
        return self.woven(loop, active)

    def woven(self, loop: Consume, active: tuple[Target, ...]) -> Block:
        generator = self.unfolded(Var(f"end.{loop.label}"), loop.call, active, loop)
        return spliced(without_stops(generator), loop)

    def unfolded(self, target: Var, call: Call, active: tuple[Target, ...], loop: Consume | None = None) -> Block:
        callee = call.target
        known = len(self.findings.items)
        bound = self.arguments(callee, call)
        if bound is None:
            return (Assign(target, Const(None), call.span),)
        try:
            stops = loop is not None and loop.stop != Const(False)
            loaded = self.load(callee, bound, call.path, stops)
        except CompileError as error:
            first = error.findings[0]
            if first.code != "F001":
                raise
            self.findings.add("T001", call.span, name=_spelled(callee), hint=f"{first.text}; {first.label}")
            return (Assign(target, Const(None), call.span),)
        if loop is None and is_generator(loaded):
            return self.refused(target, call)
        if _written(callee):
            loaded = moved(loaded, call.span, _spelled(next(filter(_written, (*active, callee)))))
        self.copies[loaded.name] = self.copies.get(loaded.name, 0) + 1
        prefix = f"{loaded.name}.{self.copies[loaded.name]}."
        outside, self.frames = self.frames, {}
        expanded = self.function(loaded, (*active, callee))
        if changing := self.changing(expanded, callee, bound):
            placeholders = {n: Var(n, span=call.span) for n in changing}
            loaded = self.load(callee, {**bound, **placeholders}, call.path, stops)
            expanded = self.function(loaded, (*active, callee))
        body = self.recursive(expanded, callee, bound)
        inside = {scope: prefix + inner for scope, inner in {**self.frames, body.scope: ""}.items()}
        several = self.loops > 0 or call.path in self.calls  # one place for the functions of all iterations
        self.frames = outside if several else {**outside, **inside}
        self.calls.add(call.path)
        if len(self.findings.items) > known and _installed(callee):
            inner = self.findings.items[known]
            del self.findings.items[known:]
            self.findings.add("T001", call.span, name=_spelled(callee),
                              hint=f"inside it, {inner.text}")
            return (Assign(target, Const(None), call.span),)
        own = assigned(body.body) | {p.name for p in body.params}
        block = renamed(body.body, {n for n in own if "@" not in n}, body.scope, prefix)
        last = block[-1]
        assert isinstance(last, Return)
        binding = [Assign(Var(prefix + p.name), value, call.span) for p in body.params
                   for value in _passed(bound, p.name, call.span)]
        return (*binding, *block[:-1], Assign(target, last.value, call.span))

    def arguments(self, callee: Target, call: Call) -> dict[str, Any] | None:
        """The atom of every parameter, or None after reporting a call that Python would refuse."""
        local = not isinstance(callee, FunctionType)
        signature: inspect.Signature = callee.signature if local else inspect.signature(callee, follow_wrapped=False)
        try:
            bound = signature.bind(*call.args, **dict(call.keywords)).arguments
        except TypeError as error:
            count = len(call.args) + len(call.keywords)
            given = "1 was" if count == 1 else f"{count} were"
            named = (f"{n}=" if p.kind is p.KEYWORD_ONLY else n for n, p in signature.parameters.items())
            expected = f"the arguments ({', '.join(named)})"
            self.findings.add("T003", call.span, name=spelled(callee), expected=expected, given=given,
                              hint=str(error).replace("'", "`"))
            return None
        empty: dict[Any, Any] = {inspect.Parameter.VAR_POSITIONAL: (), inspect.Parameter.VAR_KEYWORD: {}}
        missing = [p for n, p in signature.parameters.items() if n not in bound]
        stars = {p.name: empty[p.kind] for p in missing if p.kind in empty}
        defaults = {p.name: p.default for p in missing if p.kind not in empty}
        if not local:
            defaults = {n: self.default(callee, n, v) for n, v in defaults.items() if v is not inspect._empty}
        return {**bound, **defaults, **stars}


def _calls_of(function: Function, callee: Target) -> list[Call]:
    """The calls of a function that are left, since it is the one that is being written out."""
    return [s.value for s in walk(function.body)
            if isinstance(s, Assign) and isinstance(s.value, Call) and _same(s.value.target, callee)]


def _is_constant(operand: Operand, value: Any) -> bool:
    """Whether an operand is a constant that exists at compile time only."""
    known = isinstance(operand, Const) and isinstance(operand.type, Known)
    return known and operand == Const(value, Known(value))


def moved(function: Function, span: Span, name: str) -> Function:
    """The function as if all of it stood at one place: what the compiler has written shows as the call of it.

    It asserts what it takes of what the original does.
    """

    def statement(s: Stmt) -> Stmt:
        if isinstance(s, Fail) and s.exception == "AssertionError":
            s = replace(s, called=name)
        here = replace(span, inside=(*span.inside, s.span.line, s.span.col))
        s = rewrite_reads(replace(s, span=here), lambda a: replace(a, span=here))
        if isinstance(s, Assign):
            s = replace(s, target=replace(s.target, span=here), value=replace(s.value, span=here))
        return with_blocks(s, tuple(tuple(map(statement, b)) for b in blocks(s)))

    params = tuple(replace(p, span=span) for p in function.params)
    return replace(function, params=params, body=tuple(map(statement, function.body)), span=span)


def _passed(bound: dict[str, Any], name: str, span: Span) -> list[Atom | Apply]:
    """What a parameter is bound to: an operand, the tuple of `*name`, or one keyword of `**options`."""
    options, _, key = name.partition(".")
    if key:
        return [bound[options][key]]
    if name not in bound:
        return []
    value = bound[name]
    if _begins(value):
        return []
    return [Apply("tuple", value, span=span) if isinstance(value, tuple) else value]


def _begins(value: Any) -> bool:
    """Whether a default is an array or a list, tuple or dict: such a parameter is assigned in the function itself."""
    return isinstance(value, Const) and isinstance(value.type, Known) and is_container(value.type.value)


def _spelled(callee: Target) -> str:
    return spelled(callee) if _written(callee) else f"{callee.__module__}.{callee.__name__}"


def _installed(callee: Target) -> bool:
    """Whether the callee belongs to a library, whose source is not the user's to change."""
    paths = sysconfig.get_paths()
    file = callee.__code__.co_filename if isinstance(callee, FunctionType) else ""
    return _written(callee) or file.startswith(tuple(paths[k] for k in ("stdlib", "platstdlib", "purelib", "platlib")))


def _written(callee: Target) -> bool:
    """Whether the callee is one of ours, whose lines are not the user's."""
    return isinstance(callee, FunctionType) and is_written(callee.__globals__)


def _second_names(function: Function) -> dict[str, str]:
    """Variables that are a parameter by another name: that of a function between two calls, for instance."""
    targets = [t.name for s in walk(function.body) if (t := written(s)) is not None]
    once = {name for name, count in Counter(targets).items() if count == 1}
    found: dict[str, str] = {p.name: p.name for p in function.params if p.name not in targets}
    for s in walk(function.body):
        if isinstance(s, Assign) and isinstance(s.value, Var) and s.value.name in found and s.target.name in once:
            found[s.target.name] = found[s.value.name]
    return found


def key_of(callee: Target) -> Path:
    """The name of a function among the answers that a translation is made with."""
    if isinstance(callee, FunctionType):
        code = callee.__code__
        return (("unfold", callee.__name__, code.co_filename, code.co_firstlineno),)
    source = callee.source
    return (("unfold", source.name, source.file, source.node.lineno, source.node.col_offset),)


def _with_closure(call: Call) -> Call:
    """A call that is not replaced yet, and what its callee reads of the functions around it."""
    return replace(call, closure=getattr(call.target, "closure", ()))


def is_unfolded(key: Path) -> bool:
    """Whether an answer is that a recursive function is written out."""
    return bool(key[-1][0] == "unfold")


def _same(a: Target, b: Target) -> bool:
    return a is b or (isinstance(a, FunctionType) and isinstance(b, FunctionType) and a.__code__ is b.__code__)


def renamed(block: Block, own: set[str], scope: int, prefix: str) -> Block:
    """The block with the names of `own` and those that inner functions read of `scope` prefixed."""
    mark = f"@{scope}"

    def atom(a: Atom) -> Atom:
        if isinstance(a, Var) and (a.name in own or a.name.endswith(mark)):
            return Var(prefix + a.name.removesuffix(mark), a.type, a.span)
        return a

    def statement(s: Stmt) -> Stmt:
        target = written(s)
        s = rewrite_reads(s, atom)
        if target is not None:
            field = "var" if hasattr(s, "var") else "target"
            s = replace(s, **{field: atom(target)})  # type: ignore[arg-type]
        if isinstance(s, If | For | While | Try | Consume):
            s = replace(s, label=prefix + s.label)
        return with_blocks(s, tuple(tuple(map(statement, b)) for b in blocks(s)))

    return tuple(map(statement, block))
