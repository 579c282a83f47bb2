"""Concentrations of consecutive reactions, and how far they are from measured ones.

The rates are given by their logarithms, so that any step of an optimiser leaves them positive.
"""

import numpy as np

from tapeless import differentiate

STEPS = 16  # of the integrator, between two measurements


@differentiate("float64[::1], float64[::1]")
def concentrations(log_rates, times):
    """Of B at the given times, for one unit of A at time 0; by the classical Runge–Kutta method."""
    first, second = np.exp(log_rates[0]), np.exp(log_rates[1])
    found = np.empty(len(times))
    a, b, now = 1.0, 0.0, 0.0
    for i in range(len(times)):
        h = (times[i] - now) / STEPS
        for _ in range(STEPS):
            a1, b1 = -first * a, first * a - second * b
            a2, b2 = -first * (a + h / 2 * a1), first * (a + h / 2 * a1) - second * (b + h / 2 * b1)
            a3, b3 = -first * (a + h / 2 * a2), first * (a + h / 2 * a2) - second * (b + h / 2 * b2)
            a4, b4 = -first * (a + h * a3), first * (a + h * a3) - second * (b + h * b3)
            a += h / 6 * (a1 + 2 * a2 + 2 * a3 + a4)
            b += h / 6 * (b1 + 2 * b2 + 2 * b3 + b4)
        now = times[i]
        found[i] = b
    return found


@differentiate("float64[::1], float64[::1], float64[::1]")
def misfit(log_rates, times, measured):
    """Half the sum of squared differences between computed and measured concentrations."""
    difference = concentrations(log_rates, times) - measured
    return 0.5 * np.sum(difference * difference)


@differentiate
def misfit_many(log_rates, times, measured):
    """The misfits of several experiments at the same times, added: rows of rates and of concentrations."""
    total = 0.0
    for k in range(len(measured)):
        difference = concentrations(log_rates[k], times) - measured[k]
        total += 0.5 * np.sum(difference * difference)
    return total
