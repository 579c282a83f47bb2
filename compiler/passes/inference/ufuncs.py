"""Type rules of NumPy's functions of each element that are put together from others."""

from __future__ import annotations

import sys

from ...ir.nodes import Const
from ...ir.types import PY_BOOL, PY_INT, Array, Scalar
from ...ops.typing import TypingError
from .compose import Composer
from .inferrer import Rules
from .shaping import rule
from .terms import Term, argument, formula, placed, plain, term, weak

_LARGEST = {"float64": sys.float_info.max, "float32": 3.4028234663852886e38}


def _float_power(c: Composer) -> Term:
    a, b = (term(c, v).cast("float64") for v in c.operands)
    return a.of("pow", b)


def _divmod(c: Composer) -> None:
    a, b = (term(c, v) for v in c.operands)
    via = c.e.attr("via")
    parts = [c.made(op, a.value, b.value, **({"via": via} if via else {})) for op in ("floordiv", "mod")]
    c.inf.env[c.target.name] = tuple(parts)


def _modf(c: Composer) -> None:
    """The fraction, with the sign of the number also where it is zero, and the whole part."""
    x = term(c, c.operands[0])
    if c.e.attr("via") == "math" and isinstance(x.type, Array):
        raise TypingError("T004", what="math.modf", types="an array", hint="for arrays write `np.modf`")
    x = x.floating() if c.e.attr("via") != "math" else Term(c, c.inf.cast(x.atom, "float64", c.span, weak=True))
    whole = x.of("trunc")
    infinite = x.equals(whole)
    fraction = infinite.where(0.0, x - whole).of("copysign", x)
    parts = [fraction, whole]
    if c.e.attr("via") == "math":
        parts = [Term(c, c.inf.cast(p.atom, "float64", c.span, weak=True)) for p in parts]
    c.inf.env[c.target.name] = tuple(p.value for p in parts)


def _nan_to_num(c: Composer) -> Term:
    x = term(c, c.operands[0])
    if c.constant("copy", True) is not True:
        raise TypingError("T043", what=c.spelled, reason="it always gives a copy")
    if not x.kind.startswith("float"):
        return Term(c, c.array("copy", x.value)) if isinstance(x.type, Array) else x
    x = x.floating()
    high, low = argument(c, "posinf", _LARGEST[x.kind]), argument(c, "neginf", -_LARGEST[x.kind])
    nan = argument(c, "nan", 0.0)
    assert high is not None and low is not None and nan is not None
    given = [Term(c, c.inf.cast(t.atom, x.kind, c.span, weak=False)) if isinstance(t.type, Scalar) else t
             for t in (nan, high, low)]
    return x.of("isnan").where(given[0], x.of("isposinf").where(given[1], x.of("isneginf").where(given[2], x)))


def isclose(c: Composer) -> Term:
    """Whether two values differ by no more than `atol + rtol * abs(b)`."""
    a, b = (term(c, v) for v in c.operands)
    rtol, atol = argument(c, "rtol", 1e-5), argument(c, "atol", 1e-8)
    assert rtol is not None and atol is not None
    if weak(b.type) or not b.kind.startswith("float"):
        b = b.floating()
    near = (a - b).of("abs") <= atol + rtol * b.of("abs")
    close = (near & b.of("isfinite")) | a.equals(b)
    if c.constant("equal_nan", False):
        close = close | (a.of("isnan") & b.of("isnan"))
    return close


def _all_close(c: Composer) -> Term:
    close = isclose(c).reduced("all")
    return Term(c, c.inf.cast(close.atom, "bool", c.span, weak=True))


def _array_equal(c: Composer) -> Term:
    """The elements that both arrays have are compared, and the shapes."""
    a, b = (Term(c, c.as_array(v)) for v in c.operands)
    if a.rank != b.rank:
        return Term(c, Const(False, PY_BOOL))
    same = Term(c, Const(True, PY_BOOL))
    for k in range(a.rank):
        n, m = c.dim(a.array, k), c.dim(b.array, k)
        shared = c.exactly("minimum", (n, m), PY_INT, safe=True)
        a, b = a.cut(k, None, shared), b.cut(k, None, shared)
        same = same & Term(c, c.compared("eq", n, m))
    equal = a.equals(b)
    if c.constant("equal_nan", False):
        equal = equal | (a.of("isnan") & b.of("isnan"))
    return Term(c, c.inf.cast((same & equal.reduced("all")).atom, "bool", c.span, weak=True))


def _rounded(c: Composer) -> Term:
    """NumPy rounds to decimals by a product, a rounding and a quotient."""
    x = term(c, c.operands[0])
    digits = c.constant("decimals", 0)
    if type(digits) is not int:
        raise TypingError("T041", what=c.spelled, argument="decimals")
    if not x.kind.startswith("float"):
        if digits < 0 or x.kind == "bool":
            raise TypingError("T043", what=c.spelled, reason="integers are rounded to whole numbers only")
        return Term(c, c.array("copy", x.value)) if isinstance(x.type, Array) else x
    if digits == 0:
        return x.by(c.e.op)
    scale = plain(10.0 ** abs(digits))
    assert isinstance(scale, Const)
    if digits > 0:
        return (x * scale).by(c.e.op) / scale
    return (x / scale).by(c.e.op) * scale


def _with_arguments(c: Composer) -> Term:
    """A ufunc with `out`, `where` or `dtype`."""
    operands = [term(c, v) for v in c.operands]
    kind = c.e.attr("dtype")
    if kind is not None:
        operands = [t if weak(t.type) and not t.kind.startswith("float") else t.cast(kind) for t in operands]
    return placed(c, operands[0].of(c.e.attr("op"), *operands[1:]))


RULES: Rules = {
    "ufunc": formula(_with_arguments),
    "float_power": formula(_float_power),
    "divmod": rule(_divmod),
    "modf": rule(_modf),
    "nan_to_num": formula(_nan_to_num),
    "isclose": formula(isclose),
    "allclose": formula(_all_close),
    "array_equal": formula(_array_equal),
    "round_to": formula(_rounded),
}
