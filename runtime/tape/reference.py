"""`value_and_grad`: any NumPy or `math` function, differentiated by the tape. The oracle's front door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .graph import differentiate
from .memory import Array
from .modes import enable_grad, numpy_semantics
from .tensor import Tensor, root_of
from .traced import Kind, Traced, plain
from .tracing import trace


def value_and_grad(
    function: Callable[..., Any], args: Sequence[Any], wrt: Sequence[int] = (0,), seed: Any = None
) -> tuple[Any, tuple[Any, ...]]:
    """Run a NumPy function on the tape and return its value and the gradients by the arguments in `wrt`.

    Arguments are copied, so the caller's arrays never change. float64 and float32 arrays and scalars named in `wrt`,
    also inside tuples, lists and dicts, are differentiated; every other argument is constant, and tensors may still be
    stored into it. The result may be a scalar, an array, None or nested tuples and lists of them; `seed` has the same
    structure (None stands for 1.0 on a scalar). Values come back as plain floats and fresh arrays, gradients shaped
    like the arguments, and zero where an argument was not used.

    Raises TypeError for a `wrt` argument without floating-point content, RuntimeError for an array result without
    seed, and whatever the function itself raises.
    """
    leaves: dict[int, list[Tensor]] = {k: [] for k in wrt}
    passed = [_given(arg, leaves.get(k)) for k, arg in enumerate(args)]
    for k, found in leaves.items():
        if not found:
            raise TypeError(f"argument {k} holds no floating-point number to differentiate by")
    with enable_grad():
        result = trace(function)(*passed)
    roots = [root_of(y, head, n) for n, (y, head) in enumerate(_outputs(result, seed)) if y.requires_grad]
    targets = [leaf._edge() for found in leaves.values() for leaf in found]
    nodes = [node for node in targets if node is not None]
    found_grads = differentiate(roots, nodes, True)
    grads = tuple(_gradient(args[k], iter(leaves[k]), found_grads) for k in wrt)
    return _result(result), grads


def _is_float(arg: Any) -> bool:
    return isinstance(arg, float) or (isinstance(arg, np.ndarray | np.generic) and arg.dtype.kind == "f")


def _given(arg: Any, leaves: list[Tensor] | None) -> Any:
    """Copy an argument onto the tape; a differentiated one is noted in `leaves`."""
    if isinstance(arg, list | tuple):
        parts = [_given(part, leaves) for part in arg]
        return type(arg)(*parts) if hasattr(arg, "_fields") else type(arg)(parts)
    if isinstance(arg, dict):
        return {key: _given(part, leaves) for key, part in arg.items()}
    if isinstance(arg, np.ndarray) and arg.dtype.kind != "f":
        return arg.copy()
    if not _is_float(arg) or (leaves is None and not isinstance(arg, np.ndarray)):
        return arg
    made = Tensor._wrap(_native(np.array(arg, order="K")), _kind(arg))
    if leaves is None:
        return made
    made.requires_grad = True
    leaves.append(made)
    with numpy_semantics():
        return made.clone()  # not a leaf, so the function may overwrite it


def _native(array: Array) -> Array:
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _kind(arg: Any) -> Kind:
    if isinstance(arg, np.ndarray):
        return Kind.ARRAY
    return Kind.SCALAR if isinstance(arg, np.generic) else Kind.PYTHON


def _outputs(result: Any, seed: Any) -> list[tuple[Tensor, Any]]:
    """Pair every tensor in a result with its part of the seed."""
    if isinstance(result, list | tuple):
        seeds = (None,) * len(result) if seed is None else seed
        return [pair for part, head in zip(result, seeds, strict=True) for pair in _outputs(part, head)]
    if isinstance(result, dict):
        return [pair for key, part in result.items() for pair in _outputs(part, None if seed is None else seed[key])]
    return [(result, seed)] if isinstance(result, Tensor) else []


def _result(result: Any) -> Any:
    """Take a result off the tape: floats for scalars, fresh arrays for arrays."""
    if isinstance(result, list | tuple):
        parts = [_result(part) for part in result]
        return type(result)(*parts) if hasattr(result, "_fields") else type(result)(parts)
    if isinstance(result, dict):
        return {key: _result(part) for key, part in result.items()}
    if isinstance(result, Traced):
        return result._array.item() if result._kind is not Kind.ARRAY else result._array.copy()
    return plain(result)


def _gradient(arg: Any, leaves: Any, found: dict[Any, Array]) -> Any:
    """Shape the gradients like the argument; parts that cannot be differentiated give None."""
    if isinstance(arg, list | tuple):
        parts = [_gradient(part, leaves, found) for part in arg]
        return type(arg)(*parts) if hasattr(arg, "_fields") else type(arg)(parts)
    if isinstance(arg, dict):
        return {key: _gradient(part, leaves, found) for key, part in arg.items()}
    if not _is_float(arg):
        return None
    leaf = next(leaves)
    g = found.get(leaf._edge(), np.zeros_like(leaf._array))
    return g if isinstance(arg, np.ndarray) else g.item()
