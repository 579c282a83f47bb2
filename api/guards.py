"""What compiled code checks at every call, and where its values are found again by another process."""

from __future__ import annotations

from types import CellType
from typing import TYPE_CHECKING, Any

from tapeless.runtime.native import ABSENT, WHOLE, Guard, contents

from .calltree import CallTree

if TYPE_CHECKING:
    from tapeless.compiler import pipeline


def guards_of(source: pipeline.Surface) -> tuple[Guard, ...]:
    """What compiled code checks at every call: first the arrays it takes as hidden arguments."""
    from tapeless.compiler.frontend import scope

    def guard(g: scope.Guard) -> Guard:
        if isinstance(g.container, list | dict) and g.key is scope.WHOLE:
            return Guard(g.container, WHOLE, contents(g.container))
        key = None if isinstance(g.container, CellType) else g.key
        return Guard(g.container, key, ABSENT if g.value is scope.MISSING else g.value)

    guards = list(map(guard, source.guards))
    first = [next((g for g in guards if g.value is value), _alone(value)) for _, value in source.arrays]
    # Another name of the same array stays a guard of its own: it may be rebound alone.
    return (*first, *(g for g in guards if not any(g is chosen for chosen in first)))


def _alone(array: Any) -> Guard:
    """A guard that always holds, for an array in a tuple."""
    return Guard({"array": array}, "array", array)


def inside(guard: Guard, path: tuple[int, ...]) -> Guard:
    """The guard of an array that was found at `path` in the guarded value."""
    value = guard.value
    for k in path:
        value = value[k]
    return _alone(value) if path else guard


def place_of_guard(tree: CallTree, guard: Guard) -> int | None:
    """Where the call tree has a value that was read; None when it has not, or has no description of it."""
    k = tree.place(guard)
    return k if k is not None and tree.guards[k].agrees(guard.value) and tree.described(k) else None


def array_in(tree: CallTree, guard: Guard, read: list[int]) -> tuple[int, tuple[int, ...]] | None:
    """Where the call tree has an array: under a name, or in a tuple that was read."""
    k = place_of_guard(tree, guard)
    if k is not None:
        return k, ()
    paths = ((k, _path(tree.guards[k].value, guard.value)) for k in read)
    return next(((k, path) for k, path in paths if path is not None), None)


def _path(value: Any, array: Any) -> tuple[int, ...] | None:
    if value is array:
        return ()
    for k, item in enumerate(value) if type(value) is tuple else ():
        rest = _path(item, array)
        if rest is not None:
            return k, *rest
    return None
