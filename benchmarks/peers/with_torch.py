"""PyTorch, eager: `torch.autograd.grad` of the programs in `eager`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import eager, package

LABEL = "PyTorch eager"
SMALL = eager.ELEMENTWISE


def gradient(name: str, args: tuple[Any, ...]) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A callable that returns the gradient by the first argument, and its arguments as tensors."""
    torch = package("torch")
    program = eager.PROGRAMS[name]

    def call(x: Any, *rest: Any) -> Any:
        return torch.autograd.grad(program(torch, x, *rest), x)[0]

    first, *rest = [torch.tensor(a) if isinstance(a, np.ndarray | float) else a for a in args]
    return call, (first.requires_grad_(), *rest)
