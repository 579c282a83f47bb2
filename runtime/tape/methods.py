"""The methods of a tensor that are NumPy functions under another spelling."""

from __future__ import annotations

from typing import Any, Self

import numpy

from .ops import elementwise, movement
from .ops.reductions import Axis
from .ops.tables import ROWS
from .traced import Kind, Traced

np: Any = numpy  # NumPy's stubs do not know arguments that answer through NEP 18


def _either(axis: Any, dim: Any) -> Any:
    """Take NumPy's `axis` or torch's `dim`."""
    return axis if dim is None else dim


class Methods(Traced):
    """NumPy's array methods, and those of torch that mean the same."""

    def sum(
        self, axis: Axis = None, keepdims: bool = False, *, dim: Axis = None, dtype: Any = None, **options: Any
    ) -> Any:
        """Sum over all elements or along axes."""
        return np.sum(self, axis=_either(axis, dim), keepdims=keepdims, dtype=dtype, **options)

    def mean(self, axis: Axis = None, keepdims: bool = False, *, dim: Axis = None, **options: Any) -> Any:
        """Mean over all elements or along axes."""
        return np.mean(self, axis=_either(axis, dim), keepdims=keepdims, **options)

    def prod(self, axis: Axis = None, keepdims: bool = False, *, dim: Axis = None, **options: Any) -> Any:
        """Product over all elements or along axes."""
        return np.prod(self, axis=_either(axis, dim), keepdims=keepdims, **options)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Any:
        """Largest element, or the largest along axes (values only, as in NumPy)."""
        return np.max(self, axis=axis, keepdims=keepdims)

    def min(self, axis: Axis = None, keepdims: bool = False) -> Any:
        """Smallest element, or the smallest along axes (values only, as in NumPy)."""
        return np.min(self, axis=axis, keepdims=keepdims)

    def std(self, axis: Axis = None, ddof: float = 0, keepdims: bool = False, **options: Any) -> Any:
        """Standard deviation with NumPy's `ddof=0`."""
        return np.std(self, axis=axis, ddof=ddof, keepdims=keepdims, **options)

    def var(self, axis: Axis = None, ddof: float = 0, keepdims: bool = False, **options: Any) -> Any:
        """Variance with NumPy's `ddof=0`."""
        return np.var(self, axis=axis, ddof=ddof, keepdims=keepdims, **options)

    def norm(self, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Any:
        """Euclidean norm of all elements, as torch's; with an order or axis, numpy.linalg.norm."""
        if ord is None and axis is None and self._array.ndim != 1:
            return np.linalg.norm(np.ravel(self))
        return np.linalg.norm(self, ord, axis, keepdims)

    def cumsum(self, axis: int | None = None, *, dim: int | None = None) -> Any:
        """Running sum."""
        return np.cumsum(self, axis=_either(axis, dim))

    def cumprod(self, axis: int | None = None, *, dim: int | None = None) -> Any:
        """Running product."""
        return np.cumprod(self, axis=_either(axis, dim))

    def argmax(self, axis: int | None = None) -> Any:
        """Position of the largest element."""
        return np.argmax(self, axis=axis)

    def argmin(self, axis: int | None = None) -> Any:
        """Position of the smallest element."""
        return np.argmin(self, axis=axis)

    def argsort(self, axis: int = -1) -> Any:
        """Sorting permutation."""
        return np.argsort(self, axis=axis)

    def any(self, axis: Axis = None) -> Any:
        """Whether any element is true."""
        return np.any(self, axis=axis)

    def all(self, axis: Axis = None) -> Any:
        """Whether all elements are true."""
        return np.all(self, axis=axis)

    def nonzero(self) -> Any:
        """Indices of the elements that are not zero."""
        return np.nonzero(self)

    def dot(self, other: Any) -> Any:
        """numpy.dot."""
        return np.dot(self, other)

    def matmul(self, other: Any) -> Any:
        """Matrix product."""
        return np.matmul(self, other)

    mm = matmul

    def pow(self, exponent: Any) -> Any:
        """Elementwise power."""
        return np.power(self, exponent)

    def exp(self) -> Any:
        """Elementwise exponential."""
        return np.exp(self)

    def log(self) -> Any:
        """Elementwise natural logarithm."""
        return np.log(self)

    def sin(self) -> Any:
        """Elementwise sine."""
        return np.sin(self)

    def cos(self) -> Any:
        """Elementwise cosine."""
        return np.cos(self)

    def tanh(self) -> Any:
        """Elementwise hyperbolic tangent."""
        return np.tanh(self)

    def sqrt(self) -> Any:
        """Elementwise square root."""
        return np.sqrt(self)

    def abs(self) -> Any:
        """Elementwise absolute value."""
        return np.absolute(self)

    def square(self) -> Any:
        """Elementwise square."""
        return np.square(self)

    def clip(self, min: Any = None, max: Any = None) -> Any:
        """Limit the values; derivative 1 at a bound."""
        return np.clip(self, min, max)

    clamp = clip

    def round(self, decimals: int = 0) -> Any:
        """Round; the derivative is zero."""
        return np.round(self, decimals)

    def t(self) -> Any:
        """Transpose of a matrix; vectors and scalars stay."""
        if self._array.ndim > 2:
            raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {self._array.ndim}D")
        return np.transpose(self)

    @property
    def real(self) -> Any:
        """Real part; of a complex tensor a copy, which cannot be stored into."""
        return self._part("real")

    @property
    def imag(self) -> Any:
        """Imaginary part, a copy, which cannot be stored into."""
        return self._part("imag")

    def _part(self, name: str) -> Any:
        if name == "real" and self._array.dtype.kind != "c":
            return self
        python = self._kind is Kind.PYTHON
        take = (lambda x: getattr(x, name)) if python else (lambda x: np.array(getattr(x, name)))
        made = elementwise.apply(ROWS[name], take, [self], self._kind)
        made._array.flags.writeable = False
        return made

    def conj(self) -> Any:
        """Elementwise complex conjugate."""
        return elementwise.apply(ROWS["conjugate"], np.conjugate, [self], self._kind)

    conjugate = conj

    @property
    def T(self) -> Any:
        """View with all axes reversed."""
        return np.transpose(self)

    @property
    def mT(self) -> Any:
        """View with the last two axes swapped."""
        return np.swapaxes(self, -1, -2)

    def transpose(self, *axes: Any) -> Any:
        """View with the axes in the given order, as in NumPy (torch's swaps two: use `swapaxes`)."""
        order = axes[0] if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], tuple | list)) else axes or None
        return np.transpose(self, order)

    permute = transpose

    def swapaxes(self, axis1: int, axis2: int) -> Any:
        """View with two axes swapped."""
        return np.swapaxes(self, axis1, axis2)

    def reshape(self, *shape: Any, order: Any = "C") -> Any:
        """Same elements in another shape; a view where NumPy gives one."""
        target = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        return np.reshape(self, target, order=order)

    view = reshape

    def ravel(self, order: Any = "C") -> Any:
        """One axis; a view where NumPy gives one."""
        return np.ravel(self, order=order)

    def flatten(self, order: Any = "C") -> Any:
        """One axis; always a copy, as in NumPy."""
        return np.ravel(movement.clone(self, "K"), order=order)

    def squeeze(self, axis: Axis = None) -> Any:
        """Drop axes of extent one."""
        return np.squeeze(self, axis=axis)

    def repeat(self, repeats: Any, axis: int | None = None) -> Any:
        """Repeat elements, as in NumPy."""
        return np.repeat(self, repeats, axis=axis)

    def take(self, indices: Any, axis: int | None = None) -> Any:
        """Elements at indices."""
        return np.take(self, indices, axis=axis)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
        """Diagonals."""
        return np.diagonal(self, offset, axis1, axis2)

    def trace(self, offset: int = 0) -> Any:
        """Sum of the diagonal."""
        return np.trace(self, offset)

    def copy(self, order: Any = "C") -> Any:
        """Independent copy through which the derivative flows."""
        return movement.clone(self, order)

    def clone(self) -> Any:
        """Independent copy through which the derivative flows."""
        return movement.clone(self, "K")

    def __copy__(self) -> Any:
        return movement.clone(self, "K")

    def __deepcopy__(self, memo: Any) -> Any:
        return movement.clone(self, "K")

    def astype(self, dtype: Any, order: Any = "K", copy: bool = True) -> Any:
        """Convert; the gradient is converted back."""
        return movement.astype(self, dtype, order, copy)

    to = astype

    def float(self) -> Any:
        """Convert to float32."""
        return movement.astype(self, np.float32)

    def double(self) -> Any:
        """Convert to float64."""
        return movement.astype(self, np.float64)

    def sort(self, axis: int = -1) -> None:
        """Sort in place, as in NumPy."""
        self._become(np.sort(self, axis=axis))

    def fill(self, value: Any) -> None:
        """Overwrite every element."""
        self._store(..., value)

    def fill_(self, value: Any) -> Self:
        """Overwrite every element; returns the tensor."""
        self._store(..., value)
        return self

    def zero_(self) -> Self:
        """Set every element to zero; returns the tensor."""
        return self.fill_(0.0)

    def copy_(self, source: Any) -> Self:
        """Overwrite with a broadcast source; returns the tensor."""
        self._store(..., source)
        return self

    def add_(self, other: Any, *, alpha: Any = 1) -> Self:
        """Add in place; returns the tensor."""
        return self._become(np.add(self._before(), other if alpha == 1 else other * alpha))

    def sub_(self, other: Any, *, alpha: Any = 1) -> Self:
        """Subtract in place; returns the tensor."""
        return self._become(np.subtract(self._before(), other if alpha == 1 else other * alpha))

    def mul_(self, other: Any) -> Self:
        """Multiply in place; returns the tensor."""
        return self._become(np.multiply(self._before(), other))

    def div_(self, other: Any) -> Self:
        """Divide in place; returns the tensor."""
        return self._become(np.divide(self._before(), other))
