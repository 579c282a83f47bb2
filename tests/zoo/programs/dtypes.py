"""Promotion: float32, integers, booleans and Python numbers in one expression."""

import numpy as np

from ..program import Program


def float32_stays_float32(x):
    return np.sum(x * x * 2.0 + 1)


def float32_array_result(x):
    return x * 2.0 - x / 3


def float32_with_float64(x, y):
    return np.sum(x * y)


def float32_scalar(x):
    return x * x + 1.5 * x


def float32_in_a_loop(x):
    s = np.float32(0.0)
    for i in range(len(x)):
        s = s * np.float32(0.5) + x[i] * x[i]
    return s


def float32_summed_in_float64(x):
    s = 0.0
    for i in range(len(x)):
        s += float(x[i]) ** 2
    return s


def float32_buffer_rounds(x):
    """What goes through a float32 array comes back rounded; the derivative passes."""
    y = np.empty(3, dtype=np.float32)
    y[:] = x * x
    return np.sum(y * x)


def float32_with_integer_array(x, n):
    return np.sum(x * n)


def float64_with_integer_array(x, n):
    return np.sum(x * n + n / 2)


def integer32_arithmetic(x, n):
    return x * (n[0] * n[1] - n[2]) + np.sum(n)


def integer_array_is_a_factor(x, n):
    return np.sum(x / n + x**2 * (n // 2))


def integer_argument_promoted(n, x):
    y = n * 1.0
    y[0] = x
    return np.sum(y * y)


def boolean_array_argument(x, mask):
    return np.sum(x * mask) + np.sum(np.where(mask, x * x, 0.0))


def boolean_scalar_argument(x, flag):
    return x * x if flag else 3.0 * x


def numpy_scalar_arguments(x, n):
    return x * n + x**2


def python_integer_becomes_float(x):
    s = 0
    for i in range(3):
        s = s + i * x
    return s


def constructors_with_dtype(x):
    a = np.zeros(3, dtype=np.float32)
    b = np.ones(3, dtype=np.float64)
    k = np.arange(3, dtype=np.int32)
    for i in range(3):
        b[i] += x * k[i]
    return np.sum(a + b) * x


def like_takes_the_dtype(x):
    y = np.zeros_like(x)
    y[0] = 1.5
    return np.sum(y * x)


def integer_division_gives_float(x, n):
    ratio = n / 4
    return np.sum(x * ratio)


def float32_negative_power(x):
    return np.sum(x**-2 + x**0.5)


def mixed_tuple_result(x, y):
    return x * 2, y * y


def dtype_of_an_argument(x):
    """What is made takes the kind of what it is made from, through another array as well."""
    y = np.zeros(len(x), dtype=x.dtype)
    y[0] = x[1] * x[1]
    return y + np.ones(len(x), dtype=y.dtype) * x


def single(rng, *shape):
    return rng.normal(size=shape).astype(np.float32)


LOOSE = 2e-4

PROGRAMS = (
    Program(float32_stays_float32, lambda rng: (single(rng, 5),), rtol=LOOSE),
    Program(float32_array_result, lambda rng: (single(rng, 5),), rtol=LOOSE),
    Program(float32_with_float64, lambda rng: (single(rng, 5), rng.normal(size=5)), wrt=(0, 1), rtol=LOOSE),
    Program(float32_scalar, lambda rng: (np.float32(1.25),), rtol=LOOSE),
    Program(float32_in_a_loop, lambda rng: (single(rng, 5),), rtol=LOOSE),
    Program(float32_summed_in_float64, lambda rng: (single(rng, 5),), rtol=LOOSE),
    Program(float32_buffer_rounds, lambda rng: (rng.normal(size=3),), rtol=LOOSE),
    Program(float32_with_integer_array, lambda rng: (single(rng, 3), np.array([1, -2, 3])), rtol=LOOSE),
    Program(float64_with_integer_array, lambda rng: (rng.normal(size=3), np.array([1, -2, 3]))),
    Program(integer32_arithmetic, lambda rng: (1.5, np.array([5, -7, 3], dtype=np.int32))),
    Program(integer_array_is_a_factor, lambda rng: (rng.normal(size=3), np.array([3, -5, 7], dtype=np.int32))),
    Program(integer_argument_promoted, lambda rng: (np.array([1, 2, 3]), 1.5), wrt=(1,), oracle="differences"),
    Program(boolean_array_argument, lambda rng: (rng.normal(size=3), np.array([True, False, True]))),
    Program(boolean_scalar_argument, lambda rng: (1.5, True), also=(lambda rng: (1.5, False),)),
    Program(numpy_scalar_arguments, lambda rng: (np.float64(1.5), np.int64(3))),
    Program(python_integer_becomes_float, lambda rng: (1.5,)),
    Program(constructors_with_dtype, lambda rng: (1.5,)),
    Program(like_takes_the_dtype, lambda rng: (rng.normal(size=3),)),
    Program(integer_division_gives_float, lambda rng: (rng.normal(size=3), np.array([3, -5, 7]))),
    Program(float32_negative_power, lambda rng: (np.abs(single(rng, 3)) + np.float32(0.5),), rtol=LOOSE),
    Program(dtype_of_an_argument, lambda rng: (rng.normal(size=3),)),
    Program(dtype_of_an_argument, lambda rng: (single(rng, 3),), name="dtype_of_a_float32_argument", rtol=LOOSE),
    Program(mixed_tuple_result, lambda rng: (single(rng, 3), 1.5), wrt=(0, 1), rtol=LOOSE),
)
