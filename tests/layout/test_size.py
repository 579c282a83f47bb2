"""Files and functions stay small enough to be read at one sitting."""

from __future__ import annotations

import ast

from layout.source import Function, functions, modules

FILE_LINES = 450
FUNCTION_LINES = 60

# Names that may be longer, each with its reason as a comment. Empty, and best kept so.
LONG_FILES: frozenset[str] = frozenset()
LONG_FUNCTIONS: frozenset[str] = frozenset()


def length(function: Function) -> int:
    """Lines from `def` to the end, the docstring left out: a before-and-after example is no reason to split."""
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function) is not None:
        lines -= function.body[0].end_lineno - function.body[0].lineno + 1
    return lines


def test_no_long_file() -> None:
    lines = {name: len(module.path.read_text(encoding="utf-8").splitlines()) for name, module in modules().items()}
    assert {name: count for name, count in lines.items() if count > FILE_LINES and name not in LONG_FILES} == {}


def test_no_long_function() -> None:
    found = {
        f"{module.name}.{function.name}": f"{length(function)} lines at {module.at(function.lineno)}"
        for module in modules().values()
        for function in functions(module)
        if length(function) > FUNCTION_LINES
    }
    assert {name: place for name, place in found.items() if name not in LONG_FUNCTIONS} == {}
