import numpy as np


def until_adjoint(x, tolerance, until_bar=1.0):
    y_kept = []
    # ---------------------------------------- forward
    y = x
    trips_loop_46 = 0
    while abs(y * y - x) > tolerance:
        y_kept.append(y)
        y = 0.5 * (y + x / y)
        trips_loop_46 = trips_loop_46 + 1
    # ---------------------------------------- backward
    x_bar = 0.0
    # while abs(y * y - x) > tolerance:
    y_bar = until_bar
    for _ in reversed(range(trips_loop_46)):
        y_1 = y_kept.pop()
        # y = 0.5 * (y + x / y)
        tmp_bar = y_bar * 0.5
        y_bar = tmp_bar
        x_bar += tmp_bar / y_1
        y_bar += -(tmp_bar / y_1) * (x / y_1)
    # while abs(y * y - x) > tolerance:
    x_bar += y_bar
    # return y
    return y, float(x_bar)
