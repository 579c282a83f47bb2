"""Text as torch prints it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tapeless import tape

X = tape.tensor([1.0, 2.0], requires_grad=True)

TEXTS = [
    (tape.tensor([[1.0, 2.0, 3.0]], requires_grad=True), "tensor([[1., 2., 3.]], requires_grad=True)"),
    (tape.tensor(1059.0), "tensor(1059.)"),
    (tape.tensor([0.1136]), "tensor([0.1136])"),
    (tape.tensor([0.0, 0.5]), "tensor([0.0000, 0.5000])"),
    (tape.tensor([1, 20]), "tensor([ 1, 20])"),
    (tape.tensor([True, False]), "tensor([ True, False])"),
    (tape.tensor([1.0, float("nan"), -float("inf")]), "tensor([1., nan, -inf])"),
    (tape.tensor([1e-5, 1.0]), "tensor([1.0000e-05, 1.0000e+00])"),
    (tape.tensor([1e9, 1.0]), "tensor([1.0000e+09, 1.0000e+00])"),
    (tape.tensor([1.0], dtype=np.float16), "tensor([1.], dtype=float16)"),
    (tape.tensor([1.0], dtype=tape.float32), "tensor([1.])"),
    (tape.zeros(2, 0), "tensor([], size=(2, 0))"),
    (tape.zeros(1, 2, 2), "tensor([[[0., 0.],\n         [0., 0.]]])"),
    (tape.zeros(2, 1, 1), "tensor([[[0.]],\n\n        [[0.]]])"),
    (tape.arange(1001), "tensor([   0,    1,    2,  ...,  998,  999, 1000])"),
    (tape.zeros(12) * X[0], "tensor([0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0., 0.],\n       grad_fn=<MulBackward0>)"),
    (tape.tensor(np.arange(30.0)), "tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,\n"
     "        14., 15., 16., 17., 18., 19., 20., 21., 22., 23., 24., 25., 26., 27.,\n        28., 29.])"),
]  # fmt: skip


@pytest.mark.parametrize(("tensor", "text"), TEXTS, ids=[text[:40] for _, text in TEXTS])
def test_text(tensor: tape.Tensor, text: str) -> None:
    assert str(tensor) == repr(tensor) == text


NAMES = {
    "AddBackward0": lambda x: x + 1.0,
    "SubBackward0": lambda x: x - 1.0,
    "MulBackward0": lambda x: 2.0 * x,
    "DivBackward0": lambda x: x / 2.0,
    "PowBackward0": lambda x: x**2,
    "NegBackward0": lambda x: -x,
    "SumBackward0": lambda x: x.sum(),
    "MeanBackward0": lambda x: x.mean(),
    "ProdBackward0": lambda x: x.prod(),
    "MaxBackward1": lambda x: x.max(),
    "NormBackward0": lambda x: x.norm(),
    "MmBackward0": lambda x: tape.mm(x.reshape(2, 1), x.reshape(1, 2)),
    "MvBackward0": lambda x: tape.ones(3, 2) @ x,
    "DotBackward0": lambda x: x @ x,
    "TBackward0": lambda x: x.reshape(2, 1).t(),
    "ViewBackward0": lambda x: x.reshape(2, 1),
    "SelectBackward0": lambda x: x[0],
    "SliceBackward0": lambda x: x[:1],
    "IndexBackward0": lambda x: x[[0, 1]],
    "CloneBackward0": lambda x: x.clone(),
    "StackBackward0": lambda x: tape.stack([x, x]),
    "CatBackward0": lambda x: tape.cat([x, x]),
    "WhereBackward0": lambda x: tape.where(x > 1.0, x, x * 2.0),
    "ExpBackward0": np.exp,
    "LogBackward0": np.log,
    "SqrtBackward0": np.sqrt,
    "SinBackward0": np.sin,
    "TanhBackward0": np.tanh,
    "AbsBackward0": abs,
    "CumsumBackward0": np.cumsum,
    "BinaryCrossEntropyWithLogitsBackward0": lambda x: tape.binary_cross_entropy_with_logits(x, tape.zeros(2)),
}


@pytest.mark.parametrize("name", NAMES)
def test_names_of_nodes(name: str) -> None:
    y = NAMES[name](X)
    assert re.fullmatch(f"<{name} object at 0x[0-9a-f]{{16}}>", str(y.grad_fn))
    assert f"grad_fn=<{name}>" in str(y)


def test_numbers_can_be_formatted() -> None:
    assert f"{X[1]:5.2f}|{tape.tensor(3):d}" == " 2.00|3"
    assert f"{X[1]}|{X}" == "2.0|tensor([1., 2.], requires_grad=True)"
