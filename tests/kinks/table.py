"""The conventions at kinks and edges.

Where a function has no derivative, the project chooses one.  The value itself is always Python's, and so are NaN and
infinity.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

INF, NAN = math.inf, math.nan


@dataclass(frozen=True)
class Kink:
    """`fn` at `args`, and its gradient by every float argument in turn."""

    name: str
    fn: Callable[..., Any]
    args: tuple[Any, ...]
    gradients: tuple[Any, ...]
    wrt: tuple[int, ...] = (0,)


def array(*entries: float) -> np.ndarray:
    return np.array(entries)


def builtin_abs(x):
    return abs(x)


def numpy_abs(x):
    return np.abs(x)


def math_fabs(x):
    return math.fabs(x)


def sum_abs(x):
    return np.sum(np.abs(x))


def relu(x):
    return np.maximum(x, 0.0)


def relu_with_integer_zero(x):
    return np.maximum(x, 0)


def relu_mirrored(x):
    return np.maximum(0.0, x)


def minimum_with_zero(x):
    return np.minimum(x, 0.0)


def sum_relu(x):
    return np.sum(np.maximum(x, 0.0))


def relu_as_ternary(x):
    return x if x > 0.0 else 0.0


def maximum(x, y):
    return np.maximum(x, y)


def minimum(x, y):
    return np.minimum(x, y)


def maximum_of_itself(x):
    return np.maximum(x, x)


def sum_maximum(x, y):
    return np.sum(np.maximum(x, y))


def sum_minimum(x, y):
    return np.sum(np.minimum(x, y))


def largest(x):
    return np.max(x)


def smallest(x):
    return np.min(x)


def largest_by_method(x):
    return x.max()


def clipped(x):
    return np.clip(x, -1.0, 2.0)


def sum_clipped(x):
    return np.sum(np.clip(x, -1.0, 2.0))


def math_root(x):
    return math.sqrt(x)


def numpy_root(x):
    return np.sqrt(x)


def root_as_power(x):
    return x**0.5


def sum_of_roots(x):
    return np.sum(np.sqrt(x))


def norm(x):
    return np.linalg.norm(x)


def math_hypot(x, y):
    return math.hypot(x, y)


def numpy_hypot(x, y):
    return np.hypot(x, y)


def sum_of_hypots(x, y):
    return np.sum(np.hypot(x, y))


def math_angle(y, x):
    return math.atan2(y, x)


def numpy_angle(y, x):
    return np.arctan2(y, x)


def sum_of_angles(y, x):
    return np.sum(np.arctan2(y, x))


def power_zero(x):
    return x**0


def power_one(x):
    return x**1


def square(x):
    return x**2


def cube(x):
    return x**3


def square_by_a_float(x):
    return x**2.0


def power_three_halves(x):
    return x**1.5


def integer_power(x, n):
    return x**n


def sum_of_integer_powers(x, n):
    return np.sum(x**n)


def sum_of_squares(x):
    return np.sum(x**2)


def power(x, y):
    return x**y


def power_by_math(x, y):
    return math.pow(x, y)


def sum_of_powers(x, y):
    return np.sum(x**y)


def guarded_root(x):
    return np.where(x > 0.0, np.sqrt(x), 0.0)


def sum_of_guarded_roots(x):
    return np.sum(np.where(x > 0.0, np.sqrt(x), 0.0))


def sum_of_guarded_logarithms(x):
    return np.sum(np.where(x > 0.0, x * np.log(x), 0.0))


def sum_of_guarded_quotients(x, y):
    return np.sum(np.where(y != 0.0, x / y, x))


def product(x):
    return np.prod(x)


def rounded_down(x):
    return np.floor(x)


def rounded_up(x):
    return np.ceil(x)


def rounded(x):
    return np.round(x)


def rounded_to_even(x):
    return np.rint(x)


def truncated(x):
    return np.trunc(x)


def sign(x):
    return np.sign(x)


def sum_of_steps(x):
    return np.sum(np.floor(x) + np.ceil(x) + np.sign(x))


def integer_part_by_math(x):
    return x * 0.0 + math.floor(x) + math.ceil(x)


def tail(x):
    return np.tanh(x)


def softplus(x):
    return np.logaddexp(0.0, x)


def max_along_rows(a):
    return np.sum(np.max(a, axis=1) * np.array([1.0, 2.0]))


def prod_along_columns(a):
    return np.sum(np.prod(a, axis=0))


def std_along_rows(a):
    return np.sum(np.std(a, axis=1))


def norm_of_rows(a):
    return np.sum(np.linalg.norm(a, axis=1))


def running_product(x):
    return np.cumprod(x)[3]


def sum_of_eigenvalues(a):
    w, _ = np.linalg.eigh(a)
    return np.sum(w)


def trace_of_a_logarithm(a):
    return np.sum(np.log(np.linalg.eigvalsh(a)))


def projector_on_a_plane(a):
    """On the vectors of the two smaller eigenvalues, however they lie in the plane."""
    _, v = np.linalg.eigh(a)
    return v[1, :2] @ v[2, :2]


def root_of_a_matrix(a):
    """The eigenvectors of repeated eigenvalues turn, and the eigenvalues are used: neither tells the derivative."""
    w, v = np.linalg.eigh(a)
    return (v[0] * np.sqrt(w)) @ v[1]


def nearest_rotation(a):
    u, _, vt = np.linalg.svd(a)
    return u[0] @ vt[:, 1]


def exponential_of_singular_values(a):
    u, s, vt = np.linalg.svd(a)
    return (u[0] * np.exp(-s)) @ vt[:, 1]


def nuclear_norm(a):
    return np.linalg.norm(a, "nuc")


def spectral_norm(a):
    return np.linalg.norm(a, 2)


def determinant(a):
    return np.linalg.det(a)


TIED = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]])

KINKS = (
    Kink("max_along_an_axis_tie", max_along_rows, (TIED,), (np.array([[0.0, 0.5, 0.5], [2 / 3, 2 / 3, 2 / 3]]),)),
    Kink("prod_along_an_axis_with_zeros", prod_along_columns, (np.array([[0.0, 2.0], [5.0, 0.0]]),),
         (np.array([[5.0, 0.0], [0.0, 2.0]]),)),
    Kink("std_along_an_axis_of_equal_values", std_along_rows, (np.ones((2, 3)),), (np.zeros((2, 3)),)),
    Kink("norm_along_an_axis_at_the_origin", norm_of_rows, (np.array([[0.0, 0.0], [3.0, 4.0]]),),
         (np.array([[0.0, 0.0], [0.6, 0.8]]),)),
    Kink("cumprod_with_a_zero", running_product, (array(2.0, 0.0, 3.0, 4.0),), (array(0.0, 24.0, 0.0, 0.0),)),
    Kink("abs_at_zero", builtin_abs, (0.0,), (0.0,)),
    Kink("abs_at_negative_zero", builtin_abs, (-0.0,), (0.0,)),
    Kink("numpy_abs_at_zero", numpy_abs, (0.0,), (0.0,)),
    Kink("fabs_at_zero", math_fabs, (0.0,), (0.0,)),
    Kink("abs_of_array_at_zero", sum_abs, (array(0.0, -2.0, 3.0, -0.0),), (array(0.0, -1.0, 1.0, 0.0),)),
    Kink("relu_at_zero", relu, (0.0,), (0.5,)),
    Kink("relu_at_negative_zero", relu, (-0.0,), (0.5,)),
    Kink("relu_with_integer_zero", relu_with_integer_zero, (0.0,), (0.5,)),
    Kink("relu_mirrored", relu_mirrored, (0.0,), (0.5,)),
    Kink("minimum_with_zero", minimum_with_zero, (0.0,), (0.5,)),
    Kink("relu_of_array", sum_relu, (array(0.0, -1.0, 2.0),), (array(0.5, 0.0, 1.0),)),
    Kink("ternary_takes_its_branch", relu_as_ternary, (0.0,), (0.0,)),
    Kink("maximum_tie", maximum, (2.0, 2.0), (0.5, 0.5), (0, 1)),
    Kink("minimum_tie", minimum, (2.0, 2.0), (0.5, 0.5), (0, 1)),
    Kink("maximum_no_tie", maximum, (2.0, 3.0), (0.0, 1.0), (0, 1)),
    Kink("maximum_of_itself", maximum_of_itself, (2.0,), (1.0,)),
    Kink(
        "maximum_tie_in_arrays",
        sum_maximum,
        (array(1.0, 5.0, 2.0), array(1.0, 4.0, 3.0)),
        (array(0.5, 1.0, 0.0), array(0.5, 0.0, 1.0)),
        (0, 1),
    ),
    Kink(
        "minimum_tie_in_arrays",
        sum_minimum,
        (array(1.0, 5.0, 2.0), array(1.0, 4.0, 3.0)),
        (array(0.5, 0.0, 1.0), array(0.5, 1.0, 0.0)),
        (0, 1),
    ),
    Kink("maximum_tie_with_broadcast_scalar", sum_maximum, (array(1.0, 5.0), 1.0), (array(0.5, 1.0), 0.5), (0, 1)),
    Kink("max_tie_of_two", largest, (array(3.0, 1.0, 3.0),), (array(0.5, 0.0, 0.5),)),
    Kink("max_tie_of_three", largest, (array(3.0, 3.0, 3.0),), (array(1.0, 1.0, 1.0) / 3.0,)),
    Kink("max_tie_by_method", largest_by_method, (array(3.0, 1.0, 3.0),), (array(0.5, 0.0, 0.5),)),
    Kink("min_tie_of_two", smallest, (array(1.0, 3.0, 1.0),), (array(0.5, 0.0, 0.5),)),
    Kink("max_tie_in_matrix", largest, (np.array([[1.0, 4.0], [4.0, 0.0]]),), (np.array([[0.0, 0.5], [0.5, 0.0]]),)),
    Kink("clip_at_the_lower_bound", clipped, (-1.0,), (1.0,)),
    Kink("clip_at_the_upper_bound", clipped, (2.0,), (1.0,)),
    Kink("clip_outside", clipped, (2.5,), (0.0,)),
    Kink("clip_of_array", sum_clipped, (array(-3.0, -1.0, 0.0, 2.0, 9.0),), (array(0.0, 1.0, 1.0, 1.0, 0.0),)),
    Kink("math_sqrt_at_zero", math_root, (0.0,), (INF,)),
    Kink("numpy_sqrt_at_zero", numpy_root, (0.0,), (INF,)),
    Kink("half_power_at_zero", root_as_power, (0.0,), (INF,)),
    Kink("sqrt_of_array_at_zero", sum_of_roots, (array(0.0, 4.0),), (array(INF, 0.25),)),
    Kink("repeated_eigenvalues_summed", sum_of_eigenvalues, (2.0 * np.eye(2),), (np.eye(2),)),
    Kink("repeated_eigenvalues_alone", trace_of_a_logarithm, (2.0 * np.eye(2),), (0.5 * np.eye(2),)),
    Kink("projector_of_repeated_eigenvalues", projector_on_a_plane, (np.diag([2.0, 2.0, 5.0]),),
         (np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, -1.0 / 3.0, 0.0]]),)),
    Kink("function_of_a_matrix_with_repeated_eigenvalues", root_of_a_matrix, (np.eye(2),),
         (np.array([[NAN, 0.0], [NAN, NAN]]),)),
    Kink("rotation_of_equal_singular_values", nearest_rotation, (2.0 * np.eye(2),),
         (np.array([[0.0, 0.25], [-0.25, 0.0]]),)),
    Kink("function_of_equal_singular_values", exponential_of_singular_values, (np.eye(2),), (np.full((2, 2), NAN),)),
    Kink("nuclear_norm_at_the_origin", nuclear_norm, (np.zeros((2, 3)),), (np.zeros((2, 3)),)),
    Kink("nuclear_norm_of_a_singular_matrix", nuclear_norm, (np.diag([3.0, 0.0]),), (np.diag([1.0, 0.0]),)),
    Kink("spectral_norm_at_the_origin", spectral_norm, (np.zeros((2, 2)),), (np.zeros((2, 2)),)),
    Kink("determinant_of_a_singular_matrix", determinant, (np.diag([3.0, 0.0]),), (np.diag([0.0, 3.0]),)),
    Kink("norm_at_the_origin", norm, (array(0.0, 0.0),), (array(0.0, 0.0),)),
    Kink("norm_of_matrix_at_the_origin", norm, (np.zeros((2, 2)),), (np.zeros((2, 2)),)),
    Kink("math_hypot_at_the_origin", math_hypot, (0.0, 0.0), (0.0, 0.0), (0, 1)),
    Kink("numpy_hypot_at_the_origin", numpy_hypot, (0.0, 0.0), (0.0, 0.0), (0, 1)),
    Kink(
        "hypot_of_arrays",
        sum_of_hypots,
        (array(0.0, 3.0), array(0.0, 4.0)),
        (array(0.0, 0.6), array(0.0, 0.8)),
        (0, 1),
    ),
    Kink("math_atan2_at_the_origin", math_angle, (0.0, 0.0), (0.0, 0.0), (0, 1)),
    Kink("numpy_arctan2_at_the_origin", numpy_angle, (0.0, 0.0), (0.0, 0.0), (0, 1)),
    Kink(
        "arctan2_of_arrays",
        sum_of_angles,
        (array(0.0, 1.0), array(0.0, 0.0)),
        (array(0.0, 0.0), array(0.0, -1.0)),
        (0, 1),
    ),
    Kink("power_zero_at_zero", power_zero, (0.0,), (0.0,)),
    Kink("power_one_at_zero", power_one, (0.0,), (1.0,)),
    Kink("square_at_zero", square, (0.0,), (0.0,)),
    Kink("cube_at_zero", cube, (0.0,), (0.0,)),
    Kink("float_square_at_zero", square_by_a_float, (0.0,), (0.0,)),
    Kink("float_square_of_negative", square_by_a_float, (-2.0,), (-4.0,)),
    Kink("three_halves_at_zero", power_three_halves, (0.0,), (0.0,)),
    Kink("integer_power_zero_at_zero", integer_power, (0.0, 0), (0.0,)),
    Kink("integer_power_one_at_zero", integer_power, (0.0, 1), (1.0,)),
    Kink("integer_power_two_at_zero", integer_power, (0.0, 2), (0.0,)),
    Kink("integer_power_of_negative", integer_power, (-2.0, 2), (-4.0,)),
    Kink("squares_at_zero", sum_of_squares, (array(0.0, -2.0),), (array(0.0, -4.0),)),
    Kink(
        "integer_powers_of_array",
        sum_of_integer_powers,
        (array(0.0, 0.0, 0.0, -2.0), np.array([0, 1, 2, 3])),
        (array(0.0, 1.0, 0.0, 12.0),),
    ),
    Kink("power_of_negative_inactive_exponent", power, (-2.0, 2.0), (-4.0,)),
    Kink("power_of_negative_by_math", power_by_math, (-2.0, 2.0), (-4.0,)),
    Kink("powers_of_negative_array", sum_of_powers, (array(-2.0, 0.0), array(2.0, 2.0)), (array(-4.0, 0.0),)),
    Kink("power_at_zero_active_exponent", power, (0.0, 2.0), (0.0, 0.0), (0, 1)),
    Kink(
        "powers_at_zero_active_exponents",
        sum_of_powers,
        (array(0.0, 3.0), array(2.0, 2.0)),
        (array(0.0, 6.0), array(0.0, 9.0 * math.log(3.0))),
        (0, 1),
    ),
    Kink("guarded_root_of_negative", guarded_root, (-1.0,), (0.0,)),
    Kink("guarded_root_at_zero", guarded_root, (0.0,), (0.0,)),
    Kink("guarded_roots", sum_of_guarded_roots, (array(-1.0, 0.0, 4.0),), (array(0.0, 0.0, 0.25),)),
    Kink("guarded_logarithms", sum_of_guarded_logarithms, (array(-1.0, 0.0, 1.0),), (array(0.0, 0.0, 1.0),)),
    Kink(
        "guarded_quotients",
        sum_of_guarded_quotients,
        (array(1.0, 3.0), array(0.0, 2.0)),
        (array(1.0, 0.5), array(0.0, -0.75)),
        (0, 1),
    ),
    Kink("product_with_one_zero", product, (array(0.0, 2.0, 3.0),), (array(6.0, 0.0, 0.0),)),
    Kink("product_with_two_zeros", product, (array(0.0, 2.0, 0.0),), (array(0.0, 0.0, 0.0),)),
    Kink("floor_at_an_integer", rounded_down, (2.0,), (0.0,)),
    Kink("ceil_at_an_integer", rounded_up, (2.0,), (0.0,)),
    Kink("round_at_a_half", rounded, (2.5,), (0.0,)),
    Kink("rint_at_a_half", rounded_to_even, (2.5,), (0.0,)),
    Kink("trunc_at_zero", truncated, (0.0,), (0.0,)),
    Kink("sign_at_zero", sign, (0.0,), (0.0,)),
    Kink("steps_of_array", sum_of_steps, (array(0.0, 1.5, -2.0),), (array(0.0, 0.0, 0.0),)),
    Kink("math_floor_and_ceil", integer_part_by_math, (1.5,), (0.0,)),
    Kink("tanh_far_out", tail, (800.0,), (0.0,)),
    Kink("softplus_far_out", softplus, (800.0,), (1.0,)),
    Kink("softplus_far_down", softplus, (-800.0,), (0.0,)),
)

# The value is NumPy's; what the derivative of a NaN should be nobody can say.
NANS = (
    Kink("maximum_of_nan", maximum, (NAN, 1.0), ()),
    Kink("maximum_with_nan", maximum, (1.0, NAN), ()),
    Kink("minimum_of_nan", minimum, (NAN, 1.0), ()),
    Kink("relu_of_nan", relu, (NAN,), ()),
    Kink("maximum_of_arrays_with_nan", sum_maximum, (array(NAN, 1.0), array(1.0, 2.0)), ()),
    Kink("max_with_nan", largest, (array(1.0, NAN, 2.0),), ()),
    Kink("min_with_nan", smallest, (array(1.0, NAN, 2.0),), ()),
    Kink("clip_of_nan", clipped, (NAN,), ()),
    Kink("sign_of_nan", sign, (NAN,), ()),
    Kink("abs_of_nan", numpy_abs, (NAN,), ()),
)
