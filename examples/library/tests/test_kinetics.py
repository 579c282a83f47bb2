"""What the installed library must do; run by `python tests/test_kinetics.py`, or by pytest."""

import sys

import kinetics
import numpy as np

TIMES = np.linspace(0.25, 8.0, 20)


def exact(first, second, times):
    """The concentration of B in closed form."""
    return first / (second - first) * (np.exp(-first * times) - np.exp(-second * times))


def test_concentrations():
    found = kinetics.concentrations(np.log([1.3, 0.4]), TIMES)
    np.testing.assert_allclose(found, exact(1.3, 0.4, TIMES), rtol=1e-7)


def test_the_gradient_is_that_of_differences():
    measured, theta, step = exact(1.0, 0.5, TIMES), np.log([1.3, 0.4]), 1e-6
    gradient = kinetics.misfit.grad(theta, TIMES, measured)
    for k in range(2):
        ahead, behind = theta.copy(), theta.copy()
        ahead[k] += step
        behind[k] -= step
        slope = (kinetics.misfit(ahead, TIMES, measured) - kinetics.misfit(behind, TIMES, measured)) / (2 * step)
        assert abs(slope - gradient[k]) < 1e-8


def test_a_fit_finds_the_rates():
    np.testing.assert_allclose(kinetics.fit(TIMES, exact(1.7, 0.3, TIMES)), [1.7, 0.3], rtol=1e-5)


def test_several_experiments():
    rates = np.log([[1.3, 0.4], [0.9, 0.2]])
    measured = np.array([exact(1.0, 0.5, TIMES), exact(0.8, 0.3, TIMES)])
    value, gradient = kinetics.misfit_many.value_and_grad(rates, TIMES, measured)
    each = [kinetics.misfit.value_and_grad(r, TIMES, m) for r, m in zip(rates, measured, strict=True)]
    assert abs(value - sum(v for v, _ in each)) < 1e-15
    np.testing.assert_allclose(gradient, [g for _, g in each], rtol=1e-12)


def test_numpy_is_all_that_is_loaded():
    assert [name for name in ("tapeless", "llvmlite", "scipy") if name in sys.modules] == []


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print(f"{name}: passed")
