"""Every operation on numbers, against Python and NumPy."""

from __future__ import annotations

import ctypes
import math
import operator
import struct
from itertools import product

import numpy as np
import pytest

from backend.kernels import BOOL, F32, F64, I32, I64, NUMPY, Compiled, evaluate, function, let, num, run, var
from tapeless.compiler.backend.llvm import InternalError
from tapeless.compiler.ir.types import Scalar

INF, NAN = math.inf, math.nan
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 7.25, -7.25, 1e300, -1e-300, 5e-324, INF, -INF, NAN]
INTS = [0, 1, -1, 2, -2, 3, 7, -7, 10, 12345, -(2**31), 2**31 - 1]
LONGS = [*INTS, 2**63 - 1, -(2**63), 2**62]


def same(a: float, b: float) -> bool:
    """Equal to the last bit; all NaN are one."""
    if a != a or b != b:
        return a != a and b != b
    return struct.pack("d", a) == struct.pack("d", b)


def wrap(value: int, type_: Scalar) -> int:
    width = 32 if type_ is I32 else 64
    return (value + (1 << width - 1)) % (1 << width) - (1 << width - 1)


@pytest.mark.parametrize("op", ["add", "sub", "mul"])
@pytest.mark.parametrize("type_", [I32, I64])
def test_integer_arithmetic_wraps(op: str, type_: Scalar) -> None:
    f, reference = evaluate(op, type_), getattr(operator, op)
    overflows = evaluate(f"{op}_overflows", type_, BOOL)
    for a, b in product(INTS if type_ is I32 else LONGS, repeat=2):
        exact = reference(a, b)
        assert f(a, b) == wrap(exact, type_)
        assert overflows(a, b) == (exact != wrap(exact, type_))


@pytest.mark.parametrize("type_", [F32, F64])
@pytest.mark.parametrize("op", ["add", "sub", "mul", "div"])
def test_float_arithmetic(op: str, type_: Scalar) -> None:
    f, ufunc = evaluate(op, type_), {"div": np.divide, "add": np.add, "sub": np.subtract, "mul": np.multiply}[op]
    dtype = NUMPY[type_.kind]
    with np.errstate(all="ignore"):
        for a, b in product(np.array(FLOATS).astype(dtype), repeat=2):
            assert same(f(a, b), float(ufunc(a, b))), (a, b)


@pytest.mark.parametrize("type_", [F32, F64])
@pytest.mark.parametrize("op", ["floordiv", "mod"])
def test_float_division_with_remainder(op: str, type_: Scalar) -> None:
    f, ufunc = evaluate(op, type_), {"floordiv": np.floor_divide, "mod": np.remainder}[op]
    dtype = NUMPY[type_.kind]
    values = [*FLOATS, 0.1, 0.3, -0.3, 1e16, 6.0, 1e-5]
    with np.errstate(all="ignore"):
        for a, b in product(np.array(values).astype(dtype), repeat=2):
            assert same(f(a, b), float(ufunc(a, b))), (a, b)


@pytest.mark.parametrize("op", ["floordiv", "mod"])
def test_float_division_is_pythons(op: str) -> None:
    f = evaluate(op, F64)
    for a, b in product(FLOATS, [v for v in FLOATS if v]):
        assert same(f(a, b), getattr(operator, op)(a, b)), (a, b)


@pytest.mark.parametrize("type_", [I32, I64])
@pytest.mark.parametrize("op", ["floordiv", "mod"])
def test_integer_division_rounds_down(op: str, type_: Scalar) -> None:
    f, values = evaluate(op, type_), INTS if type_ is I32 else LONGS
    for a, b in product(values, values):
        if b and not (b == -1 and a == min(values)):
            assert f(a, b) == getattr(operator, op)(a, b), (a, b)


@pytest.mark.parametrize("type_", [I32, I64])
def test_integer_power(type_: Scalar) -> None:
    f = evaluate("pow", type_)
    for a, b in product([0, 1, -1, 2, -3, 10, 46341], [0, 1, 2, 3, 7, 31, 62, 63, 64]):
        assert f(a, b) == wrap(a**b, type_), (a, b)


