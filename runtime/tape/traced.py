"""The recorded array: values, the memory it shares with its views, and how operations and stores are recorded.

`Traced` knows nothing of sine or sum. The operations in `ops` are written against it, and `Tensor` adds them to it as
methods and protocols.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Self

import numpy as np

from .graph import AtPlace, Contribution, Node, Pull, Scatter, Watch
from .memory import Array, Shape, dense, element_strides, points_of, window_of
from .modes import has_numpy_semantics, is_grad_enabled

LEAF_IN_PLACE = "a leaf Variable that requires grad is being used in an in-place operation."


class Kind(Enum):
    """What the value would be without the tape; decides promotion and what `+=` means."""

    ARRAY = "numpy.ndarray"
    SCALAR = "numpy scalar"
    PYTHON = "Python float"


class Memory:
    """The memory shared by an array and its views; counts the stores into it."""

    __slots__ = ("version",)

    def __init__(self) -> None:
        self.version = 0


class Traced:
    """A NumPy array (or scalar) and how it was computed.

    A view knows its base. A store through either gives the *base* a new node and a new stamp, and a view that carries
    an old stamp derives its node from the base again: so all names of one memory always agree.
    """

    _array: Array
    _kind: Kind
    _memory: Memory
    _base: Traced | None
    _node: Node | None
    _stamp: int
    _leaf_flag: bool
    _leaf_node: weakref.ref[Node] | None
    _leaf_hooks: list[Callable[[Array], Array | None]]
    _grad: Traced | None

    @classmethod
    def _wrap(cls, value: Any, kind: Kind | None = None, memory: Memory | None = None) -> Self:
        made = cls.__new__(cls)
        made._array = np.asarray(value)
        made._kind = kind or kind_of(value)
        made._memory = memory or Memory()
        made._base = None
        made._node = None
        made._stamp = 0
        made._leaf_flag = False
        made._leaf_node = None
        made._leaf_hooks = []
        made._grad = None
        return made

    def _aside(self, memory: Memory) -> Self:
        """Give another name for the same elements, outside the graph.

        The base of a view comes along, so that places in it can still be described.
        """
        made = self._wrap(self._array, self._kind, memory)
        if self._base is not None:
            made._base = self._wrap(self._base._array, self._base._kind, memory)
        return made

    def _plain(self) -> Any:
        """Give the value as NumPy or Python would hold it, so that promotion follows their rules."""
        return self._array.item() if self._kind is Kind.PYTHON else self._array

    def _edge(self) -> Node | None:
        """Give the node of the present value; None if no derivative flows through it."""
        base = self._base
        if base is not None and self._stamp != base._stamp:
            self._derive_from(base)
        if self._node is not None or not self._leaf_flag:
            return self._node
        node = self._leaf_node() if self._leaf_node is not None else None
        if node is None:
            node = Node("AccumulateGrad", self._array.shape, self._array.dtype)
            node.hooks = self._leaf_hooks
            node.sinks.append(self._deposit)
            self._leaf_node = weakref.ref(node)
        return node

    def _derive_from(self, base: Traced) -> None:
        parent = base._edge()
        self._stamp = base._stamp
        self._node = None
        if parent is not None:
            place, strides = window_of(self._array, base._array), element_strides(base._array)

            def pull(g: Array) -> Contribution:
                return AtPlace(place, g, strides)

            self._node = Node("AsStridedBackward0", self._array.shape, self._array.dtype, (parent,), (pull,))

    def _deposit(self, g: Array) -> None:
        """Accumulate into `.grad`, in place, as torch does."""
        if self._grad is None:
            self._grad = self._wrap(g)
        else:
            self._grad._array[...] += g
            self._grad._memory.version += 1

    def _tracks(self) -> bool:
        """Tell whether operations on the present value are to be recorded."""
        return is_grad_enabled() and self._edge() is not None

    def _before(self) -> Self:
        """Give the value as it is now, so that an in-place operation may save it and not notice its own write."""
        node = self._edge()
        if node is None or has_numpy_semantics():
            return self
        made = self._wrap(self._array.copy(), self._kind)
        made._node = node
        return made

    def _check_in_place(self, whole: bool) -> None:
        owner = self if self._base is None else self._base
        if is_grad_enabled() and owner._leaf_flag and owner._node is None:
            raise RuntimeError(LEAF_IN_PLACE if owner is self and whole else "a view of " + LEAF_IN_PLACE)

    def _become(self, result: Any) -> Self:
        """Overwrite the whole array with a computed result: what `+=` and its relatives do."""
        if self._base is not None or not isinstance(result, Traced):
            self._store(..., result)
            return self
        self._check_in_place(whole=True)
        if result._array.shape != self._array.shape:
            raise ValueError(
                f"non-broadcastable output operand with shape {self._array.shape} doesn't match the broadcast shape "
                f"{result._array.shape}"
            )
        node = result._edge() if is_grad_enabled() else None
        np.copyto(self._array, result._array, casting="same_kind")
        self._memory.version += 1
        if is_grad_enabled() and (node is not None or self._node is not None):
            self._node = node
            self._stamp += 1
        return self

    def _store(self, index: Any, value: Any) -> None:
        """Do `self[index] = value`, with NumPy's rules for the value's shape and for repeated indices."""
        self._check_in_place(whole=index is ...)
        base = self if self._base is None else self._base
        source = value._edge() if isinstance(value, Traced) and is_grad_enabled() else None
        below = base._edge() if is_grad_enabled() else None
        node: Node | None = None
        if source is not None or below is not None:
            region = self._array[with_ellipsis(index)] if is_basic(index) else None
            place = window_of(region, base._array) if region is not None else points_of(self._array, base._array, index)
            shape = np.shape(value._array) if isinstance(value, Traced) else np.shape(value)
            node = Scatter(
                base._array.shape, base._array.dtype, below, source, place, element_strides(base._array), shape
            )
        self._array[index] = value._plain() if isinstance(value, Traced) else value
        self._memory.version += 1
        if node is not None:
            base._node = node
            base._stamp += 1


def kind_of(value: Any) -> Kind:
    """Classify a plain value."""
    if isinstance(value, np.generic):
        return Kind.SCALAR
    return Kind.ARRAY if isinstance(value, np.ndarray) else Kind.PYTHON


def is_basic(index: Any) -> bool:
    """Tell whether an index is NumPy's basic kind, which gives views."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None or part is Ellipsis or isinstance(part, slice | np.integer)
        or (isinstance(part, int) and not isinstance(part, bool))
        for part in parts
    )  # fmt: skip


