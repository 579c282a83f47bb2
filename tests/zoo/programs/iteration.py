"""Loops over arrays, tuples, and `enumerate`, `zip` and `reversed` of them."""

import numpy as np

from ..program import Program


def sum_of_squares(x):
    s = 0.0
    for v in x:
        s += v * v
    return s


def recurrence_over_elements(x):
    s = 1.0
    for v in x:
        s = np.sin(s * v) + v
    return s


def rows_are_views(a):
    b = a * 2.0
    for row in b:
        row[0] = row[1] * row[1]
        row *= row[0]
    return np.sum(b * b)


def rows_of_the_argument_change(a):
    s = 0.0
    for k, row in enumerate(a):
        row[k] = s
        s += np.sum(row * row)
    return s


def rows_of_rows(a):
    s = 0.0
    for matrix in a:
        for row in matrix:
            for v in row:
                s = s * v + v * v
    return s


def columns(a):
    s = 0.0
    for column in a.T:
        s = s * column[0] + np.sum(column * column)
    return s


def elements_that_change_ahead(x):
    y = x * 1.0
    s = 0.0
    for k, v in enumerate(y):
        s += v * v
        if k + 1 < len(y):
            y[k + 1] = y[k + 1] * v
    return s


def rebinding_the_iterated_name(x):
    s = 0.0
    for v in x:
        s += v
        x = x * v
    return s + np.sum(x)


def rebinding_the_item(x):
    s = 0.0
    for v in x:
        v = v * v
        v += 1.0
        s += v * s + v
    return s


def last_item_after_the_loop(x):
    s = 0.0
    for v in x:
        s += v * v
    return s * v


def nothing_to_iterate(x, y):
    s = y
    for v in x:
        s = s * v
    else:
        s = s * s
    return s


def loop_over_a_call(x):
    s = x
    for t in np.linspace(0.0, 1.0, 5):
        s += t * s * s
    return s


def weights_of_integers(k, x):
    s = x
    for n in k:
        if n % 2:
            s = s * n
        else:
            s += n
    return s


def numbered(x):
    s = 0.0
    for i, v in enumerate(x, 1):
        s += i * v * v
    return s


def numbered_from_below(x):
    s = 0.0
    for i, v in enumerate(x, start=-2):
        s = s * v + i * v
    return s


def pairs(x, y):
    s = 0.0
    for a, b in zip(x, y):
        s += a * b * s + a
    return s


def shortest_wins(x, y, z):
    s = 1.0
    for a, b, c in zip(x, y[1:], z):
        s = s * a + b * c
    return s


def nested_targets(x, y):
    s = 0.0
    for i, (a, b) in enumerate(zip(x, y)):
        s += i * a * b + a
    return s * a


def zip_of_enumerate(x, y):
    s = 0.0
    for (i, a), (j, b) in zip(enumerate(x, 2), enumerate(y)):
        s += i * a + j * b * a
    return s


def zip_is_evaluated_once(x):
    s = 0.0
    y = x * 2.0
    for a, b in zip(x, y):
        y = y * a
        s += a * b + np.sum(y)
    return s


def rows_and_weights(a, w):
    s = 0.0
    for row, weight in zip(a, w):
        s += weight * np.sum(row * row)
    return s


def matrix_of_pairs(a):
    s = 1.0
    for p, q in a:
        s = s * p + q * q
    return s


def backwards(x):
    s = 0.0
    for v in reversed(x):
        s = 0.5 * s + v * v
    return s


def backwards_over_ranges(x, n):
    s = 1.0
    for i in reversed(range(n)):
        s = s * x[i]
    for i in reversed(range(1, n, 2)):
        s += i * x[i]
    for i in reversed(range(n, 0, -3)):
        s = s * x[i - 1] + i
    return s


def backwards_and_forwards(x):
    s = 0.0
    for k, (a, b) in enumerate(zip(x, reversed(x))):
        s += a * b * k + a * s
    return s


def steps(x, start, stop, step):
    s = 1.0
    for i in range(start, stop, step):
        s = s * x[i] + i
    return s


