"""Functions that call themselves, and each other."""

import math
from dataclasses import dataclass

import numpy as np

from ..program import Program


def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def legendre(x, n):
    if n == 0:
        return 1.0
    if n == 1:
        return x
    return ((2 * n - 1) * x * legendre(x, n - 1) - (n - 1) * legendre(x, n - 2)) / n


def adaptive_simpson(a, b):
    def f(x):
        return np.exp(-x * x)

    def refined(a, b, fa, fm, fb, whole, eps, depth):
        m = (a + b) / 2
        left_mid, right_mid = f((a + m) / 2), f((m + b) / 2)
        left, right = (m - a) / 6 * (fa + 4 * left_mid + fm), (b - m) / 6 * (fm + 4 * right_mid + fb)
        if depth <= 0 or abs(left + right - whole) < 15 * eps:
            return left + right
        return refined(a, m, fa, left_mid, fm, left, eps / 2, depth - 1) + refined(
            m, b, fm, right_mid, fb, right, eps / 2, depth - 1
        )

    fa, fm, fb = f(a), f((a + b) / 2), f(b)
    return refined(a, b, fa, fm, fb, (b - a) / 6 * (fa + 4 * fm + fb), 1e-4, 6)


def tail_call(x, y):
    if x > 10:
        return x * y
    return tail_call(x * 1.5, y + x)


def tail_call_with_arrays(x, n):
    if n == 0:
        return np.sum(x)
    return tail_call_with_arrays(np.tanh(x) * x, n - 1)


def even(x, n):
    return x if n == 0 else odd(x * 1.1, n - 1) * x


def odd(x, n):
    return 2 * x if n == 0 else even(np.sin(x), n - 1) + x


def two_functions_that_call_each_other(x, n):
    return even(x, n)


def pairwise(x, low, high):
    if high - low == 1:
        return x[low] ** 2
    middle = (low + high) // 2
    return pairwise(x, low, middle) + pairwise(x, middle, high) * 1.5


def halves_of_an_array(x):
    return pairwise(x, 0, len(x)) if len(x) else 0.0 * np.sum(x)


def extremes(x, low, high):
    if high - low == 1:
        return x[low], x[low]
    middle = (low + high) // 2
    a, b = extremes(x, low, middle)
    c, d = extremes(x, middle, high)
    return min(a, c), max(b, d)


def tuple_as_result(x):
    low, high = extremes(x, 0, len(x))
    return high * high - low


def fill(x, out, i):
    if i == len(x):
        return
    out[i] = x[i] * (out[i - 1] if i > 0 else 1.0)
    fill(x, out, i + 1)


def inner(x, y, n):
    if n <= 0:
        return x
    z = x * 0.3
    y = inner(z * 0.7, 0.5, n - 1)
    return np.sin(1.25) + z + 0.1 * y


def outer(x, y, n):
    if n <= 0:
        return x
    z = x * 0.3
    x = inner(np.cos(z), 0.5, n - 1)
    return outer(y, y, n - 2) - x


def calls_that_look_alike(x, y, n):
    return outer(x, y, n)


def stores_into_an_argument(x):
    out = np.zeros(len(x))
    fill(x, out, 0)
    return out * np.sum(out)


def tree(x, depth, k):
    if depth == 0:
        return x * k
    s = 0.0
    for j in range(k):
        s += tree(x * (j + 1.0), depth - 1, k) * math.cos(s)
    return s


def calls_in_a_loop(x, depth):
    return tree(x, depth, 2)


def permuted(a, k):
    n = len(a)
    if k == n:
        p = 1.0
        for i in range(n):
            p *= a[i] ** i
        return p
    s = 0.0
    for i in range(k, n):
        a[k], a[i] = a[i], a[k]
        s += permuted(a, k + 1)
        a[k], a[i] = a[i], a[k]
    return s


def all_permutations(x):
    return permuted(x.copy(), 0)


def waves(x, n):
    return x if n == 0 else np.sin(waves(x, n - 1))


def array_as_result(x, n):
    return np.sum(waves(x, n) ** 2)


def composed(f, n, x):
    return x if n == 0 else f(composed(f, n - 1, x))


def function_passed_on(x):
    return composed(np.sin, 3, x) + composed(lambda u: u * x, 2, x)


