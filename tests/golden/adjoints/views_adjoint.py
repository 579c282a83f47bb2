import numpy as np

from tapeless.runtime.adjoint import masked


def views_adjoint(a, views_bar=1.0):
    # ---------------------------------------- forward
    a_1 = a.copy()
    top = a_1[:-1]
    bottom = a_1[1:]
    top[...] = top + 0.5 * bottom
    tmp_3 = np.sum(top * top)
    # ---------------------------------------- backward
    a_bar = np.zeros_like(a)
    # top, bottom = a[:-1], a[1:]
    top_bar = a_bar[:-1]
    bottom_bar = a_bar[1:]
    # return np.sum(top * top)
    tmp_bar = np.full_like(top, views_bar)
    top_bar += masked(tmp_bar, tmp_bar * top)
    top_bar += masked(tmp_bar, tmp_bar * top)
    # top += 0.5 * bottom
    tmp_bar_1 = top_bar.copy()
    top_bar[...] = 0.0
    top_bar += tmp_bar_1
    bottom_bar += tmp_bar_1 * 0.5
    # return np.sum(top * top)
    return tmp_3, a_bar
