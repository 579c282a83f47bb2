# mypy: disable-error-code="no-untyped-def, no-untyped-call"
"""JAX: `jit(grad)` of the programs, each in the fastest form that was found.

Tried for every loop: `fori_loop` and `scan`, unrolled up to 16 times, with and without `checkpoint` of a trip, and
`associative_scan` or an operation on whole arrays where there is one. The choice matters by factors up to ninety:
without `checkpoint` JAX keeps every intermediate value of a trip, stacked over all trips.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from . import package

LABEL = "JAX jit(grad)"
SMALL: frozenset[str] = frozenset()
NEWTON_TRIPS = 10  # enough for the arguments of the benchmark; a user has to know it beforehand


def cubic_sine(jax, x):
    return x * x * x + jax.numpy.sin(x)


def cubic_sines(jax, x):
    return jax.numpy.sum(x * x * x + jax.numpy.sin(x))


def logistic(jax, r, trips):
    @jax.checkpoint
    def trip(carry, _):
        x, total = carry
        x = r * x * (1.0 - x)
        return (x, total + x), None

    return jax.lax.scan(trip, (0.3, 0.0), None, length=trips, unroll=8)[0][1]


def lotka_volterra(jax, theta, steps, dt):
    a, b, c, d = theta[0], theta[1], theta[2], theta[3]

    @jax.checkpoint
    def step(carry, _):
        u, v, total = carry
        u1, v1 = u * (a - b * v), v * (d * u - c)
        ua, va = u + 0.5 * dt * u1, v + 0.5 * dt * v1
        u2, v2 = ua * (a - b * va), va * (d * ua - c)
        ub, vb = u + 0.5 * dt * u2, v + 0.5 * dt * v2
        u3, v3 = ub * (a - b * vb), vb * (d * ub - c)
        uc, vc = u + dt * u3, v + dt * v3
        u4, v4 = uc * (a - b * vc), vc * (d * uc - c)
        u = u + dt / 6.0 * (u1 + 2.0 * u2 + 2.0 * u3 + u4)
        v = v + dt / 6.0 * (v1 + 2.0 * v2 + 2.0 * v3 + v4)
        return (u, v, total + u * v), None

    return jax.lax.scan(step, (theta[4], theta[5], 0.0), None, length=steps)[0][2]


def newton(jax, c):
    """`while_loop` has no reverse mode: a fixed number of trips for everyone, masked."""

    @jax.checkpoint
    def trip(x, _):
        return jax.numpy.where(abs(x * x * x - c) > 1e-10, x - (x * x * x - c) / (3.0 * x * x), x), None

    return jax.numpy.sum(jax.lax.scan(trip, jax.numpy.ones_like(c), None, length=NEWTON_TRIPS)[0])


def branchy(jax, a):
    where = jax.numpy.where
    safe = where(a > 1.0, a, 1.0)  # else the branch not taken sends NaN through its logarithm
    return jax.numpy.sum(where(a > 1.0, jax.numpy.log(safe), where(a > 0.0, a * a, -0.5 * a)))


def horner(jax, c, x):
    return jax.numpy.sum(jax.numpy.polyval(c, x, unroll=len(c)))


def gauss_seidel(jax, start, sweeps):
    numpy, scan = jax.numpy, jax.lax.scan

    def cell(left, rest):
        value = 0.25 * left + rest
        return value, value

    def row(above, rows):
        here, below = rows
        rest = 0.25 * (above[1:-1] + below[1:-1] + here[2:])
        new = numpy.concatenate([here[:1], scan(cell, here[0], rest, unroll=4)[1], here[-1:]])
        return new, new

    def sweep(_, u):
        return numpy.concatenate([u[:1], scan(row, u[0], (u[1:-1], u[2:]))[1], u[-1:]])

    u = jax.lax.fori_loop(0, sweeps, sweep, start)
    return numpy.sum(u * u)


def heat(jax, start, steps, k):
    def step(_, u):
        return jax.numpy.concatenate([u[:1], u[1:-1] + k * (u[:-2] - 2.0 * u[1:-1] + u[2:]), u[-1:]])

    u = jax.lax.fori_loop(0, steps, step, start)
    return jax.numpy.sum(u * u)


def linear_recurrence(jax, a, b):
    @jax.checkpoint
    def step(previous, coefficients):
        value = coefficients[0] * previous + coefficients[1]
        return value, value

    out = jax.lax.scan(step, b[0], (a[1:], b[1:]), unroll=4)[1]
    return b[0] * b[0] + jax.numpy.sum(out * out)


def running_product(jax, a):
    def step(previous, factor):
        value = previous * factor
        return value, value

    out = jax.lax.scan(step, 1.0, a, unroll=8)[1]
    return jax.numpy.sum(out * out)


PROGRAMS = {
    f.__name__: f
    for f in (cubic_sine, cubic_sines, logistic, lotka_volterra, newton, branchy, horner, gauss_seidel, heat,
              linear_recurrence, running_product)
}  # fmt: skip


def gradient(name: str, args: tuple[Any, ...]) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A callable that waits for the gradient by the first argument, and its arguments on the device.

    Integers are trip counts, which reverse mode needs at compile time.
    """
    jax = package("jax")
    static = tuple(k for k, a in enumerate(args) if isinstance(a, int))
    compiled = jax.jit(jax.grad(partial(PROGRAMS[name], jax)), static_argnums=static)
    given = tuple(a if k in static else jax.numpy.asarray(a) for k, a in enumerate(args))
    return lambda *a: compiled(*a).block_until_ready(), given
