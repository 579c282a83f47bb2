import numpy as np


def independent_adjoint(a, b, independent_bar=1.0):
    # ---------------------------------------- forward
    tmp = a.shape[0]
    s = 0.0
    for i in range(tmp):
        d = a[i] - b[i]
        s = s + d * d
    # ---------------------------------------- backward
    a_bar = np.zeros_like(a)
    b_bar = np.zeros_like(b)
    # for i in range(len(a)):
    s_bar = independent_bar
    for i in reversed(range(tmp)):
        # d = a[i] - b[i]
        d = a[i] - b[i]
        # s += d * d
        d_bar = s_bar * d
        d_bar += s_bar * d
        # d = a[i] - b[i]
        b_bar[i] += -d_bar
        a_bar[i] += d_bar
    # return s
    return s, (a_bar, b_bar)