def leaving_an_array_loop(x, limit):
    s = 0.0
    for i, v in enumerate(x):
        if v < 0.0:
            continue
        s += v * v
        if s > limit:
            break
    else:
        s = s * 2.0
    return s * (i + 1)


def returning_from_an_array_loop(x, limit):
    p = 1.0
    for v in x:
        p = p * v
        if p > limit:
            return p * v
    return p


def items_of_a_tuple(x):
    s = 0.0
    for v in (x, 2.0 * x, 3, x * x):
        s += v * s + v
    return s


def tuple_of_arrays_and_numbers(x, y):
    s = 0.0
    for v in (x, y, x * y):
        s += np.sum(v * v)
    return s


def tuple_argument(x, weights):
    s = x
    for k, w in enumerate(weights):
        s = s * w + k * x
    return s


def leaving_a_tuple_loop(x, limit):
    s = 0.0
    for k, v in enumerate((x, x * x, x + 3.0, 2.0 * x)):
        if v < 1.0:
            continue
        if s > limit:
            break
        s += v * (k + 1)
    else:
        s = s * s
    return s + k * x


def returning_from_a_tuple_loop(x, limit):
    for v in (x, x * x, x * x * x):
        if v > limit:
            return v * x
    return x


def tuple_loop_in_a_loop(x):
    s = 0.0
    for v in x:
        for a, b in ((v, 1.0), (2.0, v), (s, v)):
            if a > 4.0:
                break
            s += a * b
        s = np.cos(s)
    return s


def tuple_next_to_an_array(x):
    s = 0.0
    for v, w in zip(x, (1.0, 2, 3.0, 4.0)):
        s += v * v * w
    return s * w


def tuple_backwards(x):
    s = 0.0
    for v in reversed((x, 2.0, x * x)):
        s = s * v + v
    return s


def list_written_out(x):
    s = 0.0
    for v in [x, x * x, 1.0]:
        s += v * s + v
    return s


def functions_in_a_tuple(x):
    s = 0.0
    for f in (np.sin, np.cos, np.exp):
        s += f(x) * f(2.0 * x)
    return s


def starred_names(x):
    a, *b, c = (x, 2.0 * x, 3.0, x * x)
    (p, *_), q = (x, 2.0), c
    *most, last = b
    return a * b[0] + b[1] * c * len(b) + p * q + most[0] * last


def starred_items_in_a_loop(x):
    first, *others = (x, x * x, 2.0, x + 1.0)
    s = first
    for v in others:
        s += v * first
    return s


def float32_elements(x):
    s = np.float32(0.0)
    for i, v in enumerate(x):
        s += v * v * np.float32(i)
    return s


def float32_rows(a):
    b = a * np.float32(2.0)
    for row, v in zip(b, b[:, 0]):
        row[1] = v * v
    return np.sum(b * b)


def normal(*shape):
    return lambda rng: (rng.normal(size=shape),)


def empty(*shape):
    return lambda rng: (np.zeros(shape),)


def two(n, m):
    return lambda rng: (rng.normal(size=n), rng.normal(size=m))


def names_bound_in_conditions(x):
    kept = [w * w for v in x if (w := v + 1.0) > -5.0]
    total = 0.0
    running = [(total := total + v) for v in x]
    return sum(kept) + w + running[-1] * total


