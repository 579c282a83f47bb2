"""Arguments of a built package's functions: their types as signatures spell them, their parts, and head gradients.

This file is the same in every package that `tapeless build` writes, and needs Python and NumPy only.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import numpy as np

LONGEST = 256  # items of a list that is passed by its parts
KINDS = ("bool", "int32", "int64", "float32", "float64", "complex64", "complex128")
GROWN = "grown"  # a list whose length only the call tells
OPTIONS = "options"  # a number in the place of a string
PERHAPS = "perhaps"  # a pair in the place of what may be None
_SEQUENCES: dict[str, type] = {"list": list, "tuple": tuple}
_SHORT = 50  # letters of a type in a message


def type_of(value: Any) -> str:
    """The type of an argument as signatures spell it. Raises `TypeError` for what no signature has."""
    if isinstance(value, np.ndarray):
        if value.dtype.name not in KINDS:
            raise TypeError
        if value.ndim == 0:
            return f"{value.dtype.name}[()]"
        axes = [":"] * value.ndim
        if value.flags.c_contiguous:
            axes[-1] = "::1"
        return f"{value.dtype.name}[{','.join(axes)}]"
    if isinstance(value, np.generic):
        if value.dtype.name not in KINDS:
            raise TypeError
        return value.dtype.name
    if isinstance(value, bool | int | float | complex):
        if type(value) is int and not -(2**63) <= value < 2**63:
            raise OverflowError("an integer argument does not fit into 64 bits; pass a float")
        return type(value).__name__
    if value is None or type(value) is str:
        return repr(value)
    if type(value) is tuple and not any(map(is_record, value)):
        return f"({', '.join(map(type_of, value))})"
    if type(value) in (dict, list, tuple) and len(value) <= LONGEST:
        keys = value.keys() if isinstance(value, dict) else range(len(value))
        items = value.values() if isinstance(value, dict) else value
        inner = ", ".join(f"{key}: {type_of(item)}" for key, item in zip(keys, items, strict=True))
        return f"{type(value).__name__}({inner})"
    raise TypeError


def described(value: Any) -> str:
    """An argument in the words of a message, by its type where that is short."""
    try:
        found = type_of(value)
    except TypeError:
        found = ""
    if found and len(found) <= _SHORT:
        return found
    kind = type(value).__name__
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    return f"a {kind} of {len(value)}" if isinstance(value, dict | list | tuple) else f"a {kind}"


def fits(given: str, wanted: str) -> bool:
    """Whether an argument may be passed where a type is wanted: a contiguous array fits one of any strides."""
    if given == wanted or "'" in given or '"' in given:
        return given == wanted  # text may look like a type
    ours, theirs = given.split("]"), wanted.split("]")
    return len(ours) == len(theirs) and all(
        a == b or (a.endswith("::1") and a.removesuffix("::1") + ":" == b) for a, b in zip(ours, theirs, strict=True)
    )


def hint(name: str, value: Any, wanted: str) -> str:
    """What to write in place of an argument of another type."""
    if np.iscomplexobj(value) and not wanted.startswith("complex"):
        return ""
    if wanted in ("complex", "float", "int", "bool") and np.ndim(value) == 0 and not isinstance(value, str | None):
        return f"`{wanted}({name})`"
    if wanted in KINDS:
        return f"`np.{wanted}({name})`"
    kind, bracket, axes = wanted.partition("[")
    if bracket and kind in KINDS:
        rank = axes.count(",") + 1 if axes != "()]" else 0
        if np.ndim(value) == rank and not isinstance(value, str | dict | None):
            return f"`np.ascontiguousarray({name}, dtype=np.{kind})`"
        return f"an array of {rank} axes as `{name}`"
    return ""


def conformed(value: Any) -> Any:
    """The value as native code takes it: plain arrays, aligned and in native byte order, and plain numbers."""
    if isinstance(value, np.ndarray):
        plain = type(value) is np.ndarray and value.flags.aligned and value.dtype.isnative
        steps = all(s % value.itemsize == 0 for s in value.strides) if value.itemsize else True
        if value.dtype.name not in KINDS or (
            plain and steps and value.dtype.num == np.dtype(value.dtype.name).num
        ):
            return value
        return np.array(value, dtype=value.dtype.name, order="C", subok=False)
    if isinstance(value, np.generic):
        known = value.dtype.name in KINDS
        return np.dtype(value.dtype.name).type(value) if known else value
    if type(value) in (tuple, list):
        return type(value)(map(conformed, value))
    if type(value) is dict:
        return {key: conformed(item) for key, item in value.items()}
    plain_types: tuple[Any, ...] = (bool, int, float, complex)
    for plain_type in plain_types:
        if isinstance(value, plain_type):
            return value if type(value) is plain_type else plain_type(value)
    return value


# ----------------------------------------------------------------------------------------- what arguments consist of


def is_record(value: Any) -> bool:
    """Whether a value is passed by its parts: a dict, a list, or a tuple that holds one."""
    return type(value) in (dict, list) or (type(value) is tuple and any(map(is_record, value)))


def items(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else list(value)


def passed(value: Any) -> Iterator[Any]:
    """What native code is given for an argument: of a record, its parts but strings and None."""
    if not is_record(value):
        yield value
        return
    for item in items(value):
        if item is not None and type(item) is not str:
            yield from passed(item)


def arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    """All arrays in an argument, in order."""
    if isinstance(value, np.ndarray):
        yield value
    for item in items(value) if isinstance(value, dict | list | tuple) else ():
        yield from arrays(item)


def like(value: Any, raw: Any) -> Any:
    """The gradient by an argument in the form of that argument."""
    if not is_record(value):
        return raw
    parts = map(like, items(value), raw)
    return dict(zip(value, parts, strict=True)) if isinstance(value, dict) else type(value)(parts)


def rebuilt(built: Any, raw: Any, arguments: tuple[Any, ...]) -> Any:
    """A result with its dicts and lists, from nested tuples.

    `built` is None where it has none. Else it says of which class a record is, with which keys; what it holds, None
    for a value and text itself; which of several are one object; and by a path, which record of the caller's it is.
    """
    return raw if built is None else _build(built, raw, arguments, {})


def _build(built: Any, raw: Any, arguments: tuple[Any, ...], objects: dict[str, Any]) -> Any:
    kind, keys, inner, identity, path = built
    if path:
        found: Any = arguments
        for key in path:
            found = found[key]
        return found
    if kind == OPTIONS:
        return inner[keys.index(raw)]
    if kind == PERHAPS:
        return None if raw[0] else raw[1] if inner[1] is None else _build(inner[1], raw[1], arguments, objects)
    if identity not in objects and kind == GROWN:
        objects[identity] = _grown().items_of(inner[0], raw, _made)
    if identity not in objects:
        parts = iter(raw)
        objects[identity] = _made(kind, keys, [
            item if isinstance(item, str) else next(parts) if item is None
            else _build(item, next(parts), arguments, objects) for item in inner])
    return objects[identity]


def _made(kind: str, keys: Any, parts: list[Any]) -> Any:
    return dict(zip(keys, parts, strict=True)) if kind == "dict" else _SEQUENCES[kind](parts)


def _grown() -> Any:
    """The module of lists whose length only the call tells, which stands beside this one in a package."""
    return importlib.import_module(".grown", __package__)


def nested(built: Any, head: Any, raw: Any, name: str) -> Any:
    """A head gradient with the form of a result, as nested tuples like those that native code has returned."""
    if built is None or built[0] == OPTIONS:
        return head
    if built[0] == PERHAPS:
        missing, item = raw
        return missing, _nothing(item) if missing else nested(built[2][1], head, item, name)

    def taken(kind: str, keys: Any, value: Any) -> list[Any]:
        if type(value).__name__ != kind or len(value) != len(keys) or (kind == "dict" and tuple(value) != keys):
            listed = f"the keys {', '.join(map(str, keys))}" if kind == "dict" else f"{len(keys)} items"
            raise ValueError(f"the head gradient of `{name}` is a {kind} with {listed}, as the value is")
        return items(value)

    kind, keys, inner, *_ = built
    if kind == GROWN:
        return _grown().columns_of(inner[0], head, raw, taken, name)
    pairs = [(b, part) for b, part in zip(inner, taken(kind, keys, head), strict=True) if not isinstance(b, str)]
    return tuple(nested(b, part, item, name) for (b, part), item in zip(pairs, raw, strict=True))


def _nothing(raw: Any) -> Any:
    """The head gradient of what is None."""
    return tuple(map(_nothing, raw)) if isinstance(raw, tuple) else np.zeros_like(raw)[()]


def snapshot(value: Any) -> Any:
    """A copy of an array, or of what holds some."""
    if isinstance(value, np.ndarray):
        return np.array(value, order="K")
    if isinstance(value, dict):
        return {key: snapshot(item) for key, item in value.items()}
    return type(value)(map(snapshot, value)) if isinstance(value, tuple | list) else value


def shapes(value: Any) -> Any:
    return tuple(map(shapes, value)) if isinstance(value, tuple) else np.shape(value)


def heads(head: Any, result: Any, shape: Any, name: str) -> Iterator[Any]:
    """The head gradients of the floating-point parts of a result, as native code takes them."""
    if isinstance(result, tuple):
        if not isinstance(head, tuple | list) or len(head) != len(result):
            raise ValueError(f"`{name}` returns {len(result)} values, so the head gradient is a tuple of as many")
        for item, inner, extents in zip(head, result, shape, strict=True):
            yield from heads(item, inner, extents, name)
        return
    kind, bracket, _ = result.partition("[")
    if not kind.startswith(("float", "complex")):
        return
    dtype = {"float": "float64", "complex": "complex128"}.get(kind, kind)
    if bracket:
        value = np.asarray(head, dtype=dtype)
        if value.shape != shape:
            raise ValueError(f"the head gradient of `{name}` has shape {value.shape}, the value has shape {shape}")
        yield conformed(value)
    else:
        if head is None or np.size(head) != 1:
            raise ValueError(f"`{name}` returns a number, so the head gradient is a number")
        yield np.dtype(dtype).type(np.asarray(head).reshape(())[()])
