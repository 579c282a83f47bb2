import numpy as np

from tapeless.runtime.adjoint import masked


def several_adjoint(x, a, several_bar):
    (several_bar_0, several_bar_1, _) = several_bar
    # ---------------------------------------- forward
    square_tmp = x * x
    tmp = np.sum(a)
    total = square_tmp * tmp
    tmp_1 = a * x
    tmp_3 = total, tmp_1, a.shape[0]
    # ---------------------------------------- backward
    a_bar = np.zeros_like(a)
    # return total, a * x, len(a)
    tmp_bar = np.zeros_like(tmp_1)
    tmp_bar += several_bar_1
    a_bar += masked(tmp_bar, tmp_bar * x)
    x_bar = np.sum(masked(tmp_bar, tmp_bar * a))
    # total = square(x) * np.sum(a)
    square_tmp_bar = masked(several_bar_0, several_bar_0 * tmp)
    a_bar += masked(several_bar_0, several_bar_0 * square_tmp)
    # return v * v
    x_bar += masked(square_tmp_bar, square_tmp_bar * x)
    x_bar += masked(square_tmp_bar, square_tmp_bar * x)
    # return total, a * x, len(a)
    return tmp_3, (float(x_bar), a_bar)
