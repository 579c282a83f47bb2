"""Functions of Python that are translated like the user's, from what stands here.

They are called where the user calls the function of that name, with its arguments; `FUNCTIONS` says which. What Python
raises is raised here, in its words. They are read as text, never run.
"""

from __future__ import annotations

import ast
import functools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from ...ir.classes import PythonNumber

# ---------------------------------------------------------------------------------------------------------- folding


def reduced(function: Any, items: Any) -> Any:
    """`functools.reduce(function, items)`."""
    if len(items) == 0:
        raise TypeError("reduce() of empty iterable with no initial value")
    value = items[0]
    for k in range(1, len(items)):
        value = function(value, items[k])
    return value


def reduced_from(function: Any, items: Any, value: Any) -> Any:
    """`functools.reduce(function, items, value)`."""
    for item in items:
        value = function(value, item)
    return value


def power(a: Any, b: Any) -> Any:
    """`pow(a, b)`."""
    return a**b


def product(items: Any, *, start: Any = 1) -> Any:
    """`math.prod(items)`."""
    value = start
    for item in items:
        value = value * item
    return value


def exact_sum(items: Any) -> float:
    """`math.fsum(items)`: partial sums that do not overlap, each rounded once.

    Shewchuk, Adaptive precision floating-point arithmetic and fast robust geometric predicates, 1997. A double has
    place for 40 partial sums at most.
    """
    sums = np.zeros(48)
    count = 0
    special = 0.0
    infinite = 0.0
    for item in items:
        x = float(item)
        if not math.isfinite(x):
            special += x
            infinite += x if math.isinf(x) else 0.0
            continue
        kept = 0
        for k in range(count):
            y = float(sums[k])
            if abs(x) < abs(y):
                x, y = y, x
            high = x + y
            low = y - (high - x)
            if low != 0.0:
                sums[kept] = low
                kept += 1
            x = high
        if math.isinf(x):
            raise OverflowError("intermediate overflow in fsum")
        sums[kept] = x
        count = kept + 1
    if math.isnan(infinite):
        raise ValueError("-inf + inf in fsum")
    if special != 0.0:
        return special
    high = float(sums[count - 1]) if count > 0 else 0.0
    low = 0.0
    k = count - 2
    while k >= 0 and low == 0.0:
        x = high
        y = float(sums[k])
        high = x + y
        low = y - (high - x)
        k -= 1
    if k >= 0 and ((low < 0.0 and sums[k] < 0.0) or (low > 0.0 and sums[k] > 0.0)):
        y = low * 2.0
        x = high + y
        if y == x - high:
            high = x
    return high


def length_of(*items: Any) -> float:
    """`math.hypot` of any number of coordinates."""
    result = 0.0
    for item in items:
        result = math.hypot(result, item)
    return result


def distance(p: Any, q: Any) -> float:
    """`math.dist(p, q)`."""
    if len(p) != len(q):
        raise ValueError("both points must have the same number of dimensions")
    result = 0.0
    for k in range(len(p)):
        result = math.hypot(result, p[k] - q[k])
    return result


# ---------------------------------------------------------------------------------------------------------- ordering


def in_order(items: Any, *, key: Any = None, reverse: Any = False) -> Any:
    """`sorted(items)`: equal items keep their order, and NaN comes last."""
    found = [item for item in items]  # noqa: C416
    if key is None:
        return [found[k] for k in _places(found, reverse)]
    ranks = [key(item) for item in found]
    return [found[k] for k in _places(ranks, reverse)]


def _places(ranks: Any, reverse: Any) -> Any:
    """Where in the list each place of its order is; tuples are ordered by their last numbers first, as a radix is."""
    n = len(ranks)
    order = np.arange(n)
    if n == 0:
        return order
    first = ranks[0]
    if isinstance(first, tuple):
        for k, _ in enumerate(first):
            order = order[_stable(np.array([rank[len(first) - 1 - k] for rank in ranks])[order], reverse)]
        return order
    return _stable(np.array(ranks), reverse)


def _stable(ranks: Any, reverse: Any) -> Any:
    assert np.ndim(ranks) == 1, "items are ordered by numbers, or by tuples of numbers"
    if reverse:
        return (len(ranks) - 1 - np.argsort(ranks[::-1], kind="stable"))[::-1]
    return np.argsort(ranks, kind="stable")


