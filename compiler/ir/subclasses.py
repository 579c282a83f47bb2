"""Classes derived from those of arrays and numbers: which of them compute as these do.

Compiled code computes with the numbers.  A matrix whose `*` is a product of matrices, an array that leaves out masked
elements, or a number that carries a unit has operators of its own, so its numbers are not all that there is to it.
"""

from __future__ import annotations

from enum import Enum

import numpy as np

# What has no part in results: how an instance is made, kept, shown and pickled.
_APART = frozenset((
    "__module__", "__doc__", "__dict__", "__slots__", "__weakref__", "__new__", "__init__", "__init_subclass__",
    "__class_getitem__", "__array_finalize__", "__array_priority__", "__repr__", "__str__", "__format__", "__hash__",
    "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__copy__", "__deepcopy__", "__del__", "__dir__",
    "__setattr__", "__delattr__", "__annotations__", "__firstlineno__", "__static_attributes__", "__parameters__",
    "__orig_bases__", "__getnewargs__",
))  # fmt: skip


_BASES: tuple[type, ...] = (np.ndarray, float, int, complex)


def own_meaning(cls: type) -> str:
    """What an array or number of this class does in a way of its own, the name of a method or attribute; else "".

    Of a class of NumPy's numbers or of an enum it is always "".
    """
    if cls in _BASES or cls is np.memmap or issubclass(cls, np.generic | Enum | bool):
        return ""
    base = next((b for b in _BASES if issubclass(cls, b)), None)
    if base is None:
        return ""
    above = cls.__mro__[: cls.__mro__.index(base)]
    names = [name for c in above if c is not np.memmap for name in vars(c)]  # its items are those of the array
    return min((n for n in names if hasattr(base, n) and n not in _APART), default="")
