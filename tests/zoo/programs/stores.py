"""Stores to array elements and rows, and reading what was stored."""

import numpy as np

from ..program import Program


def fill_and_sum(x):
    y = np.empty(len(x))
    for i in range(len(x)):
        y[i] = x[i] ** 2
    return np.sum(y)


def overwrite_argument_element(x):
    x[0] = x[1] * x[2]
    return np.sum(x * x)


def store_kills_the_old_value(x, v):
    """The old `x[1]` does not reach the result."""
    x[1] = v
    return x[0] * x[1] * x[2]


def store_twice(x):
    y = np.zeros(3)
    y[1] = x[0]
    y[1] = x[1] * x[1]
    return np.sum(y)


def read_before_and_after_a_store(x):
    before = x[2] * x[2]
    x[2] = before * x[0]
    after = x[2] * x[2]
    return before + after


def read_modify_write(x):
    for i in range(len(x)):
        x[i] = x[i] * x[i] + x[i]
    return np.sum(x)


def augmented_element(x):
    y = np.ones(4)
    y[0] += x
    y[1] -= x * x
    y[2] *= x
    y[3] /= x
    return np.sum(y * y)


def augmented_power_of_element(x):
    y = x.copy()
    y[1] **= 3
    return np.sum(y * x)


def prefix_sums_in_place(x):
    for i in range(1, len(x)):
        x[i] += x[i - 1]
    return np.sum(x * x)


def prefix_products_in_place(x):
    for i in range(1, len(x)):
        x[i] *= x[i - 1]
    return np.sum(x)


def element_as_accumulator(x):
    s = np.zeros(1)
    for i in range(len(x)):
        s[0] += x[i] * s[0] + x[i]
    return s[0]


def histogram_with_repeated_bins(x, bins):
    """Scatter-add: several `i` share a bin."""
    h = np.zeros(4)
    for i in range(len(x)):
        h[bins[i]] += x[i]
    return np.sum(h**3)


def scatter_assign_last_write_wins(x, places):
    y = np.zeros(4)
    for i in range(len(x)):
        y[places[i]] = x[i] ** 2
    return np.sum(y * y)


def gather_with_repeats(x, picks):
    s = 0.0
    for i in range(len(picks)):
        s += x[picks[i]] ** 2 * (i + 1)
    return s


def index_computed_from_data(x, n):
    s = 0.0
    k = 0
    for _ in range(n):
        s += x[k] * (s + 1.0)
        k = (k * 3 + 1) % len(x)
    return s


def negative_indices(x):
    x[-1] = x[-2] * x[0]
    return x[-1] + x[-len(x)] ** 2


def matrix_elements(a):
    b = np.zeros((2, 3))
    for i in range(2):
        for j in range(3):
            b[i, j] = a[j, i] * (i + 2 * j)
    b[0, 1] += b[1, 2] * b[0, 1]
    return np.sum(b * b)


def row_by_single_index(a):
    """`a[i]` of a matrix is its row."""
    s = 0.0
    for i in range(a.shape[0]):
        s += np.sum(a[i] * a[i]) * (i + 1)
    return s


def chained_subscripts(a):
    a[1][2] = a[0][1] * a[2][0]
    return np.sum(a[1]) + a[1][2] ** 2


def store_a_row(a, v):
    b = np.zeros((3, 3))
    b[1] = v
    b[2] = a[0] * v
    b[1] *= a[1]
    return np.sum(b * b * a)


def store_broadcast_scalar_to_row(a, v):
    a[1] = v * v
    a[2] += v
    return np.sum(a * a)


def three_dimensional_store(a):
    b = np.empty((2, 2, 2))
    for i in range(2):
        for j in range(2):
            for k in range(2):
                b[i, j, k] = a[k, i, j] * a[j, k, i]
    return np.sum(b)


def array_result_stored_elementwise(x):
    y = np.empty(len(x))
    for i in range(len(x)):
        y[i] = x[i] * x[len(x) - 1 - i]
    return y


def argument_mutated_and_returned(x):
    x[0] = x[1] ** 2
    x += 1.0
    return x


