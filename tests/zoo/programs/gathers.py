"""Arrays indexed with arrays of integers and with conditions: reads add up, of stores the last one counts."""

import numpy as np

from ..program import Program


def entries(x, picks):
    return np.sum(x[picks] ** 2)


def picked_and_returned(x, picks):
    return x[picks]


def rows_and_columns(a, rows, columns):
    return np.sum(a[rows] ** 2) + np.sum(a[:, columns] ** 3) + np.sum(a[1:, columns][rows % 2])


def pairs(a, rows, columns):
    return np.sum(a[rows, columns] ** 2) + np.sum(a[2, columns] * a[rows, -1])


def pairs_that_broadcast(a, picks):
    return a[picks, np.array([[0], [1]])] ** 2


def along_an_axis(a, picks):
    return np.take(a, picks, axis=1) ** 2 + np.take(a, 1, axis=-1)[0]


def last_write_wins(x, picks, v):
    y = x * 2.0
    y[picks] = v**2
    return np.sum(y**2) + np.sum(v)


def one_number_to_many_places(x, picks):
    y = x**2
    y[picks] = x[0] * x[1]
    return y


def duplicates_count_once(x, picks, v):
    y = x * x
    y[picks] += v * x[0]
    return y


def duplicates_count_twice(x, picks, v):
    np.add.at(x, picks, v * v)
    np.add.at(x, picks, x[1])
    return x * x


def scattered_rows(a, picks):
    b = a * 1.5
    b[picks] = a[0] ** 2
    b[:, picks] *= 2.0
    b[picks, 1] = a[0, 0]
    b[1, picks] = a[0, picks]
    return b**2


def entries_where(x):
    return np.sum(x[x > 0.0] ** 3) - np.sum(x[x <= 0.0])


def clipped_by_a_mask(x, bound):
    y = x * 2.0
    y[y > bound] = bound
    return np.sum(y**2)


def changed_where(a):
    b = a * 1.0
    b[a > 0.0] += a[a > 0.0] ** 2
    b[a[:, 0] > 0.0] *= 2.0
    b[:, a[0] < 0.0] = 0.5 * a[0, 0]
    return b


def values_into_a_mask(x, keep, v):
    x[keep] = v
    return x**2


def permuted_in_place(x, picks):
    x[picks] = x[picks[::-1]]
    return x**2


def shifted_view_of_itself(x, picks):
    x[picks] = x[1:]
    return x**2


def index_changes_afterwards(x, picks):
    y = x[picks] ** 2
    picks[:] = 0
    return y * x[picks]


def gathers_in_a_loop(x, picks):
    s = 0.0
    for k in range(3):
        order = (picks + k) % len(x)
        x = x[order] * 1.5
        s += np.sum(x[x > 0.0] ** 2) * x[0]
    return s


def sparse_product(values, rows, columns, x):
    y = np.zeros(4)
    np.add.at(y, rows, values * x[columns])
    return y


def written_list(x):
    return x[[0, 2, 0]] ** 2 * x[[1]]


PICKS = (3, 0, -1, 3, 2)


def picks(dtype=np.int64):
    return np.array(PICKS, dtype)


def constants_in_order_or_an_argument(x, t):
    if t >= 1.9:
        y = 2.0 * x
    else:
        z = np.linspace(0.5, -1.0, 4)
        y = z[np.argsort(z)]
    return np.sum(x) * t + np.sum(np.sin(y))


PROGRAMS = (
    Program(constants_in_order_or_an_argument, lambda rng: (rng.normal(size=4), 1.5), wrt=(0, 1),
            also=(lambda rng: (rng.normal(size=4), 2.5),)),
    Program(
        entries,
        lambda rng: (rng.normal(size=5), picks()),
        also=(lambda rng: (rng.normal(size=5), np.empty(0, np.int64)),),
    ),
    Program(entries, lambda rng: (rng.normal(size=9)[::-2], picks(np.int32)), name="strided_entries"),
    Program(entries, lambda rng: (rng.normal(size=5), picks().reshape(5, 1)[::2]), name="index_of_rank_two"),
    Program(picked_and_returned, lambda rng: (rng.normal(size=5).astype(np.float32), picks()), oracle="difference",
            rtol=1e-4),
    Program(rows_and_columns, lambda rng: (rng.normal(size=(4, 5)), np.array([1, -1, 1]), picks())),
    Program(rows_and_columns, lambda rng: (rng.normal(size=(5, 4)).T, np.array([0, 1]), picks()),
            name="of_a_transpose"),
    Program(pairs, lambda rng: (rng.normal(size=(4, 5)), picks(), picks()[::-1])),
    Program(pairs_that_broadcast, lambda rng: (rng.normal(size=(4, 5)), picks())),
    Program(along_an_axis, lambda rng: (rng.normal(size=(2, 5)), picks())),
    Program(last_write_wins, lambda rng: (rng.normal(size=5), picks(), rng.normal(size=5)), wrt=(0, 2)),
    Program(one_number_to_many_places, lambda rng: (rng.normal(size=5), picks())),
    Program(duplicates_count_once, lambda rng: (rng.normal(size=5), picks(), rng.normal(size=5)), wrt=(0, 2)),
    Program(duplicates_count_twice, lambda rng: (rng.normal(size=5), picks(), rng.normal(size=5)), wrt=(0, 2)),
    Program(scattered_rows, lambda rng: (rng.normal(size=(5, 5)), picks())),
    Program(entries_where, lambda rng: (rng.normal(size=7),), also=(lambda rng: (np.empty(0),),)),
    Program(clipped_by_a_mask, lambda rng: (rng.normal(size=6), 0.7), wrt=(0, 1)),
    Program(changed_where, lambda rng: (rng.normal(size=(3, 4)),), also=(lambda rng: (-np.ones((3, 4)),),)),
    Program(
        values_into_a_mask,
        lambda rng: (rng.normal(size=4), np.array([True, False, True, True]), rng.normal(size=3)),
        wrt=(0, 2),
    ),
    Program(permuted_in_place, lambda rng: (rng.normal(size=5), picks())),
    Program(shifted_view_of_itself, lambda rng: (rng.normal(size=6), picks())),
    Program(index_changes_afterwards, lambda rng: (rng.normal(size=5), picks())),
    Program(gathers_in_a_loop, lambda rng: (rng.normal(size=5), picks())),
    Program(
        sparse_product,
        lambda rng: (rng.normal(size=5), np.array([0, 3, 3, 1, 0]), np.array([2, 0, 1, 1, 2]), rng.normal(size=3)),
        wrt=(0, 3),
    ),
    Program(written_list, lambda rng: (rng.normal(size=4),)),
)
