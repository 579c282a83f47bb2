"""NumPy's element-wise functions, and arms that must not poison the result."""

import numpy as np

from ..program import Program


def trigonometric(x):
    return np.sum(np.sin(x) * np.cos(x) + np.tan(x) + np.arctan(x))


def inverse_trigonometric(x):
    return np.sum(np.arcsin(x) * np.arccos(x) + np.arctan2(x, 0.5) - np.arctan2(-1.0, x))


def exponentials_and_logarithms(x):
    return np.sum(np.exp(-x) + np.log(x) * np.log1p(x) + np.expm1(x) + np.log2(x) - np.log10(x))


def hyperbolic(x):
    return np.sum(np.sinh(x) + np.cosh(x) * np.tanh(x) + np.arcsinh(x) + np.arctanh(x) + np.arccosh(x + 1.5))


def roots_and_squares(x):
    return np.sum(np.sqrt(x) + np.square(x) + np.reciprocal(x) + np.hypot(x, 2.0))


def functions_of_scalars(x):
    """NumPy's functions take Python floats too."""
    return np.sin(x) + np.exp(x) * np.sqrt(x) + np.maximum(x, 0.25) + np.abs(-x)


def signs_and_absolute_values(x):
    return np.sum(np.abs(x) * x + np.sign(x) * x**2 + np.negative(x))


def rounding(x):
    return np.sum((x - np.floor(x)) * np.ceil(x))


def array_powers(x):
    return np.sum(x**3 + x**-1 + np.abs(x) ** 1.5 + 2.0**x + np.power(x, 2))


def array_exponents(x, y):
    return np.sum(x**y)


def integer_array_exponents(x, n):
    """Integer exponents never use a logarithm: the bases are negative and zero."""
    return np.sum(x**n)


def floor_division_of_arrays(x, y):
    return np.sum((x // y) * x + (x % y) * y)


def clip_and_extremes(x):
    return np.sum(np.clip(x, -0.5, 0.8) * x + np.maximum(x, 0.1) + np.minimum(x, 0.3) ** 2)


def relu_network(w1, w2, x):
    return np.sum(w2 @ np.maximum(w1 @ x, 0.0))


def where_guards_a_root(x):
    """The arm not taken has no derivative, so its NaN stays where it is."""
    return np.sum(np.where(x > 0.0, np.sqrt(x), 0.0))


def where_guards_a_division(x):
    return np.sum(np.where(x != 0.0, np.sin(x) / x, 1.0))


def where_guards_an_overflow(x):
    return np.sum(np.where(x > 100.0, x, np.log1p(np.exp(x))))


def where_on_scalars(x):
    return np.where(x > 0.0, x * x, -x) * 2.0


def ternary_guards_a_root(x):
    s = 0.0
    for i in range(len(x)):
        s += np.sqrt(x[i]) if x[i] > 0.0 else x[i]
    return s


def nan_in_an_unused_element(x):
    y = np.sqrt(x)
    return np.sum(y[1:])


def zero_times_an_inactive_nan(x, y):
    """A NaN that meets only constants stays out of the gradient of the other entries."""
    return np.where(np.isnan(y), 0.0, x * y).sum()


def softplus(x):
    return np.sum(np.logaddexp(0.0, x))


def tails(x):
    return np.sum(np.tanh(x) + np.arctan(x) + 1.0 / (1.0 + np.exp(-x)))


def elementwise_array_result(x):
    return np.exp(-x * x) * np.cos(3.0 * x)


def comparison_mask_as_numbers(x):
    mask = (x > 0.0) * 1.0
    return np.sum(mask * x**2) + np.sum((x < 0.5) * x)


def huge_and_tiny_quotients(x, y):
    return np.sum(x / y) + np.sum(np.hypot(x, y) / np.hypot(y, x))


def filled_arrays(x):
    a = np.full(3, x)
    b = np.ones(3) * x + np.linspace(0.0, x, 3) + np.arange(3)
    c = np.full_like(b, 2.0) + np.zeros_like(b) + np.ones_like(a)
    return np.sum(a * b * c)


def arange_of_floats(x):
    t = np.arange(0.0, 1.0, 0.25)
    return np.sum(np.sin(x * t) + t)


PROGRAMS = (
    Program(trigonometric, lambda rng: (rng.uniform(-1.0, 1.0, size=4),)),
    Program(inverse_trigonometric, lambda rng: (rng.uniform(-0.9, 0.9, size=4),)),
    Program(exponentials_and_logarithms, lambda rng: (rng.uniform(0.2, 2.0, size=4),)),
    Program(hyperbolic, lambda rng: (rng.uniform(-0.4, 0.9, size=4),)),
    Program(roots_and_squares, lambda rng: (rng.uniform(0.2, 2.0, size=4),)),
    Program(functions_of_scalars, lambda rng: (0.8,)),
    Program(signs_and_absolute_values, lambda rng: (np.array([0.4, -1.3, 2.2]),)),
    Program(rounding, lambda rng: (np.array([0.4, -1.3, 2.2]),)),
    Program(array_powers, lambda rng: (np.array([0.4, -1.3, 2.2]),)),
    Program(array_exponents, lambda rng: (rng.uniform(0.5, 2.0, size=4), rng.normal(size=4)), wrt=(0, 1)),
    Program(integer_array_exponents, lambda rng: (np.array([-1.5, 0.0, 0.0, -2.0, 3.0]), np.array([3, 1, 2, 0, -2]))),
    Program(
        floor_division_of_arrays,
        lambda rng: (np.array([7.3, -7.3, 5.1]), np.array([2.1, 2.2, -1.9])),
        wrt=(0, 1),
        oracle="differences",
    ),
    Program(clip_and_extremes, lambda rng: (np.array([-1.0, -0.2, 0.2, 0.6, 1.5]),)),
    Program(
        relu_network,
        lambda rng: (rng.normal(size=(5, 3)), rng.normal(size=(2, 5)), rng.normal(size=3)),
        wrt=(0, 1, 2),
    ),
    Program(where_guards_a_root, lambda rng: (np.array([4.0, -1.0, 0.25, -9.0]),), warns=True),
    Program(where_guards_a_division, lambda rng: (np.array([0.0, 0.5, -2.0]),), warns=True),
    Program(where_guards_an_overflow, lambda rng: (np.array([-3.0, 2.0, 900.0]),), warns=True),
    Program(where_on_scalars, lambda rng: (1.3,), also=(lambda rng: (-1.3,),)),
    Program(ternary_guards_a_root, lambda rng: (np.array([4.0, -1.0, 0.25]),)),
    Program(nan_in_an_unused_element, lambda rng: (np.array([-1.0, 4.0, 0.25]),), warns=True),
    Program(zero_times_an_inactive_nan, lambda rng: (rng.normal(size=3), np.array([1.0, np.nan, 3.0]))),
    Program(softplus, lambda rng: (np.array([-30.0, -0.7, 0.4, 30.0]),)),
    Program(tails, lambda rng: (np.array([-40.0, -1.0, 2.0, 300.0]),)),
    Program(elementwise_array_result, lambda rng: (rng.normal(size=(2, 3)),)),
    Program(comparison_mask_as_numbers, lambda rng: (rng.normal(size=6),)),
    Program(huge_and_tiny_quotients, lambda rng: (np.array([2e200, 1e200]), np.array([3e200, -4e200])), wrt=(0, 1)),
    Program(filled_arrays, lambda rng: (1.3,)),
    Program(arange_of_floats, lambda rng: (1.3,)),
)
