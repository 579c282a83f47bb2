"""Textbook algorithms, differentiated as they stand."""

import math

import numpy as np

from ..program import Program


def horner(coefficients, x):
    y = 0.0
    for i in range(len(coefficients) - 1, -1, -1):
        y = y * x + coefficients[i]
    return y


def continued_fraction(x, n):
    y = 0.0
    for i in range(n, 0, -1):
        y = i * x / (1.0 + y)
    return y


def power_series_to_tolerance(x):
    term = 1.0
    total = 1.0
    n = 1
    while abs(term) > 1e-17:
        term *= x / n
        total += term
        n += 1
    return total


def newton_root(a):
    """Solves y**3 + a*y = 2."""
    y = 1.0
    for _ in range(30):
        step = (y**3 + a * y - 2.0) / (3.0 * y * y + a)
        y -= step
        if abs(step) < 1e-15:
            break
    return y


def bisection_then_newton(a):
    """Bisection alone has derivative zero; the Newton step at its end carries it."""
    low, high = 0.0, 3.0
    while high - low > 1e-3:
        middle = 0.5 * (low + high)
        if middle * middle > a:
            high = middle
        else:
            low = middle
    x = 0.5 * (low + high)
    return 0.5 * (x + a / x)


def moving_average(x, width):
    y = np.empty(len(x) - width + 1)
    s = 0.0
    for i in range(width):
        s += x[i]
    y[0] = s / width
    for i in range(width, len(x)):
        s += x[i] - x[i - width]
        y[i - width + 1] = s / width
    return y


def convolution(x, kernel):
    y = np.zeros(len(x) + len(kernel) - 1)
    for i in range(len(x)):
        for j in range(len(kernel)):
            y[i + j] += x[i] * kernel[j]
    return np.sum(y * y)


def convolution_in_two_dimensions(image, kernel):
    rows = image.shape[0] - kernel.shape[0] + 1
    columns = image.shape[1] - kernel.shape[1] + 1
    out = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = np.sum(image[i : i + kernel.shape[0], j : j + kernel.shape[1]] * kernel)
    return np.sum(np.tanh(out))


def soft_minimum(a, b, c):
    return -math.log(math.exp(-a) + math.exp(-b) + math.exp(-c))


def soft_edit_distance(x, y):
    n, m = len(x), len(y)
    d = np.zeros((n + 1, m + 1))
    for i in range(1, n + 1):
        d[i, 0] = d[i - 1, 0] + 1.0
    for j in range(1, m + 1):
        d[0, j] = d[0, j - 1] + 1.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            change = (x[i - 1] - y[j - 1]) ** 2
            d[i, j] = soft_minimum(d[i - 1, j] + 1.0, d[i, j - 1] + 1.0, d[i - 1, j - 1] + change)
    return d[n, m]


def knapsack_by_table(value, weight, capacity):
    """The best sum of values; which entries win is decided by comparisons."""
    best = np.zeros(capacity + 1)
    for i in range(len(value)):
        for c in range(capacity, weight[i] - 1, -1):
            candidate = best[c - weight[i]] + value[i]
            if candidate > best[c]:
                best[c] = candidate
    return best[capacity]


def gradient_descent_inside(a, b, rate, n):
    x = np.zeros(len(b))
    for _ in range(n):
        x -= rate * (a @ x - b)
    return np.sum((x - 1.0) ** 2)


def sigmoid(v):
    return 1.0 / (1.0 + np.exp(-v))


def lstm_cell(w, inputs):
    size = w.shape[0] // 4
    h = np.zeros(size)
    c = np.zeros(size)
    for t in range(inputs.shape[0]):
        z = w[:, :size] @ h + w[:, size:] @ inputs[t]
        keep = sigmoid(z[:size])
        write = sigmoid(z[size : 2 * size])
        show = sigmoid(z[2 * size : 3 * size])
        c = keep * c + write * np.tanh(z[3 * size :])
        h = show * np.tanh(c)
    return np.sum(h * h)


def binary_cross_entropy_network(w, b, x, y):
    z = x @ w + b
    return np.mean(np.maximum(z, 0.0) - z * y + np.log1p(np.exp(-np.abs(z))))


