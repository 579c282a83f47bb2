"""The recorded graph, and the one loop that walks it backwards.

A node stands for one operation with one result. It knows the nodes of the operands that carry a derivative, and for
each of them a *pull*: a function from the cotangent of the result to a contribution for the operand.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from .memory import Array, Place, Shape, has_layout, unbroadcast, with_layout

SECOND_BACKWARD = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)
_order = itertools.count(1)


class Sparse(Protocol):
    """A contribution that touches only part of the operand."""

    @property
    def strides(self) -> Shape | None:
        """Memory layout the buffer must have, in elements; None if any will do."""

    def add_to(self, buffer: Array) -> None:
        """Add the contribution in place."""


@dataclass(frozen=True)
class AtIndex:
    """A cotangent for the elements that a NumPy index selects."""

    index: Any
    g: Array
    basic: bool
    strides: Shape | None = None

    def add_to(self, buffer: Array) -> None:
        """Add the cotangent where the index points, once for each repeat."""
        if self.basic:
            buffer[self.index] += self.g
        else:
            np.add.at(buffer, self.index, self.g)


@dataclass(frozen=True)
class AtPlace:
    """A cotangent for a place in the memory of a base array."""

    place: Place
    g: Array
    strides: Shape | None

    def add_to(self, buffer: Array) -> None:
        """Add the cotangent at the place."""
        self.place.add(buffer, self.g)


class Slot:
    """The cotangent of one node while it is being summed up.

    `owned` tells whether the array was made here and may be changed in place; that is what keeps a loop of element
    reads and stores linear in its length.
    """

    __slots__ = ("dtype", "owned", "shape", "value")

    def __init__(self, shape: Shape, dtype: Any) -> None:
        self.shape = shape
        self.dtype = dtype
        self.value: Array | None = None
        self.owned = False

    def add(self, part: Contribution) -> None:
        """Add one contribution: a whole array, a sparse one, or a slot that is handed over."""
        if isinstance(part, Slot):
            if self.value is None:
                self.value, self.owned = part.value, part.owned
            else:
                self.add(part.total())
        elif isinstance(part, np.ndarray | np.generic | float | complex):
            self._add_dense(np.asarray(part))
        else:
            part.add_to(self.own(part.strides))

    def _add_dense(self, part: Array) -> None:
        if part.dtype.kind == "c" and np.dtype(self.dtype).kind != "c":
            part = part.real  # what is real has no imaginary direction
        part = unbroadcast(part, self.shape).astype(self.dtype, copy=False)
        if self.value is None:
            self.value, self.owned = part, False
        elif self.owned:
            self.value += part
        else:
            self.value, self.owned = np.asarray(self.value + part), True

    def total(self) -> Array:
        """Give the sum so far; it may be shared, so copy before changing it."""
        return np.zeros(self.shape, self.dtype) if self.value is None else self.value

    def own(self, strides: Shape | None = None) -> Array:
        """Give the sum as an array that may be changed in place, laid out as asked."""
        if self.value is None or not self.owned or not has_layout(self.value, strides):
            self.value, self.owned = with_layout(self.total(), self.shape, strides), True
        return self.value


Contribution: TypeAlias = Array | Sparse | Slot
Pull: TypeAlias = Callable[[Array], Contribution]
Hook: TypeAlias = Callable[[Array], Array | None]


class Versioned(Protocol):
    """Memory that counts how often it was overwritten."""

    version: int


class Watch:
    """The saved values of a node: which memory they are in, and at which version they were saved."""

    __slots__ = ("entries", "saved")

    def __init__(self) -> None:
        self.entries: list[tuple[Versioned, int, str]] = []
        self.saved = False

    def add(self, memory: Versioned, what: str) -> None:
        """Note that a value was saved from this memory as it is now."""
        self.entries.append((memory, memory.version, what))

    def check(self) -> None:
        """Raise torch's RuntimeError if saved memory was overwritten since."""
        for memory, version, what in self.entries:
            if memory.version != version:
                raise RuntimeError(
                    "one of the variables needed for gradient computation has been modified by an inplace operation: "
                    f"{what} is at version {memory.version}; expected version {version} instead."
                )


