"""HIPS autograd: `autograd.grad` of the programs in `eager`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from . import eager, package

LABEL = "autograd"
SMALL = eager.ELEMENTWISE


def gradient(name: str, args: tuple[Any, ...]) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A callable that returns the gradient by the first argument, and its arguments."""
    autograd = package("autograd")
    return autograd.grad(partial(eager.PROGRAMS[name], package("autograd.numpy"))), args