def with_ellipsis(index: Any) -> Any:
    """Make a basic index give a view even where it selects a single element."""
    parts = index if isinstance(index, tuple) else (index,)
    return parts if any(part is Ellipsis for part in parts) else (*parts, Ellipsis)


class Kept:
    """The values that a node will need again.

    Under torch's rules a value is kept by reference and its memory watched; under NumPy's it is copied, because a
    NumPy function may overwrite whatever it likes.
    """

    __slots__ = ("_of_result", "watch")

    def __init__(self) -> None:
        self.watch = Watch()
        self._of_result = False

    def value(self, x: Any) -> Array:
        """Keep an operand."""
        self.watch.saved = True
        if not isinstance(x, Traced):
            return np.array(x)
        if has_numpy_semantics():
            return x._array.copy()
        self.watch.add(x._memory, _describe(x._array, x._edge()))
        return x._array

    def result(self, value: Any) -> Array:
        """Keep the result of the operation itself."""
        self.watch.saved = True
        if has_numpy_semantics():
            return np.array(value)
        self._of_result = True
        return np.asarray(value)

    def finish(self, made: Traced) -> Watch:
        """Watch the result too if it was kept; called once it exists."""
        if self._of_result:
            self.watch.add(made._memory, _describe(made._array, made._node))
        return self.watch


def _describe(array: Array, node: Node | None) -> str:
    origin = "" if node is None else f", which is output 0 of {node.name()},"
    return f"[{array.dtype} tensor of shape {array.shape}]{origin}"


def tracks(*operands: Any) -> bool:
    """Tell whether an operation on these operands is to be recorded."""
    return any(isinstance(x, Traced) and x._tracks() for x in operands)


def record(
    name: str, value: Any, parents: Sequence[tuple[Any, Pull]], kept: Kept | None = None, kind: Kind | None = None
) -> Any:
    """Put a freshly computed floating-point value on the tape, with a pull for every operand that may be active."""
    return _recorded(name, dense(value), parents, kept, kind)


def _recorded(
    name: str, value: Any, parents: Sequence[tuple[Any, Pull]], kept: Kept | None = None, kind: Kind | None = None
) -> Any:
    like = next(type(x) for x, _ in parents if isinstance(x, Traced))
    made = like._wrap(value, kind)
    if is_grad_enabled():
        edges = [(x._edge(), pull) for x, pull in parents if isinstance(x, Traced)]
        active = [(node, pull) for node, pull in edges if node is not None]
        if active:
            node = Node(name, made._array.shape, made._array.dtype, [n for n, _ in active], [p for _, p in active])
            made._node = node
            if kept is not None:
                node.watch = kept.finish(made)
    return made


def record_view(name: str, x: Traced, value: Any, pull: Pull) -> Any:
    """Put the result of a data movement on the tape: a view of `x` if NumPy made one, else a copy."""
    shared = isinstance(value, np.ndarray) and np.may_share_memory(value, x._array)
    made: Traced = _recorded(name, value if shared else dense(value), [(x, pull)])
    if shared:
        base = x if x._base is None else x._base
        made._memory = x._memory
        made._base = base if is_grad_enabled() else base._wrap(base._array, base._kind, x._memory)
        made._stamp = made._base._stamp
    return made


def shape_of(x: Any) -> Shape:
    """Give the shape of a traced or plain operand."""
    return x._array.shape if isinstance(x, Traced) else np.shape(x)
