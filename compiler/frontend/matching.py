"""`match`: each case is a test, the names it captures, and a guard.

Before:  `match code: case 0 | 1: a()   case n if n > 5: b()   case _: c()`
After:   `if code == 0 or code == 1: a()`, else `n = code; if n > 5: b()`, else `c()`

Whether a pattern of several items fits depends on the type of the subject, so it is decided before the program runs.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from ..ir.classes import is_plain
from ..ir.nodes import Assign, Atom, Block, Const, If, Span
from ..ir.types import NOTHING, PY_BOOL, PY_INT
from .classes import member
from .expressions import truth
from .scope import Scope, Static
from .targets import store

Body = Callable[[list[ast.stmt]], Block]
CLASSES = (float, int, bool, str)  # those whose pattern may hold one pattern for the value itself


@dataclass(slots=True)
class _Fit:
    """What must hold for a pattern to fit, and what it captures then."""

    tests: list[Atom] = field(default_factory=list)
    names: list[tuple[str, Atom]] = field(default_factory=list)


def match(scope: Scope, node: ast.Match, body: Body) -> None:
    """The whole statement; the subject is evaluated once."""
    span = scope.span(node.subject)
    if isinstance(node.subject, ast.Tuple) and not any(isinstance(e, ast.Starred) for e in node.subject.elts):
        parts = [scope.atom(e) for e in node.subject.elts]
        subject: Atom = scope.apply("tuple", span, *parts)
    else:
        subject = scope.bind(scope.atom(node.subject), span)
    _cases(scope, subject, node.cases, body)


def _cases(scope: Scope, subject: Atom, cases: list[ast.match_case], body: Body) -> None:
    if not cases:
        return
    case, *rest = cases
    span = scope.span(case.pattern)
    fit = _Fit()
    _pattern(scope, subject, case.pattern, fit)
    if not fit.tests and case.guard is None:  # it always fits, and is the last one
        _capture(scope, case, fit)
        for s in body(case.body):
            scope.emit(s)
        return
    test = _all(scope, fit.tests, span)
    with scope.nested() as taken:
        _capture(scope, case, fit)
        if case.guard is None:
            taken.extend(body(case.body))
        else:
            guard = truth(scope, case.guard)
    if case.guard is not None:
        hit = scope.temporary(span)
        taken.append(Assign(hit, guard, span))
        scope.emit(Assign(hit, Const(False, PY_BOOL, span), span))
        scope.emit(If(test, tuple(taken), (), span))
        test, taken = hit, list(body(case.body))
    with scope.nested() as others:
        _cases(scope, subject, rest, body)
    scope.emit(If(test, tuple(taken), tuple(others), span))


def _capture(scope: Scope, case: ast.match_case, fit: _Fit) -> None:
    for name, value in fit.names:
        store(scope, ast.copy_location(ast.Name(name, ast.Store()), case.pattern), value)


def _all(scope: Scope, tests: list[Atom], span: Span) -> Atom:
    if not tests:
        return Const(True, PY_BOOL, span)
    result = tests[0]
    for test in tests[1:]:
        result = scope.apply("logical_and", span, result, test, via="python")
    return result


def _pattern(scope: Scope, subject: Atom, node: ast.pattern, fit: _Fit) -> None:
    span = scope.span(node)
    match node:
        case ast.MatchValue():
            fit.tests.append(_truth(scope, "eq", span, subject, scope.atom(node.value)))
        case ast.MatchSingleton():
            value = Const(None, NOTHING, span) if node.value is None else Const(node.value, PY_BOOL, span)
            fit.tests.append(_truth(scope, "is", span, subject, value))
        case ast.MatchAs():
            if node.pattern is not None:
                _pattern(scope, subject, node.pattern, fit)
            if node.name is not None:
                fit.names.append((node.name, subject))
        case ast.MatchOr():
            _alternatives(scope, subject, node, fit)
        case ast.MatchSequence():
            _sequence(scope, subject, node, fit)
        case ast.MatchClass():
            _class(scope, subject, node, fit)
        case _:
            _refuse(scope, node, fit)


def _truth(scope: Scope, op: str, span: Span, a: Atom, b: Atom) -> Atom:
    return scope.apply("truth", span, scope.apply(op, span, a, b))


def _refuse(scope: Scope, node: ast.pattern, fit: _Fit) -> None:
    scope.refuse("A017", node, what=_shown(node))
    fit.tests.append(scope.poison)
    fit.names.extend((name, scope.poison) for name in _captured(node))


def _shown(node: ast.pattern) -> str:
    text = ast.unparse(node)
    return text if len(text) < 40 else "this"


def _captured(node: ast.AST) -> list[str]:
    """The names that a pattern would capture."""
    names = [getattr(n, "name", None) or getattr(n, "rest", None) for n in ast.walk(node)]
    return [n for n in names if isinstance(n, str)]


def _alternatives(scope: Scope, subject: Atom, node: ast.MatchOr, fit: _Fit) -> None:
    if _captured(node):
        _refuse(scope, node, fit)
        return
    span = scope.span(node)
    result: Atom | None = None
    for pattern in node.patterns:
        one = _Fit()
        _pattern(scope, subject, pattern, one)
        test = _all(scope, one.tests, span)
        result = test if result is None else scope.apply("logical_or", span, result, test, via="python")
    assert result is not None
    fit.tests.append(result)


def _sequence(scope: Scope, subject: Atom, node: ast.MatchSequence, fit: _Fit) -> None:
    """A pattern of items fits a tuple of as many; an array is no sequence for `match`."""
    span = scope.span(node)
    star = next((k for k, p in enumerate(node.patterns) if isinstance(p, ast.MatchStar)), None)
    count, known = len(node.patterns), scope.ask(node, "sequence", subject)
    fits = known is None or known == count if star is None else known is None or known >= count - 1
    if not fits:
        fit.tests.append(Const(False, PY_BOOL, span))
        fit.names.extend((name, scope.pending) for name in _captured(node))
        return
    for k, pattern in enumerate(node.patterns):
        if isinstance(pattern, ast.MatchStar):
            bounds = [Const(k, PY_INT, span), *([Const(k + 1 - count, PY_INT, span)] if k + 1 < count else [])]
            spec = ("s110",) if k + 1 < count else ("s100",)
            part = scope.apply("getitem", span, subject, *bounds, spec=spec, least=count - 1)
            fit.names.extend([(pattern.name, part)] if pattern.name else [])
            continue
        place = Const(k if star is None or k < star else k - count, PY_INT, span)
        _pattern(scope, scope.apply("getitem", span, subject, place, spec=("i",)), pattern, fit)


def _class(scope: Scope, subject: Atom, node: ast.MatchClass, fit: _Fit) -> None:
    """`float()`, `int(n)`: decided by the type of the subject."""
    found = scope.evaluate(node.cls)
    cls = found.value if isinstance(found, Static) else None
    if isinstance(cls, type) and (node.patterns or node.kwd_patterns) and cls not in CLASSES and is_plain(cls):
        _attributes(scope, subject, node, cls, fit)
        return
    if not isinstance(cls, type) or node.kwd_patterns or len(node.patterns) > (1 if cls in CLASSES else 0):
        _refuse(scope, node, fit)
        return
    fit.tests.append(scope.apply("isinstance", scope.span(node), subject, classes=(cls,)))
    for pattern in node.patterns:
        _pattern(scope, subject, pattern, fit)


def _attributes(scope: Scope, subject: Atom, node: ast.MatchClass, cls: type, fit: _Fit) -> None:
    """`Point(x, y=0.0)`: attributes are read where the subject is an instance of the class."""
    span, own = scope.span(node), getattr(cls, "__match_args__", ())
    if len(node.patterns) > len(own):
        _refuse(scope, node, fit)
        return
    member(scope.captures, cls, "__match_args__")
    names = (*own[: len(node.patterns)], *node.kwd_attrs)
    hit, inner_fit = scope.temporary(span), _Fit()
    scope.emit(Assign(hit, Const(False, PY_BOOL, span), span))
    test = scope.apply("isinstance", span, subject, classes=(cls,))
    with scope.nested() as inner:
        for name, pattern in zip(names, (*node.patterns, *node.kwd_patterns), strict=True):
            value = scope.apply("getattr", scope.span(pattern), subject, name=name)
            _pattern(scope, value, pattern, inner_fit)
        inner.append(Assign(hit, _all(scope, inner_fit.tests, span), span))
    scope.emit(If(test, tuple(inner), (), span))
    fit.tests.append(hit)
    fit.names.extend(inner_fit.names)
