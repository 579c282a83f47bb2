"""The arguments of a differentiated call, copied onto the tape.

Arguments that share memory go on sharing it: the array that owns the memory is copied once, and every argument becomes
a view of the copy with the strides it had. The derivative by such an argument is that by the memory it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from .crossing import wrap
from .graph import AtPlace, Node, Pull
from .memory import Array, Window, dense, element_strides, window_of, with_layout
from .modes import numpy_semantics
from .tensor import Tensor
from .traced import Kind, record_view


def is_float(arg: Any) -> bool:
    """Tell whether a value can be differentiated by: a Python float or complex, or such a NumPy number or array."""
    return isinstance(arg, float | complex) or (isinstance(arg, np.ndarray | np.generic) and arg.dtype.kind in "fc")


def rebuilt(arg: Any, leaf: Callable[[Any], Any]) -> Any:
    """Apply a function to everything that is not a tuple, list, dict or object, and put the results together again."""
    if isinstance(arg, list | tuple):
        parts = [rebuilt(part, leaf) for part in arg]
        return type(arg)(*parts) if hasattr(arg, "_fields") else type(arg)(parts)
    if isinstance(arg, dict):
        return {key: rebuilt(part, leaf) for key, part in arg.items()}
    if is_object(arg):
        made = object.__new__(type(arg))
        for name, part in vars(arg).items():
            object.__setattr__(made, name, rebuilt(part, leaf))
        return made
    return leaf(arg)


def is_object(arg: Any) -> bool:
    """Tell whether a value is an instance of a class of the user's that holds its attributes in a dictionary."""
    cls = type(arg)
    ours = isinstance(arg, Tensor | np.ndarray | np.generic) or cls.__module__.startswith(("builtins", "numpy"))
    return not ours and hasattr(arg, "__dict__") and not callable(getattr(cls, "__getattr__", None))


class _Source:
    """One piece of copied memory: the leaf that is differentiated by, and the clone that the function sees."""

    def __init__(self, values: Array, kind: Kind, active: bool) -> None:
        self.leaf = Tensor._wrap(values, kind)
        if active:
            self.leaf.requires_grad = True
        with numpy_semantics():
            self.seen: Tensor = self.leaf.clone()  # not a leaf, so the function may overwrite it

    def view(self, window: Window) -> Any:
        base = self.seen._array
        strides = element_strides(base)
        pull: Pull = lambda g: AtPlace(window, g, strides)  # noqa: E731
        with numpy_semantics():
            return record_view("AsStridedBackward0", self.seen, window.of(base), pull)

    def gradient(self, found: Mapping[Node, Array]) -> Array:
        node = self.leaf._edge()
        values = self.leaf._array
        g = np.zeros_like(values) if node is None or node not in found else found[node]
        return with_layout(g, values.shape, element_strides(values))


class Arguments:
    """All arguments of one call; `passed` is what the function gets."""

    def __init__(self, args: Sequence[Any], wrt: Sequence[int]) -> None:
        self._args = args
        self._wrt = wrt
        self._sources: dict[int, _Source] = {}
        self._places: dict[int, list[tuple[_Source, Window | None]]] = {k: [] for k in wrt}
        self._owners = {id(_owner(part)) for k in wrt for part in _leaves(args[k]) if _sharing(part)}
        self.passed = [rebuilt(arg, partial(self._pass, k)) for k, arg in enumerate(args)]

    def targets(self) -> list[Node]:
        """List the nodes whose cotangents are the gradients."""
        nodes = (source.leaf._edge() for places in self._places.values() for source, _ in places)
        return list(dict.fromkeys(node for node in nodes if node is not None))

    def gradients(self, found: Mapping[Node, Array]) -> tuple[Any, ...]:
        """Shape the cotangents like the arguments in `wrt`; parts that cannot be differentiated give None."""
        return tuple(rebuilt(self._args[k], partial(_gradient, iter(self._places[k]), found)) for k in self._wrt)

    def _pass(self, position: int, part: Any) -> Any:
        """Copy one array or scalar onto the tape, and note where its gradient will be found."""
        places = self._places.get(position)
        wanted = places is not None
        if isinstance(part, np.ndarray) and part.dtype.kind not in "fc":
            with numpy_semantics():
                return wrap(Tensor, part.copy())
        if not is_float(part) or not (wanted or isinstance(part, np.ndarray)):
            return part
        if not _sharing(part):
            values = np.array(part, dtype=np.asarray(part).dtype.newbyteorder("="), order="K")
            source = _Source(values, _kind(part), wanted)
            if places is not None:
                places.append((source, None))
            if isinstance(part, np.ndarray):
                source.seen._array.flags.writeable = part.flags.writeable
            return source.seen
        owner = _owner(part)
        if id(owner) not in self._sources:
            self._sources[id(owner)] = _Source(np.array(owner, order="K"), Kind.ARRAY, id(owner) in self._owners)
        source, window = self._sources[id(owner)], window_of(part, owner)
        if places is not None:
            places.append((source, window))
        return source.view(window)


def _leaves(arg: Any) -> list[Any]:
    found: list[Any] = []
    rebuilt(arg, found.append)
    return found


def _kind(part: Any) -> Kind:
    if isinstance(part, np.ndarray):
        return Kind.ARRAY
    return Kind.SCALAR if isinstance(part, np.generic) else Kind.PYTHON


def _owner(array: Array) -> Array:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _sharing(part: Any) -> bool:
    """Tell whether an array can be passed as a view of a copy of its owner: it then keeps strides and aliases."""
    if not isinstance(part, np.ndarray) or part.dtype.kind not in "fc" or not part.size:
        return False
    owner = _owner(part)
    plain_memory = owner.dtype == part.dtype and part.dtype.isnative and owner.flags.aligned and part.flags.aligned
    return bool(plain_memory and part.flags.writeable and dense(owner) is owner)


def _gradient(places: Iterator[tuple[_Source, Window | None]], found: Mapping[Node, Array], part: Any) -> Any:
    if not is_float(part):
        return None
    source, window = next(places)
    g = source.gradient(found)
    if window is not None:
        g = window.read(g)
    return g if isinstance(part, np.ndarray) else g.item()
