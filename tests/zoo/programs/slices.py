"""Basic slices, read and written, overlapping and strided."""

import numpy as np

from ..program import Program


def slice_and_sum(x):
    return np.sum(x[1:4] ** 2)


def every_third(x):
    return np.sum(x[::3] * x[1::3])


def nothing_behind_the_end(x):
    y = np.array([1.2])
    y[len(y) :] *= np.sin(y[0] * x)
    return np.sum(y) * x


def reversed_slice(x):
    return np.sum(x[::-1] * x)


def negative_stride_of_two(x):
    return np.sum(x[-1:1:-2] ** 3)


def negative_bounds(x):
    return np.sum(x[-4:-1] * x[:3])


def bounds_beyond_the_ends(x):
    return np.sum(x[-100:100] ** 2) + np.sum(x[50:]) + np.sum(x[2:1])


def empty_slice_store(x):
    x[3:3] = 7.0
    x[3:1] *= 5.0
    return np.sum(x * x)


def single_element_slice(x):
    x[2:3] = x[0:1] * x[1:2]
    return np.sum(x * x)


def bounds_given_at_run_time(x, start, stop, step):
    y = x[start:stop:step]
    return np.sum(y * y * y)


def differences_of_neighbours(x):
    return np.sum((x[1:] - x[:-1]) ** 2)


def overlapping_add_forward(x):
    """The right side is the old array."""
    x[1:] += x[:-1]
    return np.sum(x * x)


def overlapping_add_backward(x):
    x[:-1] += x[1:]
    return np.sum(x * x)


def overlapping_shift(x):
    x[2:] = x[:-2]
    return np.sum(x * x * x)


def overlapping_shift_down(x):
    x[:-1] = x[1:]
    return np.sum(x**3)


def overlapping_product(x):
    x[1:] *= x[:-1]
    return np.sum(x)


def overlapping_expression(x):
    x[1:-1] = 0.5 * (x[:-2] + x[2:]) * x[1:-1]
    return np.sum(x * x)


def reversed_assignment(x):
    x[::-1] = x * x
    return np.sum(x * x[::-1] ** 2 * x[0])


def reverse_onto_itself(x):
    x[:] = x[::-1]
    return x[0] * 3.0 + x[1] ** 2 + x[-1] ** 3


def reverse_added_to_itself(x):
    x += x[::-1]
    return np.sum(x**3)


def strided_store(x):
    y = np.zeros(7)
    y[1::2] = x
    y[::-3] += 2.0
    return np.sum(y * y)


def strided_read_modify_write(x):
    x[::2] *= x[1::2]
    return np.sum(x * x)


def transpose_added_to_itself(a):
    a += a.T
    return np.sum(a * a)


def transpose_assigned_to_itself(a):
    a[:] = a.T
    return a[0, 1] ** 2 + 3.0 * a[1, 0] * a[0, 2]


def block_of_a_matrix(a):
    return np.sum(a[1:, :2] * a[:-1, 1:])


def store_a_block(a, b):
    a[1:3, ::2] = b
    a[0, :] += a[1, :]
    a[:, 1] *= a[:, 0]
    return np.sum(a * a)


def column_as_vector(a):
    s = 0.0
    for j in range(a.shape[1]):
        s += np.sum(a[:, j] * a[:, 0]) * (j + 1)
    return s


def overlapping_rows(a):
    a[1:] += a[:-1]
    return np.sum(a * a)


def overlapping_columns_reversed(a):
    a[:, ::-1] -= 0.5 * a
    return np.sum(a**3)


def newaxis_outer_product(x, y):
    return np.sum((x[:, None] * y[None, :]) ** 2)


def ellipsis_index(a):
    return np.sum(a[..., 0] * a[0, ...])


def store_broadcast_row_to_block(a, v):
    a[:2] = v
    a[1:] += v
    return np.sum(a * a)


def slice_of_a_slice(x):
    return np.sum(x[1:][::2][:2] ** 2 * 3.0)


def shrinking_slices_in_a_loop(x):
    s = 0.0
    for i in range(len(x)):
        s += np.sum(x[i:] * x[i]) * 0.5
    return s


def growing_prefix_store(x):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[:i] += x[i] * x[:i]
    return np.sum(y * y)


def slice_result(x):
    return x[::-2] * 2.0


def stencil_with_buffer(x, n):
    for _ in range(n):
        x[1:-1] += 0.1 * (x[2:] - 2.0 * x[1:-1] + x[:-2])
    return np.sum(x * x)


def shortened_on_both_axes(y, v):
    y[-2:-3, -4::1] -= (v[:-4])[:, None] * v
    y[:1] += v[:-2][:, None] * v
    return np.sum(y * y)


def one_shorter_each_time(x, n):
    for _ in range(n):
        x = x[:-1] * 2.0
    return x


def row_from_a_column_below(x, s):
    """What is read through a new axis lies apart from what is stored."""
    x[:1, 1:] = x[1:2, 0][None] * s
    return np.sum(x * x)


INNER = (slice(1, -1), slice(1, -1))
MIDDLE = np.s_[1:-1]


def slice_as_a_value(x):
    part = slice(1, 3)
    y = x.copy()
    y[part] *= 2.0
    y[part, part] += x[part, 1:3]
    return np.sum(y[part] ** 2)


def slices_of_the_module(x):
    y = x.copy()
    y[INNER] = x[2:, 1:-1] + x[INNER] * 2.0
    return np.sum(y[MIDDLE, 0] * y[..., MIDDLE].sum(axis=1)[MIDDLE])