class Node:
    """One recorded operation. Prints as torch's grad_fn does: `<AddBackward0 object at 0x...>`."""

    __slots__ = (
        "__weakref__",
        "_name",
        "dtype",
        "freed",
        "hooks",
        "inputs",
        "order",
        "pulls",
        "shape",
        "sinks",
        "watch",
    )

    def __init__(
        self,
        name: str,
        shape: Shape,
        dtype: Any,
        inputs: Sequence[Node | None] = (),
        pulls: Sequence[Pull] = (),
        watch: Watch | None = None,
    ) -> None:
        self._name = name
        self.shape = shape
        self.dtype = dtype
        self.inputs = tuple(inputs)
        self.pulls = tuple(pulls)
        self.watch = watch
        self.freed = False
        self.hooks: list[Hook] = []
        self.sinks: list[Callable[[Array], None]] = []
        self.order = next(_order)

    def name(self) -> str:
        """Give torch's name of the operation."""
        return self._name

    @property
    def next_functions(self) -> tuple[tuple[Node | None, int], ...]:
        """The nodes of the operands, as torch lists them."""
        return tuple((node, 0) for node in self.inputs)

    def __repr__(self) -> str:
        return f"<{self._name} object at {id(self):#018x}>"

    def propagate(self, slot: Slot, wanted: Collection[Node]) -> Iterator[tuple[Node, Contribution]]:
        """Yield a contribution for every operand that is wanted."""
        if self.freed:
            raise RuntimeError(SECOND_BACKWARD)
        if self.watch is not None:
            self.watch.check()
        g = slot.total()
        for node, pull in zip(self.inputs, self.pulls, strict=True):
            if node is not None and node in wanted:
                yield node, pull(g)

    def release(self) -> None:
        """Drop the saved values, if there are any; a node without them can be walked again, as in torch."""
        if self.watch is not None and self.watch.saved:
            self.freed, self.pulls, self.watch = True, (), None


class Scatter(Node):
    """A store into part of a base array: the base takes what was not overwritten, the value takes the rest."""

    __slots__ = ("place", "strides", "value_shape")

    def __init__(
        self,
        shape: Shape,
        dtype: Any,
        base: Node | None,
        value: Node | None,
        place: Place,
        strides: Shape,
        value_shape: Shape,
    ) -> None:
        super().__init__("CopySlices", shape, dtype, (base, value))
        self.place = place
        self.strides = strides
        self.value_shape = value_shape

    def propagate(self, slot: Slot, wanted: Collection[Node]) -> Iterator[tuple[Node, Contribution]]:
        """Yield the stored region's cotangent for the value, then the rest for the base."""
        base, value = self.inputs
        buffer = slot.own(self.strides)
        if value is not None and value in wanted:
            region = self.place.winners(self.place.read(buffer))
            yield value, unbroadcast(region, self.value_shape)
        if base is not None and base in wanted:
            self.place.zero(buffer)
            yield base, slot


def differentiate(
    roots: Sequence[tuple[Node, Array]], targets: Sequence[Node] | None, retain_graph: bool
) -> dict[Node, Array]:
    """Walk the graph backwards from the roots.

    With `targets`, returns the cotangents of those nodes and leaves every `.grad` alone; without, feeds the sinks of
    the nodes passed (the `.grad` of leaves and of tensors that retain it). Raises RuntimeError when saved values were
    freed or overwritten.
    """
    nodes = _reachable([node for node, _ in roots])
    wanted = set(nodes) if targets is None else _leading_to(nodes, set(targets))
    slots: dict[Node, Slot] = {}
    for node, g in roots:
        slots.setdefault(node, Slot(node.shape, node.dtype)).add(g)
    found: dict[Node, Array] = {}
    with np.errstate(all="ignore"):
        for node in nodes:
            slot = slots.pop(node, None)
            if slot is None or node not in wanted:
                continue
            _run_hooks(node, slot)
            if targets is None:
                for sink in node.sinks:
                    sink(slot.total().copy())
            elif node in targets:
                found[node] = slot.total().copy()
            if any(parent is not None and parent in wanted for parent in node.inputs):
                for parent, part in node.propagate(slot, wanted):
                    slots.setdefault(parent, Slot(parent.shape, parent.dtype)).add(part)
                if not retain_graph:
                    node.release()
    return found


def _run_hooks(node: Node, slot: Slot) -> None:
    for hook in tuple(node.hooks):
        replacement = hook(slot.total().copy())
        if replacement is not None:
            slot.value, slot.owned = replacement, False


def _reachable(roots: Sequence[Node]) -> list[Node]:
    """List every node below the roots, latest first: an operand is always older than its result."""
    seen = set(roots)
    todo = list(roots)
    while todo:
        for parent in todo.pop().inputs:
            if parent is not None and parent not in seen:
                seen.add(parent)
                todo.append(parent)
    return sorted(seen, key=lambda node: -node.order)


def _leading_to(nodes: Sequence[Node], targets: set[Node]) -> set[Node]:
    """Keep the nodes through which a target can be reached, so that nothing above a target is walked or freed."""
    wanted: set[Node] = set()
    for node in reversed(nodes):
        if node in targets or any(parent in wanted for parent in node.inputs):
            wanted.add(node)
    return wanted
