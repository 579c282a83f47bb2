"""Stores, views and version counters."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from tapeless import tape

MODIFIED = "one of the variables needed for gradient computation has been modified by an inplace operation"


def leaf(*values: float) -> tape.Tensor:
    return tape.tensor(list(values), requires_grad=True)


def gradient(y, x):
    (g,) = tape.grad(y, x)
    return g.numpy().tolist()


def test_a_leaf_that_requires_grad_cannot_be_overwritten() -> None:
    x = leaf(1.0, 2.0)
    message = r"^a leaf Variable that requires grad is being used in an in-place operation\.$"
    with pytest.raises(RuntimeError, match=message):
        x += 1.0
    with pytest.raises(RuntimeError, match=message):
        x.zero_()
    for store in (lambda: x.__setitem__(0, 1.0), lambda: x[0:1].__iadd__(1.0)):
        with pytest.raises(RuntimeError, match="a view of a leaf Variable that requires grad"):
            store()
    assert x.tolist() == [1.0, 2.0]


def test_overwriting_a_saved_result() -> None:
    x = leaf(1.0, 2.0)
    y = x.exp()
    y += 1.0
    with pytest.raises(RuntimeError, match=MODIFIED + r".*ExpBackward0, is at version 1; expected version 0 instead"):
        y.sum().backward()


def test_overwriting_a_saved_operand_through_a_view() -> None:
    x = leaf(1.0, 2.0, 3.0)
    y = x * 1.0
    z = y[:2] * y[:2]
    y[2] = 7.0
    with pytest.raises(RuntimeError, match=MODIFIED):
        z.sum().backward()


def test_overwriting_through_detach_is_noticed_and_through_data_is_not() -> None:
    x = leaf(1.0, 2.0)
    y = x * x
    x.detach()[0] = 5.0
    with pytest.raises(RuntimeError, match=MODIFIED):
        y.sum().backward()
    x = leaf(1.0, 2.0)
    y = x * x
    x.data[0] = 5.0
    assert gradient(y.sum(), x) == [10.0, 4.0]


def test_overwriting_what_was_not_saved_is_fine() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2.0
    y += 1.0
    assert y._version == 1
    assert gradient(y.sum(), x) == [2.0, 2.0]


def test_in_place_arithmetic() -> None:
    x = leaf(1.0, 2.0)
    y = x * 1.0
    same = y
    y += x
    y *= x
    y -= 1.0
    y /= 2.0
    y **= 2
    assert same is y
    assert y.grad_fn.name() == "PowBackward0"
    assert y.tolist() == [0.25, 12.25]  # (x**2 - 0.5)**2
    assert gradient(y.sum(), x) == [2.0, 28.0]


def test_in_place_methods() -> None:
    x = leaf(1.0, 2.0)
    y = x.clone().add_(x, alpha=2.0).mul_(x).sub_(1.0).div_(3.0)
    assert y.tolist() == [2.0 / 3.0, 11.0 / 3.0]
    assert gradient(y.sum(), x) == pytest.approx([2.0, 4.0])
    z = x.clone().copy_(x * x)
    z.fill(0.0)
    assert z.tolist() == [0.0, 0.0]


def test_in_place_shape_and_type_rules_are_numpys() -> None:
    y = leaf(1.0, 2.0) * 1.0
    with pytest.raises(ValueError, match="non-broadcastable output operand"):
        y += np.ones((3, 2))
    with pytest.raises(IndexError):
        y[5] = 1.0
    with pytest.raises(ValueError, match="could not broadcast"):
        y[:] = np.ones(3)


def test_store_through_a_view_reaches_the_base_and_its_other_views() -> None:
    x = leaf(1.0, 2.0, 3.0)
    base = x * 1.0
    left, right = base[:2], base[1:]
    right[0] = x[2] * 10.0
    assert base.tolist() == [1.0, 30.0, 3.0] and left.tolist() == [1.0, 30.0]
    assert base.grad_fn.name() == "CopySlices"
    assert gradient((left * left).sum(), x) == [2.0, 0.0, 600.0]


def test_store_into_the_base_reaches_the_views() -> None:
    x = leaf(1.0, 2.0, 3.0)
    base = x * 1.0
    view = base[::-1]
    base[0] = x[1] * x[1]
    assert view.tolist() == [3.0, 2.0, 4.0]
    assert gradient((view * view).sum(), x) == [0.0, 36.0, 6.0]


def test_in_place_on_a_view() -> None:
    x = leaf(1.0, 2.0, 3.0)
    base = x * 1.0
    view = base[1:]
    view *= x[0]
    view *= x[0]
    assert gradient(base.sum(), x) == [11.0, 1.0, 1.0]


def test_views_of_views() -> None:
    x = tape.tensor(np.arange(1.0, 25.0).reshape(2, 3, 4), requires_grad=True)
    base = x * 1.0
    view = base[1].T[::2, ::-1].reshape(2, 1, 3)[:, 0, 1:]
    view[...] = view.clone() ** 2
    assert gradient(base.sum(), x) == gradient(_reference(x), x)


def _reference(x):
    chosen = np.zeros((2, 3, 4), bool)
    chosen[1].T[::2, ::-1][:, 1:] = True
    return np.where(chosen, x * x, x).sum()


def test_transposed_view_and_base_written_in_turn() -> None:
    x = tape.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    y = x * 1.0
    turned = y.t()
    turned[0] = x[1] * 2.0
    y[0, 1] = x[0, 0]
    assert y.tolist() == [[6.0, 1.0], [8.0, 4.0]]
    assert gradient((y * y).sum() + turned[0].sum(), x) == [[2.0, 0.0], [26.0, 42.0]]


def test_constant_base_becomes_active_by_a_store() -> None:
    x = leaf(1.0, 2.0, 3.0)
    y = tape.zeros(3)
    view = y[:2]
    y[1] = x[0] * 2.0
    y[0] = x[2]
    assert y.requires_grad and view.requires_grad and not y.is_leaf
    assert gradient((view * view).sum(), x) == [8.0, 0.0, 6.0]


def test_overwritten_values_have_no_derivative() -> None:
    x = leaf(1.0, 2.0)
    y = x * 3.0
    y[0] = 5.0
    y[1] = x[0]
    y[1] = 7.0
    y[1] = x[1]
    assert gradient(y.sum(), x) == [0.0, 1.0]


def test_overlapping_slices() -> None:
    x = leaf(1.0, 2.0, 3.0, 4.0)
    y = x * 1.0
    y[1:] += y[:-1]
    assert y.tolist() == [1.0, 3.0, 5.0, 7.0]
    y[:-1] = y[1:]
    assert y.tolist() == [3.0, 5.0, 7.0, 7.0]
    assert gradient(y.sum(), x) == [1.0, 2.0, 3.0, 2.0]


def test_swap_of_elements_and_of_rows() -> None:
    x = leaf(1.0, 2.0)
    y = x * 1.0
    y[0], y[1] = y[1], y[0]
    assert y.tolist() == [2.0, 1.0]
    assert gradient(y[0] * 3.0 + y[1], x) == [1.0, 3.0]


def test_repeated_indices() -> None:
    x = leaf(1.0, 2.0, 3.0)
    y = tape.zeros(2)
    y[[0, 0, 1]] = x
    assert y.tolist() == [2.0, 3.0]
    assert gradient(y.sum(), x) == [0.0, 1.0, 1.0]
    z = tape.zeros(2)
    z[[0, 0, 1]] += x
    assert z.tolist() == [2.0, 3.0]
    w = tape.zeros(2)
    np.add.at(w, [0, 0, 1], x)
    assert w.tolist() == [3.0, 3.0]
    assert gradient(w.sum(), x) == [1.0, 1.0, 1.0]
    assert gradient(x[[0, 0, 2]].sum(), x) == [2.0, 0.0, 1.0]


def test_stores_by_mask_index_array_and_into_views() -> None:
    x = leaf(1.0, -2.0, 3.0, -4.0)
    y = x * 1.0
    y[y < 0] = 0.0
    y[1:][[0, 2]] = x[:2]
    assert y.tolist() == [1.0, 1.0, 3.0, -2.0]
    assert gradient((y * y).sum(), x) == [4.0, -4.0, 6.0, 0.0]


def test_broadcast_store() -> None:
    x = leaf(1.0, 2.0)
    y = tape.zeros(3, 2)
    y[:] = x
    y[0] = x[1]
    y[1:2] = x.reshape(1, 2)
    assert gradient(y.sum(), x) == [2.0, 4.0]


def test_functions_that_write() -> None:
    x = leaf(1.0, 2.0)
    y = tape.zeros(2, 2)
    np.copyto(y, x)
    np.fill_diagonal(y, x * x)
    assert y.tolist() == [[1.0, 2.0], [1.0, 4.0]]
    assert gradient(y.sum(), x) == [3.0, 5.0]
    z = x * 1.0
    np.putmask(z, z > 1.5, x[0])
    assert gradient(z.sum(), x) == [2.0, 0.0]
    w = tape.zeros(1, 2)
    np.put_along_axis(w, np.array([[1]]), x[:1].reshape(1, 1), axis=1)
    assert w.tolist() == [[0.0, 1.0]]
    with pytest.raises(TypeError, match="cannot be stored into a plain array"):
        np.copyto(np.zeros(2), x)


def test_broadcast_views_are_read_only_and_still_follow_their_base() -> None:
    x = leaf(1.0, 2.0)
    base = x * 1.0
    wide = np.broadcast_to(base, (3, 2))
    with pytest.raises(ValueError, match="read-only"):
        wide[0, 0] = 1.0
    base[0] = x[1]
    assert gradient(wide.sum(), x) == [0.0, 6.0]


def test_detached_views_keep_their_place() -> None:
    x = leaf(1.0, 2.0, 3.0, 4.0)
    plain = tape.tensor([1.0, 2.0, 3.0, 4.0])
    aside = plain[::2].detach()
    aside[1] = x[3] * 2.0
    assert plain.tolist() == [1.0, 2.0, 8.0, 4.0]
    assert gradient(aside.sum(), x) == [0.0, 0.0, 0.0, 2.0]
    with tape.no_grad():
        view = plain[1::2]
    view[0] = x[0]
    assert gradient((view * view).sum(), x) == [2.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_order_of_the_base(order: str) -> None:
    values = np.asarray(np.arange(1.0, 7.0).reshape(2, 3), order=order)
    x = tape.tensor(values, requires_grad=True)
    y = x.clone()
    flat = y.reshape(-1)
    shares = order == "C"
    flat[4] = x[0, 0] * 10.0
    assert (y[1, 1].item() == 10.0) is shares
    y[:, 1] *= x[:, 0]
    expected = [[43.0, 1.0, 1.0], [11.0, 0.0, 1.0]] if shares else [[3.0, 1.0, 1.0], [6.0, 4.0, 1.0]]
    assert gradient(y.sum(), x) == expected


def test_graphs_are_released_without_the_garbage_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        x = leaf(1.0, 2.0)
        y = (x * x).sum()
        y.backward()
        watched = weakref.ref(y.grad_fn)
        del y
        assert watched() is None
    finally:
        gc.enable()
