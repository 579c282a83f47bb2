"""What Python and `math` raise on numbers, as explicit branches before the operation.

Before:  `t: float = div(x, y)`
After:   `bad = eq(y, 0.0)`, `if bad: fail ZeroDivisionError`, `t = div(x, y)`

NumPy numbers raise nothing: they give infinities and NaN. Integers are 64-bit here, and where Python's would grow
further the result is an `OverflowError` instead of a wrong number.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ..ir.nodes import Apply, Atom, Const, Var
from ..ir.types import PY_BOOL, Scalar
from ..ops import BY_NAME
from .lowering import Builder, number

OVERFLOW = "the integer result does not fit into 64 bits"
INT64_LIMIT = 9.223372036854775807e18


def _said(operation: Callable[[float], object]) -> Callable[[float], str]:
    """What the running Python says about an operation on zero: its words change from version to version."""

    def message(zero: float) -> str:
        try:
            operation(zero)
        except (ArithmeticError, ValueError) as error:
            return str(error)
        raise AssertionError("Python accepts the operation")

    return message


DIVISION: dict[str, Callable[[float], str]] = {
    "div": _said(lambda zero: (zero + 1) / zero),
    "mod": _said(lambda zero: (zero + 1) % zero),
    "floordiv": _said(lambda zero: (zero + 1) // zero),
    "fmod": _said(lambda zero: math.fmod(1.0, zero)),
}
POLE = _said(lambda zero: zero**-1.0)


def operands_checked(b: Builder, e: Apply) -> None:
    """Raise what Python raises for the operands of a scalar operation, before it is carried out."""
    if e.attr("safe") or not isinstance(e.type, Scalar):
        return
    kind = e.args[0].type.kind if e.args and isinstance(e.args[0].type, Scalar) else "bool"
    if e.op == "cast" and not e.attr("implicit") and kind.startswith("float") and e.type.kind.startswith("int"):
        _float_to_integer(b, e.args[0], e.type)
        return
    if not e.type.weak and not kind.startswith("int"):
        return
    match e.op:
        case "div" | "mod" | "floordiv" | "fmod":
            _divisor(b, e, kind)
        case "pow" if e.type.weak and kind == "float64":
            _float_power(b, e)
        case "pow" if kind.startswith("int"):
            negative = b.compare("lt", e.args[1], Const(0, e.args[1].type))
            b.fail_if(negative, "ValueError", "Integers to negative integer powers are not allowed.")
            if e.type.weak:
                _integer_power(b, e)
        case "neg" | "abs" if e.type.weak and kind == "int64":
            least = b.compare("eq", e.args[0], Const(-(2**63), e.args[0].type))
            b.fail_if(least, "OverflowError", OVERFLOW)
        case "add" | "sub" | "mul" if e.type.weak and kind == "int64":
            b.fail_if(b.scalar(f"{e.op}_overflows", *e.args, type=PY_BOOL), "OverflowError", OVERFLOW)
        case _:
            pass


def _divisor(b: Builder, e: Apply, kind: str) -> None:
    divisor = e.args[1]
    weak = isinstance(e.type, Scalar) and e.type.weak
    if isinstance(divisor, Const) and divisor.value not in (0, -1):
        return
    if weak:
        exception = "ValueError" if e.op == "fmod" else "ZeroDivisionError"
        message = DIVISION[e.op](0 if kind.startswith("int") or e.attr("via") == "integers" else 0.0)
        b.fail_if(b.compare("eq", divisor, number(0, kind)), exception, message)  # type: ignore[arg-type]
    if weak and kind == "int64" and e.op in ("floordiv", "mod"):
        least = b.logic("logical_and", b.compare("eq", e.args[0], Const(-(2**63), e.args[0].type)),
                        b.compare("eq", divisor, Const(-1, divisor.type)))
        b.fail_if(least, "OverflowError", OVERFLOW)


def _float_power(b: Builder, e: Apply) -> None:
    base, exponent = e.args
    zero = number(0, "float64")
    if isinstance(exponent, Const) and float(exponent.value).is_integer() and exponent.value >= 0:
        return
    pole = b.logic("logical_and", b.compare("eq", base, zero), b.compare("lt", exponent, zero))
    b.fail_if(pole, "ZeroDivisionError", POLE(0.0))
    if isinstance(exponent, Const) and float(exponent.value).is_integer():
        return
    whole = b.compare("eq", b.scalar("floor", exponent), exponent)
    finite = b.compare("gt", base, number(float("-inf"), "float64"))
    complex_ = b.logic("logical_and", b.logic("logical_and", b.compare("lt", base, zero), finite),
                       b.scalar("logical_not", whole, type=PY_BOOL))
    message = "a negative number to a fractional power is complex, which is not supported"
    b.fail_if(complex_, "ValueError", message)


def _integer_power(b: Builder, e: Apply) -> None:
    """The power in floating point tells whether the integer fits; at the limit it errs on the side of the error."""
    base, exponent = (b.convert(a, "float64") for a in e.args)
    size = b.scalar("fabs", b.scalar("pow", base, exponent, type=base.type))
    b.fail_if(b.compare("ge", size, number(INT64_LIMIT, "float64")), "OverflowError", OVERFLOW)


def _float_to_integer(b: Builder, x: Atom, to: Scalar) -> None:
    """Python refuses NaN and what does not fit; so does NumPy for a Python float. A NumPy float wraps."""
    assert isinstance(x.type, Scalar)
    kind = x.type.kind
    if not (to.weak or x.type.weak):
        return
    b.fail_if(b.compare("ne", x, x), "ValueError", "cannot convert float NaN to integer")
    if to.weak:
        infinite = b.compare("eq", b.scalar("fabs", x), number(float("inf"), kind))
        b.fail_if(infinite, "OverflowError", "cannot convert float infinity to integer")
    limit = 2.0**31 if to.kind == "int32" else INT64_LIMIT
    large = b.logic("logical_or", b.compare("ge", x, number(limit, kind)), b.compare("lt", x, number(-limit, kind)))
    b.fail_if(large, "OverflowError", OVERFLOW if to.weak else f"the float does not fit into {to.kind}")


def result_checked(b: Builder, e: Apply, result: Var) -> None:
    """Raise what `math` raises for a result outside the domain or the range of floats."""
    row = BY_NAME[e.op]
    weak = isinstance(e.type, Scalar) and e.type.weak
    if not weak or e.attr("safe") or e.type.kind != "float64":  # type: ignore[union-attr]
        return
    if e.op in ("mul", "add", "sub", "div", "neg") or not (row.raises or e.op == "pow"):
        return
    invalid = b.compare("ne", result, result)
    for x in e.args:
        if isinstance(x, Var):
            invalid = b.logic("logical_and", invalid, b.compare("eq", x, x))
    if e.op != "pow":
        b.fail_if(invalid, "ValueError", "math domain error")
    infinite = b.compare("eq", b.scalar("fabs", result), number(float("inf"), "float64"))
    for x in e.args:
        if isinstance(x, Var):
            finite = b.compare("ne", b.scalar("fabs", x), number(float("inf"), "float64"))
            infinite = b.logic("logical_and", infinite, finite)
    exception = "OverflowError" if row.raises == "overflow" or e.op == "pow" else "ValueError"
    message = "math range error" if exception == "OverflowError" else "math domain error"
    if e.op == "pow" and e.attr("via") != "math":
        message = "(34, 'Numerical result out of range')"  # `**` passes on what the C library says
    b.fail_if(infinite, exception, message)
