"""Which classes are records.

A class is *plain* when attributes are looked up and stored in the ordinary way: no metaclass of its own, no
`__getattr__`, nothing builtin among its bases except `object` and, for named tuples, `tuple`. Classes of the standard
library and of NumPy are values of their own kind, and so are those that can be made into an array.
"""

from __future__ import annotations

import dataclasses
import gc
import sys
from abc import ABCMeta
from typing import Any

import numpy as np

from .nodes import Apply


class PythonNumber:
    """What a number is an instance of whose type is Python's, wherever it may have come from."""


HOOKS = ("__getattr__", "__getattribute__", "__setattr__", "__delattr__", "__new__", "__init_subclass__")


def is_named_tuple(cls: type) -> bool:
    """Whether a class was made by `typing.NamedTuple` or `collections.namedtuple`, or only adds methods to one."""
    if not issubclass(cls, tuple) or not isinstance(getattr(cls, "_fields", None), tuple):
        return False
    maker = next((b for b in cls.__mro__ if "_fields" in vars(b)), cls)
    changed = ("__new__", "__init__", "__getitem__", "__iter__", "__len__", "__getattribute__", "__getattr__")
    above = cls.__mro__[: cls.__mro__.index(maker)]
    return maker.__bases__ == (tuple,) and not any(n in vars(b) for b in above for n in changed)


def is_plain(cls: type) -> bool:
    """Whether instances of a class are records."""
    if is_named_tuple(cls):
        return True
    if type(cls) not in (type, ABCMeta) or cls in (type, object) or hasattr(cls, "__array__"):
        return False
    if cls.__module__.partition(".")[0] in {*sys.stdlib_module_names, "numpy", "scipy"} - {"__main__"}:
        return False
    for base in cls.__mro__[:-1]:
        if base.__module__ in ("abc", "typing") and base.__name__ in ("ABC", "Generic", "Protocol"):
            continue
        frozen = dataclasses.is_dataclass(base) and base.__dataclass_params__.frozen  # type: ignore[attr-defined]
        own = [h for h in HOOKS if h in vars(base) and not (frozen and h in ("__setattr__", "__delattr__"))]
        if own or not base.__flags__ & (1 << 9):  # Py_TPFLAGS_HEAPTYPE: made by a class statement
            return False
    return True


def has_attribute(cls: type, name: str) -> bool:
    """Whether instances of a class have an attribute because of their class."""
    return any(name in vars(base) for base in cls.__mro__)


_NUMBERS = (np.ndarray, np.float64, np.complex128, np.bool_, int, complex, str, tuple, type(None), type)


CLASSES: dict[str, tuple[type, type]] = {  # of Python's number and of NumPy's
    "bool": (bool, np.bool_), "int64": (int, np.int64), "float64": (float, np.float64),
    "int32": (np.int32, np.int32), "float32": (np.float32, np.float32), "complex128": (complex, np.complex128),
    "complex64": (np.complex64, np.complex64),
}


def belongs(cls: type, classes: tuple[type, ...], e: Apply, owner: Any) -> bool:
    """Whether an instance of a class is one of `classes`; whether it is that very class, or has an attribute."""
    if e.attr("having"):
        return has_attribute(cls, e.attr("having")) or (owner is not cls and hasattr(owner, e.attr("having")))
    return cls in classes if e.attr("exact") else issubclass(cls, classes)


def of_records(e: Apply) -> bool:
    """Whether whatever passes an `isinstance` is a record: of a tuple it need not be.

    For a question about an attribute, whether only a record can have one of that name.
    """
    if e.attr("having"):
        return not any(has_attribute(cls, e.attr("having")) for cls in _NUMBERS)
    return bool(e.attr("classes")) and all(cls in (dict, list) or is_plain(cls) for cls in e.attr("classes"))


def namespace(cls: type) -> dict[str, Any]:
    """The dictionary of a class itself, so that its entries can be watched; a class shows only a proxy of it."""
    (names,) = (d for d in gc.get_referents(vars(cls)) if isinstance(d, dict))
    return names


def is_container(value: Any) -> bool:
    """Whether a value is an array, or a list, tuple or dict, which Python's own functions may take for a default."""
    return type(value) in (list, dict, np.ndarray) or isinstance(value, tuple)


def is_object(value: Any) -> bool:
    """Whether a value is an instance of a class of records, with all of its attributes in its dictionary."""
    cls = type(value)
    slotted = any(vars(base).get("__slots__") for base in cls.__mro__)
    ours = any("__tapeless_function__" in vars(base) for base in cls.__mro__)
    return is_plain(cls) and not isinstance(value, tuple) and hasattr(value, "__dict__") and not slotted and not ours
