"""A one-layer network with binary cross entropy, gradients that accumulate, and how to switch the tape off.

After the notebook "Automatic differentiation with torch.autograd".
"""

import numpy as np

from tapeless import tape, value_and_grad, vjp


def bce_with_logits(z, y):
    """Mean of -y log σ(z) - (1 - y) log(1 - σ(z)), written so that no exponential overflows."""
    return np.mean(np.maximum(z, 0.0) - z * y + np.log1p(np.exp(-np.abs(z))))


def loss(w, b, x, y):
    return bce_with_logits(x @ w + b, y)


def shifted_square(x):
    return ((x + 1) ** 2).T


def show_network() -> None:
    random = np.random.default_rng(7)
    weights, bias = random.normal(size=(5, 3)), random.normal(size=3)
    inputs, labels = np.ones(5), np.zeros(3)

    w, b = tape.tensor(weights, requires_grad=True), tape.tensor(bias, requires_grad=True)
    z = tape.matmul(tape.tensor(inputs), w) + b
    recorded = tape.binary_cross_entropy_with_logits(z, tape.tensor(labels))
    print("nodes:", z.grad_fn.name(), recorded.grad_fn.name())
    recorded.backward()

    value, (w_bar, b_bar) = value_and_grad(loss, argnums=(0, 1))(weights, bias, inputs, labels)
    print(f"loss: compiled {value:.6f}, tape {recorded.item():.6f}")
    print("compiled b_bar:", b_bar)
    print("tape    b.grad:", b.grad.numpy())
    # Every input is one, so that all rows of w_bar are alike.
    print("rows of w_bar equal b_bar:", np.allclose(w_bar, b_bar, rtol=1e-12, atol=0.0))
    print("compiled and tape agree:", np.allclose(w_bar, w.grad.numpy(), rtol=1e-12, atol=0.0))

    with tape.no_grad():
        unrecorded = tape.matmul(tape.tensor(inputs), w) + b
    print("requires_grad:", z.requires_grad, unrecorded.requires_grad, z.detach().requires_grad)


def show_accumulation() -> None:
    inp = tape.eye(4, 5, requires_grad=True)
    out = (inp + 1).pow(2).t()
    out.backward(tape.ones_like(out), retain_graph=True)
    print("tape, first call:  ", inp.grad.numpy()[0])
    out.backward(tape.ones_like(out), retain_graph=True)
    print("tape, second call: ", inp.grad.numpy()[0])
    inp.grad.zero_()
    out.backward(tape.ones_like(out), retain_graph=True)
    print("tape, after zero_: ", inp.grad.numpy()[0])

    # A pullback keeps no state: every call returns a new array.
    value, pullback = vjp(shifted_square, np.eye(4, 5))
    print("pullback, twice:   ", pullback(np.ones_like(value))[0], pullback(np.ones_like(value))[0])


def main() -> None:
    show_network()
    show_accumulation()


if __name__ == "__main__":
    main()
