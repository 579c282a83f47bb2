"""The table as data: what every row has to have, before anything is compiled."""

from __future__ import annotations

import ast
import builtins
import math
from operator import attrgetter
from typing import Any

import numpy as np
import pytest
import scipy.special

from tapeless.compiler.ops import (
    BY_NAME,
    OPS,
    Row,
    arrangement,
    calculus,
    row_of_object,
    scipy_linalg,
    shaping,
    sorting,
    statistics,
    ufuncs,
)
from tapeless.compiler.passes.formulas import parse
from tapeless.compiler.passes.matrix_words import WORDS

from .vocabulary import EXAMPLES, operands

# Rules whose result is a condition or a choice made by one: nothing to differentiate.
CONDITIONS = ("comparison", "logical", "bitwise", "predicate")
# Rows that `infer` replaces by others, or that `reverse` treats as links; they have no formula of their own.
REPLACED = {"dot", "matmul", "inner", "vdot", "getitem", "item", "iadd", "load", "view", "tuple", "undefined", "pack",
            "list_new", "ask", "extent", "iter_end", "integer", "unbound", "is", "is_not", "in", "not_in", "isinstance",
            "member_of_enum",
            "einsum", "tensordot", "trace", "contract", "var", "std", "diff",
            *(row.name for row in (*shaping.ROWS, *ufuncs.COMPOSED, *arrangement.ROWS, *sorting.ROWS, *statistics.ROWS,
                                   *calculus.ROWS))}
REPLACED |= {"eigh", "eigvalsh", "svd", "svdvals", "qr", "pinv", "lstsq", "cond", "matrix_rank", "matrix_power",
             "multi_dot", "eig", "eigvals", "scipy_eigvals"}
REPLACED |= {"part", "fft", "ifft", "rfft", "irfft", "fft2", "ifft2", "fftn", "ifftn"}
REPLACED |= {"passed_on", "text", "del_item", "list_copy", "list_shaped", *(row.name for row in scipy_linalg.ROWS)}
REPLACED |= {"gather", "take", "setitem", "add_at", "solve", "slogdet", "sort", "interp"}

PARTS = ("values_of", "permuted", "unpermuted", "general_factors", "general_values",
         "complex_values_of", "vectors_of", "tagged")

rows = pytest.mark.parametrize("row", OPS, ids=lambda row: row.name)


def spellings(row: Row) -> list[tuple[Any, str]]:
    named = ((np, row.numpy), (math, row.math), (scipy.special, row.scipy), (np.ndarray, row.method),
             (builtins, row.builtin))
    return [(module, name) for module, names in named for name in names]


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(OPS)


def test_no_spelling_stands_for_two_rows() -> None:
    seen: dict[tuple[int, str], str] = {}
    for row in OPS:
        for module, name in spellings(row):
            other = seen.setdefault((id(module), name), row.name)
            assert other == row.name, f"{name} is {other} and {row.name}"


@rows
def test_a_spelling_leads_to_its_row(row: Row) -> None:
    for module, name in spellings(row):
        if module is np.ndarray:
            assert hasattr(np.ndarray, name), f"arrays have no `.{name}`"
            continue
        try:
            value = attrgetter(name)(module)
        except AttributeError:
            continue  # a name of another version of NumPy or Python
        found = row_of_object(value)
        assert found is not None and found[0].name == row.name, f"{name} leads to {found and found[0].name}"


@rows
def test_some_spelling_exists_in_this_version(row: Row) -> None:
    named = [(module, name) for module, name in spellings(row) if module is np]
    if named:
        assert any(hasattr(np, name.split(".")[0]) for _, name in named), f"NumPy has none of {named}"


@rows
def test_one_formula_per_operand(row: Row) -> None:
    if row.partials:
        assert len(row.partials) == len(row.operands)


@rows
def test_a_row_without_derivative_says_why(row: Row) -> None:
    if not row.partials and row.rule not in CONDITIONS and row.name not in REPLACED:
        assert row.reason
    if row.reason:
        assert not row.partials, "either a derivative or a reason why there is none"
        assert not row.reason.endswith("."), "a clause that a message ends with"


@rows
def test_a_row_with_a_derivative_has_an_example(row: Row) -> None:
    """Otherwise nothing tests it. Links like `cast` and constructors from one number have tests of their own.

    So have parts of factorisations, which only mean something together with the whole.
    """
    differentiable = any(formula not in ("", "0") for formula in row.partials)
    if differentiable and row.name not in ("full", "full_like", "asarray", "cast", *PARTS):
        assert row.example


def formulas(row: Row) -> list[str]:
    return [
        f for f in (*row.partials, row.lower.removeprefix("="), row.integers) if f and not f.startswith(("@", "llvm"))
    ]


@rows
def test_formulas_speak_of_operands_and_rows(row: Row) -> None:
    for formula in formulas(row):
        tree = parse(formula)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                assert isinstance(node.func, ast.Name), f"{formula} calls {node.func}"
                assert node.func.id in BY_NAME or node.func.id in WORDS, f"{formula} calls {node.func.id}"
        called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call)}  # type: ignore[attr-defined]
        read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - called
        assert read <= {*row.operands, "y", "y_bar"}, f"{formula} reads {read}"


def test_an_example_has_an_operand_for_every_name() -> None:
    for row in EXAMPLES:
        assert len(row.operands) - row.optional <= len(operands(row)) <= len(row.operands), row.name
