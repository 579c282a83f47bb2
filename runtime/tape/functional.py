"""torch's free functions: the elementwise ones, products, joins and the loss of the notebooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .crossing import plain
from .memory import Array
from .tensor import Tensor
from .traced import Kept, record, shape_of


def _unary(ufunc: np.ufunc) -> Callable[[Any], Any]:
    def function(x: Any) -> Any:
        return ufunc(x if isinstance(x, Tensor) else Tensor._wrap(np.asarray(x)))

    function.__doc__ = f"Elementwise numpy.{ufunc.__name__} of a tensor or a plain number or array."
    return function


sin, cos, tan = _unary(np.sin), _unary(np.cos), _unary(np.tan)
asin, acos, atan = _unary(np.arcsin), _unary(np.arccos), _unary(np.arctan)
sinh, cosh, tanh = _unary(np.sinh), _unary(np.cosh), _unary(np.tanh)
asinh, acosh, atanh = _unary(np.arcsinh), _unary(np.arccosh), _unary(np.arctanh)
exp, exp2, expm1 = _unary(np.exp), _unary(np.exp2), _unary(np.expm1)
log, log2, log10, log1p = _unary(np.log), _unary(np.log2), _unary(np.log10), _unary(np.log1p)
sqrt, square, reciprocal = _unary(np.sqrt), _unary(np.square), _unary(np.reciprocal)
abs, neg, sign = _unary(np.absolute), _unary(np.negative), _unary(np.sign)
floor, ceil, round, trunc = _unary(np.floor), _unary(np.ceil), _unary(np.rint), _unary(np.trunc)


def sigmoid(x: Any) -> Any:
    """Logistic function 1 / (1 + exp(-x)), safe in both tails."""
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def relu(x: Any) -> Any:
    """maximum(x, 0); derivative one half at 0, by the tape's rule for ties."""
    return np.maximum(x, 0.0)


def add(x: Any, y: Any) -> Any:
    """Elementwise sum."""
    return x + y


def sub(x: Any, y: Any) -> Any:
    """Elementwise difference."""
    return x - y


def mul(x: Any, y: Any) -> Any:
    """Elementwise product."""
    return x * y


def div(x: Any, y: Any) -> Any:
    """Elementwise quotient."""
    return x / y


def pow(x: Any, y: Any) -> Any:
    """Elementwise power."""
    return x**y


def maximum(x: Any, y: Any) -> Any:
    """Elementwise maximum; a tie shares evenly."""
    return np.maximum(x, y)


def minimum(x: Any, y: Any) -> Any:
    """Elementwise minimum; a tie shares evenly."""
    return np.minimum(x, y)


def where(condition: Any, x: Any, y: Any) -> Any:
    """Choose elementwise; the side not chosen takes exactly zero."""
    return np.where(condition, x, y)


def sum(x: Any, axis: Any = None) -> Any:
    """Sum over all elements or along axes."""
    return np.sum(x, axis=axis)


def mean(x: Any, axis: Any = None) -> Any:
    """Mean over all elements or along axes."""
    return np.mean(x, axis=axis)


def norm(x: Any, ord: Any = None) -> Any:
    """Euclidean norm of all elements, or the vector norm of another order."""
    return x.norm(ord)


def mm(a: Any, b: Any) -> Any:
    """Product of two matrices. Raises RuntimeError for other shapes."""
    if len(shape_of(a)) != 2:
        raise RuntimeError("self must be a matrix")
    if len(shape_of(b)) != 2:
        raise RuntimeError("mat2 must be a matrix")
    (n, k), (m, p) = shape_of(a), shape_of(b)
    if k != m:
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({n}x{k} and {m}x{p})")
    return np.matmul(a, b)


def matmul(a: Any, b: Any) -> Any:
    """Product of vectors, matrices or stacks of matrices."""
    return np.matmul(a, b)


def dot(a: Any, b: Any) -> Any:
    """Inner product of two vectors."""
    return np.dot(a, b)


def stack(tensors: Any, dim: int = 0) -> Any:
    """Join along a new axis."""
    return np.stack(tensors, axis=dim)


def cat(tensors: Any, dim: int = 0) -> Any:
    """Join along an existing axis."""
    return np.concatenate(tensors, axis=dim)


def binary_cross_entropy_with_logits(input: Any, target: Any, reduction: str = "mean") -> Any:
    """Cross entropy between a logit and a target in [0, 1]: max(z, 0) - z*y + log(1 + exp(-|z|)).

    `reduction` is "mean", "sum" or "none". Raises ValueError for differing shapes or another reduction.
    """
    if shape_of(input) != shape_of(target):
        raise ValueError(f"Target size ({shape_of(target)}) must be the same as input size ({shape_of(input)})")
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    kept = Kept()
    z, y = kept.value(input), kept.value(target)
    small = np.exp(-np.abs(z))
    loss = np.maximum(z, 0.0) - z * y + np.log1p(small)
    count = {"mean": z.size, "sum": 1, "none": 1}[reduction]

    def pull_z(g: Array) -> Array:
        return g / count * (np.where(z >= 0, 1.0, small) / (1.0 + small) - y)

    value: Any = loss if reduction == "none" else loss.sum() / count
    parents = [(input, pull_z), (target, lambda g: -(g / count) * z)]
    return record("BinaryCrossEntropyWithLogitsBackward0", plain(value), parents, kept)