def store_in_a_branch(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        if x[i] > 0.0:
            y[i] = x[i] ** 2
        y[i] += 1.0
    return np.sum(y * x)


def store_of_a_value_used_later(x):
    """The stored scalar changes afterwards; the element does not."""
    v = x[0] * x[1]
    y = np.zeros(2)
    y[0] = v
    v = v * v
    y[1] = v
    return y[0] + 3.0 * y[1] + v


def integer_array_as_memory(x):
    last = np.zeros(3, dtype=np.int64)
    s = 0.0
    for i in range(len(x)):
        k = i * i % 3
        s += x[i] * x[last[k]]
        last[k] = i
    return s


def boolean_array_as_memory(x):
    seen = np.zeros(len(x), dtype=bool)
    for i in range(0, len(x), 2):
        seen[i] = x[i] > 0.0
    s = 0.0
    for i in range(len(x)):
        if not seen[i]:
            s += x[i] ** 2
    return s


def from_what_is_ahead(x, y):
    """A copy is changed from elements of it that have not been changed yet."""
    z = x.copy()
    for i in range(len(z) - 1):
        z[i] = z[i] * np.dot(z[i + 1 :], y[i + 1 :]) + z[i + 1]
    return np.sum(z * z)


def from_rows_below(a, b):
    c = b.copy()
    for i in range(c.shape[0]):
        for j in range(c.shape[1]):
            c[i, j] += np.dot(a[i + 1 :, i], c[i + 1 :, j]) + np.sum(c[:i, j] ** 2)
    c *= c[0, 1]
    return np.sum(c)


def from_what_is_ahead_twice(x):
    z = x.copy()
    for _ in range(2):
        for i in range(len(z) - 1):
            z[i] = z[i] * np.sum(z[i:]) + z[i + 1]
    return np.sum(z * x)


def backward_from_what_is_ahead(x):
    z = x.copy()
    for i in range(len(z) - 1, 0, -1):
        z[i] = np.sum(z[:i]) * z[i - 1] + z[i]
    z[0] = z[1] * z[-1]
    return np.sum(z * z)


def contradicting_shapes(a, k):
    """What one branch takes for granted about the shape cannot hold where the other one runs."""
    if k == 1:
        first = a[0, 0:4]
        first += np.zeros(3)
    elif a[0, -2] > -9.0:
        a[0::1, :3] = a
    return np.sum(a * a)


PROGRAMS = (
    Program(contradicting_shapes, lambda rng: (rng.normal(size=(2, 3)), 1),
            also=(lambda rng: (rng.normal(size=(2, 3)), 2),)),
    Program(fill_and_sum, lambda rng: (rng.normal(size=5),), also=(lambda rng: (np.empty(0),),)),
    Program(overwrite_argument_element, lambda rng: (rng.normal(size=4),)),
    Program(store_kills_the_old_value, lambda rng: (rng.normal(size=3), 1.7), wrt=(0, 1)),
    Program(store_twice, lambda rng: (rng.normal(size=2),)),
    Program(read_before_and_after_a_store, lambda rng: (rng.normal(size=3),)),
    Program(read_modify_write, lambda rng: (rng.normal(size=4),)),
    Program(augmented_element, lambda rng: (1.3,)),
    Program(augmented_power_of_element, lambda rng: (rng.normal(size=3),)),
    Program(prefix_sums_in_place, lambda rng: (rng.normal(size=5),)),
    Program(prefix_products_in_place, lambda rng: (rng.normal(size=5),)),
    Program(element_as_accumulator, lambda rng: (rng.normal(size=5),)),
    Program(histogram_with_repeated_bins, lambda rng: (rng.normal(size=6), np.array([0, 3, 3, 1, 0, 3]))),
    Program(scatter_assign_last_write_wins, lambda rng: (rng.normal(size=5), np.array([2, 0, 2, 3, 2]))),
    Program(gather_with_repeats, lambda rng: (rng.normal(size=4), np.array([1, 1, 3, -1, 0, 1]))),
    Program(index_computed_from_data, lambda rng: (rng.normal(size=5), 9)),
    Program(negative_indices, lambda rng: (rng.normal(size=4),)),
    Program(matrix_elements, lambda rng: (rng.normal(size=(3, 2)),)),
    Program(row_by_single_index, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(chained_subscripts, lambda rng: (rng.normal(size=(3, 3)),)),
    Program(store_a_row, lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=3)), wrt=(0, 1)),
    Program(store_broadcast_scalar_to_row, lambda rng: (rng.normal(size=(3, 3)), 1.3), wrt=(0, 1)),
    Program(three_dimensional_store, lambda rng: (rng.normal(size=(2, 2, 2)),)),
    Program(array_result_stored_elementwise, lambda rng: (rng.normal(size=4),)),
    Program(argument_mutated_and_returned, lambda rng: (rng.normal(size=4),)),
    Program(store_in_a_branch, lambda rng: (rng.normal(size=6),)),
    Program(store_of_a_value_used_later, lambda rng: (rng.normal(size=2),)),
    Program(integer_array_as_memory, lambda rng: (rng.normal(size=7),)),
    Program(boolean_array_as_memory, lambda rng: (rng.normal(size=7),)),
    Program(from_what_is_ahead, lambda rng: (rng.normal(size=5), rng.normal(size=5)), wrt=(0, 1)),
    Program(from_rows_below, lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=(3, 4))), wrt=(0, 1)),
    Program(from_what_is_ahead_twice, lambda rng: (rng.normal(size=5),)),
    Program(backward_from_what_is_ahead, lambda rng: (rng.normal(size=5),)),
)
