# mypy: disable-error-code="no-untyped-def, no-untyped-call"
"""The measured programs, as a user writes them: the same source goes to Tapeless, to Numba and to the tape.

They end in a sum over everything computed, so that the adjoints of a long loop neither vanish nor become subnormal.
"""

import math

import numpy as np


def cubic_sine(x):
    return x * x * x + math.sin(x)


def cubic_sines(x):
    return np.sum(x * x * x + np.sin(x))


# --- Scalar loops ----------------------------------------------------------------------------------------------


def logistic(r, trips):
    """The logistic map; its derivative by the growth rate."""
    x = 0.3
    total = 0.0
    for _ in range(trips):
        x = r * x * (1.0 - x)
        total += x
    return total


def lotka_volterra(theta, steps, dt):
    """Predators and prey by the classical Runge–Kutta method; derivative by four rates and two initial states."""
    a, b, c, d = theta[0], theta[1], theta[2], theta[3]
    u, v = theta[4], theta[5]
    total = 0.0
    for _ in range(steps):
        u1 = u * (a - b * v)
        v1 = v * (d * u - c)
        ua = u + 0.5 * dt * u1
        va = v + 0.5 * dt * v1
        u2 = ua * (a - b * va)
        v2 = va * (d * ua - c)
        ub = u + 0.5 * dt * u2
        vb = v + 0.5 * dt * v2
        u3 = ub * (a - b * vb)
        v3 = vb * (d * ub - c)
        uc = u + dt * u3
        vc = v + dt * v3
        u4 = uc * (a - b * vc)
        v4 = vc * (d * uc - c)
        u += dt / 6.0 * (u1 + 2.0 * u2 + 2.0 * u3 + u4)
        v += dt / 6.0 * (v1 + 2.0 * v2 + 2.0 * v3 + v4)
        total += u * v
    return total


def newton(c):
    """Cube roots by Newton's method, each until it is good enough."""
    total = 0.0
    for i in range(len(c)):
        x = 1.0
        while abs(x * x * x - c[i]) > 1e-10:
            x = x - (x * x * x - c[i]) / (3.0 * x * x)
        total += x
    return total


def branchy(a):
    """A penalty in three pieces."""
    total = 0.0
    for i in range(len(a)):
        x = a[i]
        if x > 1.0:
            total += math.log(x)
        elif x > 0.0:
            total += x * x
        else:
            total -= 0.5 * x
    return total


def horner(c, x):
    """A polynomial at many points; derivative by its coefficients, highest first."""
    total = 0.0
    for i in range(len(x)):
        p = 0.0
        for k in range(len(c)):
            p = p * x[i] + c[k]
        total += p
    return total


# --- Array stores ----------------------------------------------------------------------------------------------


def gauss_seidel(start, sweeps):
    """Laplace's equation on a square, every value used as soon as it is there."""
    u = start.copy()
    n = len(u)
    for _ in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i, j - 1] + u[i + 1, j] + u[i, j + 1])
    return np.sum(u * u)


def heat(start, steps, k):
    """The heat equation on a rod, two buffers that change places."""
    u = start.copy()
    v = start.copy()
    n = len(u)
    for _ in range(steps):
        for i in range(1, n - 1):
            v[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1])
        u, v = v, u
    return np.sum(u * u)


def linear_recurrence(a, b):
    """A first-order filter with varying coefficients, the whole response kept."""
    out = np.empty(len(a))
    out[0] = b[0]
    for i in range(1, len(a)):
        out[i] = a[i] * out[i - 1] + b[i]
    return np.sum(out * out)


def running_product(a):
    """All partial products, kept, and the sum of their squares."""
    out = np.empty(len(a))
    p = 1.0
    for i in range(len(a)):
        p = p * a[i]
        out[i] = p
    return np.sum(out * out)


# --- Compile time ----------------------------------------------------------------------------------------------


def pharmacokinetics(theta, times, observed):
    absorption, elimination, volume = np.exp(theta[0]), np.exp(theta[1]), np.exp(theta[2])
    predicted = np.empty(len(times))
    gut, blood, t = 0.0, 0.0, 0.0
    doses = 0
    dt = 0.05
    for i in range(len(times)):
        while t < times[i]:
            if doses * 12.0 <= t:
                gut += 100.0
                doses += 1
            uptake = absorption * gut
            cleared = elimination * blood
            middle_gut = gut - 0.5 * dt * uptake
            middle_blood = blood + 0.5 * dt * (uptake - cleared)
            uptake = absorption * middle_gut
            cleared = elimination * middle_blood
            gut -= dt * uptake
            blood += dt * (uptake - cleared)
            t += dt
        predicted[i] = blood / volume
    misfit = 0.0
    for i in range(len(times)):
        residual = math.log(predicted[i] + 0.01) - math.log(observed[i] + 0.01)
        if abs(residual) < 1.0:
            misfit += 0.5 * residual * residual
        else:
            misfit += abs(residual) - 0.5
    penalty = np.sum(theta * theta)
    return misfit + 0.01 * penalty


def hundred_trips(r):
    x = 0.3
    total = 0.0
    for _ in range(100):
        x = r * x * (1.0 - x)
        total += x
    return total


def million_trips(r):
    x = 0.3
    total = 0.0
    for _ in range(1_000_000):
        x = r * x * (1.0 - x)
        total += x
    return total
