"""The names that a function assigns, declares and may rebind, read from its syntax tree, and other names for them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

# Functions whose names are kept: the library's are translated once for each call of them.
_KEPT = 256


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function's body, without those of functions defined in it."""
    body = [node.body] if isinstance(node, ast.Lambda) else list(getattr(node, "body", ()))
    pending: list[ast.AST] = body
    inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    while pending:
        n = pending.pop()
        yield n
        if not isinstance(n, inner + comprehensions):
            pending.extend(ast.iter_child_nodes(n))


def yield_in(node: ast.AST) -> ast.AST | None:
    """A `yield` of a function or a statement, not one of a function defined in it."""
    inner = (ast.FunctionDef, ast.Lambda, ast.AsyncFunctionDef)
    pending = list(ast.iter_child_nodes(node))
    while pending:
        n = pending.pop()
        if isinstance(n, ast.Yield | ast.YieldFrom):
            return n
        if not isinstance(n, inner):
            pending.extend(ast.iter_child_nodes(n))
    return None


@lru_cache(maxsize=_KEPT)
def stored_names(node: ast.AST) -> frozenset[str]:
    """Names that the body of a function assigns, in whatever way."""
    found: set[str] = set()
    for n in own_nodes(node):
        match n:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(n.name)
            case ast.Name(ctx=ast.Store() | ast.Del()):
                found.add(n.id)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                found.add(name)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():  # `:=` in it is the function's
                found.update(w.target.id for w in ast.walk(n) if isinstance(w, ast.NamedExpr))
            case ast.alias():
                found.add((n.asname or n.name).split(".")[0])
            case _:
                pass
    return frozenset(found)


@lru_cache(maxsize=_KEPT)
def local_names(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """Names that Python treats as local to the function."""
    a = node.args
    parameters = [x.arg for x in (*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg) if x is not None]
    return frozenset(parameters) | stored_names(node)


@lru_cache(maxsize=_KEPT)
def inner_names(node: ast.AST) -> frozenset[str]:
    """Names that occur in functions defined in a function."""
    inner = [n for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.Lambda) and n is not node]
    return frozenset(n.id for function in inner for n in ast.walk(function) if isinstance(n, ast.Name))


@lru_cache(maxsize=_KEPT)
def declared_names(node: ast.AST) -> dict[str, str]:
    """Names that the function declares `global` or `nonlocal`."""
    words = {ast.Global: "global", ast.Nonlocal: "nonlocal"}
    return {name: words[type(n)] for n in own_nodes(node) if isinstance(n, ast.Global | ast.Nonlocal)
            for name in n.names}


@lru_cache(maxsize=_KEPT)
def volatile_names(node: ast.AST) -> frozenset[str]:
    """Names that an expression may rebind, by `:=` or by calling a function that declares them `nonlocal`."""
    walrus = {n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr)}
    return frozenset(walrus.union(*(n.names for n in ast.walk(node) if isinstance(n, ast.Nonlocal))))


class _Renamed(ast.NodeTransformer):
    """The variables of a comprehension under names of their own; inner scopes that bind a name keep theirs."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        name = self.names.get(node.id, node.id)
        return ast.copy_location(ast.Name(name, node.ctx), node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        a = node.args
        bound = {x.arg for x in (*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg) if x is not None}
        inner = _Renamed({k: v for k, v in self.names.items() if k not in bound})
        return ast.copy_location(ast.Lambda(self.visit(node.args), inner.visit(node.body)), node)


def renamed(node: Any, names: dict[str, str]) -> Any:
    """A copy of a tree with other names for variables of a comprehension."""
    return _Renamed(names).visit(copy.deepcopy(node))


def loop_names(generators: list[ast.comprehension]) -> list[str]:
    """The variables of a comprehension's loops, in alphabetical order."""
    return sorted({n.id for g in generators for n in ast.walk(g.target) if isinstance(n, ast.Name)})
