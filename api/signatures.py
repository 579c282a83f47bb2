"""Types of arguments: from live values, from annotations, and from signature strings in Numba's notation."""

from __future__ import annotations

import inspect
import re
from enum import Enum
from typing import Any, cast

import numpy as np

from tapeless.compiler.ir.classes import is_named_tuple
from tapeless.compiler.ir.records import RecordOf, Structure, list_of, list_of_records
from tapeless.compiler.ir.subclasses import own_meaning
from tapeless.compiler.ir.types import (
    NOTHING,
    PY_BOOL,
    PY_COMPLEX,
    PY_FLOAT,
    PY_INT,
    Array,
    Kind,
    Known,
    Scalar,
    TupleOf,
    Type,
)
from tapeless.runtime import grown

from .passed import FUNCTIONS, canonical, method_of
from .records import FIXED, LONGEST, fields_of, made

KINDS = ("bool", "int32", "int64", "float32", "float64", "complex64", "complex128")
SHORT: dict[str, Type] = {
    "f8": PY_FLOAT, "float64": PY_FLOAT, "float": PY_FLOAT, "double": PY_FLOAT,
    "f4": Scalar("float32"), "float32": Scalar("float32"), "single": Scalar("float32"),
    "c16": PY_COMPLEX, "complex128": PY_COMPLEX, "complex": PY_COMPLEX,
    "c8": Scalar("complex64"), "complex64": Scalar("complex64"),
    "i8": PY_INT, "int64": PY_INT, "int": PY_INT, "intp": PY_INT,
    "i4": Scalar("int32"), "int32": Scalar("int32"),
    "b1": PY_BOOL, "bool": PY_BOOL, "boolean": PY_BOOL, "bool_": PY_BOOL,
}  # fmt: skip
_ARRAY = re.compile(r"(?P<kind>\w+)\s*\[(?P<axes>[^\]]*)\]")


class ArgumentError(TypeError):
    """A value that compiled code cannot take; the message says what to pass instead."""


class ConvertibleError(ArgumentError):
    """A value that is no array but can be made into one."""


def type_of(value: Any, name: str, fixed: int = FIXED) -> Structure:
    """The type of an argument, or the structure of a record.

    The length of a list of numbers of one class is part of the type when it has at most `fixed` items. Raises
    `ArgumentError`, or `OverflowError` for an integer beyond 64 bits.
    """
    if isinstance(value, np.ndarray):
        kind: Kind = value.dtype.name
        if kind not in KINDS:
            raise ArgumentError(f"argument `{name}` is an array of {value.dtype}; pass one of {', '.join(KINDS)}")
        _no_meaning_of_its_own(value, name, f"a plain array, `np.asarray({name})`")
        return Array(kind, value.ndim, "C" if value.flags.c_contiguous else "A")
    if isinstance(value, np.generic):
        if value.dtype.name not in KINDS:
            raise ArgumentError(f"argument `{name}` is a NumPy {value.dtype}; pass one of {', '.join(KINDS)}")
        return Scalar(cast(Kind, value.dtype.name))
    if isinstance(value, bool):
        return PY_BOOL
    if isinstance(value, int):
        _no_meaning_of_its_own(value, name, f"`int({name})`")
        if not -(2**63) <= value < 2**63:
            raise OverflowError(f"argument `{name}` does not fit into 64 bits; pass a float")
        return PY_INT
    if isinstance(value, float):
        _no_meaning_of_its_own(value, name, f"`float({name})`")
        return PY_FLOAT
    if isinstance(value, complex):
        _no_meaning_of_its_own(value, name, f"`complex({name})`")
        return PY_COMPLEX
    if value is None:
        return NOTHING
    if type(value) is str or isinstance(value, Enum):
        return Known(value)
    if isinstance(value, FUNCTIONS) or (callable(value) and fields_of(value) is None):
        return _function_type(value, name)
    if type(value) is tuple:
        return _tuple_type(tuple(type_of(item, f"{name}[{k}]", fixed) for k, item in enumerate(value)))
    return _record_type(value, name, fixed)


def _no_meaning_of_its_own(value: Any, name: str, plain: str) -> None:
    if own := own_meaning(type(value)):
        what = "arrays" if isinstance(value, np.ndarray) else "numbers"
        raise ArgumentError(f"argument `{name}` is a `{type(value).__name__}`, whose `{own}` is not that of {what}; "
                            f"pass {plain}, if its numbers are what is meant")


