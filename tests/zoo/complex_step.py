"""The complex step: a derivative that shares nothing with the project.

`f(x + ih)` has the imaginary part `h f'(x)` up to `h**3`, and with `h = 1e-20` there is neither truncation nor
cancellation (Squire and Trapp, SIAM Review 40(1), 1998).  It needs `f` to be analytic where it is evaluated, so the
program runs with `np`, `math` and the few builtins that would drop an imaginary part exchanged for analytic ones;
order comparisons look at the real part first, as NumPy's do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import CellType, FunctionType
from typing import Any

import numpy as np
import scipy.special

from .structures import rebuilt

STEP = 1e-20


def directional(fn: Callable[..., Any], args: tuple[Any, ...], directions: dict[int, Any]) -> Any:
    """The derivative of `fn` at `args` along `directions`, one per position; the structure is that of the result."""
    moved = as_complex(args)
    for position, direction in directions.items():
        moved[position] = rebuilt(moved[position], displaced, direction)
    return rebuilt(analytic(fn)(*moved), imaginary)


def imaginary(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else np.imag(value) / STEP


def displaced(value: Any, direction: Any) -> Any:
    """The value a small imaginary step away; None is no direction."""
    if direction is None:
        return value
    if not isinstance(value, np.ndarray):
        return value + 1j * STEP * direction
    value[...] += 1j * STEP * direction
    return value


def as_complex(args: tuple[Any, ...]) -> list[Any]:
    """The arguments with every float made complex; arrays keep their strides and go on sharing memory."""
    owners: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def leaf(a: Any) -> Any:
        return complex_array(a, owners) if isinstance(a, np.ndarray) else complex_scalar(a)

    return [rebuilt(a, leaf) for a in args]


def complex_scalar(value: Any) -> Any:
    return np.complex128(value) if isinstance(value, float | np.floating) else value


def complex_array(array: np.ndarray, owners: dict[int, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    if not np.issubdtype(array.dtype, np.floating):
        return array
    owner = array
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    flat = np.asarray(owner.ravel(order="K"))
    _, copy = owners.setdefault(id(owner), (owner, flat.astype(complex)))
    offset = (array.ctypes.data - owner.ctypes.data) // array.itemsize * copy.itemsize
    strides = tuple(s // array.itemsize * copy.itemsize for s in array.strides)
    return np.ndarray(array.shape, complex, copy.data, offset, strides)


def analytic(fn: Callable[..., Any]) -> Callable[..., Any]:
    """`fn`, and every function it can reach, in a world whose mathematics is analytic."""
    return rebind(fn, {})


def rebind(value: Any, worlds: dict[int, dict[str, Any]]) -> Any:
    if value is np:
        return AnalyticNumPy()
    if value is math:
        return AnalyticMath()
    if getattr(value, "__module__", None) == "math":
        return getattr(AnalyticMath(), value.__name__)
    if not isinstance(value, FunctionType):
        return value
    world = rebind_globals(value.__globals__, worlds)
    cells = tuple(CellType(rebind(cell.cell_contents, worlds)) for cell in value.__closure__ or ())
    copy = FunctionType(value.__code__, world, value.__name__, value.__defaults__, cells or None)
    copy.__kwdefaults__ = value.__kwdefaults__
    return copy


def rebind_globals(names: dict[str, Any], worlds: dict[int, dict[str, Any]]) -> dict[str, Any]:
    if id(names) not in worlds:
        worlds[id(names)] = world = dict(names, abs=absolute, float=np.complex128, int=real_integer)
        world.update({name: rebind(value, worlds) for name, value in names.items()})
    return worlds[id(names)]


def absolute(x: Any) -> Any:
    return np.where(np.real(x) < 0, -x, x)[()]


def real_integer(x: Any) -> int:
    return int(np.real(x))


def choose(test: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """`a, b` where the test holds and `b, a` elsewhere."""
    return np.where(test, a, b)[()], np.where(test, b, a)[()]


def hypot(x: Any, y: Any) -> Any:
    big, small = choose(np.abs(x) >= np.abs(y), absolute(x), absolute(y))
    return big * np.sqrt(1 + (small / big) ** 2)


def arctan2(y: Any, x: Any) -> Any:
    flat = np.abs(x) >= np.abs(y)
    big, small = choose(flat, x, y)
    angle = np.arctan(small / big)
    half_turn = np.where(np.real(x) < 0, math.pi, 0.0) * np.where(np.real(y) < 0, -1.0, 1.0)
    quarter_turn = math.pi / 2 * np.where(np.real(y) < 0, -1.0, 1.0)
    return np.where(flat, angle + half_turn, quarter_turn - angle)[()]


def norm(x: Any, order: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    kept = {"axis": axis, "keepdims": keepdims}
    if order in (1, np.inf):
        return (np.sum if order == 1 else np.max)(absolute(x), **kept)
    scale = np.max(np.abs(x))
    return scale * np.sqrt(np.sum((x / scale) ** 2, **kept))


def var(x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    x = np.asarray(x)
    total = np.sum((x - np.mean(x, axis=axis, keepdims=True)) ** 2, axis=axis, keepdims=keepdims)
    return total / (np.sum(np.ones(x.shape), axis=axis, keepdims=keepdims) - ddof)


def std(x: Any, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Any:
    return np.sqrt(var(x, axis, ddof, keepdims))


def on_the_real_part(fn: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x: fn(np.real(x))


class AnalyticMath:
    """`math`, for complex arguments."""

    acos, acosh = staticmethod(np.arccos), staticmethod(np.arccosh)
    asin, asinh = staticmethod(np.arcsin), staticmethod(np.arcsinh)
    atan, atanh = staticmethod(np.arctan), staticmethod(np.arctanh)
    atan2, hypot, fabs = staticmethod(arctan2), staticmethod(hypot), staticmethod(absolute)
    erf, gamma = staticmethod(scipy.special.erf), staticmethod(scipy.special.gamma)
    lgamma = staticmethod(scipy.special.loggamma)
    floor, ceil = staticmethod(on_the_real_part(math.floor)), staticmethod(on_the_real_part(math.ceil))
    trunc, isnan = staticmethod(on_the_real_part(math.trunc)), staticmethod(on_the_real_part(math.isnan))
    isinf, isfinite = staticmethod(on_the_real_part(math.isinf)), staticmethod(on_the_real_part(math.isfinite))
    pow = staticmethod(np.power)

    def erfc(self, x: Any) -> Any:
        return 1 - scipy.special.erf(x)

    def log(self, x: Any, base: Any = math.e) -> Any:
        return np.log(x) if base is math.e else np.log(x) / np.log(base)

    def copysign(self, x: Any, y: Any) -> Any:
        return absolute(x) * math.copysign(1.0, np.real(y))

    def __getattr__(self, name: str) -> Any:
        return getattr(math, name) if name in ("pi", "e", "tau", "inf", "nan") else getattr(np, name)


class AnalyticLinalg:
    norm = staticmethod(norm)
    solve, inv, det = staticmethod(np.linalg.solve), staticmethod(np.linalg.inv), staticmethod(np.linalg.det)
    LinAlgError = np.linalg.LinAlgError


class AnalyticNumPy:
    """`numpy`, with constructors that make room for complex numbers and kinked functions that look at the real part."""

    linalg = AnalyticLinalg()
    var, std = staticmethod(var), staticmethod(std)
    abs, absolute, fabs = staticmethod(absolute), staticmethod(absolute), staticmethod(absolute)
    arctan2, hypot, float64, float32 = staticmethod(arctan2), staticmethod(hypot), np.complex128, np.complex128
    floor, ceil = staticmethod(on_the_real_part(np.floor)), staticmethod(on_the_real_part(np.ceil))
    sign, isnan = staticmethod(on_the_real_part(np.sign)), staticmethod(on_the_real_part(np.isnan))
    rint, round = staticmethod(on_the_real_part(np.rint)), staticmethod(on_the_real_part(np.round))
    isfinite = staticmethod(on_the_real_part(np.isfinite))

    def maximum(self, a: Any, b: Any) -> Any:
        return np.where(np.real(a) >= np.real(b), a, b)[()]

    def minimum(self, a: Any, b: Any) -> Any:
        return np.where(np.real(a) <= np.real(b), a, b)[()]

    def clip(self, x: Any, low: Any, high: Any) -> Any:
        return self.minimum(self.maximum(x, low), high)

    def logaddexp(self, a: Any, b: Any) -> Any:
        high, low = choose(np.real(a) >= np.real(b), a, b)
        return high + np.log1p(np.exp(low - high))

    def __getattr__(self, name: str) -> Any:
        found = getattr(np, name)
        return room_for_complex(found) if name in CONSTRUCTORS else found


CONSTRUCTORS = ("zeros", "ones", "empty", "full", "arange", "linspace", "zeros_like", "ones_like")
CONSTRUCTORS += ("empty_like", "full_like")


def room_for_complex(constructor: Callable[..., Any]) -> Callable[..., Any]:
    def construct(*args: Any, **options: Any) -> Any:
        made = constructor(*args, **options)
        return made.astype(complex) if np.issubdtype(made.dtype, np.floating) else made

    return construct
