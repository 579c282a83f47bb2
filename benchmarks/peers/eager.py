# mypy: disable-error-code="no-untyped-def, no-untyped-call"
"""The programs for PyTorch and autograd, which record operations as Python runs them.

`xp` is `torch` or `autograd.numpy`. Where whole-array operations express a program, they are used, because every
recorded operation costs microseconds; `ELEMENTWISE` names the programs that remain loops over numbers, and are
therefore measured at a smaller size.
"""

ELEMENTWISE = frozenset({"logistic", "lotka_volterra", "gauss_seidel", "linear_recurrence", "running_product"})


def cubic_sine(xp, x):
    return x * x * x + xp.sin(x)


def cubic_sines(xp, x):
    return xp.sum(x * x * x + xp.sin(x))


def logistic(xp, r, trips):
    x, total = 0.3, 0.0
    for _ in range(trips):
        x = r * x * (1.0 - x)
        total = total + x
    return total


def lotka_volterra(xp, theta, steps, dt):
    a, b, c, d, u, v = [theta[k] for k in range(6)]
    total = 0.0
    for _ in range(steps):
        u1, v1 = u * (a - b * v), v * (d * u - c)
        ua, va = u + 0.5 * dt * u1, v + 0.5 * dt * v1
        u2, v2 = ua * (a - b * va), va * (d * ua - c)
        ub, vb = u + 0.5 * dt * u2, v + 0.5 * dt * v2
        u3, v3 = ub * (a - b * vb), vb * (d * ub - c)
        uc, vc = u + dt * u3, v + dt * v3
        u4, v4 = uc * (a - b * vc), vc * (d * uc - c)
        u = u + dt / 6.0 * (u1 + 2.0 * u2 + 2.0 * u3 + u4)
        v = v + dt / 6.0 * (v1 + 2.0 * v2 + 2.0 * v3 + v4)
        total = total + u * v
    return total


def newton(xp, c):
    x = xp.ones_like(c)
    while (active := abs(x * x * x - c) > 1e-10).any():
        x = xp.where(active, x - (x * x * x - c) / (3.0 * x * x), x)
    return xp.sum(x)


def branchy(xp, a):
    safe = xp.where(a > 1.0, a, 1.0)  # else the branch not taken sends NaN through its logarithm
    return xp.sum(xp.where(a > 1.0, xp.log(safe), xp.where(a > 0.0, a * a, -0.5 * a)))


def horner(xp, c, x):
    p = xp.zeros_like(x)
    for k in range(len(c)):
        p = p * x + c[k]
    return xp.sum(p)


def gauss_seidel(xp, start, sweeps):
    n = len(start)
    u = [[start[i, j] for j in range(n)] for i in range(n)]
    for _ in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                u[i][j] = 0.25 * (u[i - 1][j] + u[i][j - 1] + u[i + 1][j] + u[i][j + 1])
    return sum(value * value for row in u for value in row)


def heat(xp, start, steps, k):
    u = start
    for _ in range(steps):
        inner = u[1:-1] + k * (u[:-2] - 2.0 * u[1:-1] + u[2:])
        u = xp.concatenate([u[:1], inner, u[-1:]])
    return xp.sum(u * u)


def linear_recurrence(xp, a, b):
    out = b[0]
    total = out * out
    for i in range(1, len(a)):
        out = a[i] * out + b[i]
        total = total + out * out
    return total


def running_product(xp, a):
    p, total = 1.0, 0.0
    for i in range(len(a)):
        p = p * a[i]
        total = total + p * p
    return total


PROGRAMS = {
    f.__name__: f
    for f in (cubic_sine, cubic_sines, logistic, lotka_volterra, newton, branchy, horner, gauss_seidel, heat,
              linear_recurrence, running_product)
}  # fmt: skip
