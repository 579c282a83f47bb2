"""PyTorch, eager: `torch.autograd.grad` of the programs in `eager`, and of those that it can express better."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import eager, package

LABEL = "PyTorch eager"
SMALL = eager.ELEMENTWISE - {"running_product"}


def running_product(torch: Any, a: Any) -> Any:
    """autograd has no `cumprod`, PyTorch has."""
    out = torch.cumprod(a, 0)
    return torch.sum(out * out)


PROGRAMS = eager.PROGRAMS | {"running_product": running_product}


def gradient(name: str, args: tuple[Any, ...]) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A callable that returns the gradient by the first argument, and its arguments as tensors."""
    torch = package("torch")
    program = PROGRAMS[name]

    def call(x: Any, *rest: Any) -> Any:
        return torch.autograd.grad(program(torch, x, *rest), x)[0]

    first, *rest = [torch.tensor(a) if isinstance(a, np.ndarray | float) else a for a in args]
    return call, (first.requires_grad_(), *rest)
