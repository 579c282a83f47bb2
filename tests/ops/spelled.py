"""The expressions that a user can write to get a row of the table."""

from __future__ import annotations

import math
from operator import attrgetter

import numpy as np
import scipy.special

from tapeless.compiler.ops import Row

# The rows that `infer` chooses for the ranks at hand, and how they are asked for.
CHOSEN = {"dot11": "a @ b", "dot12": "a @ b", "dot21": "a @ b", "dot22": "a @ b", "astype": "a.astype(np.float32)",
          "sum_along": "np.sum(x, axis=0)", "prod_along": "np.prod(x, axis=1)", "max_along": "np.max(x, axis=0)",
          "min_along": "np.min(x, 1)", "norm_along": "np.linalg.norm(x, axis=1)",
          "solve21": "np.linalg.solve(a, b)", "solve22": "np.linalg.solve(a, b)",
          "slogdet_log": "np.linalg.slogdet(a)[1]"}
# Rows whose operands are conditions on arrays, and one whose result is an array of rank 0 in NumPy and a number here.
NOT_OF_NUMBERS = {"bit_and", "bit_or", "bit_xor", "lshift", "rshift", "invert", "where"}


def known(module: object, name: str) -> bool:
    try:
        attrgetter(name)(module)
    except AttributeError:
        return False
    return True


def infix(row: Row) -> list[str]:
    if not row.infix:
        return []
    return [f"{row.infix}{row.operands[0]}"] if len(row.operands) == 1 else [f"a {row.infix} b"]


def through_numpy(row: Row) -> list[str]:
    """The first name that this NumPy has; the others are the same object, or stand for it in other versions."""
    names = [name for name in row.numpy if known(np, name)][:1]
    return [f"np.{name}({', '.join(row.operands)})" for name in names]


def through_math(row: Row) -> list[str]:
    return [f"math.{name}({', '.join(row.operands)})" for name in row.math if known(math, name)]


def through_scipy(row: Row) -> list[str]:
    """What SciPy alone has; its other names lead to the same rows."""
    if row.numpy:
        return []
    return [f"special.{name}({', '.join(row.operands)})" for name in row.scipy[:1] if known(scipy.special, name)]


def through_method(row: Row) -> list[str]:
    first, *rest = row.operands
    return [f"{first}.{name}({', '.join(rest)})" for name in row.method if name not in ("T", "shape", "size", "ndim")]


def through_builtin(row: Row) -> list[str]:
    return [f"{name}({', '.join(row.operands)})" for name in row.builtin]


def on_arrays(row: Row) -> list[str]:
    """Spellings that take arrays: one for element-wise rows, which take long to compile and meet the rest as numbers.

    A row that is chosen by `infer` is written as what it is chosen for.
    """
    if row.name in CHOSEN:
        return [CHOSEN[row.name].replace("a.", f"{row.operands[0]}.")]
    if row.elementwise:
        return [*infix(row), *through_numpy(row), *through_scipy(row)][:1]
    return [*infix(row), *through_numpy(row), *through_method(row), *through_builtin(row)]


def on_numbers(row: Row) -> list[str]:
    """Spellings that take Python floats."""
    if row.name in NOT_OF_NUMBERS:
        return []
    return [*infix(row), *through_numpy(row), *through_math(row), *through_scipy(row), *through_builtin(row)]
