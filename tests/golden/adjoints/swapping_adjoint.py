import numpy as np

from tapeless.runtime.adjoint import masked


def swapping_adjoint(a, n, swapping_bar=1.0):
    new_bar_kept = []
    old_bar_kept = []
    tmp_kept = []
    tmp_kept_1 = []
    # ---------------------------------------- forward
    old = a.copy()
    old_bar = np.zeros_like(a)
    new = np.zeros_like(a)
    new_bar = np.zeros_like(a)
    old_bar_1 = old_bar
    for step in range(n):
        new_1 = new
        new_bar_1 = new_bar
        new_bar_kept.append(new_bar_1)
        old_bar_kept.append(old_bar_1)
        for i in range(1, a.shape[0] - 1):
            tmp_10 = 0.25 * (old[i - 1] + 2.0 * old[i] + old[i + 1])
            tmp_kept_1.append(tmp_10)
            tmp_11 = old[i]
            tmp_kept.append(tmp_11)
            new_1[i] = tmp_10 * tmp_11
        new = old
        new_bar = old_bar_1
        old = new_1
        old_bar_1 = new_bar_1
    tmp_13 = np.sum(old)
    # ---------------------------------------- backward
    # return np.sum(old)
    old_bar_1 += swapping_bar
    # for step in range(n):
    for step in reversed(range(n)):
        new_bar = new_bar_kept.pop()
        old_bar_1 = old_bar_kept.pop()
        # for i in range(1, len(a) - 1):
        for i in reversed(range(1, a.shape[0] - 1)):
            tmp_18 = tmp_kept_1.pop()
            tmp_19 = tmp_kept.pop()
            # new[i] = 0.25 * (old[i - 1] + 2.0 * old[i] + old[i + 1]) * old[i]
            tmp_bar = new_bar[i]
            new_bar[i] = 0.0
            tmp_bar_1 = masked(tmp_bar, tmp_bar * tmp_19)
            old_bar_1[i] += masked(tmp_bar, tmp_bar * tmp_18)
            tmp_bar_3 = tmp_bar_1 * 0.25
            old_bar_1[i + 1] += tmp_bar_3
            old_bar_1[i] += tmp_bar_3 * 2.0
            old_bar_1[i - 1] += tmp_bar_3
    # old, new = a.copy(), np.zeros_like(a)
    a_bar = old_bar.copy()
    # return np.sum(old)
    return tmp_13, a_bar
