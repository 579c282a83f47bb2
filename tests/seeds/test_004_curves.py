"""Notebook 4: curves and their derivatives, drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tapeless
from tapeless import tape


@pytest.fixture
def plt():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    yield pyplot
    pyplot.close("all")


def saved(plt, path: Path) -> bool:
    plt.savefig(path)
    return path.stat().st_size > 1000


def test_cells_setting_up(plt, tmp_path: Path) -> None:
    x = tape.linspace(-3, 3, 301)
    y = x**2
    plt.plot(x, y)
    assert saved(plt, tmp_path / "square.png")
    np.testing.assert_allclose(plt.gca().lines[0].get_ydata(), np.linspace(-3, 3, 301) ** 2)
    x.requires_grad = True
    y = x**2
    assert str(x[0]) == "tensor(-3., grad_fn=<SelectBackward0>)"
    with pytest.raises(RuntimeError, match=r"Use tensor\.detach\(\)\.numpy\(\) instead"):
        plt.plot(x, y)
    plt.plot(x.detach(), y.detach())


def test_cells_derivative_as_gradient(plt, tmp_path: Path) -> None:
    x = tape.linspace(-3, 3, 301)
    x.requires_grad = True
    y = x**2
    total = y.sum()
    assert str(total) == "tensor(909.0200, grad_fn=<SumBackward0>)"
    total.backward()
    np.testing.assert_allclose(x.grad.detach().numpy(), 2 * x.detach().numpy(), rtol=1e-15)
    plt.plot(x.detach(), x.grad.detach())
    assert saved(plt, tmp_path / "slope.png")


def test_cell_sine_of_square(plt, tmp_path: Path) -> None:
    x = tape.linspace(-3, 3, 100, requires_grad=True)
    y = tape.sin(x**2)
    y.sum().backward()
    at = x.detach().numpy()
    np.testing.assert_allclose(x.grad.numpy(), 2 * at * np.cos(at**2), rtol=1e-14)
    plt.plot(x.detach(), y.detach(), label="function")
    plt.plot(x.detach(), x.grad.detach(), label="derivative")
    plt.legend()
    assert saved(plt, tmp_path / "sine.png")


def test_cell_no_grad() -> None:
    x = tape.tensor([1.1, 1.2, 1.3], requires_grad=True)
    a = x**2
    with tape.no_grad():
        b = 2 * a
    c = 2 * a
    assert str(a) == "tensor([1.2100, 1.4400, 1.6900], grad_fn=<PowBackward0>)"
    assert str(b) == "tensor([2.4200, 2.8800, 3.3800])"
    assert str(c) == "tensor([2.4200, 2.8800, 3.3800], grad_fn=<MulBackward0>)"


# --- The same functions, compiled ------------------------------------------------------------------------------------


def square(x):
    return x**2


def sine_of_square(x):
    return np.sin(x**2)


@pytest.mark.parametrize("function", [square, sine_of_square])
@pytest.mark.parametrize("points", [301, 100])
def test_compiled_curves(function, points: int) -> None:
    x = np.linspace(-3, 3, points)
    _, (want,) = tape.value_and_grad(lambda x: np.sum(function(x)), (x,))
    np.testing.assert_allclose(tapeless.elementwise_grad(function)(x), want, rtol=1e-12, atol=1e-12)


def test_compiled_scalars() -> None:
    for at in (-1.3, 0.0, 0.7):
        assert tapeless.grad(square)(at) == 2 * at
        assert tapeless.grad(sine_of_square)(at) == pytest.approx(2 * at * np.cos(at**2), rel=1e-13)