PROGRAMS = (
    Program(names_bound_in_conditions, normal(4), also=(normal(1),)),
    Program(sum_of_squares, normal(4), also=(normal(1), empty(0))),
    Program(sum_of_squares, lambda rng: (rng.normal(size=9)[::-2],), name="sum_of_squares of a strided array"),
    Program(recurrence_over_elements, normal(5), also=(empty(0),)),
    Program(rows_are_views, normal(3, 4), also=(empty(0, 4),)),
    Program(rows_of_the_argument_change, normal(3, 4)),
    Program(rows_of_rows, normal(2, 3, 4), also=(empty(2, 0, 4), empty(0, 3, 4))),
    Program(columns, normal(3, 4), also=(normal(3, 0),)),
    Program(elements_that_change_ahead, normal(5)),
    Program(rebinding_the_iterated_name, normal(4)),
    Program(rebinding_the_item, normal(4)),
    Program(last_item_after_the_loop, normal(4), also=(normal(1),)),
    Program(nothing_to_iterate, lambda rng: (np.empty(0), 1.5), wrt=(0, 1), also=(lambda rng: (np.ones(2), 1.5),)),
    Program(loop_over_a_call, lambda rng: (0.3,)),
    Program(weights_of_integers, lambda rng: (np.array([2, 3, 5, 4]), 1.5), wrt=(1,)),
    Program(numbered, normal(4), also=(empty(0),)),
    Program(numbered_from_below, normal(5)),
    Program(pairs, two(4, 4), wrt=(0, 1)),
    Program(shortest_wins, lambda rng: (rng.normal(size=4), rng.normal(size=4), rng.normal(size=7)), wrt=(0, 1, 2),
            also=(lambda rng: (rng.normal(size=2), rng.normal(size=9), rng.normal(size=3)),
                  lambda rng: (rng.normal(size=2), np.empty(0), rng.normal(size=3)))),
    Program(nested_targets, two(4, 3), wrt=(0, 1)),
    Program(zip_of_enumerate, two(3, 5), wrt=(0, 1)),
    Program(zip_is_evaluated_once, normal(3)),
    Program(rows_and_weights, lambda rng: (rng.normal(size=(3, 2)), rng.normal(size=4)), wrt=(0, 1)),
    Program(matrix_of_pairs, normal(4, 2)),
    Program(backwards, normal(4), also=(empty(0),)),
    Program(backwards_over_ranges, lambda rng: (rng.normal(size=6), 6), also=(lambda rng: (np.ones(3), 0),
                                                                             lambda rng: (np.ones(3), -2))),
    Program(backwards_and_forwards, normal(5)),
    Program(steps, lambda rng: (rng.normal(size=9), 8, 0, -3),
            also=(lambda rng: (rng.normal(size=9), -1, 9, 4), lambda rng: (rng.normal(size=9), 3, 3, 1))),
    Program(leaving_an_array_loop, lambda rng: (np.array([1.0, -2.0, 3.0, 0.5]), 5.0),
            also=(lambda rng: (np.array([1.0, -2.0, 1.0]), 5.0), lambda rng: (np.array([3.0]), 5.0))),
    Program(returning_from_an_array_loop, lambda rng: (np.array([1.5, 2.0, 3.0, 0.5]), 4.0),
            also=(lambda rng: (np.array([1.5, 2.0]), 4.0),)),
    Program(items_of_a_tuple, lambda rng: (1.3,)),
    Program(tuple_of_arrays_and_numbers, lambda rng: (1.3, rng.normal(size=3)), wrt=(0, 1)),
    Program(tuple_argument, lambda rng: (1.3, (2.0, 3.0, 0.5))),
    Program(tuple_argument, lambda rng: (1.3, ()), name="tuple_argument without items"),
    Program(leaving_a_tuple_loop, lambda rng: (1.3, 5.0),
            also=(lambda rng: (0.7, 5.0), lambda rng: (1.3, 50.0), lambda rng: (2.0, 1.0))),
    Program(returning_from_a_tuple_loop, lambda rng: (1.3, 1.5),
            also=(lambda rng: (2.3, 1.5), lambda rng: (0.5, 1.5))),
    Program(tuple_loop_in_a_loop, lambda rng: (rng.normal(size=4) * 2.0,)),
    Program(tuple_next_to_an_array, normal(3), also=(normal(6), normal(4), normal(1))),
    Program(tuple_backwards, lambda rng: (1.3,)),
    Program(list_written_out, lambda rng: (1.3,)),
    Program(functions_in_a_tuple, lambda rng: (0.7,)),
    Program(starred_names, lambda rng: (1.3,)),
    Program(starred_items_in_a_loop, lambda rng: (1.3,)),
    Program(float32_elements, lambda rng: (rng.normal(size=4).astype(np.float32),), rtol=1e-5),
    Program(float32_rows, lambda rng: (rng.normal(size=(3, 4)).astype(np.float32),), rtol=1e-5),
)
