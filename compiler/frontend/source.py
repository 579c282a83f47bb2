"""Find the syntax tree of a live function object: in files, notebook cells, nested functions and lambdas.

The whole file is parsed and the function's node is found by its code object's positions, so that two lambdas on one
line and a redefinition in a notebook are told apart: never by name or line alone. The text is also compiled, and the
function's code must be among the result: a file that was edited since is refused.
"""

from __future__ import annotations
import __future__

import ast
import linecache
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from operator import or_
from types import CodeType, FunctionType

from ..diagnostics import Findings
from ..ir.nodes import Span

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
# The compiler flags of `from __future__` imports, as code objects keep them.
FUTURES = reduce(or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names))
Positions = list[tuple[int | None, int | None, int | None, int | None]]


@dataclass(frozen=True, slots=True)
class Source:
    """A function and the syntax tree of its text."""

    function: FunctionType
    node: FunctionNode
    file: str

    def inside(self, node: FunctionNode) -> Source:
        """A function defined inside this one."""
        return replace(self, node=node)

    @property
    def name(self) -> str:
        """The function's name as an identifier: `<lambda>` becomes `lambda_`."""
        return "lambda_" if isinstance(self.node, ast.Lambda) else self.node.name

    def span(self, node: ast.AST) -> Span:
        """Where a node of the tree stands in the file."""
        line = getattr(node, "lineno", self.node.lineno)
        end = getattr(node, "end_lineno", line) or line
        return Span(self.file, line, getattr(node, "col_offset", 0), end, getattr(node, "end_col_offset", 0))


def read_source(function: FunctionType) -> Source:
    """The source of `function`. Raises `CompileError` F001 without one, F005 when the file changed since import."""
    code = function.__code__
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename, function.__globals__)
    here = Span(code.co_filename, code.co_firstlineno, 0, code.co_firstlineno, 0)
    findings = Findings()
    text = "".join(lines)
    if not lines or _definitions(text) is None:
        findings.add("F001", here, name=function.__name__)
        findings.check()
        raise AssertionError("unreachable: a finding was just added")
    node = _node(text, code, code.co_linetable)
    if node is None:
        findings.add("F005", here, name=function.__name__)
        findings.check()
        raise AssertionError("unreachable: a finding was just added")
    return Source(function, node, code.co_filename)


@lru_cache(maxsize=256)
def _node(text: str, code: CodeType, positions: bytes) -> FunctionNode | None:
    """The function of a text that parses; None when the code is not what its text compiles to.

    `positions` tells equal code of one line apart.
    """
    node = _find(_definitions(text) or {}, code)
    return node if any(code == found for found in _compiled(text, code)) else None


@lru_cache(maxsize=16)
def _definitions(text: str) -> dict[int, list[FunctionNode]] | None:
    """Every function and lambda of a text, by its first line; None when the text does not parse."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # the file was edited into something that does not parse
        return None
    found: dict[int, list[FunctionNode]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            found.setdefault(_first_line(node), []).append(node)
    return found


def _first_line(node: FunctionNode) -> int:
    """The line that a code object names: that of the first decorator, if there is one."""
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    return min([node.lineno, *(d.lineno for d in decorators)])


def _compiled(text: str, code: CodeType) -> tuple[CodeType, ...]:
    """The code of every function in the text, compiled as `code` was: it must be among the result."""
    return _functions(text, code.co_filename, code.co_flags & FUTURES)


@lru_cache(maxsize=16)
def _functions(text: str, file: str, flags: int) -> tuple[CodeType, ...]:
    pending = [compile(text, file, "exec", flags, dont_inherit=True)]
    found: list[CodeType] = []
    while pending:
        code = pending.pop()
        found.append(code)
        pending.extend(c for c in code.co_consts if isinstance(c, CodeType))
    return tuple(found)


def _find(written: dict[int, list[FunctionNode]], code: CodeType) -> FunctionNode | None:
    candidates = written.get(code.co_firstlineno, [])
    positions = [p for p in code.co_positions() if p[0] is not None and p[2] is not None]
    fits = [node for node in candidates if _matches(node, code, positions)]
    return fits[-1] if fits else None


def _matches(node: FunctionNode, code: CodeType, positions: Positions) -> bool:
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    if name != code.co_name or _parameters(node) != code.co_varnames[: len(_parameters(node))]:
        return False
    return _inside(node, positions) and _names(node) >= set(code.co_names) - {"__annotations__"}


def _parameters(node: FunctionNode) -> tuple[str, ...]:
    a = node.args
    stars = [x for x in (a.vararg, a.kwarg) if x is not None]
    return tuple(x.arg for x in (*a.posonlyargs, *a.args, *a.kwonlyargs, *stars))


def _inside(node: FunctionNode, positions: Positions) -> bool:
    body = node.body if isinstance(node, ast.Lambda) else node
    low, high = (body.lineno, body.col_offset), (body.end_lineno or 0, body.end_col_offset or 0)
    if not isinstance(node, ast.Lambda):
        low = (_first_line(node), 0)
    for line, end_line, col, end_col in positions:
        assert line is not None and col is not None
        if (line, end_line) == (node.lineno, node.lineno) and (col, end_col) == (0, 0):
            continue  # the prologue of the code object
        if not (low <= (line, col) and (end_line or line, end_col or col) <= high):
            return False
    return True


def _names(node: ast.AST) -> set[str]:
    found: set[str] = set()
    for n in ast.walk(node):
        match n:
            case ast.Name():
                found.add(n.id)
            case ast.Attribute():
                found.add(n.attr)
            case ast.alias():
                found.update([n.name, *n.name.split(".")])
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(n.name)
            case ast.ImportFrom():
                found.update([*(n.module or "").split("."), n.module or ""])
            case ast.Raise() | ast.Assert():
                found.add("AssertionError")
            case _:
                pass
    return found
