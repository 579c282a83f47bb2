"""Normal forms of a function's text: equal for texts that differ in comments and formatting only.

`code_form` is the quick one: the code object that is at hand, without positions. `tree_form` is the lasting one: the
syntax tree, whose nodes also say where an error comes from when comments have moved the lines.
"""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass
from types import CodeType, FunctionType

from tapeless.compiler.frontend.source import read_source
from tapeless.compiler.ir.span import Span

# Of the function itself; the values of its defaults are compared instead of their text.
_HEADING = frozenset({"decorator_list", "returns", "defaults", "kw_defaults", "type_params"})
_UNREAD = frozenset({"annotation", "returns", "type_comment"})


def digest(form: object) -> str:
    """SHA-256 of nested tuples of strings, numbers and None, in hexadecimal."""
    return hashlib.sha256(repr(form).encode()).hexdigest()


def code_form(code: CodeType) -> tuple[object, ...]:
    """All of a code object but its positions and its file."""
    return (
        code.co_name, code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags, code.co_code,
        code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars,
        getattr(code, "co_exceptiontable", b""), tuple(map(_constant, code.co_consts)),
    )  # fmt: skip


def _constant(value: object) -> object:
    if isinstance(value, CodeType):
        return code_form(value)
    if isinstance(value, tuple):
        return ("tuple", *map(_constant, value))
    if isinstance(value, frozenset):
        return ("frozenset", *sorted(repr(_constant(item)) for item in value))
    return type(value).__name__, repr(value)


@dataclass(frozen=True, slots=True)
class TreeForm:
    """The nodes of a function's syntax tree that have a place, in the order of the text, and the digest of the tree."""

    file: str
    nodes: tuple[ast.AST, ...]
    digest: str

    def index(self, span: Span) -> int | None:
        """The first node that stands exactly there; None when there is none."""
        return next((k for k in range(len(self.nodes)) if self.span(k) == span), None)

    def span(self, index: int) -> Span:
        """Where a node stands now."""
        node = self.nodes[index]
        line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        return Span(self.file, line, column, getattr(node, "end_lineno", line), getattr(node, "end_col_offset", column))

    def holds(self, span: Span) -> bool:
        """Whether a place lies in the function."""
        whole = self.span(0)
        return span.file == self.file and whole.line <= span.line and span.end_line <= whole.end_line

    @property
    def lines(self) -> int:
        """How many lines the function has."""
        return self.span(0).end_line - self.span(0).line


def tree_form(function: FunctionType) -> TreeForm:
    """The syntax tree of a live function. Raises `CompileError` when there is no text, or another one by now."""
    source = read_source(function)
    tokens: list[str] = []
    nodes: list[ast.AST] = []
    pending: list[object] = [source.node]
    while pending:  # not recursive: a sum of a thousand terms is a thousand levels deep
        item = pending.pop()
        if isinstance(item, ast.AST):
            tokens.append(type(item).__name__)
            if hasattr(item, "lineno"):
                nodes.append(item)
            pending.extend(reversed(_parts(item, item is source.node or item is source.node.args)))
        elif isinstance(item, list):
            tokens.append(f"[{len(item)}]")
            pending.extend(reversed(item))
        else:
            tokens.append(f"{type(item).__name__} {item!r}")
    return TreeForm(source.file, tuple(nodes), digest(tokens))


def _parts(node: ast.AST, root: bool) -> list[object]:
    """The fields of a node that decide about the code."""
    skipped = _UNREAD | (_HEADING if root else frozenset())
    parts: list[object] = []
    for name, value in ast.iter_fields(node):
        if name in skipped:
            continue
        parts.append(_without_docstring(value) if name == "body" and isinstance(node, ast.FunctionDef) else value)
    return parts


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return rest
    return body