def scaled(x, n, *, scale=2.0, mode="a"):
    if n <= 0:
        return x
    return scale * scaled(x, n - 1, scale=scale * 1.1, mode=mode) if mode == "a" else 0.0


def keywords_and_defaults(x):
    return scaled(x, 3) + scaled(x, 2, scale=x)


def spread(x, n=4, y=0.5):
    return x * y if n <= 0 else spread(x, n - 1) + spread(x * 0.5, n - 2, y * 2)


def defaults_beside_other_values(x):
    return spread(x)


def calls_in_a_while(x, n):
    s = 0.0
    i = 0
    while i < n:
        i += 1
        if i == 2:
            continue
        s += calls_in_a_while(x * 0.5, n - 1) * i + x
    return s + x


def return_from_a_loop_with_calls(x, n):
    if n <= 0:
        return x
    for k in range(3):
        v = return_from_a_loop_with_calls(x * (k + 1) * 0.4, n - 1)
        if v > 1.0:
            return v * x
    return x * x


def nonlocal_of_the_function_around(x, n):
    total = 0.0

    def go(k):
        nonlocal total
        if k == 0:
            return
        total += x**k
        go(k - 1)
        total *= 1.1

    go(n)
    return total


def towers_of_hanoi(x):
    def move(n, a, b, c):
        if n == 0:
            return 0.0
        return move(n - 1, a, c, b) + x ** (a + 2 * b + 3 * c) * 0.01 + move(n - 1, c, b, a)

    return move(4, 0, 1, 2)


def newton_steps(x):
    def step(u, k):
        v = u - (u * u - x) / (2 * u)
        return v if abs(v - u) < 1e-12 or k > 50 else step(v, k + 1)

    return step(1.0, 0)


def remembered_values(x):
    known = np.full(5, -1.0)

    def f(i):
        if i <= 0:
            return x[0]
        if known[i] >= 0:
            return known[i]
        known[i] = f(i - 1) * x[i - 1] + f(i - 2)
        return known[i]

    return f(4)


def match_and_break(x, n):
    def value(k, y):
        match k:
            case 0:
                return y
            case 1:
                return y * y
        t = 0.0
        while True:
            t += 1.0
            if t > 2:
                break
            y = value(k - 2, y * 0.9) + t * x
        return y

    return value(n, x)


factorial = lambda x, n: 1.0 if n == 0 else x * factorial(x, n - 1)  # noqa: E731


def lambda_called_in_a_loop(x):
    s = 0.0
    for i in range(4):
        for v in x:
            s += factorial(v, i)
    return s


def float32_recursion(x, n):
    if n == 0:
        return x
    return float32_recursion(x * np.float32(0.5), n - 1) * x


def total(t):
    if isinstance(t, dict):
        return sum(total(v) for v in t.values())
    if isinstance(t, list):
        return sum(total(v) for v in t)
    return np.sum(t * t)


def scaled_tree(t, c):
    if isinstance(t, dict):
        return {k: scaled_tree(v, c) for k, v in t.items()}
    return [scaled_tree(v, c) for v in t] if isinstance(t, list) else t * c


def nested_records(t):
    u = scaled_tree(t, 2.0)
    return total(u["b"]) * total(t) + u["a"]


@dataclass
class Tree:
    value: float
    left: object = None
    right: object = None

    def total(self, x):
        s = self.value * x
        if self.left is not None:
            s += self.left.total(x * 0.5)
        if self.right is not None:
            s += self.right.total(x * 2.0)
        return s


def method_that_calls_itself(x):
    return Tree(1.0, Tree(2.0, Tree(x)), Tree(x * x)).total(x)


def rest_of_an_array(x):
    """The adjoint of the array has another length in each activation."""

    def tail(w):
        if len(w) <= 1:
            return np.sum(w) * 0.7
        return tail(w[1:])

    return tail(np.sin(x)) + x[0]


def chosen_closures(f, x, n):
    if n == 0:
        return f(x)
    if n % 2:
        g = lambda t: f(t) * t  # noqa: E731
    else:
        g = lambda t: f(t) + n  # noqa: E731
    return chosen_closures(g, x, n - 1)


def functions_of_other_activations(x):
    return chosen_closures(np.sin, x, 3)


