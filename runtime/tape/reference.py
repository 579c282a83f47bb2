"""`value_and_grad`: any NumPy or `math` function, differentiated by the tape. The oracle's front door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .arguments import Arguments, is_float, is_object, rebuilt
from .graph import differentiate
from .modes import enable_grad
from .tensor import Tensor, root_of
from .traced import Kind, Traced
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
    for k in wrt:
        if not _holds_float(args[k]):
            raise TypeError(f"argument {k} holds no floating-point number to differentiate by")
    with enable_grad():
        arguments = Arguments(args, wrt)
        result = trace(function)(*arguments.passed)
        roots = [root_of(y, head, n) for n, (y, head) in enumerate(_outputs(result, seed)) if y.requires_grad]
    found = differentiate(roots, arguments.targets(), True)
    return rebuilt(result, _taken_off), arguments.gradients(found)


def _holds_float(arg: Any) -> bool:
    found: list[bool] = []
    rebuilt(arg, lambda part: found.append(is_float(part)))
    return any(found)


def _outputs(result: Any, seed: Any) -> list[tuple[Tensor, Any]]:
    """Pair every tensor in a result with its part of the seed."""
    if isinstance(result, list | tuple):
        seeds = (None,) * len(result) if seed is None else seed
        return [pair for part, head in zip(result, seeds, strict=True) for pair in _outputs(part, head)]
    if isinstance(result, dict):
        return [pair for key, part in result.items() for pair in _outputs(part, None if seed is None else seed[key])]
    if is_object(result):
        return _outputs(vars(result), None if seed is None else vars(seed))
    return [(result, seed)] if isinstance(result, Tensor) else []


def _taken_off(part: Any) -> Any:
    """Take one result off the tape: floats for scalars, fresh arrays for arrays."""
    if isinstance(part, Traced):
        return part._array.item() if part._kind is not Kind.ARRAY else part._array.copy()
    return np.array(part) if isinstance(part, np.ndarray) else part
