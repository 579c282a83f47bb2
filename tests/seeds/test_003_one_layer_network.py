"""Notebook 3: a one-layer network with its loss, gradient tracking on and off, and a retained graph."""

from __future__ import annotations

import re

import numpy as np
import pytest

import tapeless
from tapeless import tape

# what the notebook drew, as far as it shows it
W = [
    [1.0608, 0.7298, 0.4350],
    [1.2540, 0.8134, -0.0866],
    [2.0024, 0.6946, -0.5081],
    [1.2296, -2.0610, 0.3715],
    [-0.0478, -1.6524, 0.5759],
]
B = [-0.7699, 0.4597, 2.2447]
PRINTED_GRADIENT = [0.2045, 0.1843, 0.0335]


def test_cells_2_and_3_inputs() -> None:
    assert str(tape.ones(5)) == "tensor([1., 1., 1., 1., 1.])"
    assert str(tape.zeros(3)) == "tensor([0., 0., 0.])"


def test_cells_4_to_6_layer() -> None:
    assert tape.randn(5, 3, requires_grad=True).shape == (5, 3)
    w, b = tape.tensor(W, requires_grad=True), tape.tensor(B, requires_grad=True)
    assert str(w) == (
        "tensor([[ 1.0608,  0.7298,  0.4350],\n"
        "        [ 1.2540,  0.8134, -0.0866],\n"
        "        [ 2.0024,  0.6946, -0.5081],\n"
        "        [ 1.2296, -2.0610,  0.3715],\n"
        "        [-0.0478, -1.6524,  0.5759]], requires_grad=True)"
    )
    assert str(b) == "tensor([-0.7699,  0.4597,  2.2447], requires_grad=True)"
    z = tape.matmul(tape.ones(5), w) + b
    assert re.fullmatch(r"tensor\(\[ 4\.729\d, -1\.01\d\d,  3\.032\d\], grad_fn=<AddBackward0>\)", str(z))
    np.testing.assert_allclose(z.detach().numpy(), [4.7292, -1.0159, 3.0323], atol=4e-4)


def network():
    x = tape.ones(5)
    y = tape.zeros(3)
    w = tape.randn(5, 3, requires_grad=True)
    b = tape.randn(3, requires_grad=True)
    z = tape.matmul(x, w) + b
    loss = tape.nn.functional.binary_cross_entropy_with_logits(z, y)
    return x, w, b, z, loss


def test_cells_7_to_9_gradient_functions() -> None:
    *_, z, loss = network()
    assert re.fullmatch(
        "Gradient function for z = <AddBackward0 object at 0x[0-9a-f]+>", f"Gradient function for z = {z.grad_fn}"
    )
    assert re.fullmatch("<BinaryCrossEntropyWithLogitsBackward0 object at 0x[0-9a-f]+>", str(loss.grad_fn))


def test_cell_10_gradients() -> None:
    _, w, b, z, loss = network()
    loss.backward()
    expected = 1.0 / (1.0 + np.exp(-z.detach().numpy())) / 3.0
    np.testing.assert_allclose(b.grad.numpy(), expected, rtol=1e-14)
    np.testing.assert_allclose(w.grad.numpy(), np.tile(expected, (5, 1)), rtol=1e-14)


def test_cell_10_as_printed() -> None:
    share = 3.0 * np.array(PRINTED_GRADIENT)
    w = tape.zeros(5, 3, requires_grad=True)
    b = tape.tensor(np.log(share / (1.0 - share)), requires_grad=True)
    tape.binary_cross_entropy_with_logits(tape.matmul(tape.ones(5), w) + b, tape.zeros(3)).backward()
    row = "[0.2045, 0.1843, 0.0335]"
    assert str(w.grad) == "tensor([" + ",\n        ".join([row] * 5) + "])"
    assert str(b.grad) == f"tensor({row})"


def test_only_one_backward_without_retain_graph() -> None:
    *_, loss = network()
    loss.backward()
    with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
        loss.backward()


def test_cells_11_to_13_tracking_off() -> None:
    x, w, b, _, _ = network()
    z = tape.matmul(x, w) + b
    assert z.requires_grad
    with tape.no_grad():
        z = tape.matmul(x, w) + b
    assert not z.requires_grad
    z = tape.matmul(x, w) + b
    assert not z.detach().requires_grad


FIRST = (
    "tensor([[4., 2., 2., 2., 2.],\n"
    "        [2., 4., 2., 2., 2.],\n"
    "        [2., 2., 4., 2., 2.],\n"
    "        [2., 2., 2., 4., 2.]])"
)
SECOND = FIRST.replace("4.", "8.").replace("2.", "4.")


def test_cell_14_accumulation() -> None:
    inp = tape.eye(4, 5, requires_grad=True)
    out = (inp + 1).pow(2).t()
    assert out.grad_fn.name() == "TBackward0"
    out.backward(tape.ones_like(out), retain_graph=True)
    assert f"First call\n{inp.grad}" == f"First call\n{FIRST}"
    out.backward(tape.ones_like(out), retain_graph=True)
    assert str(inp.grad) == SECOND
    inp.grad.zero_()
    out.backward(tape.ones_like(out), retain_graph=True)
    assert str(inp.grad) == FIRST


# --- The same functions, compiled ------------------------------------------------------------------------------------


def loss_of_layer(x, w, b, y):
    z = x @ w + b
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))


def shifted_square(inp):
    return ((inp + 1) ** 2).T


def samples() -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(5)
    return np.ones(5), rng.normal(size=(5, 3)), rng.normal(size=3), np.array([0.0, 1.0, 0.3])


def test_compiled_loss() -> None:
    x, w, b, y = samples()
    value, (gw, gb) = tapeless.value_and_grad(loss_of_layer, argnums=(1, 2))(x, w, b, y)
    tw, tb = tape.tensor(w, requires_grad=True), tape.tensor(b, requires_grad=True)
    loss = tape.binary_cross_entropy_with_logits(tape.matmul(tape.tensor(x), tw) + tb, tape.tensor(y))
    loss.backward()
    np.testing.assert_allclose(value, loss.item(), rtol=1e-14)
    np.testing.assert_allclose(gw, tw.grad.numpy(), rtol=1e-12)
    np.testing.assert_allclose(gb, tb.grad.numpy(), rtol=1e-12)


def test_compiled_loss_against_the_tape_of_the_same_source() -> None:
    args = samples()
    value, gradients = tapeless.value_and_grad(loss_of_layer, argnums=(1, 2))(*args)
    expected, wants = tape.value_and_grad(loss_of_layer, args, (1, 2))
    np.testing.assert_allclose(value, expected, rtol=1e-14)
    for got, want in zip(gradients, wants, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-12)


def test_compiled_head_gradients_and_accumulation() -> None:
    inp = np.eye(4, 5)
    value, pullback = tapeless.vjp(shifted_square, inp)
    np.testing.assert_allclose(value, shifted_square(inp), rtol=1e-14)
    head = np.ones_like(value)
    total = np.zeros_like(inp)
    total += pullback(head)
    np.testing.assert_allclose(total, 2 * (inp + 1), rtol=1e-14)
    total += pullback(head)
    np.testing.assert_allclose(total, 4 * (inp + 1), rtol=1e-14)
    heads = np.arange(20.0).reshape(5, 4)
    _, (want,) = tape.value_and_grad(shifted_square, (inp,), seed=heads)
    np.testing.assert_allclose(pullback(heads), want, rtol=1e-14)
