"""Head gradients: what a pullback is given, as the native code takes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from tapeless.compiler.ir.types import Array, Scalar, TupleOf, Type, is_float

from .signatures import conformed


def snapshot(value: Any) -> Any:
    """A copy of an array, or of a tuple of them."""
    if isinstance(value, np.ndarray):
        return np.array(value, order="K")
    return tuple(map(snapshot, value)) if isinstance(value, tuple) else value


def shapes(value: Any) -> Any:
    """The shapes of everything in nested tuples."""
    return tuple(map(shapes, value)) if isinstance(value, tuple) else np.shape(value)


def heads_of(head: Any, t: Type, shape: Any, name: str) -> Any:
    """The head gradients of the floating-point items of a result, as the native code takes them."""
    if isinstance(t, TupleOf):
        if not isinstance(head, tuple | list) or len(head) != len(t.items):
            raise ValueError(f"`{name}` returns {len(t.items)} values, so the head gradient is a tuple of as many")
        for item, u, inner in zip(head, t.items, shape, strict=True):
            yield from heads_of(item, u, inner, name)
    elif isinstance(t, Array) and is_float(t):
        value = np.asarray(head, dtype=t.kind)
        if value.shape != shape:
            raise ValueError(f"the head gradient of `{name}` has shape {value.shape}, the value has shape {shape}")
        yield conformed(value)
    elif isinstance(t, Scalar) and is_float(t):
        if head is None or np.size(head) != 1:
            raise ValueError(f"`{name}` returns a number, so the head gradient is a number")
        yield np.dtype(t.kind).type(np.asarray(head).reshape(())[()])