def test_float_power_is_the_c_librarys() -> None:
    f, libm_pow = evaluate("pow", F64), ctypes.CDLL(None).pow
    libm_pow.restype, libm_pow.argtypes = ctypes.c_double, [ctypes.c_double] * 2
    rng = np.random.default_rng(1)
    for a, b in product([0.0, -0.0, 1.0, 2.0, -3.0, INF, -INF, NAN], [0.0, 2.0, -1.0, 0.5, 3.0, INF, NAN]):
        assert same(f(a, b), libm_pow(a, b)), (a, b)
    for a in rng.uniform(0, 10, 1000):
        assert f(a, 2.0) == math.pow(a, 2.0)


def test_a_literal_exponent_is_not_a_product() -> None:
    """x ** 2.0 and x * x differ in the last bit about once in a thousand."""
    x, y = var("x"), var("y")
    f = function([x], [let(y, "pow", x, num(2.0))], y)
    square = Compiled(f)
    for a in np.random.default_rng(2).uniform(-10, 10, 5000):
        assert square(a) == math.pow(a, 2.0)


@pytest.mark.parametrize("op", ["eq", "ne", "lt", "le", "gt", "ge"])
@pytest.mark.parametrize("type_", [F32, F64, I32, I64, BOOL])
def test_comparisons(op: str, type_: Scalar) -> None:
    f, reference = evaluate(op, type_, BOOL), getattr(operator, op)
    values = {"bool": [False, True], "int32": INTS, "int64": LONGS, "float32": [0.0, -0.0, 1.5, -1.5, INF, NAN]}
    for a, b in product(values.get(type_.kind, FLOATS), repeat=2):
        assert f(a, b) is reference(a, b), (a, b)


def test_logic() -> None:
    both, either, no = (
        evaluate("logical_and", BOOL),
        evaluate("logical_or", BOOL),
        evaluate("logical_not", BOOL, arity=1),
    )
    for a, b in product([False, True], repeat=2):
        assert (both(a, b), either(a, b), no(a)) == (a and b, a or b, not a)


@pytest.mark.parametrize("type_", [F32, F64, I32, I64, BOOL])
def test_select(type_: Scalar) -> None:
    c, a, b, y = var("c", BOOL), var("a", type_), var("b", type_), var("y", type_)
    f = Compiled(function([c, a, b], [let(y, "select", c, a, b)], y))
    assert f(True, 1, 0) == 1
    assert f(False, 1, 0) == 0


@pytest.mark.parametrize("source", [F32, F64, I32, I64, BOOL])
@pytest.mark.parametrize("target", [F32, F64, I32, I64, BOOL])
def test_cast(source: Scalar, target: Scalar) -> None:
    f = evaluate("cast", source, target, arity=1)
    values = {"bool": [False, True], "int32": INTS, "int64": LONGS}.get(source.kind, [0.0, -0.0, 1.5, -2.7, 1e9, -0.3])
    for value in values:
        expected = np.asarray(value, NUMPY[source.kind]).astype(NUMPY[target.kind])
        assert f(value) == expected, value


@pytest.mark.parametrize(("target", "least"), [(I32, -(2**31)), (I64, -(2**63))])
@pytest.mark.parametrize("source", [F32, F64])
def test_cast_of_what_no_integer_holds(source: Scalar, target: Scalar, least: int) -> None:
    """The least integer, as NumPy has it from the processor."""
    f = evaluate("cast", source, target, arity=1)
    assert [f(v) for v in (INF, -INF, 1e30, -1e30, NAN)] == [least] * 5
    assert f(float(least)) == least and f(-float(least)) == least


def test_cast_to_the_ends_of_32_bits() -> None:
    f = evaluate("cast", F64, I32, arity=1)
    assert [f(v) for v in (2.0**31 - 0.5, 2.0**31, -(2.0**31) - 0.5)] == [2**31 - 1, -(2**31), -(2**31)]


