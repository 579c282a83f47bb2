"""What Python and `math` raise on numbers, as explicit branches before the operation.

Before:  `t: float = div(x, y)`
After:   `bad = eq(y, 0.0)`, `if bad: fail ZeroDivisionError`, `t = div(x, y)`

NumPy numbers raise nothing: they give infinities and NaN. Integers are 64-bit here, and where Python's would grow
further the result is an `OverflowError` instead of a wrong number.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ...ir.limits import COMPLEX_POWER, FLOAT_TOO_LARGE, OVERFLOW
from ...ir.nodes import Apply, Atom, Const, Var
from ...ir.types import PY_BOOL, Kind, Scalar, is_complex
from ...ops import BY_NAME
from ...ops.typing import elementwise_type, may_not_fit
from .builder import Builder, number


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
COMPLEX_DIVISION = _said(lambda zero: 1j / zero)
COMPLEX_POLE = _said(lambda zero: 0j ** (zero - 1.0))
POLE = _said(lambda zero: zero**-1.0)


def operands_checked(b: Builder, e: Apply) -> None:
    """Raise what Python raises for the operands of a scalar operation, before it is carried out."""
    if e.attr("safe") or not isinstance(e.type, Scalar):
        return
    kind = e.args[0].type.kind if e.args and isinstance(e.args[0].type, Scalar) else "bool"
    if e.op == "cast":
        if e.attr("exact"):
            fitting(b, e.args[0], e.type.kind)
        return
    if not e.type.weak and not kind.startswith("int"):
        return
    match e.op:
        case "div" | "mod" | "floordiv":
            _divisor(b, e, kind)
        case "pow" if e.type.weak and kind == "complex128":
            _complex_power(b, e)
        case "pow" if e.type.weak and kind == "float64":
            _float_power(b, e)
        case "pow" if kind.startswith("int"):
            _integer_power(b, e)
        case "neg" | "abs" if e.type.weak and kind == "int64":
            b.fail_if(_is_least(b, e.args[0]), "OverflowError", OVERFLOW)
        case "add" | "sub" | "mul" if e.type.weak and kind == "int64":
            b.fail_if(b.scalar(f"{e.op}_overflows", *e.args, type=PY_BOOL), "OverflowError", OVERFLOW)
        case "lshift" | "rshift" if e.type.weak:
            _shift(b, e)
        case _:
            pass


def _shift(b: Builder, e: Apply) -> None:
    """Python shifts by no negative number; what falls out at the left does not come back."""
    value, places = e.args
    b.fail_if(b.compare("lt", places, Const(0, places.type)), "ValueError", "negative shift count")
    if e.op == "lshift":
        back = b.scalar("rshift", b.scalar("lshift", value, places), places)
        b.fail_if(b.compare("ne", back, value), "OverflowError", OVERFLOW)


def _divisor(b: Builder, e: Apply, kind: Kind) -> None:
    divisor = e.args[1]
    weak = isinstance(e.type, Scalar) and e.type.weak
    if not weak or (isinstance(divisor, Const) and divisor.value not in (0, -1)):
        return
    said = COMPLEX_DIVISION if kind == "complex128" else DIVISION[e.op]
    message = said(0 if kind.startswith("int") or e.attr("via") == "integers" else 0.0)
    b.fail_if(b.compare("eq", divisor, number(0, kind)), "ZeroDivisionError", message)
    if kind == "int64" and e.op == "floordiv":
        least = b.logic("logical_and", _is_least(b, e.args[0]), b.compare("eq", divisor, Const(-1, divisor.type)))
        b.fail_if(least, "OverflowError", OVERFLOW)


def _is_least(b: Builder, x: Atom) -> Atom:
    """Whether an integer is the one whose negative does not fit: by the form that has no trips for LLVM to count."""
    return b.scalar("sub_overflows", Const(0, x.type), x, type=PY_BOOL)


def _float_power(b: Builder, e: Apply) -> None:
    """`**` has an exception of its own for a pole, `math.pow` has one for all it does not define."""
    base, exponent = e.args
    zero = number(0, "float64")
    if isinstance(exponent, Const) and float(exponent.value).is_integer() and exponent.value >= 0:
        return
    infinite = b.compare("eq", exponent, number(float("-inf"), "float64"))
    pole = b.logic("logical_and", b.compare("eq", base, zero), b.compare("lt", exponent, zero))
    pole = b.logic("logical_and", pole, b.negate(infinite))
    if e.attr("via") == "math":
        b.fail_if(pole, "ValueError", "math domain error")
    else:
        b.fail_if(pole, "ZeroDivisionError", POLE(0.0))
    if isinstance(exponent, Const) and float(exponent.value).is_integer():
        return
    fraction = b.compare("ne", b.scalar("floor", exponent), exponent)
    number_ = b.compare("eq", exponent, exponent)
    negative = b.logic("logical_and", b.compare("lt", base, zero),
                       b.compare("gt", base, number(float("-inf"), "float64")))
    complex_ = b.logic("logical_and", negative, b.logic("logical_and", fraction, number_))
    b.fail_if(complex_, "ValueError", COMPLEX_POWER)


def _complex_power(b: Builder, e: Apply) -> None:
    """Zero to a power that is negative or complex."""
    base, exponent = e.args
    part = Scalar("float64")
    real, imag = (b.scalar(op, exponent, type=part) for op in ("real", "imag"))
    zero = number(0, "float64")
    bad = b.logic("logical_or", b.compare("lt", real, zero), b.compare("ne", imag, zero))
    pole = b.logic("logical_and", b.compare("eq", base, number(0, "complex128")), bad)
    b.fail_if(pole, "ZeroDivisionError", COMPLEX_POLE(0.0))


def _integer_power(b: Builder, e: Apply) -> None:
    base, exponent = e.args
    negative = b.compare("lt", exponent, Const(0, exponent.type))
    if isinstance(e.type, Scalar) and e.type.weak:
        pole = b.logic("logical_and", b.compare("eq", base, Const(0, base.type)), negative)
        b.fail_if(pole, "ZeroDivisionError", "0.0 cannot be raised to a negative power")
    b.fail_if(negative, "ValueError", "Integers to negative integer powers are not allowed.")
    if isinstance(e.type, Scalar) and e.type.weak:
        b.fail_if(b.scalar("pow_overflows", base, exponent, type=PY_BOOL), "OverflowError", OVERFLOW)


def fitting(b: Builder, x: Atom, to: Kind) -> None:
    """Python refuses NaN and what does not fit; so does NumPy where it makes an integer of a number first."""
    assert isinstance(x.type, Scalar)
    if not may_not_fit(x.type.kind, to):
        return
    kind, bits = x.type.kind, 32 if to == "int32" else 64
    limit = 2 ** (bits - 1)
    if kind == "int64":
        large = b.logic("logical_or", b.compare("gt", x, number(limit - 1, kind)),
                        b.compare("lt", x, number(-limit, kind)))
        b.fail_if(large, "OverflowError", f"Python integer {{}} out of bounds for {to}", x)
        return
    b.fail_if(b.compare("ne", x, x), "ValueError", "cannot convert float NaN to integer")
    infinite = b.compare("eq", b.scalar("fabs", x), number(float("inf"), kind))
    b.fail_if(infinite, "OverflowError", "cannot convert float infinity to integer")
    below = ("le", -limit - 1.0) if (kind, bits) == ("float64", 32) else ("lt", -float(limit))
    large = b.logic("logical_or", b.compare("ge", x, number(float(limit), kind)),
                    b.compare(below[0], x, number(below[1], kind)))
    b.fail_if(large, "OverflowError", FLOAT_TOO_LARGE.format(bits))


def arithmetic(b: Builder, op: str, *args: Atom, safe: bool = False) -> Atom:
    """An operation on numbers as the user could have written it, with NumPy's promotion and Python's errors."""
    typed = elementwise_type(BY_NAME[op], tuple(a.type for a in args), None)
    assert isinstance(typed.result, Scalar)
    e = Apply(op, tuple(b.convert(a, typed.compute) for a in args), typed.result, b.span, (("safe", safe),))
    operands_checked(b, e)
    return b.elementary(op, e.args, typed.result, {})


def _complex_result_checked(b: Builder, e: Apply, result: Var) -> None:
    """Raise what Python and `cmath` raise for results of complex numbers."""
    if e.op in ("abs", "pow"):
        message = "absolute value too large" if e.op == "abs" else "complex exponentiation"
        infinite = b.elementary("isinf", (result,), PY_BOOL, {})
        for x in e.args if e.op == "abs" else ():
            infinite = b.logic("logical_and", infinite, b.elementary("isfinite", (x,), PY_BOOL, {}))
        b.fail_if(infinite, "OverflowError", message)
    elif e.attr("via") == "cmath" and is_complex(result.type):
        finite = b.elementary("isfinite", (e.args[0],), PY_BOOL, {})
        wrong = b.logic("logical_and", finite, b.negate(b.elementary("isfinite", (result,), PY_BOOL, {})))
        pole = wrong  # at 0, or at 1 and its like: what overflows is far from there
        for part in ("real", "imag"):
            size = b.magnitude(b.scalar(part, e.args[0], type=Scalar("float64")))
            pole = b.logic("logical_and", pole, b.compare("le", size, number(1, "float64")))
        b.fail_if(pole, "ValueError", "math domain error")
        b.fail_if(wrong, "OverflowError", "math range error")


def result_checked(b: Builder, e: Apply, result: Var) -> None:
    """Raise what `math` raises for a result outside the domain or the range of floats."""
    row = BY_NAME[e.op]
    weak = isinstance(e.type, Scalar) and e.type.weak
    if weak and not e.attr("safe") and any(map(is_complex, (a.type for a in e.args))):
        _complex_result_checked(b, e, result)
        return
    if not weak or e.attr("safe") or e.type.kind != "float64":  # type: ignore[union-attr]
        return
    if not row.raises:
        return
    if row.outside:
        outside = b.formula.build(row.outside, {row.operands[0]: e.args[0]})
        b.fail_if(outside, "ValueError", "math domain error")
        return
    invalid = b.compare("ne", result, result)
    infinite = b.compare("eq", b.scalar("fabs", result), number(float("inf"), "float64"))
    for x in e.args:
        invalid = b.logic("logical_and", invalid, b.compare("eq", x, x))
        finite = b.compare("lt", b.magnitude(x), number(float("inf"), "float64"))
        infinite = b.logic("logical_and", infinite, finite)
    if row.raises != "range":
        b.fail_if(invalid, "ValueError", "math domain error")
    if row.raises == "pole":
        x = e.args[0]
        whole = b.compare("eq", b.scalar("floor", x), x)
        pole = b.logic("logical_and", whole, b.compare("le", x, number(0, "float64")))
        b.fail_if(b.logic("logical_and", infinite, pole), "ValueError", "math domain error")
    exception = "ValueError" if row.raises == "domain" else "OverflowError"
    message = "math domain error" if row.raises == "domain" else "math range error"
    if e.op == "pow" and e.attr("via") != "math":
        message = "(34, 'Numerical result out of range')"  # `**` passes on what the C library says
    b.fail_if(infinite, exception, message)