def slices_by_brackets(x):
    left, right = np.s_[:, :-1], np.s_[:, 1:]
    return np.sum(x[left] * x[right]) + np.sum(x[:, slice(None, None, -1)][0] * x[1])


def slices_of_a_loop(x):
    total = 0.0
    for k in range(2):
        part = slice(k, k + 2)
        total += np.sum(x[part, part]) * (k + 1)
    return total + sum(np.sum(x[r] ** 2) * (r.stop - r.start) for r in [slice(0, 2), slice(1, 3)])


def slices_by_axis(x):
    def behind(axis):
        index = [slice(None)] * 2
        index[axis] = slice(1, None)
        return tuple(index)

    return np.sum(x[behind(0)]) + np.sum(x[behind(1)] ** 2) + x[(0, 1)] + np.sum(x[(slice(None), None, 0)])


PROGRAMS = (
    Program(slice_as_a_value, lambda rng: (rng.normal(size=(4, 4)),)),
    Program(slices_of_the_module, lambda rng: (rng.normal(size=(4, 4)),)),
    Program(slices_by_brackets, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(slices_of_a_loop, lambda rng: (rng.normal(size=(4, 4)),)),
    Program(slices_by_axis, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(one_shorter_each_time, lambda rng: (rng.normal(size=5), 2)),
    Program(row_from_a_column_below, lambda rng: (rng.normal(size=(3, 3)), 0.7), wrt=(0, 1)),
    Program(shortened_on_both_axes, lambda rng: (rng.normal(size=(3, 3)), rng.normal(size=3)), wrt=(0, 1)),
    Program(slice_and_sum, lambda rng: (rng.normal(size=6),)),
    Program(every_third, lambda rng: (rng.normal(size=6),)),
    Program(reversed_slice, lambda rng: (rng.normal(size=5),)),
    Program(negative_stride_of_two, lambda rng: (rng.normal(size=7),), also=(lambda rng: (rng.normal(size=2),),)),
    Program(negative_bounds, lambda rng: (rng.normal(size=6),)),
    Program(bounds_beyond_the_ends, lambda rng: (rng.normal(size=5),)),
    Program(empty_slice_store, lambda rng: (rng.normal(size=5),)),
    Program(single_element_slice, lambda rng: (rng.normal(size=4),)),
    Program(
        bounds_given_at_run_time,
        lambda rng: (rng.normal(size=9), 1, 8, 3),
        also=(
            lambda rng: (rng.normal(size=9), -2, -9, -2),
            lambda rng: (rng.normal(size=9), 20, -20, -4),
            lambda rng: (rng.normal(size=9), 5, 5, 1),
        ),
    ),
    Program(differences_of_neighbours, lambda rng: (rng.normal(size=6),), also=(lambda rng: (rng.normal(size=1),),)),
    Program(overlapping_add_forward, lambda rng: (rng.normal(size=6),), also=(lambda rng: (rng.normal(size=1),),)),
    Program(overlapping_add_backward, lambda rng: (rng.normal(size=6),)),
    Program(overlapping_shift, lambda rng: (rng.normal(size=7),)),
    Program(overlapping_shift_down, lambda rng: (rng.normal(size=7),)),
    Program(overlapping_product, lambda rng: (rng.normal(size=6),)),
    Program(overlapping_expression, lambda rng: (rng.normal(size=6),)),
    Program(reversed_assignment, lambda rng: (rng.normal(size=5),)),
    Program(reverse_onto_itself, lambda rng: (rng.normal(size=5),)),
    Program(reverse_added_to_itself, lambda rng: (rng.normal(size=5),)),
    Program(strided_store, lambda rng: (rng.normal(size=3),)),
    Program(strided_read_modify_write, lambda rng: (rng.normal(size=6),)),
    Program(transpose_added_to_itself, lambda rng: (rng.normal(size=(3, 3)),)),
    Program(transpose_assigned_to_itself, lambda rng: (rng.normal(size=(3, 3)),)),
    Program(block_of_a_matrix, lambda rng: (rng.normal(size=(4, 3)),)),
    Program(store_a_block, lambda rng: (rng.normal(size=(4, 4)), rng.normal(size=(2, 2))), wrt=(0, 1)),
    Program(column_as_vector, lambda rng: (rng.normal(size=(3, 4)),)),
    Program(overlapping_rows, lambda rng: (rng.normal(size=(4, 3)),)),
    Program(overlapping_columns_reversed, lambda rng: (rng.normal(size=(3, 5)),)),
    Program(newaxis_outer_product, lambda rng: (rng.normal(size=3), rng.normal(size=4)), wrt=(0, 1)),
    Program(ellipsis_index, lambda rng: (rng.normal(size=(3, 3)),)),
    Program(store_broadcast_row_to_block, lambda rng: (rng.normal(size=(3, 4)), rng.normal(size=4)), wrt=(0, 1)),
    Program(slice_of_a_slice, lambda rng: (rng.normal(size=8),)),
    Program(shrinking_slices_in_a_loop, lambda rng: (rng.normal(size=5),)),
    Program(growing_prefix_store, lambda rng: (rng.normal(size=5),)),
    Program(slice_result, lambda rng: (rng.normal(size=6),)),
    Program(nothing_behind_the_end, lambda rng: (rng.normal(),), oracle="differences"),
    Program(stencil_with_buffer, lambda rng: (rng.normal(size=7), 4)),
)