def _function_type(value: Any, name: str) -> Known:
    """A function is an argument of its own type: code is compiled for each."""
    if (owner := method_of(value)) is not None:
        raise ArgumentError(f"argument `{name}` is a method of a `{owner}`; pass the object, and call its method "
                            f"inside")
    return Known(canonical(value))


def _tuple_type(items: tuple[Structure, ...]) -> Structure:
    """A tuple of plain values, or a record: strings in it decide about records, so they have to be known that early."""
    plain = tuple(t for t in items if not isinstance(t, RecordOf | Known))
    return TupleOf(plain) if len(plain) == len(items) else RecordOf(tuple, tuple(range(len(items))), items)


def _record_type(value: Any, name: str, fixed: int) -> RecordOf:
    found = fields_of(value)
    whole = _any_length(value, name) if type(value) is list and len(value) > fixed else None
    if whole is not None:
        return whole
    if found is None or (isinstance(value, list) and len(value) > max(fixed, LONGEST)):
        convertible = isinstance(value, list) or hasattr(value, "__array__")
        raise (ConvertibleError if convertible else ArgumentError)(_advice(value, name))
    keys, items = found
    if not all(isinstance(k, str | int) for k in keys):
        raise ArgumentError(f"argument `{name}` is a dict with keys that are no strings or integers")
    return RecordOf(type(value), keys, tuple(
        type_of(item, f"{name}[{k!r}]" if isinstance(value, dict | list | tuple) else f"{name}.{k}", fixed)
        for k, item in zip(keys, items, strict=True)))


def _any_length(value: list[Any], name: str) -> RecordOf | None:
    """The structure of a list whose length does not matter: of numbers of one class, or of tuples of such."""
    kind = grown.kind_of(value)
    if kind is not None:
        if kind == ("int64", True):
            for k in (min(range(len(value)), key=value.__getitem__), max(range(len(value)), key=value.__getitem__)):
                type_of(value[k], f"{name}[{k}]")
        return list_of(Scalar(cast(Kind, kind[0]), kind[1]))
    cls = type(value[0])
    if not (cls is tuple or is_named_tuple(cls)) or grown.transposed(value, 0, cls, len(value[0])) is None:
        return None
    columns = tuple(_any_length(list(column), name) for column in zip(*value, strict=True))
    known = tuple(c for c in columns if c is not None)
    return list_of_records(cls, known) if len(known) == len(columns) > 0 else None


def known_inside(s: Structure) -> bool:
    """Whether the type is that of one value, or of a tuple with such an item: compiled code does not check for it."""
    return any(map(known_inside, s.items)) if isinstance(s, TupleOf) else isinstance(s, Known)


def unchecked(s: Structure) -> bool:
    """Whether a tuple with such an item is anywhere: what takes records apart does not check for it."""
    if isinstance(s, RecordOf):
        return any(map(unchecked, s.items))
    return isinstance(s, TupleOf) and known_inside(s)


def _advice(value: Any, name: str) -> str:
    kind = type(value).__name__
    if name in ("self", "cls"):
        return (f"argument `{name}` is a {kind}, whose class does more than hold its attributes; "
                f"make it a function (or `@staticmethod`) of the numbers and arrays it needs")
    if isinstance(value, list):
        return (f"argument `{name}` is a list of {len(value)} items that are not numbers of one class; "
                f"pass an array: `np.array({name})`")
    if isinstance(value, str):
        return f"argument `{name}` is a {kind}, a kind of string; pass `str({name})`"
    if hasattr(value, "__array__"):
        return f"argument `{name}` is a {kind}; pass an array: `np.asarray({name})`, or the columns it has, each as one"
    return f"argument `{name}` is a {kind}; pass a number, an array or a record of them"


def conformed(value: Any) -> Any:
    """The value as the native entry point takes it: plain arrays, aligned and in native byte order."""
    if isinstance(value, np.ndarray):
        plain = type(value) is np.ndarray and value.flags.aligned and value.dtype.isnative
        steps = all(s % value.itemsize == 0 for s in value.strides) if value.itemsize else True
        if plain and steps and value.dtype.num == np.dtype(value.dtype.name).num:
            return value
        return np.array(value, dtype=value.dtype.name, order="C", subok=False)
    if isinstance(value, np.generic):
        return value if type(value) is np.dtype(value.dtype.name).type else np.dtype(value.dtype.name).type(value)
    if type(value) is tuple:
        return tuple(conformed(item) for item in value)
    if isinstance(value, FUNCTIONS):
        return value
    if isinstance(value, dict | list | tuple) or not isinstance(value, bool | int | float | complex | str | None):
        found = fields_of(value)
        return value if found is None else made(type(value), found[0], [conformed(item) for item in found[1]])
    plain_types: tuple[Any, ...] = (bool, int, float, complex)
    for plain_type in plain_types:
        if isinstance(value, plain_type):
            return value if type(value) is plain_type else plain_type(value)
    return value


