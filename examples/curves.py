"""x² and sin(x²) with their derivatives, drawn over [-3, 3].

After the notebook "Automatic differentiation". Writes square.png and sine_of_square.png into the current directory;
needs matplotlib (`python -m pip install "tapeless[plot]"`).
"""

import matplotlib
import numpy as np

from tapeless import elementwise_grad, tape

matplotlib.use("Agg")
from matplotlib import pyplot


def g(x):
    return x**2


def h(x):
    return np.sin(x**2)


def taped_slope(function, values: np.ndarray) -> np.ndarray:
    """Derivative at every point, by the sum trick: the gradient of the sum of independent terms."""
    x = tape.tensor(values, requires_grad=True)
    function(x).sum().backward()
    return x.grad.numpy()


def draw(name: str, function, points: int) -> None:
    """One picture with a function and its compiled derivative."""
    x = np.linspace(-3.0, 3.0, points)
    slope = elementwise_grad(function)(x)
    apart = np.max(np.abs(slope - taped_slope(function, x)))
    print(f"{name}: {points} points, compiled and tape differ by at most {apart:.0e}, slope at -3 is {slope[0]:.6f}")

    figure, axes = pyplot.subplots()
    axes.plot(x, function(x), label="function")
    axes.plot(x, slope, label="derivative")
    axes.legend()
    figure.savefig(f"{name}.png", dpi=100)
    pyplot.close(figure)


def show_recording() -> None:
    x = tape.tensor([1.1, 1.2, 1.3], requires_grad=True)
    a = x**2
    with tape.no_grad():
        b = 2 * a
    c = 2 * a
    print("recorded:", a.requires_grad, c.requires_grad, "inside no_grad:", b.requires_grad)


def main() -> None:
    draw("square", g, 301)
    draw("sine_of_square", h, 100)
    show_recording()


if __name__ == "__main__":
    main()
