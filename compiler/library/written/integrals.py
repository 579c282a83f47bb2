"""Integrals of samples: `scipy.integrate` without what takes a function."""

from __future__ import annotations

from typing import Any

import numpy as np


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    return np.trapezoid(y, x=x, dx=dx, axis=axis)


def _steps(y: Any, x: Any, dx: Any) -> Any:
    """The distances between samples, in the shape of those along the last axis."""
    if x is None:
        return np.full(y.shape[-1] - 1, dx * 1.0, dtype=(y * 1.0).dtype)
    if x.shape[-1] != y.shape[-1]:
        raise ValueError("If given, length of x along axis must be the same as y.")
    return np.diff(x, axis=-1) * 1.0


def cumulative_trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1, initial: Any = None) -> Any:
    if y.shape[axis] == 0:
        raise ValueError("At least one point is required along `axis`.")
    moved = np.moveaxis(y, axis, -1)
    if x is None or np.ndim(x) == 1:
        steps = _steps(moved, x, dx)
    else:
        steps = _steps(moved, np.moveaxis(x, axis, -1), dx)
    total = np.cumsum(0.5 * steps * (moved[..., 1:] + moved[..., :-1]), axis=-1)
    if initial is not None:
        if initial != 0:
            raise ValueError("`initial` must be `None` or `0`.")
        total = np.concatenate((np.zeros_like(moved[..., :1]), total), axis=-1)
    return np.moveaxis(total, -1, axis)


def simpson(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """A parabola through each three samples; of an even number of them, the last step is that of Cartwright (2017)."""
    moved = np.moveaxis(y, axis, -1) * 1.0
    n = moved.shape[-1]
    if x is None or np.ndim(x) == 1:
        h = _steps(moved, x, dx)
    else:
        h = _steps(moved, np.moveaxis(x, axis, -1), dx)
    total = np.zeros(moved.shape[:-1], dtype=moved.dtype)
    if n % 2 == 1:
        return total + _parabolas(moved, h, n)
    if n == 2:
        return total + 0.5 * h[..., 0] * (moved[..., 0] + moved[..., 1])
    total = total + _parabolas(moved[..., :-1], h[..., :-1], n - 1)
    a, b = h[..., n - 3], h[..., n - 2]
    last = (2.0 * b * b + 3.0 * a * b) / (6.0 * (a + b))
    middle = (b * b + 3.0 * a * b) / (6.0 * a)
    first = b * b * b / (6.0 * a * (a + b))
    return total + last * moved[..., n - 1] + middle * moved[..., n - 2] - first * moved[..., n - 3]


def _parabolas(y: Any, h: Any, n: Any) -> Any:
    """The integral over an even number of steps, of which each two have a parabola."""
    a, b = h[..., 0 : n - 1 : 2], h[..., 1 : n - 1 : 2]
    both = a + b
    ratio = a / b
    one, two, three = y[..., 0 : n - 2 : 2], y[..., 1 : n - 1 : 2], y[..., 2:n:2]
    parts = both / 6.0 * (one * (2.0 - 1.0 / ratio) + two * (both * (both / (a * b))) + three * (2.0 - ratio))
    return np.sum(parts, axis=-1)


def romb(y: Any, dx: Any = 1.0, axis: Any = -1, show: Any = False) -> Any:
    """Romberg's rule: trapezia of steps that are halved, extrapolated."""
    assert show is False, "`show` is not supported"
    moved = np.moveaxis(y, axis, -1) * 1.0
    steps = moved.shape[-1] - 1
    n, k = 1, 0
    while n < steps:
        n = n * 2
        k += 1
    if n != steps:
        raise ValueError("Number of samples must be one plus a non-negative power of 2.")
    table = np.zeros((k + 1, k + 1, *moved.shape[:-1]))
    width = dx * n
    table[0, 0] = (moved[..., 0] + moved[..., -1]) * 0.5 * width
    step = n
    for i in range(1, k + 1):
        between = np.sum(moved[..., step // 2 :: step], axis=-1)
        step = step // 2
        table[i, 0] = 0.5 * (table[i - 1, 0] + width * between)
        width = width * 0.5
        power = 1.0
        for j in range(1, i + 1):
            power = power * 4.0
            table[i, j] = table[i, j - 1] + (table[i, j - 1] - table[i - 1, j - 1]) / (power - 1.0)
    return table[k, k] + 0.0


def fixed_quad(func: Any, a: Any, b: Any, args: Any = None, n: Any = 5) -> Any:
    """Gauss's rule of `n` places, of which the function gets all at once."""
    assert args is None, "`args` is not supported: call `func` from a lambda"
    k = np.arange(1.0, n)
    places, vectors = np.linalg.eigh(np.diag(k / np.sqrt(4.0 * k * k - 1.0), -1))
    places = 0.5 * (places - places[::-1])
    return 0.5 * (b - a) * np.sum(2.0 * vectors[0] * vectors[0] * func(0.5 * (b - a) * (places + 1.0) + a)), None


WRITTEN = {
    "scipy.integrate.romb": romb,
    "scipy.integrate.fixed_quad": fixed_quad,
    "scipy.integrate.trapezoid": trapezoid,
    "scipy.integrate.cumulative_trapezoid": cumulative_trapezoid,
    "scipy.integrate.simpson": simpson,
}
