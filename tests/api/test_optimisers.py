"""SciPy takes the derivatives as they come."""

from __future__ import annotations

import numpy as np
import scipy.optimize

import tapeless
from tapeless import differentiate


@differentiate
def rosenbrock(x, a=1.0, b=100.0):
    s = 0.0
    for i in range(len(x) - 1):
        s += b * (x[i + 1] - x[i] ** 2) ** 2 + (a - x[i]) ** 2
    return s


START = np.array([-1.2, 1.0, 0.5, -0.3])


def test_minimize_with_value_and_gradient() -> None:
    for method in ("BFGS", "L-BFGS-B", "CG", "SLSQP"):
        found = scipy.optimize.minimize(rosenbrock.value_and_grad, START, jac=True, method=method)
        assert found.success, method
        np.testing.assert_allclose(found.x, 1.0, atol=1e-3, err_msg=method)


def test_minimize_with_separate_functions_and_arguments() -> None:
    found = scipy.optimize.minimize(rosenbrock, START[:2], jac=rosenbrock.grad, args=(2.0, 50.0), method="BFGS")
    np.testing.assert_allclose(found.x, [2.0, 4.0], atol=1e-3)
    assert scipy.optimize.check_grad(rosenbrock, rosenbrock.grad, START) < 1e-4


def test_the_optimiser_needs_fewer_evaluations() -> None:
    with_gradient = scipy.optimize.minimize(rosenbrock.value_and_grad, START, jac=True, method="BFGS")
    without = scipy.optimize.minimize(rosenbrock, START, method="BFGS")
    assert with_gradient.nfev < without.nfev / 3


def test_iterates_are_not_changed_behind_the_optimisers_back() -> None:
    """Quasi-Newton methods hold the iterate and the gradient of the last step."""
    x, kept = START.copy(), []
    for _ in range(3):
        value, gradient = rosenbrock.value_and_grad(x)
        kept.append((x, x.copy(), gradient, gradient.copy(), value))
        x = x - 1e-3 * gradient
    for x, x_then, gradient, gradient_then, value in kept:
        np.testing.assert_array_equal(x, x_then)
        np.testing.assert_array_equal(gradient, gradient_then)
        assert value == rosenbrock(x)


def test_a_root_with_newtons_method() -> None:
    f = differentiate(lambda x: x**3 - 2.0)
    assert abs(scipy.optimize.newton(f, 1.0, fprime=f.grad) - 2.0 ** (1 / 3)) < 1e-12
    assert abs(scipy.optimize.root_scalar(f.value_and_grad, x0=1.0, fprime=True).root - 2.0 ** (1 / 3)) < 1e-12


def test_least_squares_through_pullbacks() -> None:
    t = np.linspace(0.0, 1.0, 12)

    @differentiate
    def residuals(p):
        return p[0] * np.exp(-p[1] * t) - 2.0 * np.exp(-3.0 * t)

    def jacobian(p: np.ndarray) -> np.ndarray:
        value, pullback = residuals.vjp(p)
        return np.array([pullback(row) for row in np.eye(len(value))])

    found = scipy.optimize.least_squares(residuals, np.array([1.0, 1.0]), jac=jacobian)
    np.testing.assert_allclose(found.x, [2.0, 3.0], rtol=1e-8)


def test_value_and_grad_of_a_lambda() -> None:
    found = scipy.optimize.minimize(
        tapeless.value_and_grad(lambda x: np.sum((x - 3.0) ** 2)), np.zeros(3), jac=True, method="BFGS"
    )
    np.testing.assert_allclose(found.x, 3.0, atol=1e-6)
