"""Notebook 1: a column vector, `while` and `if` on the values, and head gradients."""

from __future__ import annotations

import re

import numpy as np
import pytest

import tapeless
from tapeless import tape

Variable = tape.autograd.Variable
NODE = r"<{} object at 0x[0-9a-f]+>"


def column(requires_grad: bool = True) -> tape.Tensor:
    return Variable(tape.arange(4, dtype=tape.float32).reshape((4, 1)), requires_grad=requires_grad)


def test_cell_2_column() -> None:
    assert str(column()) == "tensor([[0.],\n        [1.],\n        [2.],\n        [3.]], requires_grad=True)"


def test_cell_3_variable_is_a_class() -> None:
    assert tape.autograd.Variable.__name__ == "Variable"
    assert isinstance(column(), Variable)


def test_cells_4_to_10_scalar_product() -> None:
    x = column()
    y = 2 * tape.mm(x.t(), x)
    assert str(y) == "tensor([[28.]], grad_fn=<MulBackward0>)"
    y.backward()
    gradient = "tensor([[ 0.],\n        [ 4.],\n        [ 8.],\n        [12.]])"
    assert str(x.grad) == gradient
    assert str(x.grad_fn) == "None"
    assert re.fullmatch(NODE.format("MulBackward0"), str(y.grad_fn))
    assert (x.grad - 4 * x).norm().item() == 0
    assert str(x.grad - 4 * x) == (
        "tensor([[0.],\n        [0.],\n        [0.],\n        [0.]], grad_fn=<SubBackward0>)"
    )  # fmt: skip
    assert str((x.grad - 4 * x).norm()) == "tensor(0., grad_fn=<NormBackward0>)"
    assert str(y) == "tensor([[28.]], grad_fn=<MulBackward0>)"


@pytest.mark.parametrize("declared", [True, False])
def test_cells_11_and_12_without_requires_grad(declared: bool) -> None:
    data = tape.arange(4, dtype=tape.float32).reshape((4, 1))
    x = Variable(data, requires_grad=False) if declared else Variable(data)
    y = 2 * tape.mm(x.t(), x)
    assert str(y) == "tensor([[28.]])"
    with pytest.raises(RuntimeError, match="element 0 of tensors does not require grad and does not have a grad_fn"):
        y.backward()


def f(a):
    b = a * 2
    while b.norm().item() < 1000:
        b = b * 2
    if b.sum().item() > 0:
        c = b
    else:
        c = 100 * b
    return c


def test_cells_13_to_16_control_flow() -> None:
    a = tape.randn(size=(1,))
    a[0] = 0.1136
    assert str(a) == "tensor([0.1136])"
    a.requires_grad = True
    d = f(a)
    d.backward()
    assert str(a.grad) == "tensor([16384.])"
    assert str(a.grad_fn) == "None"
    assert re.fullmatch(NODE.format("MulBackward0"), str(d.grad_fn))
    assert str(a.grad == (d / a)) == "tensor([True])"


def test_control_flow_of_a_random_start() -> None:
    tape.manual_seed(1)
    for _ in range(20):
        a = tape.randn(size=(1,))
        a.requires_grad = True
        d = f(a)
        d.backward()
        assert np.allclose(a.grad, d / a, rtol=1e-15)


def test_cell_17_head_gradient() -> None:
    x = Variable(tape.tensor([[0.0], [1.0], [2.0], [3.0]]), requires_grad=True)
    y = x * 2
    z = y * x
    head_gradient = tape.tensor([[10], [1.0], [0.1], [0.01]])
    z.backward(head_gradient)
    assert str(x.grad) == "tensor([[0.0000],\n        [4.0000],\n        [0.8000],\n        [0.1200]])"


def test_cell_18_default_head_gradient() -> None:
    x = Variable(tape.tensor([[0.0], [1.0], [2.0], [3.0]]), requires_grad=True)
    y = x * 2
    z = y * x
    head_gradient = tape.ones_like(y)
    z.backward(head_gradient)
    assert str(x.grad) == "tensor([[ 0.],\n        [ 4.],\n        [ 8.],\n        [12.]])"


# --- The same functions, compiled ------------------------------------------------------------------------------------


def scalar_product(x):
    return 2 * np.dot(x.T, x)


def doubled_until_large(a):
    b = a * 2
    while np.linalg.norm(b) < 1000:
        b = b * 2
    if b.sum() > 0:
        c = b
    else:
        c = 100 * b
    return c


def product_of_steps(x):
    y = x * 2
    z = y * x
    return z


COLUMN = np.arange(4.0).reshape(4, 1)


def test_compiled_scalar_product() -> None:
    value, pullback = tapeless.vjp(scalar_product, COLUMN)
    expected, (want,) = tape.value_and_grad(scalar_product, (COLUMN,), seed=np.ones((1, 1)))
    np.testing.assert_allclose(value, expected, rtol=1e-14)
    np.testing.assert_allclose(pullback(np.ones((1, 1))), want, rtol=1e-14)
    np.testing.assert_allclose(want, 4 * COLUMN, rtol=1e-14)


@pytest.mark.parametrize("start", [[0.1136], [-0.7], [0.3, -1.9, 0.4], [2.0, 0.1, 0.1]], ids=str)
def test_compiled_control_flow(start: list[float]) -> None:
    a = np.array(start)
    head = np.linspace(1.0, 2.0, len(a))
    value, pullback = tapeless.vjp(doubled_until_large, a)
    expected, (want,) = tape.value_and_grad(doubled_until_large, (a,), seed=head)
    np.testing.assert_allclose(value, expected, rtol=1e-14)
    np.testing.assert_allclose(pullback(head), want, rtol=1e-14)
    np.testing.assert_allclose(want, head * value / a, rtol=1e-14)


@pytest.mark.parametrize("head", [[[10.0], [1.0], [0.1], [0.01]], [[1.0], [1.0], [1.0], [1.0]]], ids=["given", "ones"])
def test_compiled_head_gradients(head: list[list[float]]) -> None:
    heads = np.array(head)
    _, pullback = tapeless.vjp(product_of_steps, COLUMN)
    _, (want,) = tape.value_and_grad(product_of_steps, (COLUMN,), seed=heads)
    np.testing.assert_allclose(pullback(heads), want, rtol=1e-14)
    np.testing.assert_allclose(want, 4 * COLUMN * heads, rtol=1e-14)


def test_compiled_pullback_may_be_called_again() -> None:
    _, pullback = tapeless.vjp(product_of_steps, COLUMN)
    heads = np.ones((4, 1))
    first = pullback(heads)
    np.testing.assert_array_equal(pullback(heads), first)
    np.testing.assert_allclose(pullback(3 * heads), 3 * first, rtol=1e-15)
