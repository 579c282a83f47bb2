"""Programs that raise: an exception is a result, and the native one must be Python's."""

import math
from typing import NamedTuple

import numpy as np
import scipy.linalg
from scipy.linalg import solve_triangular

from .program import Program

WEIGHTS = [0.5, 0.25, 0.125, 0.5, 0.25, 0.125, 0.5, 0.25, 0.125, 0.5]
ROWS = [[1.0, 2.0], [], [3.0]]
PAIRS = ((0.5, 1), (0.25, 2), (0.125, 3))


NAMES = ("a", "b", "c")


class Found(NamedTuple):
    value: float


class Loose:
    def __init__(self, v):
        self.v = v

    def __bool__(self):
        return self.v > 0

    def __float__(self):
        return 1


def first_item_that_fits_nothing(x):
    return next(v for v in x if v > 5.0)


def numbered_pairs_of_two_lengths(x, y):
    total = 0.0
    for k, (a, b) in enumerate(zip(x, y, strict=True)):
        total += k * a * b
    return total


def sum_of_numbered_pairs_of_two_lengths(x, y):
    return sum(a * b for k, (a, b) in enumerate(zip(x, y, strict=True), 1) if k > 1)


def names_without_values(x):
    values = {}
    for name, v in zip(NAMES, x, strict=True):
        values[name] = v * 2.0
        x[0] += 1.0
    return values["a"] + values["c"]


def values_before_names(x):
    values = {name: v for v, name in zip(x, NAMES, strict=True)}
    return values["a"] + values["c"]


def dict_of_names_without_values(x):
    return dict(zip(NAMES, x, strict=True))["b"]


def truth_that_is_numpys(x):
    return x[0] if Loose(x[0]) else x[1]


def float_that_is_none(x):
    return float(Loose(x[0])) * x[1]


def table_beyond_the_end(x, i):
    return x * WEIGHTS[i]


def row_of_a_table_beyond_the_end(x, i, j):
    return x * ROWS[i][j]


def tuple_beyond_the_end(x, i):
    weight, power = PAIRS[i]
    return weight * x**power


def index_beyond_the_end(x, i):
    y = x * 2.0
    return y[i]


def array_in_reverse_order(x):
    y = x.copy()
    y.sort(reverse=True)
    return y[0]


def store_beyond_the_end(x, i):
    x[i] = x[0] * 2.0
    return np.sum(x)


def matrix_index_beyond_the_end(a, i, j):
    return a[i, j] ** 2


def picks_beyond_the_end(x, picks):
    y = x * 2.0
    return np.sum(y[picks])


def store_through_picks_beyond_the_end(x, picks):
    x[picks] = 3.0
    return np.sum(x * x)


def picks_do_not_broadcast(a, picks):
    return np.sum(a[picks, picks[1:]])


def mask_of_the_wrong_length(x, mask):
    return np.sum(x[mask])


def too_many_values_for_a_mask(x, y):
    z = x * 1.0
    z[x > 0.0] = y
    return np.sum(z)


def index_that_was_never_found(x):
    found = None
    for i in range(len(x)):
        if x[i] > 5.0:
            found = i
    return found * x[0]


def attribute_of_nothing(x):
    found = None
    for i in range(len(x)):
        if x[i] > 5.0:
            found = Found(x[i])
    return found.value * x[0]


def item_of_nothing(x):
    found = None
    for i in range(len(x)):
        if x[i] > 5.0:
            found = {"value": x[i]}
    return found["value"] * x[0]


def unpacked_nothing(x):
    found = None
    for i in range(len(x)):
        if x[i] > 5.0:
            found = x[i], i
    value, place = found
    return value * x[place]


def nothing_for_the_parameters(x):
    def product(a, b):
        return a * b

    nothing = []
    return product(*nothing) * x[0]


def array_of_too_many_arguments(x):
    def product(a, b):
        return a * b

    return product(*x)


def singular_system(a, b):
    return np.sum(np.linalg.solve(a, b))


def inverse_of_a_singular_matrix(a):
    return np.sum(np.linalg.inv(a))


def determinant_of_a_rectangle(a):
    return np.linalg.det(a)


def system_of_the_wrong_length(a, b):
    return np.sum(np.linalg.solve(a, b))


def factor_of_an_indefinite_matrix(a):
    return np.sum(np.linalg.cholesky(a))


def values_that_do_not_converge(a):
    return np.sum(np.linalg.svd(a)[1])


def one_singular_matrix_in_a_stack(a):
    return np.sum(np.linalg.inv(a))


