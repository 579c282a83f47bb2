"""The graph as torch has it: accumulation, retained graphs, hooks, modes and the sentences of the errors."""

from __future__ import annotations

import re
import threading

import numpy as np
import pytest

from tapeless import tape


def leaf(*values: float) -> tape.Tensor:
    return tape.tensor(list(values), requires_grad=True)


def assert_values(tensor, expected) -> None:
    np.testing.assert_allclose(tensor.detach().numpy(), expected, rtol=1e-14)


def test_gradients_accumulate_until_zeroed() -> None:
    x = leaf(1.0, 2.0)
    (x * x).sum().backward()
    kept = x.grad
    (x * x).sum().backward()
    assert x.grad is kept
    assert_values(x.grad, [4.0, 8.0])
    x.grad.zero_()
    (x * 3.0).sum().backward()
    assert_values(x.grad, [3.0, 3.0])
    x.grad = None
    assert x.grad is None


def test_a_value_used_several_times_collects_every_use() -> None:
    x = leaf(2.0)
    y = x * x
    (y * y + y).sum().backward()
    assert_values(x.grad, [36.0])


def test_second_backward_needs_retain_graph() -> None:
    x = leaf(1.0, 2.0)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert_values(x.grad, [4.0, 8.0])
    with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
        y.backward()


def test_a_graph_without_saved_values_may_be_walked_again() -> None:
    x = leaf(1.0, 2.0)
    y = (x + 1.0).sum()
    y.backward()
    y.backward()
    assert_values(x.grad, [2.0, 2.0])


def test_grad_returns_and_leaves_grad_alone() -> None:
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    (gx, gy) = tape.grad((x * y).sum(), (x, y))
    assert_values(gx, [3.0, 4.0])
    assert_values(gy, [1.0, 2.0])
    assert x.grad is None and y.grad is None


def test_grad_of_an_intermediate_frees_nothing_above_it() -> None:
    x = leaf(1.0, 2.0)
    h = x * x
    first, second = h.sum(), (h * 2.0).sum()
    assert_values(tape.grad(first, h)[0], [1.0, 1.0])
    assert_values(tape.grad(second, h)[0], [2.0, 2.0])
    h.sum().backward()
    assert_values(x.grad, [2.0, 4.0])


def test_grad_outputs_are_head_gradients() -> None:
    x = leaf(1.0, 2.0)
    (g,) = tape.grad([x * x, x * 3.0], [x], grad_outputs=[tape.tensor([1.0, 10.0]), tape.ones(2)])
    assert_values(g, [5.0, 43.0])


def test_unused_inputs() -> None:
    x, y = leaf(1.0), leaf(1.0)
    with pytest.raises(RuntimeError, match="appears to not have been used in the graph"):
        tape.grad(x.sum(), y)
    assert tape.grad(x.sum(), y, allow_unused=True) == (None,)
    with pytest.raises(RuntimeError, match="One of the differentiated Tensors does not require grad"):
        tape.grad(x.sum(), tape.ones(1))


