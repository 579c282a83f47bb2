"""Rates of consecutive reactions, A → B → C, from measured concentrations of B."""

import numpy as np

from .compiled import concentrations, misfit, misfit_many

__all__ = ["concentrations", "fit", "misfit", "misfit_many"]


def fit(times, measured, rates=(1.0, 0.5), iterations=100):
    """The two rates that fit best; Gauss–Newton steps, damped where they lead uphill.

    The Jacobian has a row for each measurement, from the pullback of a unit vector.
    """
    times, measured = np.ascontiguousarray(times, dtype=float), np.ascontiguousarray(measured, dtype=float)
    theta, damping = np.log(np.asarray(rates, dtype=float)), 1e-3
    value, gradient = misfit.value_and_grad(theta, times, measured)
    for _ in range(iterations):
        _, pullback = concentrations.vjp(theta, times)
        jacobian = np.array([pullback(unit) for unit in np.eye(len(times))])
        normal = jacobian.T @ jacobian
        trial = theta - np.linalg.solve(normal + damping * np.diag(np.diag(normal)), gradient)
        there, slope = misfit.value_and_grad(trial, times, measured)
        if there < value:
            small = value - there <= 1e-15 * value
            theta, value, gradient, damping = trial, there, slope, damping / 4
            if small:
                break
        else:
            damping *= 4
    return np.exp(theta)
