import numpy as np

from tapeless.runtime.adjoint import masked, sum_to


def views_adjoint(a, views_bar=1.0):
    # ---------------------------------------- forward
    a_copied = a.copy()
    top = a_copied[:-1]
    bottom = a_copied[1:]
    tmp = 0.5 * bottom
    tmp_1 = top + tmp
    top[...] = tmp_1
    tmp_2 = top * top
    tmp_3 = np.sum(tmp_2)
    # ---------------------------------------- backward
    a_copied_bar = np.zeros_like(a_copied)
    # top, bottom = a[:-1], a[1:]
    top_bar = a_copied_bar[:-1]
    bottom_bar = a_copied_bar[1:]
    # top += 0.5 * bottom
    tmp_bar = np.zeros_like(tmp)
    tmp_bar_1 = np.zeros_like(tmp_1)
    # return np.sum(top * top)
    tmp_bar_2 = np.zeros_like(tmp_2)
    tmp_bar_2 += views_bar
    top_bar += masked(tmp_bar_2, tmp_bar_2 * top)
    top_bar += masked(tmp_bar_2, tmp_bar_2 * top)
    # top += 0.5 * bottom
    tmp_8 = top_bar.copy()
    top_bar[...] = 0.0
    tmp_bar_1 += sum_to(tmp_8, tmp_bar_1.shape)
    top_bar += sum_to(tmp_bar_1, top_bar.shape)
    tmp_bar += sum_to(tmp_bar_1, tmp_bar.shape)
    bottom_bar += tmp_bar * 0.5
    # return np.sum(top * top)
    return tmp_3, a_copied_bar
