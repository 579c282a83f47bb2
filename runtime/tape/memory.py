"""Places inside an array: where a view looks, and where an indexed store writes.

A base array is dense in some order of its axes, so a place is described relative to the flat run of its memory, in
elements. The same place can then be looked up in a gradient buffer laid out like the base.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

Array: TypeAlias = npt.NDArray[Any]
Shape: TypeAlias = tuple[int, ...]


def element_strides(array: Array) -> Shape:
    """Give an array's strides counted in elements."""
    return tuple(stride // array.itemsize for stride in array.strides)


def dense(value: Any) -> Any:
    """Give an array whose memory has no gaps, copying if need be; scalars pass."""
    if not isinstance(value, np.ndarray) or value.flags.forc:
        return value
    steps = sorted((s, n) for s, n in zip(element_strides(value), value.shape, strict=True) if n != 1)
    run = 1
    for stride, extent in steps:
        if stride != run:
            return value.copy(order="K")
        run *= extent
    return value


def flat(buffer: Array) -> Array:
    """View the memory of a dense array as one row, in memory order."""
    return as_strided(buffer, (buffer.size,), (buffer.itemsize,))


def with_layout(values: Array, shape: Shape, strides: Shape | None) -> Array:
    """Copy values into a fresh array of this shape whose memory order is given by strides (None: C order)."""
    memory = np.empty(int(np.prod(shape, dtype=np.int64)), values.dtype)
    fresh = memory.reshape(shape) if strides is None else _strided(memory, 0, shape, strides)
    fresh[...] = values
    return fresh


def has_layout(array: Array, strides: Shape | None) -> bool:
    """Tell whether an array already lies in memory as `with_layout` would put it."""
    if strides is None:
        return True
    mine = element_strides(array)
    return all(extent <= 1 or a == b for extent, a, b in zip(array.shape, mine, strides, strict=True))


def unbroadcast(g: Array, shape: Shape) -> Array:
    """Sum a cotangent over the axes along which an operand of the given shape was repeated."""
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    if extra < 0:  # a store may drop leading axes of extent one
        return unbroadcast(g, shape[-g.ndim :] if g.ndim else ()).reshape(shape)
    axes = (*range(extra), *(extra + k for k, n in enumerate(shape) if n == 1 and g.shape[extra + k] != 1))
    return np.asarray(g.sum(axis=axes)).reshape(shape)


def _strided(memory: Array, offset: int, shape: Shape, strides: Shape) -> Array:
    return as_strided(memory[offset:], shape, tuple(stride * memory.itemsize for stride in strides))


@dataclass(frozen=True)
class Window:
    """A strided view of a dense base: its first element, extents and strides, in elements."""

    offset: int
    shape: Shape
    strides: Shape
    overlapping: bool

    def of(self, buffer: Array) -> Array:
        """View what the window shows of a buffer laid out like the base."""
        if 0 in self.shape:
            return np.empty(self.shape, buffer.dtype)
        return _strided(flat(buffer), self.offset, self.shape, self.strides)

    def read(self, buffer: Array) -> Array:
        """Copy what the window shows of a buffer laid out like the base."""
        return self.of(buffer).copy()

    def zero(self, buffer: Array) -> None:
        """Set what the window shows to zero."""
        self.of(buffer)[...] = 0

    def add(self, buffer: Array, g: Array) -> None:
        """Add into the window; an element that it shows several times takes every contribution."""
        if self.overlapping:
            np.add.at(flat(buffer), self.points(buffer).ids, g)
        else:
            self.of(buffer)[...] += g

    def points(self, buffer: Array) -> Points:
        """Give the positions in flat memory that the window shows."""
        return Points(self.of(np.arange(buffer.size)))

    def winners(self, values: Array) -> Array:
        """Keep all written values: no element is written twice."""
        return values


@dataclass(frozen=True)
class Points:
    """Any selection of elements of a dense base, by position in its flat memory; repeats allowed."""

    ids: Array

    def read(self, buffer: Array) -> Array:
        """Copy the selected elements of a buffer laid out like the base."""
        return np.asarray(flat(buffer)[self.ids])

    def zero(self, buffer: Array) -> None:
        """Set the selected elements to zero."""
        flat(buffer)[self.ids] = 0

    def add(self, buffer: Array, g: Array) -> None:
        """Add at the selected elements, once for each repeat."""
        np.add.at(flat(buffer), self.ids, g)

    def winners(self, values: Array) -> Array:
        """Zero the values whose element is written again later in the same store."""
        if self.ids.size == 0:
            return values
        turn = np.arange(self.ids.size).reshape(self.ids.shape)
        last = np.zeros(int(self.ids.max()) + 1, np.int64)
        last[self.ids] = turn
        return np.where(last[self.ids] == turn, values, 0)


Place: TypeAlias = Window | Points


def window_of(view: Array, base: Array) -> Window:
    """Describe a NumPy view relative to the dense array that owns its memory."""
    distance = view.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    # NumPy marks the views that may show an element twice (broadcasts, sliding windows) as read-only
    return Window(distance // base.itemsize, view.shape, element_strides(view), not view.flags.writeable)


def points_of(view: Array, base: Array, index: Any) -> Points:
    """Describe what an index array selects of a view, relative to the base."""
    positions = np.zeros(view.shape, np.int64) if view.size == 0 else window_of(view, base).points(base).ids
    return Points(np.asarray(positions[index]))
