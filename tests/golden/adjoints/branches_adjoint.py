import math

import numpy as np


def branches_adjoint(x, y, branches_bar=1.0):
    # ---------------------------------------- forward
    tmp = x > y
    if tmp:
        z = x * y
    else:
        tmp_1 = x > 0.0
        if tmp_1:
            z = math.sin(x)
        else:
            z = y
    # ---------------------------------------- backward
    x_bar = 0.0
    y_bar = 0.0
    # return z * z
    z_bar = branches_bar * z
    z_bar += branches_bar * z
    # if x > y:
    if tmp:
        # z = x * y
        x_bar += z_bar * y
        y_bar += z_bar * x
    else:
        # elif x > 0.0:
        if tmp_1:
            # z = math.sin(x)
            x_bar += z_bar * np.cos(x)
        else:
            # z = y
            y_bar += z_bar
    # return z * z
    return z * z, (float(x_bar), float(y_bar))
