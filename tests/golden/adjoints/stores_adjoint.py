import numpy as np

from tapeless.runtime.adjoint import masked


def stores_adjoint(a, c, stores_bar):
    # ---------------------------------------- forward
    a_1 = a.copy()
    tmp = a.shape[0]
    loop_52_count = len(range(1, tmp))
    tmp_kept = np.empty(loop_52_count)
    for i in range(1, tmp):
        tmp_2 = a_1[i - 1]
        loop_52_offset = i - 1
        tmp_kept[loop_52_offset] = tmp_2
        a_1[i] = tmp_2 * c + a_1[i]
    a_1[0] = 0.0
    # ---------------------------------------- backward
    c_bar = 0.0
    # return a
    a_bar = stores_bar.copy()
    # a[0] = 0.0
    a_bar[0] = 0.0
    # for i in range(1, len(a)):
    for i in reversed(range(1, tmp)):
        loop_52_offsetb = i - 1
        tmp_7 = tmp_kept[loop_52_offsetb]
        # a[i] = a[i - 1] * c + a[i]
        tmp_bar = a_bar[i]
        a_bar[i] = 0.0
        a_bar[i] += tmp_bar
        c_bar += masked(tmp_bar, tmp_bar * tmp_7)
        a_bar[i - 1] += masked(tmp_bar, tmp_bar * c)
    # return a
    return a_1, (a_bar, float(c_bar))