def in_a_tuple(fs, x, n):
    if n == 0:
        return fs[0](x) * fs[1]
    pair = (lambda t: fs[0](t) * n, n) if n % 2 else (lambda t: fs[0](t) + fs[1], 2 * n)
    return in_a_tuple(pair, x, n - 1)


def functions_in_tuples(x):
    return in_a_tuple((np.cos, 3.0), x, 3)


def chosen_again(f, x, n):
    if n == 0:
        return f(x)
    if n % 2:
        g = lambda t: 2.0 * t  # noqa: E731
    else:
        g = lambda t: t * t  # noqa: E731
    return chosen_again(g, x, n - 1)


def functions_that_read_nothing(x, n):
    return chosen_again(np.sin, x, n)


PROGRAMS = (
    Program(functions_of_other_activations, lambda rng: (0.3,)),
    Program(functions_in_tuples, lambda rng: (0.3,)),
    Program(functions_that_read_nothing, lambda rng: (0.3, 3), also=(lambda rng: (0.3, 0), lambda rng: (0.3, 2))),
    Program(rest_of_an_array, lambda rng: (rng.normal(size=5),), also=(lambda rng: (rng.normal(size=1),),)),
    Program(power, lambda rng: (1.3, 5), also=(lambda rng: (1.3, 0),)),
    Program(legendre, lambda rng: (0.7, 7), also=(lambda rng: (0.7, 1), lambda rng: (0.7, 0))),
    Program(adaptive_simpson, lambda rng: (0.0, 1.2), wrt=(0, 1)),
    Program(tail_call, lambda rng: (0.7, 1.2), wrt=(0, 1), also=(lambda rng: (11.0, 1.2),)),
    Program(tail_call_with_arrays, lambda rng: (rng.normal(size=3), 4), also=(lambda rng: (np.empty(0), 2),)),
    Program(two_functions_that_call_each_other, lambda rng: (0.7, 5), also=(lambda rng: (0.7, 0),)),
    Program(halves_of_an_array, lambda rng: (rng.normal(size=7),), also=(lambda rng: (np.empty(0),),)),
    Program(tuple_as_result, lambda rng: (rng.normal(size=6),)),
    Program(calls_that_look_alike, lambda rng: (0.7, 1.2, 3), wrt=(0, 1)),
    Program(stores_into_an_argument, lambda rng: (rng.normal(size=5),), also=(lambda rng: (np.empty(0),),)),
    Program(calls_in_a_loop, lambda rng: (0.3, 3), also=(lambda rng: (0.3, 0),)),
    Program(all_permutations, lambda rng: (rng.uniform(0.5, 2.0, size=4),)),
    Program(array_as_result, lambda rng: (rng.normal(size=3), 4), also=(lambda rng: (rng.normal(size=2), 0),)),
    Program(function_passed_on, lambda rng: (0.5,)),
    Program(keywords_and_defaults, lambda rng: (0.5,)),
    Program(defaults_beside_other_values, lambda rng: (1.3,)),
    Program(calls_in_a_while, lambda rng: (0.5, 3), also=(lambda rng: (0.5, 0),)),
    Program(return_from_a_loop_with_calls, lambda rng: (1.3, 3), also=(lambda rng: (0.2, 2),)),
    Program(nonlocal_of_the_function_around, lambda rng: (1.3, 4), also=(lambda rng: (1.3, 0),)),
    Program(towers_of_hanoi, lambda rng: (1.1,)),
    Program(newton_steps, lambda rng: (2.0,)),
    Program(remembered_values, lambda rng: (rng.uniform(0.5, 1.5, size=4),)),
    Program(match_and_break, lambda rng: (0.5, 5), also=(lambda rng: (0.5, 0),)),
    Program(lambda_called_in_a_loop, lambda rng: (rng.normal(size=3),), also=(lambda rng: (np.empty(0),),)),
    Program(float32_recursion, lambda rng: (np.float32(0.9), 4), oracle="difference", rtol=1e-4),
    Program(nested_records, lambda rng: ({"a": 1.5, "b": {"c": rng.normal(size=3), "d": [0.5, 2.0]}},)),
    Program(method_that_calls_itself, lambda rng: (1.5,)),
)
