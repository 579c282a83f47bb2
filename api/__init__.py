"""Tapeless: exact gradients of ordinary numerical Python, compiled ahead of time.

    >>> from tapeless import differentiate
    >>> @differentiate
    ... def f(x):
    ...     return x * x * x
    >>> f(2.0), f.grad(2.0)
    (8.0, 12.0)

`differentiate` compiles a function and gives it `.grad`, `.value_and_grad` and `.vjp`; the free functions `grad`,
`value_and_grad`, `vjp`, `elementwise_grad` and `check_grads` do the same for any function. `tapeless.tape` is a small
tape-based engine in PyTorch's vocabulary, the reference that compiled gradients are compared with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tapeless.compiler.diagnostics import CompileError

from .building import build, build_c
from .checking import GradientCheck, check_grads
from .function import Differentiable
from .transforms import differentiate, elementwise_grad, grad, value_and_grad, vjp

if TYPE_CHECKING:
    from tapeless.runtime import tape

__version__ = "0.1.0"
__all__ = [
    "CompileError", "Differentiable", "GradientCheck", "build", "build_c", "check_grads", "differentiate",
    "elementwise_grad", "grad", "tape", "value_and_grad", "vjp",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "tape":
        from tapeless.runtime import tape

        return tape
    if name == "grad_and_value":
        raise AttributeError(
            "tapeless has `value_and_grad`, which returns (value, gradient); there is no `grad_and_value`, because a "
            "silently swapped pair is the worst outcome"
        )
    raise AttributeError(f"module 'tapeless' has no attribute {name!r}")
