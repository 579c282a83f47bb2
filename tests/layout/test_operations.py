"""The sin test: how many files of the compiler know that an operation exists? The table, and what computes it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from layout.source import COMPILER, Module, docstring_nodes, modules, wing
from tapeless.compiler.ops import OPS

# Names that mean nothing but the element-wise operation, so that a mention is a mention of it.
NAMES = (
    *("sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan", "arctan2", "arcsinh", "arccosh"),
    *("arctanh", "exp", "expm1", "exp2", "log", "log1p", "log2", "log10", "sqrt", "cbrt", "hypot", "erf", "gamma"),
    *("lgamma", "logaddexp", "reciprocal", "rint"),
)


TABLE = "tapeless.compiler.ops."
KERNELS = "tapeless.compiler.backend.llvm.vectormath."
LIBRARY = "tapeless.compiler.library."  # which is written as users write


@cache
def words(module: Module) -> frozenset[str]:
    """Identifiers, and words inside strings; docstrings and comments may say `sin` as an example."""
    return frozenset(_words(module))


def _words(module: Module) -> Iterator[str]:
    documentation = docstring_nodes(module)
    for node in ast.walk(module.tree):
        match node:
            case ast.Constant(value=str(text)) if node not in documentation:
                yield from re.findall(r"[A-Za-z0-9_]+", text)
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.alias(name=name):
                yield from name.split(".")


def files_mentioning(name: str) -> list[str]:
    """The compiler's modules in whose code `name` occurs."""
    return [module.name for module in modules().values() if wing(module.name) == COMPILER and name in words(module)]


@pytest.mark.parametrize("name", NAMES)
def test_only_the_table_and_the_kernels_name_an_operation(name: str) -> None:
    assert [file for file in files_mentioning(name) if not file.startswith((TABLE, KERNELS, LIBRARY))] == []


def test_sin_is_one_row_and_one_kernel() -> None:
    """Formulas of other rows, and the library, are written in such words."""
    outside = [file for file in files_mentioning("sin") if not file.startswith((TABLE, LIBRARY))]
    assert outside == [f"{KERNELS}kernels"]
    assert sum(row.name == "sin" for row in OPS) == 1
