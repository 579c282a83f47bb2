"""The order of the passes.

    surface   translate, merge_returns, inline, catch, dissolve, rename    one per function and records among its
                                                                           arguments; repeated where types decide
    typed     infer, simplify, read_originals, collect_products    one per signature
    adjoint   reverse, tidy, propagate, storage, eliminate      one per signature and choice of arguments
    native    expand, fuse, compute_once, loops, parts, LLVM, object code    one per entry point

`observe` is called with the name of each pass and the function it made; `tapeless show` prints it. With the
environment variable TAPELESS_VERIFY set, the result of every pass is verified.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, partial
from types import FunctionType
from typing import Any, Literal, cast

from .depth import deeply
from .diagnostics import Finding, Findings
from .frontend.classes import member
from .frontend.scope import Captures, Guard, Keywords, Static, known, number, with_article
from .frontend.translate import translate
from .ir.classes import is_container
from .ir.nodes import Apply, Assign, Atom, Block, Call, Const, Consume, Function, OneOf, Path, Return, Span, Var
from .ir.prove import prove
from .ir.records import (
    CALLED,
    Built,
    RecordOf,
    Structure,
    Tree,
    has_records,
    leaf_names,
    leaf_types,
    names_in,
    tuple_opened,
)
from .ir.traversal import reads, silent, substitute, walk, written
from .ir.types import NOTHING, Known, Nothing, Scalar, Type, in_words, is_float, leaves
from .ir.verify import Level, verify
from .library import FUNCTIONS
from .passes.catch import catch, catch_in
from .passes.collect_products import collect_products
from .passes.compute_once import compute_once
from .passes.fusion.assumed import Extents, ones_among
from .passes.fusion.fuse import fuse
from .passes.fusion.measured import measured
from .passes.fusion.shapes import Ones
from .passes.inference.infer import infer
from .passes.inline import inline, is_unfolded
from .passes.lowering.expand import expand, unchecked
from .passes.lowering.loops import loops
from .passes.lowering.once import once
from .passes.lowering.parts import parts
from .passes.lowering.raised import tested
from .passes.merge_returns import merge_returns
from .passes.peel import peel
from .passes.read_originals import read_originals
from .passes.records.again import DEEPEST, WRITTEN_OUT, Unfolds
from .passes.records.needed import needs_dissolving
from .passes.records.outside import Outside
from .passes.records.questions import answers as told
from .passes.records.questions import still_asked
from .passes.records.rounds import dissolve
from .passes.records.rules import RULES
from .passes.records.tables import UNROLLED
from .passes.rename import rename
from .passes.reversal.reverse import reverse
from .passes.reversal.storage import storage
from .passes.reversal.tidy import tidy
from .passes.simplify import eliminate, propagate, simplify
from .passes.yields import leaving

Observe = Callable[[str, Function], None]
Take = Literal["both", "value", "gradient"]
PASSES = ("translate", "merge_returns", "inline", "catch", "dissolve", "rename", "infer", "simplify", "read_originals",
          "collect_products", "reverse", "tidy", "propagate", "storage", "eliminate", "expand", "fuse",
          "compute_once", "loops", "parts")
OF_ITEMS = ("item rank", "length")  # questions about lists that are arrays, which need not be written out for them
ROUNDS = 20  # the most translations until what records tell does not change any more
VERIFYING = bool(os.environ.get("TAPELESS_VERIFY"))


def _ignore(name: str, function: Function) -> None:
    """The observer of a compilation that nobody watches."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A function before its types are known, except for what `answers` says of them.

    `parameters` are the names of its own parameters; those of `function` are followed by one for each of `arrays`,
    the global arrays it reads. A record among the arguments is one parameter for each of its leaves, and `built` tells
    how a record is made of the result. `guards` are all the values it was translated with, `findings` what is wrong so
    far. With `tables`, lists of a length that is known are arrays in it. `loops` are the recursive functions that
    have become loops, `endless` those that could not be written out call by call, and whether they are given records.
    """

    function: Function
    parameters: tuple[str, ...]
    guards: tuple[Guard, ...]
    arrays: tuple[tuple[Var, Any], ...]
    findings: tuple[Finding, ...]
    python: FunctionType
    answers: dict[Path, Any]
    records: tuple[Structure | None, ...] = ()
    built: Built | None = None
    dissolved: bool = False
    tables: bool = False
    loops: frozenset[Path] = frozenset()
    endless: tuple[tuple[Path, bool], ...] = ()


@deeply
def surface(
    function: FunctionType, observe: Observe = _ignore, records: tuple[Structure | None, ...] = (),
    answers: dict[Path, Any] | None = None,
) -> Surface:
    """The source of a function and of the Python functions it calls, names resolved, for the records it is given.

    `answers` is what `infer` has found out about places that could not be translated without types. What records tell
    is found out here, and the translation repeated until the answers are those that it was made with.
    """
    answers, tables = dict(answers or {}), False
    for _ in range(DEEPEST + ROUNDS if WRITTEN_OUT in answers else ROUNDS):
        try:
            source, found = _surface(function, observe, records, answers)
        except Unfolds as unfolds:
            answers[unfolds.key] = True
            continue
        if tables and not source.tables:
            answers, tables = {k: v for k, v in answers.items() if k == WRITTEN_OUT or is_unfolded(k)}, False
            answers[UNROLLED] = True
            continue
        tables = source.tables
        new = {key: _settled(key, value, answers) for key, value in found.items()}
        if all(key in answers and answers[key] == value for key, value in new.items()):
            return source
        answers |= new
    findings = Findings(list(source.findings))
    findings.add("R004", source.function.span, name="a list")
    return replace(source, findings=tuple(findings.items))


def _settled(key: Path, value: Any, answers: dict[Path, Any]) -> Any:
    """The answer to a question; a length that changes because the program is translated with it is not known."""
    about = key[-1][0]
    return None if about == "length" and answers.get(key, value) != value else value


def _surface(
    function: FunctionType, observe: Observe, records: tuple[Structure | None, ...], answers: dict[Path, Any]
) -> tuple[Surface, dict[Path, Any]]:
    findings, captures, recursive, endless = Findings(), Captures(answers), set[Path](), dict[Path, bool]()

    def load(f: FunctionType, bound: dict[str, Any], path: Path, left: bool) -> Function:
        made = translate(f, captures, findings, statics(bound), path)
        return merge_returns(leaving(made) if left else made)

    def default(f: FunctionType, name: str, value: Any) -> Atom:
        line = f.__code__.co_firstlineno
        span = Span(f.__code__.co_filename, line, 0, line, 0)
        constant = Const(None, NOTHING, span) if value is None else number(value, span)
        if constant is None and (isinstance(value, str | Enum | type) or callable(value) or is_container(value)):
            return known(value, span)
        if constant is None:
            findings.add("F006", span, name=name, type=with_article(type(value).__name__))
        return constant or Const(None)

    step = _Steps(observe)
    result = step("translate", translate(function, captures, findings))
    result = step("merge_returns", merge_returns(result))
    result, expand = inline(result, function, load, default, findings, lambda key: key in answers,
                            lambda key: answers.get(key, 0), captures.made.get, recursive)
    step("inline", result)
    own = result.params
    result = step("catch", catch(result, findings, answers.get))
    built: Built | None = None
    asked: dict[Path, Any] = {}
    tables = False
    dissolved = has_records(records) or needs_dissolving(result)
    if dissolved:
        def expanded(target: Var, call: Call | Consume, active: tuple[Any, ...]) -> Block:
            return catch_in(expand(target, call, active), f"{target.name}.", findings, answers.get)

        outside = Outside(expanded, partial(member, captures), number, lambda key: answers.get(key, 0),
                          answers.__contains__, UNROLLED not in answers, WRITTEN_OUT in answers, endless)
        result, built, found, tables = dissolve(result, records, RULES, outside, findings)
        asked = told(found)
        still_asked(found, result, findings)
    step("dissolve", result)
    _closed(result, findings)
    hidden = tuple(captures.arrays.values())
    structures = (*records, *(None for _ in own))
    parameters = tuple(n for p, s in zip(own, structures, strict=False) for n in leaf_names(p.name, s))
    result = replace(result, params=(*result.params, *(v for v, _ in hidden)))
    loops = {key[-1][1]: name for key, name in answers.items() if _is_peel(key)}
    result = peel(result, loops)
    result = step("rename", rename(result, findings), "SURFACE" if not findings.items else None)
    source = Surface(result, parameters, tuple(captures.guards), hidden, tuple(findings.items), function, answers,
                     records, built, dissolved, tables, frozenset(recursive), tuple(endless.items()))
    return source, asked


def _closed(function: Function, findings: Findings) -> None:
    """An inner function is called while the function that made it runs: afterwards its variables are gone."""
    for s in walk(function.body):
        for v in (*reads(s), written(s)):
            if isinstance(v, Var) and "@" in v.name:
                findings.add("A036", v.span)


def statics(bound: dict[str, Any]) -> dict[str, Static]:
    """The arguments of a call that are known before their types are: functions, and the names of `**options`."""
    found = {n: Static(a.value) for n, a in bound.items() if isinstance(a, Const) and isinstance(a.type, Known)}
    return found | {n: Static(Keywords(n, tuple(d))) for n, d in bound.items() if isinstance(d, dict)}


def typed(source: Surface, types: tuple[Structure, ...], observe: Observe = _ignore) -> Function:
    """The function for arguments of the given types. Raises `CompileError` with every finding."""
    return specialised(source, types, observe)[1]


@deeply
def specialised(source: Surface, types: tuple[Structure, ...], observe: Observe = _ignore) -> tuple[Surface, Function]:
    """The function for arguments of the given types, and the surface that their types have led to.

    Translation has to know some things that only types tell, such as the length of a tuple that a loop runs over. It
    leaves questions there, and is repeated with the answers until they are the ones it was made with. Strings and None
    among the arguments decide about records, so where there are any, translation knows them.

    A recursive function is a loop over its activations, or else it is written out call by call.
    """
    given = tuple(s if isinstance(s, RecordOf | Known | Nothing) else None for s in types)
    if source.dissolved and any(given) and given != source.records:
        source = surface(source.python, observe, given, source.answers)
    source, result, findings = _inferred(source, types, observe)
    if findings.items and (written := _written_out(source, types, observe)) is not None:
        source, result, findings = written
        result = _named_as_given(result, source.parameters, types)
    findings.check()
    step = _Steps(observe)
    result = step("infer", result, "TYPED")
    result = step("simplify", simplify(result), "TYPED")
    result = step("read_originals", read_originals(result), "TYPED")
    return source, step("collect_products", collect_products(result), "TYPED")


def _written_out(
    source: Surface, types: tuple[Structure, ...], observe: Observe
) -> tuple[Surface, Function, Findings] | None:
    """The function with its recursions written out call by call; None if there are none, or one of them has no end.

    The structure of the arguments is known then, that of tuples as well, and decides where a recursion ends. One that
    has no end that is known stays a loop.
    """
    recursive, endless = source.loops | set(filter(is_unfolded, source.answers)), frozenset[Path]()
    while recursive - endless:
        answers = dict.fromkeys(recursive - endless, True) | {WRITTEN_OUT: True}
        source = surface(source.python, observe, types, answers)
        found = _inferred(source, types, observe)
        source = found[0]
        if not found[-1].items:
            return found
        if any(records for _, records in source.endless):
            return found
        without_end = {key for key, _ in source.endless}
        if without_end <= endless and source.loops <= recursive:
            return None if endless else found
        recursive, endless = recursive | source.loops, endless | without_end
    return None


def _named_as_given(function: Function, parameters: tuple[str, ...], types: tuple[Structure, ...]) -> Function:
    """The function whose parameters have the names that those for the items of plain tuples have everywhere else."""
    leaf = [t for s in types for t in leaf_types(s)]
    names = {n: Var(m, p.type, p.span) for name, s in zip(parameters, leaf, strict=True)
             for n, m in zip(leaf_names(name, tuple_opened(s)), leaf_names(name, s, whole=True), strict=True)
             for p in function.params if p.name == n}
    params = tuple(names.get(p.name, p) for p in function.params)
    return replace(function, params=params, body=substitute(function.body, dict(names)))


def _inferred(
    source: Surface, types: tuple[Structure, ...], observe: Observe
) -> tuple[Surface, Function, Findings]:
    """The function with types, translated with what they have told, and what is wrong with it."""
    passed = tuple(t for s in types for t in leaf_types(tuple_opened(s) if WRITTEN_OUT in source.answers else s))
    kept = {k: v for k, v in source.answers.items() if k == WRITTEN_OUT or is_unfolded(k)} if (
        WRITTEN_OUT in source.answers) else {}
    for _ in range(ROUNDS):
        findings, answers = Findings(list(source.findings)), dict[Path, Any]()
        hidden = tuple(v.type for v, _ in source.arrays)
        result = infer(source.function, (*passed, *hidden), findings, answers)
        answers = {key: _widened(key, answer, source.answers) for key, answer in answers.items()}
        told = {key for key, value in answers.items() if key not in source.answers or source.answers[key] != value}
        if findings.items and source.tables and (not told or any(key[-1][0] not in OF_ITEMS for key in told)):
            answers[UNROLLED] = True
            told |= answers.keys() - source.answers.keys()
        if not told:
            break
        given_up = UNROLLED in answers and UNROLLED not in source.answers  # what lists that are arrays have answered
        source = surface(source.python, observe, source.records,
                         {**kept, UNROLLED: True} if given_up else {**source.answers, **answers})
    else:
        if not findings.items:  # what types and records tell does not agree, and nothing has been said about it
            findings.add("R004", source.function.span, name="a list")
    if findings.items and any(map(_is_peel, source.answers)):
        findings = _told_as_written(source, passed)
    return source, result, findings


def _widened(key: Path, answer: Any, known: dict[Path, Any]) -> Any:
    """An answer; of the functions that a variable may stand for, those found before stay among them."""
    earlier = known.get(key)
    functions = key[-1][0] == "callee" and earlier is not None and not {answer, earlier} & set(CALLED)
    return OneOf.together(earlier, answer) if functions else answer


def _is_peel(key: Path) -> bool:
    """Whether an answer is that the first iteration of a loop stands alone."""
    return bool(key[-1][0] == "peel")


def _told_as_written(source: Surface, types: tuple[Type, ...]) -> Findings:
    """What is wrong with a program where it does not help that first iterations stand alone: they do not, then."""
    answers = {key: answer for key, answer in source.answers.items() if not _is_peel(key)}
    source = surface(source.python, records=source.records, answers=answers)
    findings = Findings(list(source.findings))
    infer(source.function, (*types, *(v.type for v, _ in source.arrays)), findings, {})
    return findings


@deeply
def adjoint(function: Function, wrt: tuple[Tree, ...], packed: bool, observe: Observe = _ignore) -> Function:
    """`(arguments, head adjoints) -> (value, gradient)` with respect to the named parameters.

    With `packed` the gradient is a tuple, and for a tree of parameters it is a tree of tuples. Raises `CompileError`
    D001 for an operation without derivative, D002 for a parameter that is not a float, D005 for a result that has no
    derivative.
    """
    findings = Findings()
    for name in (n for tree in wrt for n in names_in(tree)):
        t = next(p.type for p in function.params if p.name == name)
        if not is_float(t):
            findings.add("D002", function.span, name=name, type=in_words(t))
    if not any(map(is_float, leaves(function.result))):
        said = "a string or an enum member" if function.constants else in_words(function.result)
        findings.add("D005", function.span, name=function.name, type=said)
    findings.check()
    step = _Steps(observe)
    result = step("reverse", reverse(function, wrt, packed, findings), None)
    findings.check()
    result = step("tidy", tidy(result), None)
    result = step("propagate", propagate(result), None)
    result = step("storage", storage(result), "STORED")
    if VERIFYING:
        prove(result)
    return step("eliminate", eliminate(result), "STORED")


@deeply
def lowered(function: Function, assume: bool = True, observe: Observe = _ignore, ones: Ones = ()) -> Function:
    """The function at level LOOPS. With `assume`, the code asks to be called again without where arrays disagree.

    `ones` are axes of arguments whose extent it assumes to be 1; `ones_among` finds those that a call needs.
    """
    step = _Steps(observe)
    result = step("expand", expand(function), "STORED")
    result = step("fuse", fuse(result, assume, ones), "STORED")
    result = step("compute_once", eliminate(compute_once(result)), "STORED")
    if VERIFYING:
        result = measured(result)
    result = step("loops", tested(loops(once(result))), "LOOPS")
    return step("parts", parts(result), "LOOPS")


@deeply
def ones_needed(function: Function, given: Extents) -> Ones | None:
    """The axes of arguments that must be assumed to be 1 for a call with such arguments; see `ones_among`."""
    return ones_among(expand(function), given)


@cache
def library(name: str) -> Function:
    """A function of the library at level LOOPS."""
    function, types = FUNCTIONS[name]
    return lowered(unchecked(typed(surface(cast(FunctionType, function)), types)), False)


def taking(function: Function, take: Take, seed: bool) -> Function:
    """An adjoint that returns only what is asked for; with `seed` its head adjoint is the constant 1."""
    if not seed:  # of a call that has printed already
        function = eliminate(replace(function, body=silent(function.body)))
    if seed:
        (head,) = heads_of(function)
        assert isinstance(head.type, Scalar)
        body = substitute(function.body, {head.name: Const(1.0, head.type)})
        function = replace(function, params=tuple(p for p in function.params if p != head), body=body)
    if take == "both":
        return function
    pair = next(s.value for s in function.body if isinstance(s, Assign) and s.target.name == "t.returned")
    assert isinstance(pair, Apply)
    chosen = pair.args[0 if take == "value" else 1]
    last = function.body[-1]
    body = tuple(s for s in function.body[:-1] if not (isinstance(s, Assign) and s.target.name == "t.returned"))
    return eliminate(replace(function, body=(*body, Return(chosen, last.span)), result=chosen.type))


def heads_of(function: Function) -> tuple[Var, ...]:
    """The head adjoints among the parameters of an adjoint."""
    return tuple(p for p in function.params if p.name.startswith("head."))


class _Steps:
    """Shows the result of a pass to the observer, and verifies it when asked to."""

    def __init__(self, observe: Observe) -> None:
        self.observe = observe

    def __call__(self, name: str, result: Function, level: Level | None = None) -> Function:
        self.observe(name, result)
        return verify(result, level) if VERIFYING and level is not None else result
