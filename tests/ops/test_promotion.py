"""Types of results against NumPy, by enumeration: every pair of kinds, as arrays, as NumPy and as Python scalars."""

from __future__ import annotations

import itertools
import warnings
from functools import cache
from typing import Any

import numpy as np
import pytest
import scipy.special

from tapeless import CompileError, differentiate
from tapeless.compiler import pipeline
from tapeless.compiler.ir.types import Array, Scalar, TupleOf, Type
from tapeless.compiler.ops import OPS
from tapeless.signatures import type_of

from .written import returning

KINDS = ("float64", "float32", "int64", "int32", "bool")
OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "&", "|")
BINARY = {f"a {symbol} b": f"a {symbol} b" for symbol in OPERATORS}
BINARY |= {
    f"np.{name}(a, b)": f"np.{name}(a, b)"
    for name in (
        *("add", "subtract", "multiply", "divide", "floor_divide", "mod", "power", "maximum", "minimum", "fmod"),
        *("hypot", "arctan2", "copysign", "logaddexp", "heaviside", "logical_and", "logical_or", "equal", "less"),
    )
}
UNARY = tuple(
    f"np.{name}(a)"
    for name in (
        *("negative", "positive", "abs", "fabs", "sign", "square", "reciprocal", "sin", "exp", "sqrt", "log", "rint"),
        *("floor", "ceil", "trunc", "isnan", "isfinite", "isinf", "logical_not", "sum", "mean", "prod", "max", "min"),
        *("any", "all"),
    )
) + ("-a", "+a", "not a", "abs(a)")

# What NumPy defines for booleans alone is refused: T021 in arithmetic, where its result is another thing than a number,
# and A028 for `&` and `|`, which are about bits as soon as an operand is not boolean.
STRICTER = ("T021", "A028")
ARRAYS = {f"array of {kind}": np.array([1, 2, 0], dtype=kind) for kind in KINDS}
STRONG = {f"np.{kind}": np.dtype(kind).type(1) for kind in KINDS}
WEAK = {"float": 1.5, "int": 3, "bool": True}
VALUES: dict[str, Any] = {**ARRAYS, **STRONG, **WEAK}


def of_value(value: Any) -> str:
    """The type of a live value, as the compiler writes types."""
    if isinstance(value, np.ndarray):
        return str(Array(value.dtype.name, value.ndim))  # type: ignore[arg-type]
    if isinstance(value, np.generic):
        return f"np.{value.dtype.name}"
    return type(value).__name__


def of_type(t: Type) -> str:
    if isinstance(t, Scalar):
        return str(t) if t.weak else f"np.{t.kind}"
    return str(Array(t.kind, t.rank)) if isinstance(t, Array) else str(t)


@cache
def surface(expression: str) -> pipeline.Surface:
    return pipeline.surface(returning("a, b", expression))  # type: ignore[arg-type]


def inferred(expression: str, a: Any, b: Any) -> str:
    try:
        return of_type(pipeline.typed(surface(expression), (type_of(a, "a"), type_of(b, "b"))).result)
    except CompileError as error:
        return f"refused by {error.findings[0].code}"


def in_numpy(expression: str, a: Any, b: Any) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return of_value(eval(expression, {"np": np, "a": a, "b": b}))
        except TypeError:
            return "refused"


def disagreement(expression: str, a: Any, b: Any) -> str | None:
    ours, theirs = inferred(expression, a, b), in_numpy(expression, a, b)
    if theirs == "refused":
        return None if ours.startswith("refused") else f"{ours}, and NumPy refuses"
    if ours.startswith("refused"):
        return None if ours.split()[-1] in STRICTER and involves_boolean(a, b) else ours
    return None if ours == theirs else f"{ours} instead of {theirs}"


def involves_boolean(*values: Any) -> bool:
    """Whether the stricter rules may apply: booleans alone, or the integers that `&` is refused for."""
    return all(np.asarray(v).dtype.kind in "bi" for v in values)