def put_in_order(items: Any, *, key: Any = None, reverse: Any = None) -> None:
    """`items.sort()` of a list or an array, of which only the list takes a key and an order."""
    if isinstance(items, np.ndarray):
        if key is not None:
            raise TypeError("sort() got an unexpected keyword argument 'key'")
        if reverse is not None:
            raise TypeError("sort() got an unexpected keyword argument 'reverse'")
        items[...] = np.sort(items)
    else:
        ordered = in_order(items, key=key, reverse=False if reverse is None else reverse)
        for k in range(len(items)):
            items[k] = ordered[k]


def turned(items: Any) -> None:
    """`items.reverse()`."""
    n = len(items)
    for k in range(n // 2):
        items[k], items[n - 1 - k] = items[n - 1 - k], items[k]


# ---------------------------------------------------------------------------------------------------------- rounding


def whole(x: Any, ndigits: Any = None) -> Any:
    """`round(x)` and `round(x, ndigits)`: to the nearest, and to the even one of two."""
    if isinstance(x, np.ndarray):
        raise TypeError("type numpy.ndarray doesn't define __round__ method")
    if ndigits is None:
        return int(x) if isinstance(x, (int, np.integer)) else int(np.rint(x))
    if isinstance(x, (int, np.integer)):
        return x if ndigits >= 0 else _whole_tens(x, -ndigits)
    if isinstance(x, PythonNumber):
        return _decimal(x, ndigits)  # type: ignore[arg-type]
    return np.round(x, ndigits)


def _whole_tens(x: Any, digits: Any) -> Any:
    unit = 10**digits
    below = x // unit
    rest = 2 * (x - below * unit)
    if rest > unit or (rest == unit and below % 2 == 1):
        below += 1
    return below * unit


def _decimal(x: float, digits: int) -> float:
    """A float rounded to a number of decimal places, correctly: the product with a power of ten is taken exactly.

    Powers of ten up to the 22nd are floats, so the quotient is the float that is nearest to the decimal number.
    """
    if not math.isfinite(x) or digits > 323:
        return x
    if digits > 22 or digits < -22:
        raise OverflowError("round() to more than 22 digits is not supported in compiled code")
    unit = 10.0 ** abs(digits)
    scaled = float(x) * unit if digits >= 0 else float(x) / unit
    if abs(scaled) >= 9007199254740992.0:
        grown = 1.0 if abs(x) >= 9007199254740992.0 else 1267650600228229401496703205376.0
        return float(np.rint(x * grown)) / grown
    nearest = float(np.rint(scaled))
    if digits >= 0:
        off, rest, half = scaled - nearest, _rest_of_product(float(x), unit, scaled), 0.5
    else:
        high = nearest * unit
        off, rest, half = (float(x) - high) - _rest_of_product(nearest, unit, high), 0.0, 0.5 * unit
    odd = nearest - 2.0 * float(np.floor(nearest / 2.0)) != 0.0
    if off > half or (off == half and (rest > 0.0 or (rest == 0.0 and odd))) or (off == 0.0 and rest == half and odd):
        nearest += 1.0
    elif off < -half or (off == -half and (rest < 0.0 or (rest == 0.0 and odd))) or (
        off == 0.0 and rest == -half and odd
    ):
        nearest -= 1.0
    result = nearest / unit if digits >= 0 else nearest * unit
    return math.copysign(result, x)


def _rest_of_product(x: float, unit: float, rounded: float) -> float:
    """`x * unit - rounded` without rounding, of the rounded product (Dekker, Numerische Mathematik 18, 1971)."""
    split = 134217729.0
    a = split * x
    a_high = a - (a - x)
    a_low = x - a_high
    b = split * unit
    b_high = b - (b - unit)
    b_low = unit - b_high
    return a_low * b_low - (((rounded - a_high * b_high) - a_low * b_high) - a_high * b_low)


def closest_remainder(x: Any, y: Any) -> Any:
    """`math.remainder(x, y)`, as C99 defines it."""
    if math.isnan(x) or math.isnan(y):
        return float(x) + float(y)
    if math.isinf(x) or y == 0.0:
        raise ValueError("math domain error")
    if math.isinf(y):
        return float(x)
    size = abs(float(x))
    unit = abs(float(y))
    rest = math.fmod(size, unit)
    other = unit - rest
    if rest < other:
        found = rest
    elif rest > other:
        found = -other
    else:
        found = rest - 2.0 * math.fmod(0.5 * (size - rest), unit)
    return math.copysign(1.0, x) * found


# ----------------------------------------------------------------------------------------------------------- integers


def close(a: Any, b: Any, *, rel_tol: Any = 1e-09, abs_tol: Any = 0.0) -> bool:
    """`math.isclose(a, b)`."""
    if rel_tol < 0.0 or abs_tol < 0.0:
        raise ValueError("tolerances must be non-negative")
    if a == b:
        return True
    if math.isinf(a) or math.isinf(b):
        return False
    apart = abs(b - a)
    return bool(apart <= abs(rel_tol * b) or apart <= abs(rel_tol * a) or apart <= abs_tol)


def _integer(n: Any) -> int:
    if not isinstance(n, (int, np.integer)):
        raise TypeError("'float' object cannot be interpreted as an integer")
    return int(n)


def common_divisor(*numbers: Any) -> int:
    """`math.gcd`."""
    result = 0
    for number in numbers:
        a, b = result, abs(_integer(number))
        while b != 0:
            a, b = b, a % b
        result = a
    return result


def common_multiple(*numbers: Any) -> int:
    """`math.lcm`."""
    result = 1
    for number in numbers:
        n = abs(_integer(number))
        result = 0 if n == 0 or result == 0 else result // common_divisor(result, n) * n
    return result


def factorial(n: Any) -> int:
    """`math.factorial`."""
    if _integer(n) < 0:
        raise ValueError("factorial() not defined for negative values")
    result = 1
    for k in range(2, n + 1):
        result *= k
    return result


def arrangements(n: Any, k: Any = None) -> int:
    """`math.perm(n, k)`."""
    if k is None:
        return factorial(n)
    if _integer(n) < 0:
        raise ValueError("n must be a non-negative integer")
    if _integer(k) < 0:
        raise ValueError("k must be a non-negative integer")
    result = 1
    for i in range(k):
        result *= n - i
    return result


def choices(n: Any, k: Any) -> int:
    """`math.comb(n, k)`: each product is divided before the next one, by what it has in common with the divisor."""
    if _integer(n) < 0:
        raise ValueError("n must be a non-negative integer")
    if _integer(k) < 0:
        raise ValueError("k must be a non-negative integer")
    if k > n:
        return 0
    result = 1
    for i in range(1, min(k, n - k) + 1):
        shared = common_divisor(result, i)
        result = result // shared * ((n - i + 1) // (i // shared))
    return result


def whole_root(n: Any) -> int:
    """`math.isqrt`."""
    if _integer(n) < 0:
        raise ValueError("isqrt() argument must be nonnegative")
    root = int(math.sqrt(n))
    while root * root > n:
        root -= 1
    while n - root * root > 2 * root:
        root += 1
    return root


Written = Callable[..., Any]
BY_COUNT: dict[tuple[Any, int], Written] = {
    (functools.reduce, 2): reduced,
    (functools.reduce, 3): reduced_from,
    (pow, 2): power,
}
FUNCTIONS: dict[Any, Written] = {
    math.prod: product,
    math.fsum: exact_sum,
    math.dist: distance,
    math.remainder: closest_remainder,
    math.isclose: close,
    math.gcd: common_divisor,
    math.lcm: common_multiple,
    math.factorial: factorial,
    math.perm: arrangements,
    math.comb: choices,
    math.isqrt: whole_root,
    sorted: in_order,
    round: whole,
}
# By the names that users write.
WRITTEN: dict[str, Written] = {
    f.__name__ if f.__module__ == "builtins" else f"{f.__module__}.{f.__name__}": own for f, own in FUNCTIONS.items()
} | {"math.hypot": length_of}
METHODS: dict[str, Written] = {"sort": put_in_order, "reverse": turned}
# Functions of `operator`, and what they are in the table of operations.
OPERATORS: dict[Any, str] = {
    operator.add: "add", operator.sub: "sub", operator.mul: "mul", operator.truediv: "div", operator.pow: "pow",
    operator.floordiv: "floordiv", operator.mod: "mod", operator.neg: "neg", operator.matmul: "matmul",
    operator.and_: "bit_and", operator.or_: "bit_or", operator.xor: "bit_xor", operator.invert: "invert",
    operator.lshift: "lshift", operator.rshift: "rshift",
    operator.lt: "lt", operator.le: "le", operator.gt: "gt", operator.ge: "ge", operator.eq: "eq", operator.ne: "ne",
}  # fmt: skip


def written(target: Any, node: ast.Call) -> Written | None:
    """The function to translate in place of one that is called here."""
    count = len(node.args)
    try:
        if target is sorted and not any(k.arg == "key" for k in node.keywords):
            return None
        if target is math.hypot and count != 2:
            return length_of
        return BY_COUNT.get((target, count)) or FUNCTIONS.get(target)
    except TypeError:  # the callee cannot be hashed
        return None
