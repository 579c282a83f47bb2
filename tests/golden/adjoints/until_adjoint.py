import numpy as np

from tapeless.runtime.adjoint import masked


def until_adjoint(x, tolerance, until_bar=1.0):
    y_kept = []
    # ---------------------------------------- forward
    y = x
    trips_loop_47 = 0
    while abs(y * y - x) > tolerance:
        y_kept.append(y)
        y = 0.5 * (y + x / y)
        trips_loop_47 = trips_loop_47 + 1
    # ---------------------------------------- backward
    x_bar = 0.0
    # while abs(y * y - x) > tolerance:
    y_bar = until_bar
    # while abs(y * y - x) > tolerance:
    for _ in reversed(range(trips_loop_47)):
        y_1 = y_kept.pop()
        # y = 0.5 * (y + x / y)
        tmp_bar = masked(y_bar, y_bar * 0.5)
        y_bar = tmp_bar
        x_bar += masked(tmp_bar, tmp_bar / y_1)
        y_bar += masked(tmp_bar, -(tmp_bar / y_1) * (x / y_1))
    x_bar += y_bar
    # return y
    return y, float(x_bar)
