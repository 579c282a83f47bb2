import math

import numpy as np


def recurrence_adjoint(x, n, recurrence_bar=1.0):
    # ---------------------------------------- forward
    u = x
    loop_31_count = len(range(n))
    u_kept = np.empty(loop_31_count)
    tmp_kept = np.empty(loop_31_count)
    for i in range(n):
        u_kept[i] = u
        tmp_1 = u * u * x
        tmp_3 = math.exp(-u)
        tmp_kept[i] = tmp_3
        u = tmp_1 + tmp_3
    # ---------------------------------------- backward
    x_bar = 0.0
    # for i in range(n):
    u_bar = recurrence_bar
    for i in reversed(range(n)):
        u_1 = u_kept[i]
        # u = u * u * x + math.exp(-u)
        u_bar_1 = -(u_bar * tmp_kept[i])
        tmp_bar_1 = u_bar * x
        x_bar += u_bar * (u_1 * u_1)
        u_bar_1 += tmp_bar_1 * u_1
        u_bar_1 += tmp_bar_1 * u_1
        # for i in range(n):
        u_bar = u_bar_1
    x_bar += u_bar
    # return u
    return u, float(x_bar)
