"""Notebook 0: a polynomial of a matrix, differentiated by `grad`, by `backward` and by hand."""

from __future__ import annotations

import numpy as np
import pytest

import tapeless
from tapeless import tape
from tapeless.runtime.tape.autograd import Variable

GRADIENT = "tensor([[ 13.,  31.,  61.],\n        [103., 157., 223.]])"


def f(x):
    return 2 * (x**3) + 7 * x + 5


def matrix() -> tape.Tensor:
    return tape.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)


def test_cells_1_and_2_variable_and_function() -> None:
    x = Variable(tape.ones(2, 3), requires_grad=True)
    x.requires_grad = True
    y = x * x + 5
    assert str(y) == "tensor([[6., 6., 6.],\n        [6., 6., 6.]], grad_fn=<AddBackward0>)"


def test_cells_3_to_5_values() -> None:
    x = matrix()
    assert str(x) == "tensor([[1., 2., 3.],\n        [4., 5., 6.]], requires_grad=True)"
    assert str(f(x)) == (
        "tensor([[ 14.,  35.,  80.],\n        [161., 290., 479.]], grad_fn=<AddBackward0>)"
    )  # fmt: skip
    y = f(x).sum()
    assert str(y) == "tensor(1059., grad_fn=<SumBackward0>)"


def test_cell_6_grad() -> None:
    x = matrix()
    gradients = tape.autograd.grad(f(x).sum(), x)
    assert str(gradients) == f"({GRADIENT},)"


def test_grad_needs_a_scalar() -> None:
    x = matrix()
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for scalar outputs"):
        tape.autograd.grad(f(x), x)


def test_cell_7_backward() -> None:
    x = matrix()
    f(x).sum().backward()
    assert str(x.grad) == GRADIENT


def test_cell_8_backward_with_a_head_gradient() -> None:
    x = matrix()
    f(x).backward(tape.ones_like(x))
    assert str(x.grad) == GRADIENT


def test_cell_9_by_hand() -> None:
    x = matrix()
    df = 6 * x**2 + 7
    assert str(df) == GRADIENT[:-1] + ", grad_fn=<AddBackward0>)"


# --- The same functions, compiled ------------------------------------------------------------------------------------


def total(x):
    return np.sum(f(x))


def test_compiled_elementwise() -> None:
    x = matrix()
    f(x).sum().backward()
    plain = x.detach().numpy()
    np.testing.assert_allclose(tapeless.elementwise_grad(f)(plain), x.grad.numpy(), rtol=1e-14)


def test_compiled_sum() -> None:
    plain = matrix().detach().numpy()
    value, gradient = tapeless.value_and_grad(total)(plain)
    expected, (want,) = tape.value_and_grad(total, (plain,))
    assert value == expected == 1059.0
    np.testing.assert_allclose(gradient, want, rtol=1e-14)


def test_compiled_head_gradient() -> None:
    plain = matrix().detach().numpy()
    value, pullback = tapeless.vjp(f, plain)
    np.testing.assert_allclose(value, f(plain), rtol=1e-14)
    np.testing.assert_allclose(pullback(np.ones_like(plain)), 6 * plain**2 + 7, rtol=1e-14)


def test_compiled_polynomial_at_seven() -> None:
    assert tapeless.grad(f)(7.0) == 6 * 7.0**2 + 7