def collatz_steps(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def greatest_common_divisor_scales(x, a, b):
    while b != 0:
        a, b = b, a % b
        x *= 1.1
    return x * a


def monte_carlo_call(spot, strike, rate, sigma, maturity, normals):
    total = 0.0
    for i in range(len(normals)):
        price = spot * math.exp((rate - 0.5 * sigma**2) * maturity + sigma * math.sqrt(maturity) * normals[i])
        if price > strike:
            total += price - strike
    return math.exp(-rate * maturity) * total / len(normals)


def black_scholes(spot, strike, rate, sigma, maturity):
    d1 = (math.log(spot / strike) + (rate + 0.5 * sigma**2) * maturity) / (sigma * math.sqrt(maturity))
    d2 = d1 - sigma * math.sqrt(maturity)

    def normal(v):
        return 0.5 * (1.0 + math.erf(v / math.sqrt(2.0)))

    return spot * normal(d1) - strike * math.exp(-rate * maturity) * normal(d2)


def binomial_tree_american_put(spot, strike, rate, sigma, n):
    dt = 1.0 / n
    up = math.exp(sigma * math.sqrt(dt))
    p = (math.exp(rate * dt) - 1.0 / up) / (up - 1.0 / up)
    discount = math.exp(-rate * dt)
    value = np.zeros(n + 1)
    for i in range(n + 1):
        value[i] = np.maximum(strike - spot * up ** (2 * i - n), 0.0)
    for step in range(n - 1, -1, -1):
        for i in range(step + 1):
            hold = discount * (p * value[i + 1] + (1.0 - p) * value[i])
            value[i] = np.maximum(hold, strike - spot * up ** (2 * i - step))
    return value[0]


def natural_cubic_spline(y, at):
    """Unit spacing; the second derivatives come from a tridiagonal system."""
    n = len(y)
    diagonal = np.full(n, 4.0)
    right = np.zeros(n)
    second = np.zeros(n)
    for i in range(1, n - 1):
        right[i] = 6.0 * (y[i + 1] - 2.0 * y[i] + y[i - 1])
    for i in range(2, n - 1):
        w = 1.0 / diagonal[i - 1]
        diagonal[i] -= w
        right[i] -= w * right[i - 1]
    for i in range(n - 2, 0, -1):
        second[i] = (right[i] - second[i + 1]) / diagonal[i]
    k = math.floor(at)
    t = at - k
    s = 1.0 - t
    return s * y[k] + t * y[k + 1] + ((s**3 - s) * second[k] + (t**3 - t) * second[k + 1]) / 6.0


def table_lookup(table, x):
    k = int(x)
    return table[k] + (x - k) * (table[k + 1] - table[k])


def fft_butterflies(real, imag):
    """Radix two, in place, in real arithmetic."""
    n = len(real)
    j = 0
    for i in range(1, n):
        bit = n // 2
        while j >= bit:
            j -= bit
            bit //= 2
        j += bit
        if i < j:
            real[i], real[j] = real[j], real[i]
            imag[i], imag[j] = imag[j], imag[i]
    size = 2
    while size <= n:
        for start in range(0, n, size):
            for k in range(size // 2):
                c, s = math.cos(2.0 * math.pi * k / size), -math.sin(2.0 * math.pi * k / size)
                a, b = start + k, start + k + size // 2
                tr, ti = c * real[b] - s * imag[b], c * imag[b] + s * real[b]
                real[b], imag[b] = real[a] - tr, imag[a] - ti
                real[a] += tr
                imag[a] += ti
        size *= 2
    return real, imag


def insertion_sort(x):
    for i in range(1, len(x)):
        v = x[i]
        j = i - 1
        while j >= 0 and x[j] > v:
            x[j + 1] = x[j]
            j -= 1
        x[j + 1] = v
    s = 0.0
    for i in range(len(x)):
        s += (i + 1) * x[i] ** 2
    return s


def trapezoid_rule(y, x):
    s = 0.0
    for i in range(1, len(x)):
        s += 0.5 * (y[i] + y[i - 1]) * (x[i] - x[i - 1])
    return s


def compensated_sum(x):
    """Kahan's correction vanishes in real arithmetic: its derivative must be that of the sum."""
    total = 0.0
    correction = 0.0
    for i in range(len(x)):
        term = x[i] * x[i] - correction
        following = total + term
        correction = (following - total) - term
        total = following
    return total


def running_mean_and_variance(x):
    mean = 0.0
    m2 = 0.0
    for i in range(len(x)):
        delta = x[i] - mean
        mean += delta / (i + 1)
        m2 += delta * (x[i] - mean)
    return mean * m2


def chebyshev_recurrence(c, x):
    older, old, s = 1.0, x, c[0] + c[1] * x
    for i in range(2, len(c)):
        older, old = old, 2.0 * x * old - older
        s += c[i] * old
    return s


def arithmetic_geometric_mean(a, b):
    while abs(a - b) > 1e-14 * a:
        a, b = 0.5 * (a + b), math.sqrt(a * b)
    return a


def golden_section_steps(a, n):
    """Comparisons choose, affine arithmetic carries the derivative."""
    ratio = 0.5 * (math.sqrt(5.0) - 1.0)
    low, high = 0.0, a
    for _ in range(n):
        c = high - ratio * (high - low)
        d = low + ratio * (high - low)
        if (c - 1.3) ** 2 < (d - 1.3) ** 2:
            high = d
        else:
            low = c
    return 0.5 * (low + high)


def viterbi_score(transition, emission, observed):
    states = transition.shape[0]
    score = np.zeros(states)
    for t in range(len(observed)):
        new = np.empty(states)
        for j in range(states):
            new[j] = np.max(score + transition[:, j]) + emission[j, observed[t]]
        score = new
    return np.max(score)


def bit_reversed(x, bits):
    """Weights of the elements in the order of a fast transform: positions with their bits reversed."""
    total = 0.0
    for k in range(1 << bits):
        place, left = 0, k
        for _ in range(bits):
            place = (place << 1) | (left & 1)
            left >>= 1
        total += x[place] * (k ^ 3) * x[k]
    return total


def subsets(x, sizes):
    """Sums of products of the subsets of a set that have a wanted size, by the bits of their numbers."""
    total = 0.0
    for mask in range(1 << len(x)):
        product, count = 1.0, 0
        for k in range(len(x)):
            if mask >> k & 1:
                product *= x[k]
                count += 1
        if sizes[count] & ~2:
            total += product
    return total


PROGRAMS = (
    Program(bit_reversed, lambda rng: (rng.normal(size=8), 3)),
    Program(subsets, lambda rng: (rng.normal(size=4), np.array([1, 0, 2, 5, 6]))),
    Program(horner, lambda rng: (rng.normal(size=5), 0.8), wrt=(0, 1)),
    Program(continued_fraction, lambda rng: (0.8, 9)),
    Program(power_series_to_tolerance, lambda rng: (0.8,)),
    Program(newton_root, lambda rng: (1.7,)),
    Program(bisection_then_newton, lambda rng: (2.3,)),
    Program(moving_average, lambda rng: (rng.normal(size=8), 3)),
    Program(convolution, lambda rng: (rng.normal(size=5), rng.normal(size=3)), wrt=(0, 1)),
    Program(convolution_in_two_dimensions, lambda rng: (rng.normal(size=(5, 4)), rng.normal(size=(2, 3))), wrt=(0, 1)),
    Program(soft_edit_distance, lambda rng: (rng.normal(size=4), rng.normal(size=3)), wrt=(0, 1)),
    Program(knapsack_by_table, lambda rng: (np.array([3.1, 4.2, 5.4, 1.7]), np.array([2, 3, 4, 1]), 6)),
    Program(
        gradient_descent_inside,
        lambda rng: (np.array([[2.0, 0.3], [0.3, 1.0]]), np.array([1.0, -0.5]), 0.2, 6),
        wrt=(0, 1, 2),
    ),
    Program(lstm_cell, lambda rng: (0.5 * rng.normal(size=(8, 5)), rng.normal(size=(4, 3))), wrt=(0, 1)),
    Program(
        binary_cross_entropy_network,
        lambda rng: (rng.normal(size=(4, 2)), rng.normal(size=2), rng.normal(size=(5, 4)), np.eye(5, 2)),
        wrt=(0, 1),
    ),
    Program(collatz_steps, lambda rng: (27,), wrt=(), also=(lambda rng: (1,),)),
    Program(greatest_common_divisor_scales, lambda rng: (1.3, 84, 36)),
    Program(
        monte_carlo_call,
        lambda rng: (100.0, 105.0, 0.03, 0.25, 0.75, rng.normal(size=12)),
        wrt=(0, 1, 2, 3, 4),
    ),
    Program(black_scholes, lambda rng: (100.0, 105.0, 0.03, 0.25, 0.75), wrt=(0, 1, 2, 3, 4)),
    Program(binomial_tree_american_put, lambda rng: (100.0, 105.0, 0.03, 0.25, 8), wrt=(0, 1, 2, 3)),
    Program(natural_cubic_spline, lambda rng: (rng.normal(size=6), 2.4), wrt=(0, 1)),
    Program(table_lookup, lambda rng: (rng.normal(size=6), 2.4), wrt=(0, 1)),
    Program(fft_butterflies, lambda rng: (rng.normal(size=8), rng.normal(size=8)), wrt=(0, 1)),
    Program(insertion_sort, lambda rng: (rng.normal(size=6),)),
    Program(trapezoid_rule, lambda rng: (rng.normal(size=6), np.sort(rng.normal(size=6))), wrt=(0, 1)),
    Program(compensated_sum, lambda rng: (rng.normal(size=6),)),
    Program(running_mean_and_variance, lambda rng: (rng.normal(size=6),)),
    Program(chebyshev_recurrence, lambda rng: (rng.normal(size=6), 0.3), wrt=(0, 1)),
    Program(arithmetic_geometric_mean, lambda rng: (1.7, 0.6), wrt=(0, 1)),
    Program(golden_section_steps, lambda rng: (3.0, 6)),
    Program(
        viterbi_score,
        lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=(3, 2)), np.array([0, 1, 1, 0])),
        wrt=(0, 1),
    ),
)
