import numpy as np


def polynomial_adjoint(x, polynomial_bar=1.0):
    # ---------------------------------------- forward
    # ---------------------------------------- backward
    # return 2.0 * x**3 + 7.0 * x + 5.0
    x_bar = polynomial_bar * 7.0
    x_bar += polynomial_bar * 2.0 * (3.0 * np.power(x, 2.0))
    return 2.0 * x ** 3.0 + 7.0 * x + 5.0, float(x_bar)
