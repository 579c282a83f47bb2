"""Operations that are written twice with the same operands, with and without a change in between."""

import numpy as np

from ..program import Program


def a_condition_used_four_times(x, y):
    """Of two axes, on arrays of its shape."""
    x, y = x.copy(), y * 1.0
    near = x * x + y * y < 2.0
    a, b = x[near], y[near]
    x[near] = a * a - b * b
    y[near] = 2.0 * a * b
    return np.sum(x * y)


def a_condition_in_a_loop(x, y):
    """As above, with another condition in each trip."""
    x, y = x.copy(), y * 1.0
    for k in range(3):
        near = x * x + y * y < 2.0 + k
        a, b = x[near], y[near]
        x[near] = a * a - b * b + 0.1
        y[near] = 2.0 * a * b - 0.2
        x[near] += 0.3
    return np.sum(x * y)


def a_condition_that_changes(x):
    """The positions are other ones after a store into the condition."""
    y = x * 2.0
    chosen = x > 0.0
    total = np.sum(y[chosen])
    chosen[0, :] = True
    total += np.sum(y[chosen] ** 2)
    y[chosen] = 0.5
    return total + np.sum(y * x)


def a_condition_of_turned_arrays(x):
    """One that lies in the order of its memory, of arrays that do not."""
    y = x * 2.0
    chosen = np.zeros((x.shape[1], x.shape[0])) < 1.0
    chosen[1, 0] = False
    z = y.T
    total = np.sum(z[chosen] ** 2)
    z[chosen] = z[chosen] * 3.0
    return total + np.sum(y * x)


def a_condition_of_the_first_axes(x):
    """Of two of three axes."""
    y = x * 2.0
    chosen = np.sum(x, axis=2) > 0.0
    y[chosen] = y[chosen] * y[chosen]
    return np.sum(y * x)


def nowhere_true(x):
    y = x * 2.0
    chosen = x > 100.0
    y[chosen] = y[chosen] * 3.0
    return np.sum(y * y) + np.sum(y[chosen])


def orders_twice(x, y):
    return np.sum(x[np.argsort(x)] * y) + np.sum(y[np.argsort(x)] ** 2)


def an_order_that_is_changed(x):
    """The second order is an array of its own: the first is stored into."""
    first = np.argsort(x)
    first[0] = first[1]
    second = np.argsort(x)
    return np.sum(x[first] * np.sin(x[second]))


def products_twice(a, b):
    c = a @ b
    d = a @ b
    return np.sum(c * np.cos(d)) + np.sum(a @ b)


def a_product_of_something_else(a, b):
    """An operand is stored into between two products."""
    a = a.copy()
    c = a @ b
    a[0, :] *= 2.0
    return np.sum(c * (a @ b))


def slices_twice(x, k):
    """Views that are taken again of an array that is written between."""
    y = x.copy()
    for i in range(1, 4):
        y[i : k + 1] += y[i - 1 : k] * y[i : k + 1]
        y[i : k + 1] *= y[i : k + 1]
    return np.sum(y)


def slices_alike(a, b, k):
    """The same bounds on arrays of one shape and of another; the last are cut off by where the array ends."""
    c = a * 1.0
    for i in range(a.shape[0]):
        for j in range(2):
            c[i, : i + 1] += a[i, : i + 1] * b[: i + 1, j]
            c[i, i:k] *= b[i:k, j]
    return np.sum(c)


def bounds_that_change(x, k):
    """One name for the bound, with other values."""
    y = x * 1.0
    z = np.zeros(len(x))
    while k > 0:
        y[:k] *= x[:k]
        k -= 2
        z[: max(k, 0)] += y[: max(k, 0)] * x[: max(k, 0)]
    return np.sum(y * z)


def slices_in_a_branch(x, d):
    """Taken where the backward part reads them in a branch of its own."""
    y = x.copy()
    if d > 0.0:
        y[:2] -= x[3:5] * d
        y[:2] -= x[3:5] * d
    return np.sum(y * y)


def outer_products(x, y):
    """Added to part of a matrix, alone, and of another kind."""
    a = np.zeros((len(x) + 2, len(y) + 1))
    a[1:-1, 1:] += np.outer(x, y)
    a[1:-1, :-1] *= np.outer(np.sin(x), y)
    return np.sum(a * a) + np.sum(np.outer(np.arange(3), y)) + np.sum(np.outer(x, x))


def _pairs(*shape):
    return lambda rng: (rng.normal(size=shape), rng.normal(size=shape))


PROGRAMS = (
    Program(a_condition_used_four_times, _pairs(4, 5), wrt=(0, 1)),
    Program(a_condition_in_a_loop, _pairs(4, 3), wrt=(0, 1)),
    Program(a_condition_that_changes, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(a_condition_of_turned_arrays, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(a_condition_of_the_first_axes, lambda rng: (rng.normal(size=(3, 4, 2)),)),
    Program(nowhere_true, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(orders_twice, _pairs(6), wrt=(0, 1)),
    Program(an_order_that_is_changed, lambda rng: (rng.normal(size=6),)),
    Program(products_twice, _pairs(3, 3), wrt=(0, 1)),
    Program(a_product_of_something_else, _pairs(3, 3), wrt=(0, 1)),
    Program(slices_twice, lambda rng: (rng.normal(size=8), 6)),
    Program(slices_alike, lambda rng: (rng.normal(size=(4, 4)), rng.normal(size=(4, 2)), 9), wrt=(0, 1)),
    Program(bounds_that_change, lambda rng: (rng.normal(size=6), 5)),
    Program(slices_in_a_branch, lambda rng: (rng.normal(size=6), 0.3), wrt=(0, 1)),
    Program(outer_products, lambda rng: (rng.normal(size=4), rng.normal(size=3)), wrt=(0, 1)),
)