@pytest.mark.parametrize("expression", BINARY)
def test_binary_operations(expression: str) -> None:
    pairs = itertools.product(VALUES.items(), repeat=2)
    found = {(m, n): d for (m, a), (n, b) in pairs if (d := disagreement(expression, a, b))}
    assert not found


@pytest.mark.parametrize("expression", UNARY)
def test_unary_operations(expression: str) -> None:
    scalar_only = expression == "not a"
    values = {n: v for n, v in VALUES.items() if not (scalar_only and isinstance(v, np.ndarray))}
    found = {n: d for n, v in values.items() if (d := disagreement(expression, v, v))}
    assert not found


@pytest.mark.parametrize("expression", ["np.zeros_like(a)", "np.ones_like(a)", "np.copy(a)", "a.T", "a[:2]", "a[0]"])
def test_operations_on_arrays(expression: str) -> None:
    assert not {n: d for n, a in ARRAYS.items() if (d := disagreement(expression, a, a))}


def test_where() -> None:
    """A condition that is an array, so that the result is one."""
    test = np.array([True, False, True])
    function = returning("c, a, b", "np.where(c, a, b)")
    source = pipeline.surface(function)  # type: ignore[arg-type]
    for (m, a), (n, b) in itertools.product(VALUES.items(), repeat=2):
        t = pipeline.typed(source, tuple(type_of(v, "v") for v in (test, a, b))).result
        assert of_type(t) == of_value(function(test, a, b)), (m, n)


ARITHMETIC = ("a + b", "a - b", "a * b", "a / b", "a // b", "a % b", "a == b", "a < b", "np.maximum(a, b)")


@cache
def together(expressions: tuple[str, ...]) -> Any:
    """One compiled function for all numbers of the same kinds."""
    return differentiate(returning("a, b", *expressions, "1.0"))


def assert_same_numbers(names: tuple[str, str], a: Any, b: Any) -> None:
    """The result in NumPy's dtype and with NumPy's numbers: the operands were converted before, not after."""
    expressions = tuple(e for e in ARITHMETIC if not inferred(e, a, b).startswith("refused"))
    compiled = together(expressions)
    with np.errstate(all="ignore"):
        expected = compiled.py_func(a, b)
    actual = compiled(a, b)
    for expression, got, want in zip(expressions, actual, expected, strict=False):
        assert of_value(got) == of_value(want), (expression, names)
        np.testing.assert_array_equal(got, want, err_msg=f"{expression} of {names}")


