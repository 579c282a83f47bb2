"""The derivative of 2x³ + 7x + 5 on a grid of numbers: recorded on a tape, and compiled.

After the notebook "Operating differentiation on variables".
"""

import numpy as np

from tapeless import elementwise_grad, tape, vjp


def f(x):
    return 2 * (x**3) + 7 * x + 5


def on_the_tape(values: np.ndarray) -> np.ndarray:
    """Record the function while it runs, then walk the record backwards."""
    x = tape.Variable(tape.ones(2, 3), requires_grad=True)
    print("an operation leaves a node behind:", x * x + 5)

    x = tape.tensor(values, requires_grad=True)
    total = f(x).sum()
    print("sum of f(x):", total)
    (slope,) = tape.grad(total, x)
    print("tape.grad:", slope, sep="\n")

    f(x).backward(tape.ones_like(x))  # a seed of ones does what the sum does
    return x.grad.numpy()


def main() -> None:
    values = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    taped = on_the_tape(values)

    slope = elementwise_grad(f)(values)
    print("compiled elementwise_grad:", slope, sep="\n")

    value, pullback = vjp(f, values)
    print("compiled vjp, value and pullback of ones:", value, pullback(np.ones_like(values)), sep="\n")

    by_hand = 6 * values**2 + 7
    assert np.array_equal(slope, by_hand) and np.array_equal(taped, by_hand)
    print("tape, compiled and by hand agree: True")


if __name__ == "__main__":
    main()
