"""Gradients through `while` and `if`, and head gradients: the chain rule entered half-way.

After the notebook "A simple example".
"""

import numpy as np

from tapeless import elementwise_grad, grad, tape, vjp


def quadratic(x):
    """2 xᵀx for a column x; the product is a 1 × 1 matrix, the sum takes it out."""
    return np.sum(2 * (x.T @ x))


def doubled(a):
    """Doubles until the norm reaches 1000: how often depends on the value of `a`."""
    b = a * 2
    while np.linalg.norm(b) < 1000:
        b = b * 2
    if np.sum(b) > 0:
        c = b
    else:
        c = 100 * b
    return c


def product(x):
    y = x * 2
    return y * x


def show_quadratic() -> None:
    column = np.arange(4.0).reshape((4, 1))
    x = tape.Variable(tape.tensor(column), requires_grad=True)
    y = 2 * tape.mm(x.t(), x)
    y.backward()
    print("2 xᵀx on the tape:", y.item(), y.grad_fn.name(), x.grad.numpy().ravel())

    slope = grad(quadratic)(column)
    print("2 xᵀx compiled:   ", quadratic(column), slope.ravel())
    print("both are 4x:", np.array_equal(slope, 4 * column) and np.array_equal(x.grad.numpy(), 4 * column))


def show_control_flow() -> None:
    slope = elementwise_grad(doubled)
    for start in (0.1136, -0.1136):
        a = np.array([start])
        recorded = tape.tensor(a, requires_grad=True)
        doubled(recorded).backward()
        print(f"while and if at {start}: compiled {slope(a)}, tape {recorded.grad.numpy()}, f(a)/a {doubled(a) / a}")


def show_head_gradients() -> None:
    column = np.arange(4.0).reshape((4, 1))
    value, pullback = vjp(product, column)
    for head in (np.array([[10.0], [1.0], [0.1], [0.01]]), np.ones_like(value)):
        x = tape.tensor(column, requires_grad=True)
        product(x).backward(tape.tensor(head))
        print("head", head.ravel(), "-> compiled", pullback(head).ravel(), "tape", x.grad.numpy().ravel())


def main() -> None:
    show_quadratic()
    show_control_flow()
    show_head_gradients()


if __name__ == "__main__":
    main()
