"""Every spelling in the table on zeros, infinities, NaN and the ends of the integers, against Python and NumPy.

Same number with the same sign, same type, same exception; for every kind of operand, and for pairs of kinds. By
default every other operation meets every third pair, and each pair a sixth of them; the others are marked `long`.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from sampled import long_unless
from tapeless import CompileError, differentiate
from tapeless.compiler.ops import OPS

from .oracles import quiet
from .test_exceptions import expected, outcome
from .written import returning

INF, NAN = math.inf, math.nan
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 2.0**53, 2.0**63, 1e308, -1e308, 5e-324, INF, -INF, NAN]
SINGLES = [*FLOATS[:9], 3e38, -3e38, 1e-45, INF, -INF, NAN]
INTEGERS = [0, 1, -1, 2, -7, 3, 2**31, 2**53 + 1, -(2**63), 2**63 - 1]
SHORT = [0, 1, -1, 2, -7, 3, -(2**31), 2**31 - 1]

VALUES: dict[str, list[Any]] = {
    "float": FLOATS,
    "int": INTEGERS,
    "bool": [True, False],
    "float64": list(map(np.float64, FLOATS)),
    "float32": list(map(np.float32, SINGLES)),
    "int64": list(map(np.int64, INTEGERS)),
    "int32": list(map(np.int32, SHORT)),
    "float64[:]": [np.array(FLOATS)],
    "float32[:]": [np.array(SINGLES, "float32")],
    "int64[:]": [np.array(INTEGERS)],
    "int32[:]": [np.array(SHORT, "int32")],
}
PAIRS = [
    *((kind, kind) for kind in VALUES),
    *(("float", "int"), ("int", "float"), ("bool", "float"), ("float", "float32"), ("float64", "float")),
    *(("float32", "int"), ("int64", "float"), ("int32", "float32"), ("float32[:]", "float"), ("float64[:]", "int")),
    *(("int64[:]", "float"), ("float", "int32[:]"), ("float64", "float32[:]"), ("int64", "int32[:]")),
]


def spellings(arity: int) -> list[str]:
    """Every operation of the table with so many operands, as users write it."""
    names = "ab"[:arity]
    found: list[str] = []
    for row in OPS:
        if row.elementwise and len(row.operands) == arity:
            if row.infix:
                found.append(f"{row.infix}a" if arity == 1 else f"a {row.infix} b")
            spelled = (*(f"np.{n}" for n in row.numpy if hasattr(np, n)), *row.builtin)
            spelled += tuple(f"math.{n}" for n in row.math if hasattr(math, n))
            found.extend(f"{name}({', '.join(names)})" for name in spelled)
    return found


MORE = (
    *("int(a)", "float(a)", "bool(a)", "np.int32(a)", "np.int64(a)", "np.float32(a)", "np.float64(a)", "np.bool_(a)"),
    *("math.floor(a)", "math.ceil(a)", "a ** 2", "a ** 3", "a ** -1", "a ** 0.5", "2.0 ** a", "a // 2", "a % -3"),
    *("1 / a", "a // 0", "a % 0.0", "7 // a", "-7 % a", "np.clip(a, -1, 2)", "np.clip(a, 0.0, -0.0)"),
    *(f"np.{name}(a)" for name in ("sum", "prod", "mean", "max", "min", "any", "all", "count_nonzero", "linalg.norm")),
)


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, type) or isinstance(theirs, type) or type(ours) is not type(theirs):
        return ours is theirs
    a, b = np.asarray(ours), np.asarray(theirs)
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if b.dtype.kind != "f":
        return bool(np.array_equal(a, b))
    close = np.isclose(a, b, rtol=1e-14 if b.dtype == np.float64 else 4e-6, atol=0.0, equal_nan=True)
    return bool(np.all(close & ((np.signbit(a) == np.signbit(b)) | np.isnan(b))))


def representable(expression: str, args: tuple[Any, ...]) -> bool:
    """Python's powers of integers are fractions for negative exponents, and take forever for large ones; so do shifts.
    """
    exponent = args[-1]
    if "<<" in expression and type(exponent) is int and exponent > 64:
        return False
    whole = all(isinstance(a, int) for a in args)
    return not (whole and "**" in expression) or (expression != "a ** -1" and 0 <= exponent <= 64)


def assert_same_everywhere(expression: str, kinds: tuple[str, ...]) -> None:
    function = returning("a, b"[: 3 * len(kinds) - 2], expression)
    compiled = differentiate(function)
    with quiet():
        for args in itertools.product(*(VALUES[kind] for kind in kinds)):
            if not representable(expression, args):
                continue
            try:
                ours = outcome(compiled, args)
            except CompileError as error:
                assert error.findings[0].code in ("T021", "A028", "T004"), error
                return
            except TypeError:
                ours = TypeError
            try:
                theirs = expected(function, args)
            except TypeError:
                theirs = TypeError
            if expression.startswith(("np.fmax", "np.fmin")):  # which zero NumPy gives of two depends on their place
                ours, theirs = ours + 0, theirs + 0
            assert same(ours, theirs), f"{expression} of {args}: {ours!r} instead of {theirs!r}"


@pytest.mark.parametrize("expression", dict.fromkeys((*spellings(1), *MORE)))
def test_one_operand(expression: str) -> None:
    for kind in VALUES:
        assert_same_everywhere(expression, (kind,))


TWO_OPERANDS = [*dict.fromkeys(spellings(2))]
PARTS = 3


@pytest.mark.parametrize(("expression", "part"), [
    pytest.param(expression, (k + shift) % PARTS, id=f"{expression}-{shift}",
                 marks=long_unless(shift == 0 and k % 2 == 0))
    for k, expression in enumerate(TWO_OPERANDS) for shift in range(PARTS)
])
def test_two_operands(expression: str, part: int) -> None:
    for kinds in PAIRS[part::PARTS]:
        assert_same_everywhere(expression, kinds)
