"""NumPy functions run on tensors unmodified, and what has no rule is refused."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from tapeless import tape


def leaf(*values: float) -> tape.Tensor:
    return tape.tensor(list(values), requires_grad=True)


def gradient(y, x):
    (g,) = tape.grad(y, x)
    return g.numpy().tolist()


def test_a_numpy_function_as_it_stands() -> None:
    def energy(x):
        centred = x - np.mean(x)
        return np.sum(np.sqrt(1.0 + centred**2)) + np.max(np.abs(np.diff(x)))

    x = leaf(0.3, -1.2, 2.0, 0.1)
    assert tape.gradcheck(energy, x)
    assert energy(x).item() == pytest.approx(energy(x.detach().numpy()), rel=1e-15)


def test_plain_operands_on_either_side() -> None:
    x = leaf(1.0, 2.0)
    plain = np.array([3.0, 5.0])
    for y in (plain * x, x * plain, np.float64(1.0) * (plain * x), plain @ x, 1.0 * x @ plain):
        assert isinstance(y, tape.Tensor)
        assert gradient(y.sum(), x) == [3.0, 5.0]
    assert gradient((np.float64(2.0) ** x).sum(), x) == pytest.approx([2 * np.log(2.0), 4 * np.log(2.0)])


def test_out_argument() -> None:
    x = leaf(1.0, 2.0)
    y = tape.zeros(2)
    assert np.multiply(x, x, out=y) is y
    assert gradient(y.sum(), x) == [2.0, 4.0]
    with pytest.raises(TypeError, match="out= is a plain array"):
        np.multiply(x, x, out=np.zeros(2))
    total = tape.zeros(())
    np.sum(x, out=total)
    assert gradient(total, x) == [1.0, 1.0]


def test_where_argument_of_a_ufunc() -> None:
    x = leaf(1.0, -2.0)
    y = np.sqrt(x, where=x > 0, out=x * 3.0)
    assert y.tolist() == [1.0, -6.0]
    assert gradient(y.sum(), x) == [0.5, 3.0]


def test_results_without_derivative_are_constants() -> None:
    x = leaf(3.0, 1.0, 2.0)
    assert np.argsort(x).tolist() == [1, 2, 0] and not np.argsort(x).requires_grad
    assert np.argmax(x) == 0 and x.argmin().item() == 1
    assert np.shape(x) == (3,) and np.ndim(x) == 1 and np.size(x) == 3
    assert np.allclose(x, [3.0, 1.0, 2.0]) and np.array_equal(x, x)
    assert not np.zeros_like(x).requires_grad
    assert (x > 1.5).tolist() == [True, False, True]
    assert x[x > 1.5].tolist() == [3.0, 2.0]
    assert x[np.argmax(x)].item() == 3.0
    assert [k for k in range(tape.tensor(3))] == [0, 1, 2]
    assert 2.0 in x and 7.0 not in x


def test_functions_without_a_rule_are_refused_only_where_a_derivative_is_needed() -> None:
    x = leaf(3.0, 1.0)
    with pytest.raises(TypeError, match=r"the tape has no derivative for numpy\.polyfit"):
        np.polyfit(x, x, 1)
    with pytest.raises(TypeError, match=r"the tape has no derivative for numpy\.spacing"):
        np.spacing(x)
    with pytest.raises(TypeError, match=r"numpy\.subtract\.reduce"):
        np.subtract.reduce(x)
    with pytest.raises(TypeError, match="by its first argument only"):
        np.pad(x, 1, constant_values=x[0])
    with pytest.raises(TypeError, match="by q"):
        np.quantile(np.ones(2), x[1] * 0.5)
    with pytest.raises(TypeError, match="einsum does not broadcast"):
        np.einsum("i,i->", x, np.ones(1))
    with pytest.raises(TypeError, match="power of a negative number is complex"):
        tape.value_and_grad(lambda a: a**0.5, (-1.0,))
    assert np.spacing(tape.ones(2)).tolist() == [np.spacing(1.0)] * 2


def test_asarray_of_an_inactive_tensor_shares_memory() -> None:
    x = tape.ones(3)
    assert np.shares_memory(np.asarray(x), x.numpy())
    assert np.asarray(x, dtype=np.float32).dtype == np.float32
    with pytest.raises(RuntimeError, match="Can't call numpy"):
        np.asarray(leaf(1.0))


def test_iteration_length_and_copies() -> None:
    x = tape.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    assert len(x) == 2
    assert gradient(sum((row * row).sum() for row in x), x) == [[2.0, 4.0], [6.0, 8.0]]
    with pytest.raises(TypeError, match="len"):
        len(x[0, 0])
    with pytest.raises(TypeError, match="0-d"):
        iter(x[0, 0])
    assert gradient(copy.deepcopy(x).sum() + copy.copy(x).sum(), x) == [[2.0, 2.0], [2.0, 2.0]]


def test_promotion_is_numpys() -> None:
    x = tape.tensor([1.0, 2.0], dtype=tape.float32, requires_grad=True)
    plain = x.detach().numpy()
    assert (x * 2.0).dtype == np.float32
    assert (x * np.float64(2.0)).dtype == (plain * np.float64(2.0)).dtype
    assert (x * np.arange(2)).dtype == np.float64
    assert np.sum(x, dtype=np.float64).dtype == np.float64
    (g,) = tape.grad((x * np.arange(2.0)).sum(), x)
    assert g.dtype == np.float32


def test_comparison_with_none_and_hash() -> None:
    x = leaf(1.0)
    assert x != None and not (x == None)  # noqa: E711
    assert len({x, x.detach()}) == 2


def test_rounding_and_conversion() -> None:
    x = leaf(2.6)
    assert int(x[0]) == 2 and round(x[0]) == 3
    assert x.astype(int).tolist() == [2]
    y = x.astype(np.float32) * 2.0
    assert gradient(y.sum(), x) == [2.0]
