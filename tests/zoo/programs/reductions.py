"""Reductions over whole arrays."""

import numpy as np

from ..program import Program


def sum_of_squares(x):
    return np.sum(x * x)


def sum_method(x):
    return (x * x).sum() + x.mean() * x.max()


def builtin_reductions_in_sequence(x):
    return np.mean(x) * np.max(x) - np.min(x) * np.sum(x)


def sum_of_a_matrix(a):
    return np.sum(a) ** 2 + np.sum(a.T * a.T)


def mean_and_variance(x):
    m = np.mean(x)
    return np.sum((x - m) ** 2) / len(x)


def product(x):
    return np.prod(x)


def product_with_one_zero(x):
    return np.prod(x)


def product_with_two_zeros(x):
    return np.prod(x) + np.sum(x * x)


def product_of_huge_and_tiny(x):
    return np.prod(x)


def max_of_a_matrix(a):
    return np.max(a) * np.min(a) + a.max()


def norm(x):
    return np.linalg.norm(x) * x[0]


def norm_of_a_matrix(a):
    return np.linalg.norm(a)


def norm_of_huge_numbers(x):
    """Python's own result overflows where the norm of the halves does not."""
    return np.linalg.norm(x / 1e200)


def empty_sum(x):
    return np.sum(x) + 3.0 * np.prod(x)


def single_element(x):
    return np.sum(x) * np.mean(x) + np.max(x) ** 2 + np.prod(x)


def zero_dimensional(x):
    return np.sum(x * x) + np.max(x)


def log_sum_exp(x):
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


def softmax_cross_entropy(x, k):
    z = np.exp(x - np.max(x))
    return -np.log(z[k] / np.sum(z))


def sum_of_integers_scales(x, n):
    """An integer array only scales."""
    return np.sum(n) * x + np.sum(n * x)


def sum_of_comparisons(x):
    return np.sum(x > 0.0) * np.sum(x)


def reduction_in_a_loop(x, n):
    for _ in range(n):
        x = x / np.sum(x) + 0.1 * x
    return np.sum(x * x)


def geometric_mean(x):
    return np.prod(x) ** (1.0 / len(x))


PROGRAMS = (
    Program(sum_of_squares, lambda rng: (rng.normal(size=7),)),
    Program(sum_method, lambda rng: (rng.normal(size=5),)),
    Program(builtin_reductions_in_sequence, lambda rng: (rng.normal(size=6),)),
    Program(sum_of_a_matrix, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(mean_and_variance, lambda rng: (rng.normal(size=6),)),
    Program(product, lambda rng: (rng.normal(size=5),)),
    Program(product_with_one_zero, lambda rng: (np.array([2.0, 0.0, -3.0, 0.5]),)),
    Program(product_with_two_zeros, lambda rng: (np.array([2.0, 0.0, -3.0, 0.0]),)),
    Program(product_of_huge_and_tiny, lambda rng: (np.array([1e-200, 3e200, 2.0]),)),
    Program(max_of_a_matrix, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(norm, lambda rng: (rng.normal(size=4),)),
    Program(norm_of_a_matrix, lambda rng: (rng.normal(size=(2, 3)),)),
    Program(norm_of_huge_numbers, lambda rng: (np.array([3e200, -4e200]),)),
    Program(empty_sum, lambda rng: (np.empty(0),)),
    Program(single_element, lambda rng: (rng.normal(size=1),)),
    Program(zero_dimensional, lambda rng: (np.array(1.7),)),
    Program(log_sum_exp, lambda rng: (rng.normal(size=5),), also=(lambda rng: (np.array([-800.0, 900.0, 899.0]),),)),
    Program(softmax_cross_entropy, lambda rng: (rng.normal(size=5), 2)),
    Program(sum_of_integers_scales, lambda rng: (1.3, np.array([1, -2, 5]))),
    Program(sum_of_comparisons, lambda rng: (rng.normal(size=6),)),
    Program(reduction_in_a_loop, lambda rng: (rng.uniform(0.5, 1.5, size=4), 4)),
    Program(geometric_mean, lambda rng: (rng.uniform(0.5, 1.5, size=4),)),
)
