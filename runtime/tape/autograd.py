"""torch.autograd: `grad`, `backward`, `Variable`, the grad modes and `gradcheck`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .creation import Variable, tensor
from .crossing import plain
from .graph import differentiate
from .modes import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from .tensor import Tensor, root_of

__all__ = [
    "Variable",
    "backward",
    "enable_grad",
    "grad",
    "gradcheck",
    "is_grad_enabled",
    "no_grad",
    "set_grad_enabled",
]


def _tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    allow_unused: bool = False,
) -> tuple[Tensor | None, ...]:
    """Return the gradients of the outputs' sum with respect to the inputs; no `.grad` is touched.

    `grad_outputs` holds a head gradient for each output (None: 1, for a single element). Raises RuntimeError with
    torch's sentences; an input that was not used is an error, or None if `allow_unused`.
    """
    outs, ins = _tuple(outputs), _tuple(inputs)
    heads = (None,) * len(outs) if grad_outputs is None else _tuple(grad_outputs)
    targets = [x._edge() for x in ins]
    if any(node is None for node in targets):
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    roots = [root_of(y, head, k) for k, (y, head) in enumerate(zip(outs, heads, strict=True))]
    nodes = [node for node in targets if node is not None]
    found = differentiate(roots, nodes, bool(retain_graph))
    if not allow_unused and any(node not in found for node in nodes):
        raise RuntimeError(
            "One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if "
            "this is the desired behavior."
        )
    return tuple(Tensor._wrap(found[node]) if node in found else None for node in nodes)


def backward(tensors: Tensor | Sequence[Tensor], grad_tensors: Any = None, retain_graph: bool | None = None) -> None:
    """Accumulate the gradients of the tensors' sum into the `.grad` of the leaves."""
    outs = _tuple(tensors)
    heads = (None,) * len(outs) if grad_tensors is None else _tuple(grad_tensors)
    roots = [root_of(y, head, k) for k, (y, head) in enumerate(zip(outs, heads, strict=True))]
    differentiate(roots, None, bool(retain_graph))


def gradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
) -> bool:
    """Compare the tape's derivatives with central differences, for every output element and active input.

    Raises RuntimeError naming input and output where they disagree, or returns False if `raise_exception` is off.
    """
    args = _tuple(inputs)
    outputs = _tuple(func(*args))
    active = [k for k, x in enumerate(args) if isinstance(x, Tensor) and x.requires_grad]
    if not active:
        raise ValueError("gradcheck expects at least one input tensor to require gradient")
    for j, y in enumerate(outputs):
        for k in active:
            numeric = _difference_jacobian(func, args, j, k, eps)
            analytic = _tape_jacobian(y, args[k])
            if not np.allclose(analytic, numeric, rtol=rtol, atol=atol, equal_nan=True):
                if not raise_exception:
                    return False
                raise RuntimeError(
                    f"Jacobian mismatch for output {j} with respect to input {k},\n"
                    f"numerical:{numeric}\nanalytical:{analytic}\n"
                )
    return True


def _tape_jacobian(y: Tensor, x: Tensor) -> Any:
    """One row for each input element, one column for each output element, as torch prints it."""
    columns = []
    for k in range(y.size):
        head = np.zeros(y.size)
        head[k] = 1.0
        if y.requires_grad:
            (g,) = grad(y, x, head.reshape(y.shape), retain_graph=True, allow_unused=True)
            columns.append(np.zeros(x.size) if g is None else np.ravel(plain(g)))
        else:
            columns.append(np.zeros(x.size))
    return np.stack(columns, axis=1) if columns else np.zeros((x.size, 0))


def _difference_jacobian(func: Callable[..., Any], args: Sequence[Any], j: int, k: int, eps: float) -> Any:
    point = args[k].detach().numpy()
    rows = []
    for position in np.ndindex(point.shape):
        ends = []
        for step in (eps, -eps):
            moved = point.copy()
            moved[position] += step
            values = _tuple(func(*args[:k], tensor(moved), *args[k + 1 :]))
            ends.append(np.array(plain(values[j]), dtype=np.float64).ravel())
        rows.append((ends[0] - ends[1]) / (2.0 * eps))
    return np.stack(rows) if rows else np.zeros((0, 0))