def test_nan_is_true() -> None:
    f = evaluate("cast", F64, BOOL, arity=1)
    assert [f(v) for v in (NAN, 0.0, -0.0, 5e-324)] == [True, False, False, True]


@pytest.mark.parametrize("op", ["maximum", "minimum"])
@pytest.mark.parametrize("type_", [F32, F64, I32, I64, BOOL])
def test_extrema(op: str, type_: Scalar) -> None:
    f = evaluate(op, type_)
    values = {"bool": [False, True], "int32": INTS, "int64": LONGS, "float32": [0.0, 1.5, -1.5, INF, NAN]}
    for a, b in product(values.get(type_.kind, [v for v in FLOATS if str(v) != "-0.0"]), repeat=2):
        expected = getattr(np, op)(NUMPY[type_.kind](a), NUMPY[type_.kind](b))
        assert same(float(f(a, b)), float(expected)), (a, b)


@pytest.mark.parametrize("op", ["isnan", "isinf", "isfinite", "signbit"])
@pytest.mark.parametrize("type_", [F32, F64])
def test_classes(op: str, type_: Scalar) -> None:
    f = evaluate(op, type_, BOOL, arity=1)
    with np.errstate(over="ignore"):
        for value in np.array(FLOATS).astype(NUMPY[type_.kind]):
            assert f(value) == getattr(np, op)(value), value


def test_negation() -> None:
    for type_, value in ((F64, 1.5), (F32, 1.5), (I32, 7), (I64, 7)):
        assert evaluate("neg", type_, arity=1)(value) == -value
    assert same(evaluate("neg", F64, arity=1)(0.0), -0.0)
    assert evaluate("neg", I64, arity=1)(-(2**63)) == -(2**63)


@pytest.mark.parametrize(("op", "reference"), [("sin", math.sin), ("exp", math.exp), ("abs", abs), ("sqrt", math.sqrt)])
def test_functions(op: str, reference: object) -> None:
    f, g = evaluate(op, F64, arity=1), evaluate(op, F32, arity=1)
    assert callable(reference)
    for value in (0.0, 0.5, 1.0, 2.25, 10.0):
        assert f(value) == reference(value)
        assert g(value) == pytest.approx(reference(value), rel=2e-7)


def test_a_function_of_two_numbers() -> None:
    f = evaluate("arctan2", F64)
    assert f(1.0, -2.0) == math.atan2(1.0, -2.0)
    assert "atan2" in f.kernel.externals


def test_flags_are_written_and_nothing_else() -> None:
    plain, marked = evaluate("add", F64), evaluate("mul", F64, flags="reassoc contract")
    assert "fadd double" in plain.kernel.text
    assert "fmul reassoc contract double" in marked.kernel.text


@pytest.mark.parametrize("value", [0.1, -0.0, INF, -INF, NAN, 5e-324, 1.7976931348623157e308])
def test_float_literals(value: float) -> None:
    y, z = var("y"), var("z", F32)
    assert same(run(function([], [let(y, "add", num(value), num(-0.0))], y)), value)
    with np.errstate(over="ignore"):
        expected = float(np.float32(value))
    assert same(run(function([], [let(z, "add", num(value, F32), num(-0.0, F32))], z)), expected)


def test_integer_literals() -> None:
    y = var("y", I64)
    for value in LONGS:
        assert run(function([], [let(y, "add", num(value), num(0))], y)) == value


def test_what_the_table_does_not_lower() -> None:
    with pytest.raises(KeyError):
        evaluate("gamma", F64, arity=1)
    with pytest.raises(InternalError, match="cast them before"):
        evaluate("div", I64)
    with pytest.raises(InternalError, match="different kinds"):
        x, y = var("x"), var("y", I64)
        run(function([x, y], [let(var("z"), "add", x, y)], var("z")), 1.0, 1)
