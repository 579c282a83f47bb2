import numpy as np

from tapeless.runtime.adjoint import masked


def several_adjoint(x, a, several_bar):
    (several_bar_0, several_bar_1, _) = several_bar
    # ---------------------------------------- forward
    square_tmp = x * x
    tmp = np.sum(a)
    total = square_tmp * tmp
    tmp_3 = total, a * x, a.shape[0]
    # ---------------------------------------- backward
    # return total, a * x, len(a)
    tmp_bar = several_bar_1.copy()
    a_bar = masked(tmp_bar, tmp_bar * x)
    x_bar = np.sum(masked(tmp_bar, tmp_bar * a))
    # total = square(x) * np.sum(a)
    square_tmp_bar = masked(several_bar_0, several_bar_0 * tmp)
    a_bar += masked(several_bar_0, several_bar_0 * square_tmp)
    # return v * v
    x_bar += masked(square_tmp_bar, square_tmp_bar * x)
    x_bar += masked(square_tmp_bar, square_tmp_bar * x)
    # return total, a * x, len(a)
    return tmp_3, (float(x_bar), a_bar)