def parse_signature(text: str) -> tuple[Type, ...]:
    """Argument types of a signature string: `"float64(float64[::1], int64)"`, `"f8[:], i8"`.

    `[:]` is an array of any strides, `[::1]` a contiguous one; one colon for each axis. A scalar stands for a Python
    number. What stands before the parenthesis, the result, is not needed and not checked.
    """
    whole = _split(text)
    call = re.fullmatch(r"[^(]*\((?P<args>.*)\)", whole[0]) if len(whole) == 1 else None
    return tuple(_parse_type(part, text) for part in (_split(call["args"]) if call else whole))


def _split(text: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for c in text:
        depth += (c in "[(") - (c in "])")
        if c == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += c
    return [p.strip() for p in (*parts, current) if p.strip()]


def _parse_type(part: str, text: str) -> Type:
    if part.startswith("(") and part.endswith(")"):
        return TupleOf(tuple(_parse_type(p, text) for p in _split(part[1:-1])))
    match = _ARRAY.fullmatch(part)
    named = SHORT.get(match["kind"] if match else part)
    if not isinstance(named, Scalar):
        raise ValueError(f"unknown type {part!r} in the signature {text!r}; known are {', '.join(sorted(SHORT))}")
    if match is None:
        return named
    axes = [a.strip() for a in match["axes"].split(",")]
    if any(a not in (":", "::1") for a in axes):
        raise ValueError(f"the axes of {part!r} in the signature {text!r} are written `:` or `::1`")
    return Array(named.kind, len(axes), "C" if "::1" in axes else "A")


def annotated_types(function: Any, names: tuple[str, ...]) -> tuple[Type, ...] | None:
    """The types that annotations give (`float`, `int`, `"float64[::1]"`); None unless every parameter has one."""
    annotations = getattr(function, "__annotations__", {})
    if not names or not all(n in annotations for n in names):
        return None
    strings = {n: a for n, a in annotations.items() if isinstance(a, str) and _is_signature(a)}
    hints = {**{n: _evaluated(a) for n, a in annotations.items()}, **strings}
    found = [_annotated(hints.get(n)) for n in names]
    return None if None in found else tuple(t for t in found if t is not None)


def _evaluated(annotation: Any) -> Any:
    """The type that an annotation written as text names, or None when its name is not one of ours."""
    if not isinstance(annotation, str):
        return annotation
    python = {"complex": complex, "float": float, "int": int, "bool": bool, "str": str}
    return python[annotation] if annotation in python else getattr(np, annotation.removeprefix("np."), None)


def _is_signature(text: str) -> bool:
    array = _ARRAY.fullmatch(text.strip("'\""))
    return text in SHORT or (array is not None and array["kind"] != "list")  # `list[float]` is Python's own


def _annotated(hint: Any) -> Type | None:
    if isinstance(hint, str):
        return _parse_type(hint, hint) if _is_signature(hint) else None
    known: dict[Any, Type] = {
        complex: PY_COMPLEX, np.complex128: Scalar("complex128"), np.complex64: Scalar("complex64"),
        float: PY_FLOAT, int: PY_INT, bool: PY_BOOL, np.float64: Scalar("float64"), np.float32: Scalar("float32"),
        np.int64: Scalar("int64"), np.int32: Scalar("int32"), np.bool_: Scalar("bool"),
    }  # fmt: skip
    return known.get(hint)


def binding_error(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> TypeError:
    """The error that Python raises for a call with the wrong arguments."""
    signature = inspect.signature(function, follow_wrapped=False)
    bare = [p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else None)
            for p in signature.parameters.values()]
    name = function.__name__ if function.__name__.isidentifier() else "function"
    scope: dict[str, Any] = {}
    exec(f"def {name}{inspect.Signature(bare)}: pass", scope)
    try:
        scope[name](*args, **kwargs)
    except TypeError as error:
        return TypeError(str(error).replace(f"{name}()", f"{function.__name__}()"))
    return TypeError(f"{function.__name__}() does not take these arguments")