def eigenvalues_of_a_rectangle(a):
    w, v = np.linalg.eigh(a)
    return np.sum(v * w)


def triangle_with_a_zero(a, b):
    return np.sum(solve_triangular(a, b, lower=True))


def system_with_nan(a, b):
    return np.sum(scipy.linalg.solve(a, b))


def indefinite_for_scipy(a, b):
    return np.sum(scipy.linalg.cho_solve(scipy.linalg.cho_factor(a), b))


def condition_of_nothing(a):
    return np.linalg.cond(a)


def index_in_the_middle_of_a_loop(x, n):
    s = 0.0
    for i in range(n):
        s += x[i] ** 2
    return s


def float_division_by_zero(x, y):
    return x / y


def integer_division_by_zero(x, n):
    return x * (7 // n)


def float_remainder_by_zero(x, y):
    return x + 7.0 % y


def negative_power_of_zero(x):
    return x**-1


def root_of_a_negative_number(x):
    return math.sqrt(x)


def logarithm_of_zero(x):
    return math.log(x)


def arc_sine_beyond_one(x):
    return math.asin(x)


def exponential_overflow(x):
    return math.exp(x)


def power_overflow(x):
    return x**400


def floor_of_nan(x):
    return x * math.floor(x)


def shapes_do_not_broadcast(x, y):
    z = x * 2.0
    return np.sum(z + y)


def in_place_cannot_grow(x, y):
    x += y
    return np.sum(x)


def slice_store_of_the_wrong_length(x):
    x[1:3] = x
    return np.sum(x)


def matrix_product_mismatch(a, x):
    return np.sum(a @ x)


def unpacking_of_the_wrong_length(x):
    a, b = x
    return a * b


def variable_of_a_loop_without_trips(x, n):
    for i in range(n):
        y = x * i
    return y * x


def variable_of_the_other_branch(x):
    if x > 0.0:
        y = x * x
    return y + x


def range_with_step_zero(x, step):
    for i in range(0, 3, step):
        x = x * i
    return x


def maximum_of_nothing(x):
    return np.max(x)


def write_to_read_only(x):
    x[0] = 1.0
    return np.sum(x)


def integer_overflow(x, n):
    """Python would go on with a longer integer; 64 bits must not wrap round silently."""
    for _ in range(40):
        n = n * 10
    return x * (n % 7)


def raise_with_a_text(x):
    if x < 0.0:
        raise ValueError("negative {x}")
    return x


def raise_without_a_text(x):
    if x < 0.0:
        raise KeyError
    elif x < 1.0:
        raise ArithmeticError()
    return x * x


def raise_with_numbers(x, n):
    y = x * 2.0
    if n < 3:
        raise ValueError(f"{n} of {x:.3f} {{}} gives {y}, {x > 1.0}")
    return y


def raise_in_the_middle(x):
    s = 0.0
    for k, v in enumerate(x):
        if v < 0.0:
            raise IndexError(f"element {k} is {v}")
        s += v
    return s


def raise_in_a_helper(x):
    return checked(x) * x


def checked(x):
    assert x > 0.0, "not positive"
    assert x < 10.0
    return x


def raise_in_the_last_case(x, k):
    match k:
        case 1:
            y = x
        case 2:
            y = x * x
        case _:
            raise NotImplementedError("no such case")
    return y


def raise_always(x):
    raise RuntimeError("never mind")


def raise_for_a_string(x, mode):
    if mode == "square":
        return x * x
    raise ValueError("unknown mode")


def unpack_in_a_loop(x):
    s = 0.0
    for a, b in x:
        s += a * b
    return s


def item_of_an_empty_loop(x):
    for v in x:
        y = v * 2.0
    return y * v


def deleted_before_it_is_read(x, n):
    y = x * x
    for i in range(n):
        if i == 1:
            del y
        else:
            x = x * y
    return x


def read_only(x):
    x.flags.writeable = False
    return x


def dict_of_an_empty_loop(x):
    for v in x:
        last = {"v": v}
    also = last  # noqa: F841
    return 1.0


def list_of_the_other_path(x):
    if x < 0.0:
        parts = []
    for p in parts:
        x += p
    return x


def raise_what_no_handler_is_for(x):
    y = x[0] * x[1]
    try:
        if y < 5.0:
            raise KeyError(f"{y} is missing")
        y = y / len(x[3:])
    except ZeroDivisionError:
        y = 0.0
    return y


def raise_in_a_handler(x):
    try:
        y = math.log(float(x[0]) - 5.0)
    except ValueError:
        raise OverflowError("nothing is left")
    return y * x[0]


def raise_again(x):
    y = x[0]
    try:
        if y < 5.0:
            raise LookupError("too small")
    except (LookupError, ZeroDivisionError):
        y = y * 2.0
        raise
    return y


def raise_behind_finally(x):
    y = x[0]
    try:
        y = y * 2.0
        raise ValueError("too far")
    finally:
        y = y * 3.0
    return y


def raise_in_a_helper_that_catches_something_else(x):
    def helper(u):
        try:
            if u < 5.0:
                raise IndexError("small")
            return 1.0 / u
        except ZeroDivisionError:
            return 0.0

    try:
        return helper(x[0])
    except KeyError:
        return x[1]


def index_beyond_the_end_inside_try(x, i):
    try:
        y = x[i] * 2.0
    except (ValueError, KeyError):
        y = x[0]
    return y


PROGRAMS = (
    Program(numbered_pairs_of_two_lengths, lambda rng: (np.ones(3), np.ones(4)), also=(
        lambda rng: (np.ones(4), np.ones(3)), lambda rng: (np.ones(0), np.ones(3)))),
    Program(sum_of_numbered_pairs_of_two_lengths, lambda rng: (np.ones(3), np.ones(4)), also=(
        lambda rng: (np.ones(4), np.ones(3)),)),
    Program(names_without_values, lambda rng: (np.ones(2),), also=(lambda rng: (np.ones(4),),)),
    Program(values_before_names, lambda rng: (np.ones(2),), also=(lambda rng: (np.ones(4),),)),
    Program(dict_of_names_without_values, lambda rng: (np.ones(2),), also=(lambda rng: (np.ones(5),),)),
    Program(raise_what_no_handler_is_for, lambda rng: (np.ones(3),)),
    Program(raise_in_a_handler, lambda rng: (np.ones(3),)),
    Program(raise_again, lambda rng: (np.ones(3),)),
    Program(raise_behind_finally, lambda rng: (np.ones(3),)),
    Program(raise_in_a_helper_that_catches_something_else, lambda rng: (np.ones(3),)),
    Program(index_beyond_the_end_inside_try, lambda rng: (np.ones(3), 3)),
    Program(table_beyond_the_end, lambda rng: (1.5, 10), also=(lambda rng: (1.5, -11),)),
    Program(row_of_a_table_beyond_the_end, lambda rng: (1.5, 3, 0), also=(
        lambda rng: (1.5, 1, 0), lambda rng: (1.5, 0, 2), lambda rng: (1.5, -4, 0), lambda rng: (1.5, 2, -2))),
    Program(tuple_beyond_the_end, lambda rng: (1.5, 3), also=(lambda rng: (1.5, -4),)),
    Program(index_beyond_the_end, lambda rng: (np.ones(3), 3), also=(lambda rng: (np.ones(3), -4),)),
    Program(store_beyond_the_end, lambda rng: (np.ones(3), 3)),
    Program(matrix_index_beyond_the_end, lambda rng: (np.ones((2, 3)), 1, 3)),
    Program(picks_beyond_the_end, lambda rng: (np.ones(3), np.array([0, 3])),
            also=(lambda rng: (np.ones(3), np.array([-4])),)),
    Program(store_through_picks_beyond_the_end, lambda rng: (np.ones(3), np.array([0, 3]))),
    Program(picks_do_not_broadcast, lambda rng: (np.ones((3, 3)), np.array([0, 1, 2]))),
    Program(mask_of_the_wrong_length, lambda rng: (np.ones(3), np.array([True, False]))),
    Program(too_many_values_for_a_mask, lambda rng: (np.array([1.0, -1.0, 1.0]), np.ones(3))),
    Program(singular_system, lambda rng: (np.ones((2, 2)), np.ones(2))),
    Program(inverse_of_a_singular_matrix, lambda rng: (np.zeros((2, 2)),)),
    Program(determinant_of_a_rectangle, lambda rng: (np.ones((2, 3)),)),
    Program(system_of_the_wrong_length, lambda rng: (np.eye(2), np.ones(3))),
    Program(values_that_do_not_converge, lambda rng: (np.full((2, 3), np.nan),)),
    Program(one_singular_matrix_in_a_stack, lambda rng: (np.stack([np.eye(2), np.ones((2, 2))]),)),
    Program(eigenvalues_of_a_rectangle, lambda rng: (np.ones((2, 3)),), also=(lambda rng: (np.ones((3, 1)),),)),
    Program(triangle_with_a_zero, lambda rng: (np.diag([1.0, 0.0, 2.0]), np.ones(3))),
    Program(system_with_nan, lambda rng: (np.array([[1.0, np.nan], [0.0, 1.0]]), np.ones(2)),
            also=(lambda rng: (np.ones((2, 2)), np.ones(2)), lambda rng: (np.ones((2, 3)), np.ones(2)),
                  lambda rng: (np.eye(2), np.ones(3)))),
    Program(indefinite_for_scipy, lambda rng: (np.diag([1.0, -1.0]), np.ones(2))),
    Program(condition_of_nothing, lambda rng: (np.empty((0, 0)),)),
    Program(factor_of_an_indefinite_matrix, lambda rng: (-np.eye(2),)),
    Program(index_in_the_middle_of_a_loop, lambda rng: (np.ones(3), 5)),
    Program(float_division_by_zero, lambda rng: (1.0, 0.0)),
    Program(integer_division_by_zero, lambda rng: (1.0, 0)),
    Program(float_remainder_by_zero, lambda rng: (1.0, 0.0)),
    Program(negative_power_of_zero, lambda rng: (0.0,)),
    Program(root_of_a_negative_number, lambda rng: (-1.0,)),
    Program(logarithm_of_zero, lambda rng: (0.0,)),
    Program(arc_sine_beyond_one, lambda rng: (1.5,)),
    Program(exponential_overflow, lambda rng: (1e3,)),
    Program(power_overflow, lambda rng: (1e3,)),
    Program(floor_of_nan, lambda rng: (math.nan,)),
    Program(shapes_do_not_broadcast, lambda rng: (np.ones(3), np.ones(4))),
    Program(in_place_cannot_grow, lambda rng: (np.ones(1), np.ones(4))),
    Program(slice_store_of_the_wrong_length, lambda rng: (np.ones(4),)),
    Program(matrix_product_mismatch, lambda rng: (np.ones((2, 3)), np.ones(2))),
    Program(unpacking_of_the_wrong_length, lambda rng: (np.ones(3),)),
    Program(variable_of_a_loop_without_trips, lambda rng: (1.5, 0)),
    Program(variable_of_the_other_branch, lambda rng: (-1.5,)),
    Program(range_with_step_zero, lambda rng: (1.5, 0)),
    Program(maximum_of_nothing, lambda rng: (np.empty(0),)),
    Program(raise_with_a_text, lambda rng: (-1.5,)),
    Program(raise_without_a_text, lambda rng: (-1.5,), also=(lambda rng: (0.5,),)),
    Program(raise_with_numbers, lambda rng: (1.23456, 2)),
    Program(raise_with_numbers, lambda rng: (np.float32(1.23456), 2), name="raise_with_numbers of float32"),
    Program(raise_in_the_middle, lambda rng: (np.array([1.5, -0.1]),)),
    Program(raise_in_a_helper, lambda rng: (-1.5,), also=(lambda rng: (11.0,),)),
    Program(raise_in_the_last_case, lambda rng: (1.5, 3)),
    Program(raise_always, lambda rng: (1.5,)),
    Program(raise_for_a_string, lambda rng: (1.5, "cube")),
    Program(index_that_was_never_found, lambda rng: (np.array([1.0, 2.0]),)),
    Program(attribute_of_nothing, lambda rng: (np.array([1.0, 2.0]),)),
    Program(item_of_nothing, lambda rng: (np.array([1.0, 2.0]),)),
    Program(unpacked_nothing, lambda rng: (np.array([1.0, 2.0]),)),
    Program(nothing_for_the_parameters, lambda rng: (np.ones(3),)),
    Program(array_of_too_many_arguments, lambda rng: (np.ones(3),), also=(lambda rng: (np.ones(1),),)),
    Program(unpack_in_a_loop, lambda rng: (np.ones((2, 3)),)),
    Program(item_of_an_empty_loop, lambda rng: (np.empty(0),)),
    Program(deleted_before_it_is_read, lambda rng: (1.5, 3)),
    Program(dict_of_an_empty_loop, lambda rng: (np.empty(0),)),
    Program(list_of_the_other_path, lambda rng: (1.5,)),
    Program(first_item_that_fits_nothing, lambda rng: (np.ones(3),), also=(lambda rng: (np.empty(0),),)),
    Program(truth_that_is_numpys, lambda rng: (np.ones(3),)),
    Program(float_that_is_none, lambda rng: (np.ones(3),)),
    Program(array_in_reverse_order, lambda rng: (np.ones(3),)),
    Program(write_to_read_only, lambda rng: (read_only(np.ones(3)),)),
)

# Right in CPython, beyond 64 bits: it may be refused, and it may raise, but it may not give a number.
OVERFLOWING = Program(integer_overflow, lambda rng: (1.5, 3))
