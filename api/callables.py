"""Callables whose target can be exchanged while they are in use."""

from __future__ import annotations

import functools
import pickle
import threading
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


class Depth:
    """Notices compiled code that sends a call back although it was made for it."""

    def __init__(self) -> None:
        self.local = threading.local()

    def __enter__(self) -> None:
        depth = getattr(self.local, "depth", 0)
        if depth > 3:
            raise RuntimeError("the compiled code does not take the arguments it was compiled for")
        self.local.depth = depth + 1

    def __exit__(self, *exc: object) -> None:
        self.local.depth -= 1
