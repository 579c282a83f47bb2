"""Callables whose target can be exchanged while they are in use."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Callable
from typing import Any


class Exchangeable(functools.partial[Any]):
    """Calls its target. A `partial` without arguments, because that is called from C: 50 ns instead of 180.

    The target is the dispatcher at first and the native code of the last signature afterwards.
    """

    def install(self, target: Callable[..., Any]) -> None:
        """Call `target` from now on.

        What was called before stays alive as long as this object: a `partial` holds no reference during a call, and the
        old native code may be running, in another thread or further up the stack.
        """
        self.__dict__.setdefault("_installed", {})[id(target)] = target
        self.__setstate__((target, (), {}, self.__dict__))  # type: ignore[attr-defined]

    @property
    def func(self) -> Any:
        """The callable as others look at it: what a `partial` has there leads back to itself here."""
        return Described(self)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """As a method of a class, bound to the instance like a Python function."""
        return self if instance is None else Bound(self, instance)


class Described:
    """Stands for a callable where its name in a cache of results is wanted: `dask` goes through a `partial` for it."""

    def __init__(self, target: Exchangeable) -> None:
        self.target = target

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.target(*args, **kwargs)

    def __dask_tokenize__(self) -> tuple[str, bytes]:
        """Equal for two callables only if their pickles are: then they give the same results."""
        return type(self.target).__name__, pickle.dumps(self.target)


class Bound(functools.partial[Any]):
    """A function bound to an instance; so are its derivatives, `model.f.grad(x)`."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.func, name)
        derivative = name in ("grad", "value_and_grad", "vjp", "check_grads")
        return functools.partial(found, *self.args) if derivative else found
