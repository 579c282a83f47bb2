"""The tensor: a recorded array with torch's words for the graph and NumPy's for everything else."""

from __future__ import annotations

import operator
import weakref
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self, cast

import numpy as np

from .crossing import plain, wrap
from .formatting import tensor_text
from .gathering import gathered
from .graph import Node, differentiate
from .indexing import getitem, normal_index
from .memory import Array, Shape
from .methods import Methods
from .modes import has_numpy_semantics
from .ops import elementwise
from .ops.tables import ROWS
from .protocols import array_function, array_ufunc
from .traced import Kind, Memory

DROPS_GRAD = (
    "float() of a tensor that requires grad would silently drop its derivative; use the functions of tape.math (or "
    "tape.trace), or say so with .item() or .detach()"
)


class RemovableHandle:
    """Returned by `register_hook`; `remove()` takes the hook away again."""

    def __init__(self, hooks: list[Callable[[Array], Array | None]], hook: Callable[[Array], Array | None]) -> None:
        self._hooks = hooks
        self._hook = hook

    def remove(self) -> None:
        """Take the hook away; doing so twice is harmless."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)


class Tensor(Methods):
    """An array whose operations are recorded; made by `tensor(...)` and by operations on tensors.

    Shapes, dtypes, broadcasting, methods and their arguments follow NumPy (`std` has `ddof=0`, `transpose` takes all
    axes); the graph, gradients and errors follow torch. Where the two differ in spelling, both work (`axis`, `dim`).
    """

    __hash__ = object.__hash__
    __array_priority__ = 1000.0

    # --- the graph ---------------------------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        """Whether a derivative flows to or through this tensor. May be set on leaves of floating-point dtype."""
        return self._edge() is not None

    @requires_grad.setter
    def requires_grad(self, flag: bool) -> None:
        if flag and self._array.dtype.kind not in "fc":
            raise RuntimeError("Only Tensors of floating point dtype can require gradients")
        if not self.is_leaf:
            if not flag:
                raise RuntimeError(
                    "you can only change requires_grad flags of leaf variables. If you want to use a computed variable "
                    "in a subgraph that doesn't require differentiation use var_no_grad = var.detach()."
                )
            return
        self._leaf_flag = bool(flag)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set `requires_grad` and return the tensor."""
        self.requires_grad = requires_grad
        return self

    @property
    def grad_fn(self) -> Node | None:
        """The operation that made this tensor; None for leaves."""
        return None if self.is_leaf else self._edge()

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made this tensor."""
        self._edge()
        return self._node is None

    @property
    def grad(self) -> Tensor | None:
        """The accumulated gradient; None before the first backward pass. May be set (to None, for example)."""
        return cast("Tensor | None", self._grad)

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if value is not None and value.shape != self.shape:
            raise RuntimeError(
                f"assigned grad has data of a different size: {list(value.shape)}, not {list(self.shape)}"
            )
        self._grad = value

    def backward(self, gradient: Any = None, retain_graph: bool | None = None) -> None:
        """Accumulate the gradient of this tensor into the `.grad` of the leaves it depends on.

        `gradient` is the head gradient, shaped like the tensor; a single element needs none. Raises RuntimeError with
        torch's sentences: no grad_fn, no head gradient, mismatched shape, second pass without `retain_graph`, saved
        value overwritten.
        """
        differentiate([root_of(self, gradient, 0)], None, bool(retain_graph))

    def retain_grad(self) -> None:
        """Have the next backward passes accumulate into this non-leaf tensor's `.grad` too."""
        if not self.requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if self.is_leaf or self._node is None:
            return
        me = weakref.ref(self)

        def sink(g: Array) -> None:
            tensor = me()
            if tensor is not None:
                tensor._deposit(g)

        self._node.sinks.append(sink)

    def register_hook(self, hook: Callable[[Tensor], Any]) -> RemovableHandle:
        """Call `hook(grad)` once this tensor's gradient is known; what it returns, if anything, replaces it."""
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        cls = type(self)

        def on_array(g: Array) -> Array | None:
            answer = hook(cls._wrap(g))
            return None if answer is None else np.asarray(plain(answer), dtype=g.dtype)

        hooks = self._leaf_hooks if self._node is None else self._node.hooks
        hooks.append(on_array)
        return RemovableHandle(hooks, on_array)

    def detach(self) -> Self:
        """Give a tensor on the same memory through which no derivative flows."""
        return self._aside(self._memory)

    @property
    def data(self) -> Self:
        """The values on the same memory, outside the graph and outside the version counter; may be set."""
        return self._aside(Memory())

    @data.setter
    def data(self, value: Any) -> None:
        self._array = np.array(plain(value))

    @property
    def _version(self) -> int:
        """How often the memory was overwritten."""
        return self._memory.version

    # --- values ------------------------------------------------------------------------------------------------------

    def numpy(self) -> Array:
        """Give the NumPy array on the same memory. Raises RuntimeError if the tensor requires grad."""
        if self.requires_grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        return self._array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def item(self, *position: int) -> Any:
        """Give the single element, or the one at a position, as a Python number; under `trace` it stays on the tape."""
        if position:
            return (np.ravel(self)[position[0]] if len(position) == 1 else self[position]).item()
        if self._array.size != 1:
            raise RuntimeError(f"a Tensor with {self._array.size} elements cannot be converted to Scalar")
        if has_numpy_semantics() and self.requires_grad:
            return elementwise.apply(ROWS["positive"], float, [np.reshape(self, ())], Kind.PYTHON)
        return self._array.item()

    def tolist(self) -> Any:
        """Give nested lists of Python numbers; under `trace` they stay on the tape."""
        if has_numpy_semantics() and self.requires_grad:
            return [part.tolist() for part in self] if self.ndim else self.item()
        return self._array.tolist()

    def __float__(self) -> float:
        if self._tracks():
            raise TypeError(DROPS_GRAD)
        return float(self._single())

    def __int__(self) -> int:
        return int(self._single())

    def __index__(self) -> int:
        if self._array.dtype.kind not in "iu":
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self._single())

    def __bool__(self) -> bool:
        if self._array.size > 1:
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        return bool(self._array.any())

    def __round__(self, digits: int | None = None) -> Any:
        return round(self._single()) if digits is None else wrap(type(self), np.round(self._array, digits)[()])

    def _single(self) -> Any:
        if self._array.size != 1:
            raise RuntimeError(f"a Tensor with {self._array.size} elements cannot be converted to Scalar")
        return self._array.item()

    def __len__(self) -> int:
        if not self._array.ndim:
            raise TypeError("len() of a 0-d tensor")
        return len(self._array)

    def __iter__(self) -> Iterator[Tensor]:
        if not self._array.ndim:
            raise TypeError("iteration over a 0-d tensor")
        return (self[k] for k in range(len(self._array)))

    def __contains__(self, element: Any) -> bool:
        return bool(np.any(self._array == plain(element)))

    def __repr__(self) -> str:
        notes = []
        if self.grad_fn is not None:
            notes = [f"grad_fn=<{self.grad_fn.name()}>"]
        elif self.requires_grad:
            notes = ["requires_grad=True"]
        return tensor_text(self._array, notes)

    def __format__(self, spec: str) -> str:
        return format(str(self) if self._array.ndim else self._array.item(), spec)

    @property
    def shape(self) -> Shape:
        """Extents."""
        return self._array.shape

    @property
    def size(self) -> int:
        """Number of elements, as in NumPy; torch's `numel()`."""
        return self._array.size

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self._array.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy dtype."""
        return self._array.dtype

    def numel(self) -> int:
        """Number of elements."""
        return self._array.size

    def dim(self) -> int:
        """Number of axes."""
        return self._array.ndim

    # --- protocols, operators ----------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        return array_ufunc(type(self), ufunc, method, inputs, options)

    def __array_function__(
        self, function: Callable[..., Any], types: Sequence[type], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> Any:
        return array_function(type(self), function, args, dict(kwargs))

    def __getitem__(self, index: Any) -> Any:
        return getitem(self, normal_index(index))

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(value, list | tuple):
            value = gathered(Tensor, value)
        self._store(normal_index(index), value)

    def _operate(self, name: str, python: Callable[..., Any], *operands: Any) -> Any:
        """Do an operator: Python's own on Python numbers, NumPy's ufunc on everything else."""
        if any(x is None or isinstance(x, str) for x in operands):
            return NotImplemented
        if all(x._kind is Kind.PYTHON if isinstance(x, Tensor) else isinstance(x, int | float | complex)
               for x in operands):
            return elementwise.apply(ROWS[name], python, operands, Kind.PYTHON)
        return getattr(np, name)(*operands)

    def _update(self, result: Any) -> Any:
        """Finish an augmented assignment: in place for arrays; a NumPy or Python scalar is rebound instead."""
        if result is NotImplemented or (has_numpy_semantics() and self._kind is not Kind.ARRAY):
            return result
        return self._become(result)

    def __add__(self, other: Any) -> Any:
        return self._operate("add", operator.add, self, other)

    def __radd__(self, other: Any) -> Any:
        return self._operate("add", operator.add, other, self)

    def __iadd__(self, other: Any) -> Any:
        return self._update(self._before() + other)

    def __sub__(self, other: Any) -> Any:
        return self._operate("subtract", operator.sub, self, other)

    def __rsub__(self, other: Any) -> Any:
        return self._operate("subtract", operator.sub, other, self)

    def __isub__(self, other: Any) -> Any:
        return self._update(self._before() - other)

    def __mul__(self, other: Any) -> Any:
        return self._operate("multiply", operator.mul, self, other)

    def __rmul__(self, other: Any) -> Any:
        return self._operate("multiply", operator.mul, other, self)

    def __imul__(self, other: Any) -> Any:
        return self._update(self._before() * other)

    def __truediv__(self, other: Any) -> Any:
        return self._operate("divide", operator.truediv, self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._operate("divide", operator.truediv, other, self)

    def __itruediv__(self, other: Any) -> Any:
        return self._update(self._before() / other)

    def __pow__(self, other: Any) -> Any:
        return self._operate("power", operator.pow, self, other)

    def __rpow__(self, other: Any) -> Any:
        return self._operate("power", operator.pow, other, self)

    def __ipow__(self, other: Any) -> Any:
        return self._update(self._before() ** other)

    def __floordiv__(self, other: Any) -> Any:
        return self._operate("floor_divide", operator.floordiv, self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._operate("floor_divide", operator.floordiv, other, self)

    def __ifloordiv__(self, other: Any) -> Any:
        return self._update(self._before() // other)

    def __mod__(self, other: Any) -> Any:
        return self._operate("remainder", operator.mod, self, other)

    def __rmod__(self, other: Any) -> Any:
        return self._operate("remainder", operator.mod, other, self)

    def __imod__(self, other: Any) -> Any:
        return self._update(self._before() % other)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __matmul__(self, other: Any) -> Any:
        return np.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return np.matmul(other, self)

    def __imatmul__(self, other: Any) -> Any:
        return self._update(np.matmul(self._before(), other))

    def __neg__(self) -> Any:
        return self._operate("negative", operator.neg, self)

    def __pos__(self) -> Any:
        return self._operate("positive", operator.pos, self)

    def __abs__(self) -> Any:
        return self._operate("absolute", operator.abs, self)

    def __eq__(self, other: object) -> Any:
        return _compare(np.equal, self, other)

    def __ne__(self, other: object) -> Any:
        return _compare(np.not_equal, self, other)

    def __lt__(self, other: Any) -> Any:
        return _compare(np.less, self, other)

    def __le__(self, other: Any) -> Any:
        return _compare(np.less_equal, self, other)

    def __gt__(self, other: Any) -> Any:
        return _compare(np.greater, self, other)

    def __ge__(self, other: Any) -> Any:
        return _compare(np.greater_equal, self, other)

    def __and__(self, other: Any) -> Any:
        return np.bitwise_and(self, other)

    def __rand__(self, other: Any) -> Any:
        return np.bitwise_and(other, self)

    def __or__(self, other: Any) -> Any:
        return np.bitwise_or(self, other)

    def __ror__(self, other: Any) -> Any:
        return np.bitwise_or(other, self)

    def __xor__(self, other: Any) -> Any:
        return np.bitwise_xor(self, other)

    def __rxor__(self, other: Any) -> Any:
        return np.bitwise_xor(other, self)

    def __invert__(self) -> Any:
        return np.invert(self)


def _compare(ufunc: np.ufunc, x: Tensor, other: Any) -> Any:
    return NotImplemented if other is None or isinstance(other, str) else ufunc(x, other)


def root_of(output: Tensor, gradient: Any, position: int) -> tuple[Node, Array]:
    """Pair an output's node with its head gradient, 1 for a single element.

    Raises RuntimeError if the output carries no derivative, needs a head gradient, or has one of another shape.
    """
    node = output._edge()
    if node is None:
        raise RuntimeError(f"element {position} of tensors does not require grad and does not have a grad_fn")
    if gradient is None:
        if output._array.size != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        return node, np.ones_like(output._array)
    head = np.array(plain(gradient), dtype=output._array.dtype)
    if head.shape != output._array.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[{position}] has a shape of {head.shape} and output[{position}] has a "
            f"shape of {output._array.shape}."
        )
    return node, head
