"""Callables whose target can be exchanged while they are in use."""

from __future__ import annotations

import functools
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

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """As a method of a class, bound to the instance like a Python function."""
        return self if instance is None else Bound(self, instance)


class Bound(functools.partial[Any]):
    """A function bound to an instance; so are its derivatives, `model.f.grad(x)`."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.func, name)
        derivative = name in ("grad", "value_and_grad", "vjp", "check_grads")
        return functools.partial(found, *self.args) if derivative else found
