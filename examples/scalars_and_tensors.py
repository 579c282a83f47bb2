"""x² + 3x + 2 point by point, and the product of two matrices element by element.

After the notebook "Automatic differentiation in PyTorch".
"""

import numpy as np

from tapeless import grad, tape


def f(x):
    return x**2 + 3 * x + 2


def f_slope(x):
    """By hand."""
    return 2 * x + 3


def total(t1, t2):
    """The sum makes a scalar of t1 * t2, which is what a gradient needs."""
    return np.sum(t1 * t2)


def show_scalars() -> None:
    slope = grad(f)
    for x in np.arange(-5.0, 5.0):
        recorded = tape.tensor(x, requires_grad=True)
        (taped,) = tape.grad(outputs=f(recorded), inputs=recorded)
        print(
            f"x = {x:5.2f}: f(x) = {f(x):5.2f}, by hand = {f_slope(x):5.2f}, "
            f"compiled = {slope(float(x)):5.2f}, tape = {taped.item():5.2f}"
        )


def show_tensors() -> None:
    t1 = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    t2 = np.array([[7.0, 8.0, 9.0], [10.0, 11.0, 12.0]])

    a, b = tape.tensor(t1, requires_grad=True), tape.tensor(t2, requires_grad=True)
    print("before backward():", a.grad, a.grad_fn)
    (a * b).sum().backward()
    print("tape, t1.grad:", a.grad.numpy().tolist())
    print("tape, t2.grad:", b.grad.numpy().tolist())

    t1_bar, t2_bar = grad(total, argnums=(0, 1))(t1, t2)
    print("compiled, with respect to t1:", t1_bar.tolist())
    print("compiled, with respect to t2:", t2_bar.tolist())

    moved = t2.copy()
    moved[0, 1] += 3.0
    change = total(t1, moved) - total(t1, t2)
    print(f"t2[0, 1] + 3 changes the sum by {change}, and 3 * t2_bar[0, 1] is {3.0 * t2_bar[0, 1]}")


def main() -> None:
    show_scalars()
    show_tensors()


if __name__ == "__main__":
    main()
