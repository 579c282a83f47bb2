"""Loops over combinations: `itertools`, and NumPy's loops over the places of an array."""

import itertools
from itertools import combinations, product

import numpy as np

from ..program import Program


def over_a_grid(x):
    s = 0.0
    for i, j in itertools.product(range(2), range(3)):
        s += x[i] * x[j + 1]
    return s


def grid_that_is_left(x):
    s = 0.0
    for i, j in product(range(3), range(len(x))):
        if x[i] * x[j] < -1.0:
            s -= 0.5
            break
        if j == i:
            continue
        s += x[i] * x[j] * (1 + j)
    else:
        s *= 2.0
    return s


def pools_that_are_stored_into(x):
    y = x.copy()
    s = 0.0
    for a, b in itertools.product(y, y[:2]):
        y[0] += 0.1
        s += a * b
    return s + y[0]


def three_times_the_same(x):
    s = 0.0
    for i, j, k in itertools.product(range(2), repeat=3):
        s += x[i] * x[j + 1] * x[k + 2]
    return s


def grids_in_comprehensions(x):
    rising = [1 for a, b in product(x, x) if a < b]
    return sum(x[i] * x[j] for i, j in itertools.product(range(3), range(2))) + len(rising)


def pairs_of_places(x):
    s = 0.0
    for i, j in itertools.combinations(range(4), 2):
        s += x[i] * x[j]
    return s


def three_of_all(x):
    s = 0.0
    for a, b, c in combinations(x, 3):
        s += a * b * c
    return s


def chosen_from_what_changes(x):
    y = x.copy()
    s = 0.0
    for a, b in combinations(y, 2):
        y[1] = 3.0
        s += a * b
    return s


def pairs_in_sums(x):
    again = sum(x[i] * (j + 1) for i, j in itertools.combinations_with_replacement(range(3), 2))
    return sum((a - b) ** 2 for a, b in combinations(x, 2)) + again


def both_orders(x):
    s = 0.0
    for a, b in itertools.permutations(x, 2):
        s += a / (1.0 + b * b)
    return s


def orders_of_three(x):
    return sum(x[i] * x[j] * (k + 1) for i, j, k in itertools.permutations(range(4), 3))


def neighbours(x):
    s = 0.0
    for a, b in itertools.pairwise(x):
        if b > 1.5:
            break
        s = s + (b - a) ** 2
    return s


def neighbours_of_a_range(x):
    s = 0.0
    for i, j in itertools.pairwise(range(len(x))):
        s += x[i] * x[j]
    return s


def neighbouring_rows(A):
    return sum(np.sum((b - a) ** 2) for a, b in itertools.pairwise(A))


def length_of_a_path(x):
    pts = [(x[0], x[1]), (x[2], x[3]), (x[4], x[5])]
    return sum(np.hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in itertools.pairwise(pts))


def one_after_the_other(x):
    s = 0.0
    for v in itertools.chain(x, x[::-1]):
        s = s * 0.5 + v
    return s


def chain_that_changes(x):
    y = x.copy()
    s = 0.0
    for v in itertools.chain(y, range(3), y[:2]):
        y[1] += 0.5
        if v > 2.5:
            break
        s += v * y[1]
    else:
        s += 1.0
    return s


def all_rows(A):
    s = 0.0
    for v in itertools.chain.from_iterable(A):
        s = s * 0.9 + v
    return s


def chain_in_a_sum(x):
    return sum(v * v for v in itertools.chain(x, [1.0, x[0]]))


def places_of_an_array(A):
    s = 0.0
    for i, j in np.ndindex(A.shape):
        s += A[i, j] * i
    return s


def place_as_an_index(A):
    out = np.zeros(A.shape)
    for idx in np.ndindex(*A.shape):
        out[idx] = A[idx] ** 2
    return out


def places_of_sizes(A):
    s = 0.0
    for i, j in np.ndindex(2, A.shape[1]):
        s += A[i, j] * (j - i)
    return s


def any_of_the_pairs(x):
    return x.sum() if any(a * b < -1.0 for a, b in combinations(x, 2)) else x.prod()


def energy_of_pairs(x):
    def energy(p):
        return sum(1.0 / (0.1 + (a - b) ** 2) for a, b in combinations(p, 2))
    return energy(x) + energy(2.0 * x[:3])


def grids_inside_each_other(x):
    s = 0.0
    for (i, a), (j, b) in product(enumerate(x), enumerate(x[:3])):
        for k, c in itertools.pairwise(range(3)):
            if k > j:
                break
            s += a * b * c
        if i > 3:
            break
    return s


def pairs_of_a_list(x):
    s = 0.0
    for a, b in combinations([x[0], 2, x[1] * x[2]], 2):
        s += a * b
    return s


def first_pair_that_fits(x):
    for a, b in combinations(x, 2):
        if a * b < -0.5:
            return a - b
    return x[0]


def nothing_to_combine(x):
    s = 0.0
    for a, b in combinations(x[:1], 2):
        s += a * b
    for a, b in product(x[:0], x):
        s += a
    for a, b in itertools.pairwise(x[:0]):
        s += a
    for i, j in np.ndindex(0, 3):
        s += 1.0
    return s + x[0]


def neighbours_that_change(x):
    y = x.copy()
    s = 0.0
    for a, b in itertools.pairwise(y):
        y[1:] *= 0.9
        s += a * b
    return s + y[-1]


def neighbours_that_rise(x):
    s = 0.0
    for a, b in itertools.pairwise(x):
        if a > b:
            continue
        s += a * b
    return s


def rows_that_change(A):
    B = A.copy()
    s = 0.0
    for a, b in itertools.pairwise(B):
        B[1] += 0.5 * a
        s += np.sum(a * b)
    return s


def vector(rng):
    return (rng.normal(size=6),)


def vector32(rng):
    return (rng.normal(size=6).astype(np.float32),)


def matrix(rng):
    return (rng.normal(size=(3, 4)),)


VECTORS = (over_a_grid, grid_that_is_left, pools_that_are_stored_into, three_times_the_same, grids_in_comprehensions,
           pairs_of_places, three_of_all, chosen_from_what_changes, pairs_in_sums, both_orders, orders_of_three,
           neighbours, neighbours_of_a_range, length_of_a_path, one_after_the_other, chain_that_changes,
           chain_in_a_sum, any_of_the_pairs, energy_of_pairs, grids_inside_each_other,
           pairs_of_a_list, first_pair_that_fits, nothing_to_combine, neighbours_that_change, neighbours_that_rise)
MATRICES = (neighbouring_rows, all_rows, places_of_an_array, place_as_an_index, places_of_sizes,
            rows_that_change)
SINGLE = (grid_that_is_left, pairs_in_sums, neighbours_that_change, length_of_a_path)

PROGRAMS = (
    *(Program(f, vector, also=(vector,)) for f in VECTORS),
    *(Program(f, matrix) for f in MATRICES),
    *(Program(f, vector32, name=f"{f.__name__}_float32", rtol=1e-3, oracle="differences") for f in SINGLE),
)
