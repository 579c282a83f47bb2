import numpy as np

from tapeless.runtime.adjoint import masked


def stores_adjoint(a, c, stores_bar):
    # ---------------------------------------- forward
    a_copied = a.copy()
    tmp = a.shape[0]
    loop_52_count = len(range(1, tmp))
    tmp_kept = np.empty(loop_52_count)
    for i in range(1, tmp):
        tmp_2 = a_copied[i - 1]
        loop_52_offset = i - 1
        tmp_kept[loop_52_offset] = tmp_2
        a_copied[i] = tmp_2 * c + a_copied[i]
    a_copied[0] = 0.0
    # ---------------------------------------- backward
    c_bar = 0.0
    a_copied_bar = np.zeros_like(a)
    # return a
    a_copied_bar += stores_bar
    # a[0] = 0.0
    a_copied_bar[0] = 0.0
    # for i in range(1, len(a)):
    for i in reversed(range(1, tmp)):
        loop_52_offsetb = i - 1
        tmp_7 = tmp_kept[loop_52_offsetb]
        # a[i] = a[i - 1] * c + a[i]
        tmp_bar = a_copied_bar[i]
        a_copied_bar[i] = 0.0
        a_copied_bar[i] += tmp_bar
        c_bar += masked(tmp_bar, tmp_bar * tmp_7)
        a_copied_bar[i - 1] += masked(tmp_bar, tmp_bar * c)
    # return a
    return a_copied, (a_copied_bar, float(c_bar))
