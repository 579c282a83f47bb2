"""Notebook 2: a quadratic, one element at a time, and the product of two tensors."""

from __future__ import annotations

import numpy as np

import tapeless
from tapeless import tape


def f(x):
    return x**2 + 3 * x + 2


def f_grad(x):
    return 2 * x + 3


def autograd(func, x):
    gradients = []
    for xi in x:
        y = func(xi)
        gradients.append(tape.autograd.grad(outputs=y, inputs=xi)[0])
    return tape.stack(gradients)


LINES = [
    "x = -5.00: f(x) = 12.00, f_grad(x) = -7.00, autograd(x) = -7.00",
    "x = -4.00: f(x) =  6.00, f_grad(x) = -5.00, autograd(x) = -5.00",
    "x = -3.00: f(x) =  2.00, f_grad(x) = -3.00, autograd(x) = -3.00",
    "x = -2.00: f(x) =  0.00, f_grad(x) = -1.00, autograd(x) = -1.00",
    "x = -1.00: f(x) =  0.00, f_grad(x) =  1.00, autograd(x) =  1.00",
    "x =  0.00: f(x) =  2.00, f_grad(x) =  3.00, autograd(x) =  3.00",
    "x =  1.00: f(x) =  6.00, f_grad(x) =  5.00, autograd(x) =  5.00",
    "x =  2.00: f(x) = 12.00, f_grad(x) =  7.00, autograd(x) =  7.00",
    "x =  3.00: f(x) = 20.00, f_grad(x) =  9.00, autograd(x) =  9.00",
    "x =  4.00: f(x) = 30.00, f_grad(x) = 11.00, autograd(x) = 11.00",
]


def test_cell_scalar_functions() -> None:
    x_tensor = tape.arange(-5, 5, 1, dtype=tape.float32, requires_grad=True)
    f_value = f(x_tensor)
    by_hand = f_grad(x_tensor)
    f_autograd = autograd(f, x_tensor)
    printed = [
        f"x = {x_tensor[i].item():5.2f}: "
        f"f(x) = {f_value[i].item():5.2f}, "
        f"f_grad(x) = {by_hand[i].item():5.2f}, "
        f"autograd(x) = {f_autograd[i].item():5.2f}"
        for i in range(len(x_tensor))
    ]
    assert printed == LINES


def pair() -> tuple[tape.Tensor, tape.Tensor]:
    t1 = tape.tensor([[1, 2, 3], [4, 5, 6]], dtype=tape.float32, requires_grad=True)
    t2 = tape.tensor([[7, 8, 9], [10, 11, 12]], dtype=tape.float32, requires_grad=True)
    return t1, t2


def test_cells_tensors_before_backward() -> None:
    t1, t2 = pair()
    assert f"t1.grad = {t1.grad}" == "t1.grad = None"
    assert f"t1.grad_fn = {t1.grad_fn}" == "t1.grad_fn = None"
    t1_mul_t2 = t1 * t2
    assert f"t1_mul_t2 = {t1_mul_t2}" == (
        "t1_mul_t2 = tensor([[ 7., 16., 27.],\n        [40., 55., 72.]], grad_fn=<MulBackward0>)"
    )
    assert t1.grad is None


def test_cell_tensors_after_backward() -> None:
    t1, t2 = pair()
    (t1 * t2).sum().backward()
    assert f"t1.grad = {t1.grad}" == "t1.grad = tensor([[ 7.,  8.,  9.],\n        [10., 11., 12.]])"
    assert f"t2.grad = {t2.grad}" == "t2.grad = tensor([[1., 2., 3.],\n        [4., 5., 6.]])"


def test_cell_change_in_sum() -> None:
    t1, t2 = pair()
    t1_mul_t2 = t1 * t2
    t2_modified = t2.clone()
    t2_modified[0, 1] = t2[0, 1] + 3
    change_in_sum = (t1 * t2_modified).sum() - t1_mul_t2.sum()
    assert f"Change in sum: {change_in_sum}" == "Change in sum: 6.0"
    change_in_sum.backward()
    assert t2.grad.tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


# --- The same functions, compiled ------------------------------------------------------------------------------------


def sum_of_products(t1, t2):
    return np.sum(t1 * t2)


def change_in_sum(t1, t2, by):
    modified = t2.copy()
    modified[0, 1] = t2[0, 1] + by
    return np.sum(t1 * modified) - np.sum(t1 * t2)


GRID = np.arange(-5.0, 5.0)
T1 = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
T2 = np.array([[7.0, 8.0, 9.0], [10.0, 11.0, 12.0]])


def test_compiled_quadratic() -> None:
    _, (want,) = tape.value_and_grad(lambda x: np.sum(f(x)), (GRID,))
    np.testing.assert_allclose(tapeless.elementwise_grad(f)(GRID), want, rtol=1e-14)
    np.testing.assert_allclose(want, f_grad(GRID), rtol=1e-14)


def test_compiled_quadratic_one_point_at_a_time() -> None:
    slope = tapeless.grad(f)
    assert [slope(float(x)) for x in GRID] == [f_grad(x) for x in GRID]


def test_compiled_sum_of_products() -> None:
    value, gradients = tapeless.value_and_grad(sum_of_products, argnums=(0, 1))(T1, T2)
    expected, wants = tape.value_and_grad(sum_of_products, (T1, T2), (0, 1))
    assert value == expected
    for got, want, other in zip(gradients, wants, (T2, T1), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-14)
        np.testing.assert_allclose(want, other, rtol=1e-14)


def test_compiled_change_in_sum() -> None:
    gradients = tapeless.grad(change_in_sum, argnums=(0, 1, 2))(T1, T2, 3.0)
    value, wants = tape.value_and_grad(change_in_sum, (T1, T2, 3.0), (0, 1, 2))
    assert value == 6.0
    for got, want in zip(gradients, wants, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-14, atol=1e-14)