SENTENCES = {
    "grad can be implicitly created only for scalar outputs": lambda: (leaf(1.0, 2.0) * 2.0).backward(),
    "element 0 of tensors does not require grad and does not have a grad_fn": lambda: tape.ones(2).sum().backward(),
    "Mismatch in shape: grad_output[0] has a shape of (3,) and output[0] has a shape of (2,).": lambda: (
        leaf(1.0, 2.0) * 2.0
    ).backward(tape.ones(3)),
    "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.": lambda: leaf(1.0).numpy(),
    "Only Tensors of floating point dtype can require gradients": lambda: tape.tensor([1, 2], requires_grad=True),
    "you can only change requires_grad flags of leaf variables.": lambda: (leaf(1.0) * 2.0).requires_grad_(False),
    "a Tensor with 2 elements cannot be converted to Scalar": lambda: leaf(1.0, 2.0).item(),
    "Boolean value of Tensor with more than one value is ambiguous": lambda: bool(leaf(1.0, 2.0)),
    "can't retain_grad on Tensor that has requires_grad=False": lambda: tape.ones(1).retain_grad(),
    "cannot register a hook on a tensor that doesn't require gradient": lambda: tape.ones(1).register_hook(print),
    "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)": lambda: tape.mm(tape.ones(2, 3), tape.ones(2, 3)),
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences(sentence: str) -> None:
    with pytest.raises(RuntimeError, match=re.escape(sentence)):
        SENTENCES[sentence]()


def test_one_element_of_any_shape_needs_no_head_gradient() -> None:
    x = tape.tensor([[3.0]], requires_grad=True)
    (x * x).backward()
    assert_values(x.grad, [[6.0]])


def test_float_of_an_active_tensor_is_an_error_not_a_zero() -> None:
    x = leaf(1.5)
    with pytest.raises(TypeError, match=r"would silently drop its derivative; use the functions of tape\.math"):
        float(x[0])
    with pytest.raises((TypeError, RuntimeError, ValueError)):
        np.empty(3)[0] = x[0]
    with pytest.raises((TypeError, RuntimeError, ValueError)):
        np.array([x[0], 1.0])
    with tape.no_grad():
        assert float(x[0]) == 1.5
    assert float(x.detach()[0]) == x[0].item() == 1.5


def test_no_grad_and_enable_grad() -> None:
    x = leaf(1.0, 2.0)
    with tape.no_grad():
        assert not (x * 2.0).requires_grad
        with tape.enable_grad():
            assert (x * 2.0).requires_grad
        assert not tape.is_grad_enabled()

    @tape.no_grad()
    def frozen(v):
        return v * 2.0

    @tape.enable_grad()
    def live(v):
        return v * 2.0

    assert frozen.__name__ == "frozen"
    assert not frozen(x).requires_grad
    with tape.no_grad():
        assert live(x).requires_grad
    assert tape.is_grad_enabled()


def test_modes_survive_exceptions_and_belong_to_their_thread() -> None:
    with pytest.raises(KeyError), tape.no_grad():
        raise KeyError
    assert tape.is_grad_enabled()
    seen = []
    with tape.no_grad():
        thread = threading.Thread(target=lambda: seen.append(tape.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_gradient_descent_as_everyone_writes_it() -> None:
    w = leaf(1.0, 2.0)
    losses = []
    for _ in range(3):
        loss = ((w - 3.0) ** 2).sum()
        loss.backward()
        with tape.no_grad():
            w -= 0.1 * w.grad
        w.grad.zero_()
        losses.append(loss.item())
    assert w.is_leaf and w.requires_grad
    np.testing.assert_allclose(losses, [5.0, 3.2, 2.048])


def test_leaves_and_detached_tensors() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2.0
    assert x.is_leaf and x.grad_fn is None
    assert not y.is_leaf and y.grad_fn.name() == "MulBackward0"
    assert y.detach().is_leaf and not y.detach().requires_grad
    assert y.grad_fn.next_functions[0][0].name() == "AccumulateGrad"
    assert (tape.ones(2) * 2.0).is_leaf


def test_retain_grad() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2.0
    y.retain_grad()
    (y * y).sum().backward()
    assert_values(y.grad, [4.0, 8.0])
    assert_values(x.grad, [8.0, 16.0])


def test_hooks_see_and_may_replace_the_gradient() -> None:
    x = leaf(1.0, 2.0)
    seen = []

    def triple(g):
        seen.append(g.clone())
        return g * 3.0

    handle = x.register_hook(triple)
    (x * x).sum().backward()
    handle.remove()
    handle.remove()
    (x * x).sum().backward()
    assert len(seen) == 1
    assert_values(seen[0], [2.0, 4.0])
    assert_values(x.grad, [8.0, 16.0])


def test_hook_on_an_intermediate() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2.0
    y.register_hook(lambda g: g * 10.0)
    y.sum().backward()
    assert_values(x.grad, [20.0, 20.0])


def test_backward_of_a_leaf() -> None:
    x = leaf(3.0)
    x.backward()
    assert_values(x.grad, [1.0])


def test_deep_graphs_need_no_recursion() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(20_000):
        y = y + 1.0
    y.sum().backward()
    assert_values(x.grad, [1.0])


def test_variable_is_a_leaf_on_the_same_memory() -> None:
    data = tape.ones(2, 3)
    x = tape.Variable(data, requires_grad=True)
    assert isinstance(x, tape.Variable) and isinstance(x, tape.Tensor)
    assert x.requires_grad and not data.requires_grad
    data[0, 0] = 5.0
    assert x[0, 0].item() == 5.0


def test_dtypes() -> None:
    assert tape.tensor([1.0]).dtype == tape.float64
    assert tape.tensor([1]).dtype == tape.int64
    assert tape.arange(4).dtype == tape.int64
    x = tape.tensor([1.0, 2.0], dtype=tape.float32, requires_grad=True)
    y = (x * 2.0).double()
    assert y.dtype == tape.float64
    (y * y).sum().backward()
    assert x.grad.dtype == tape.float32
    assert_values(x.grad, [8.0, 16.0])


def test_random_tensors_are_reproducible() -> None:
    tape.manual_seed(4)
    first = tape.randn(2, 3)
    tape.manual_seed(4)
    assert (tape.randn(size=(2, 3)) == first).all()
    assert tape.randn(size=(1,)).shape == (1,)


def test_gradcheck_passes_and_fails() -> None:
    x, y = leaf(0.5, 1.5), leaf(2.0)
    assert tape.gradcheck(lambda a, b: (np.sin(a) * b, a.sum()), (x, y))

    def wrong(a):
        result = a * a
        result.register_hook(lambda g: g * 2.0) if result.requires_grad else None
        return result

    assert not tape.gradcheck(wrong, x, raise_exception=False)
    with pytest.raises(RuntimeError, match="Jacobian mismatch for output 0 with respect to input 0"):
        tape.gradcheck(wrong, x)
    with pytest.raises(ValueError, match="at least one input tensor"):
        tape.gradcheck(wrong, tape.ones(2))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_binary_cross_entropy_with_logits(reduction: str) -> None:
    z, y = leaf(-800.0, -0.3, 0.0, 0.4, 800.0), tape.tensor([0.0, 1.0, 0.5, 0.2, 1.0])
    loss = tape.nn.functional.binary_cross_entropy_with_logits(z, y, reduction=reduction)
    naive = np.logaddexp(0.0, z.detach().numpy()) - z.detach().numpy() * y.numpy()
    assert_values(loss, {"mean": naive.mean(), "sum": naive.sum(), "none": naive}[reduction])
    small = tape.tensor([-2.0, 0.3, 1.4], requires_grad=True), tape.tensor([0.1, 1.0, 0.0], requires_grad=True)
    assert tape.gradcheck(lambda a, b: tape.binary_cross_entropy_with_logits(a, b, reduction=reduction), small)
    with pytest.raises(ValueError, match="must be the same as input size"):
        tape.binary_cross_entropy_with_logits(z, tape.ones(2))