SAMPLES: dict[str, Any] = {
    # 2**53 + 1 and 2**24 + 1 are lost in the next smaller format, 0.1 differs in float32
    "int64": np.array([2**53 + 1, -7, 3], dtype="int64"),
    "int32": np.array([2**24 + 1, -7, 2], dtype="int32"),
    "float64": np.array([0.1, -7.5, 2.0]),
    "float32": np.array([0.1, -7.5, 2.0], dtype="float32"),
    "bool": np.array([True, False, True]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_of_scalar_pairs(kind: str) -> None:
    for other in KINDS:
        for x, y in itertools.product(SAMPLES[kind], SAMPLES[other]):
            if not (y == 0 and other in ("int64", "int32", "bool")):
                assert_same_numbers((kind, other), x, y)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("python", [0.1, 3, -7, True], ids=repr)
def test_numbers_of_a_python_number_and_a_numpy_number(kind: str, python: Any) -> None:
    for x in SAMPLES[kind]:
        assert_same_numbers(("Python", kind), python, x) if x else None
        assert_same_numbers((kind, "Python"), x, python)


@pytest.mark.parametrize("pair", [("int64", "float32"), ("int32", "float32"), ("int64", "int32"), ("bool", "int32")])
def test_numbers_of_array_pairs(pair: tuple[str, str]) -> None:
    a, b = SAMPLES[pair[0]], SAMPLES[pair[1]]
    assert_same_numbers(pair, a, b)


@pytest.mark.long
@pytest.mark.parametrize("pair", list(itertools.product(KINDS, repeat=2)), ids=" ".join)
def test_numbers_of_all_array_pairs(pair: tuple[str, str]) -> None:
    b = SAMPLES[pair[1]]
    assert_same_numbers(pair, SAMPLES[pair[0]], np.where(b == 0, b.dtype.type(1), b))


# A Python integer that does not fit the NumPy operand's kind: NumPy raises instead of wrapping round, and compares the
# numbers as they are.
@pytest.mark.parametrize("expression", ["a + b", "b - a", "a * b", "np.maximum(a, b)"])
@pytest.mark.parametrize("a", [np.int32(1), np.array([1, 2], dtype="int32")], ids=["number", "array"])
def test_python_integer_out_of_bounds(expression: str, a: Any) -> None:
    function = returning("a, b", expression)
    with pytest.raises(OverflowError):
        function(a, 2**40)
    with pytest.raises(OverflowError):
        differentiate(function)(a, 2**40)


@pytest.mark.parametrize("expression", ["a == b", "a != b", "a < b", "b <= a"])
@pytest.mark.parametrize("a", [np.int32(0), np.array([0, -1], dtype="int32")], ids=["number", "array"])
def test_comparison_with_a_large_python_integer(expression: str, a: Any) -> None:
    function = returning("a, b", expression)
    np.testing.assert_array_equal(differentiate(function)(a, 2**40), function(a, 2**40))


def test_results_of_tuples() -> None:
    result = pipeline.typed(surface("(a, (b, a + b))"), (Scalar("float32"), Scalar("float64", True))).result
    assert result == TupleOf((Scalar("float32"), TupleOf((Scalar("float64", True), Scalar("float32")))))


FEW: dict[str, Any] = {"float": 0.5, "int": 2, "float32": np.float32(0.5), "float32 array": np.float32([0.5, 0.25]),
                       "float64": np.float64(0.5), "int64": np.int64(1), "bool array": np.array([True, True])}


@pytest.mark.parametrize("name", [row.scipy[0] for row in OPS if row.scipy and len(row.operands) == 2])
def test_functions_of_scipy_with_operands_of_several_kinds(name: str) -> None:
    """Some have their loop for float64 before that for float32: `xlogy(2.0, np.float32(1))` is a float64."""
    fn = getattr(scipy.special, name)
    source = pipeline.surface(returning("a, b", f"special.{name}(a, b)"))
    for (m, a), (n, b) in itertools.product(FEW.items(), repeat=2):
        try:
            want = fn(a, b).dtype
            kind = pipeline.typed(source, (type_of(a, "a"), type_of(b, "b"))).result.kind  # type: ignore[union-attr]
        except (TypeError, CompileError):
            continue
        assert kind == want, (m, n)


@pytest.mark.parametrize("expression", ["np.linspace(a, b, 3)", "np.linspace(a, b, 3, endpoint=False)"])
def test_samples_between_numbers_of_several_kinds(expression: str) -> None:
    function = returning("a, b", expression)
    numbers = {name: value for name, value in {**STRONG, **WEAK}.items() if "bool" not in name}
    for (m, a), (n, b) in itertools.product(numbers.items(), repeat=2):
        assert differentiate(function)(a, b).dtype == function(a, b).dtype, (m, n)


def test_conversion_of_one_number() -> None:
    """Of a number of NumPy's it is one; a number of Python's has no such method."""
    for kind, dtype in itertools.product(KINDS, ("float32", "float64", "int64")):
        function = returning("a", f"a.astype(np.{dtype})", "a.copy()")
        assert list(map(type, differentiate(function)(STRONG[f"np.{kind}"]))) == list(
            map(type, function(STRONG[f"np.{kind}"])))
    with pytest.raises(CompileError, match="number of Python's"):
        differentiate(returning("a", "a.astype(np.float32)"))(1.5)
