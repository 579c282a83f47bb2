"""Types of the intermediate representation.

A `Scalar` is *weak* when it is a Python number (`complex`, `float`, `int`, `bool`) and strong when it is NumPy's. The
difference is part of the type because it decides two things: NumPy's promotion (NEP 50: a weak operand adopts the
other's precision) and errors (Python raises `ZeroDivisionError` where NumPy returns `inf`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

Kind = Literal["bool", "int32", "int64", "float32", "float64", "complex64", "complex128"]
Layout = Literal["C", "A"]

BYTES: dict[str, int] = {
    "bool": 1, "int32": 4, "int64": 8, "float32": 4, "float64": 8, "complex64": 8, "complex128": 16,
}
PARTS: dict[str, Kind] = {"complex64": "float32", "complex128": "float64"}  # of what a complex number has two


@dataclass(frozen=True, slots=True)
class Scalar:
    """One number."""

    kind: Kind
    weak: bool = False

    def __str__(self) -> str:
        """The name in Python; a weak number that has adopted another precision has NumPy's name of that."""
        python = {"int64": "int", "float64": "float", "complex128": "complex"}
        return python.get(self.kind, self.kind) if self.weak else self.kind


@dataclass(frozen=True, slots=True)
class Array:
    """An n-dimensional array. Layout "C" is contiguous in row-major order; "A" has any strides."""

    kind: Kind
    rank: int
    layout: Layout = "C"

    def __str__(self) -> str:
        if self.rank == 0:
            return f"{self.kind}[()]"
        inner = ",".join(":" * self.rank)
        return f"{self.kind}[{inner[:-1] + '::1' if self.layout == 'C' else inner}]"


@dataclass(frozen=True, slots=True)
class TupleOf:
    """A Python tuple; every item has its own type. `listed` when Python has made a list of them, for `*rest`.

    With `perhaps` it is what a result may be: None, if the first item says so, and the second item otherwise.
    """

    items: tuple[Type, ...]
    listed: bool = False
    perhaps: bool = False

    def __str__(self) -> str:
        return "(" + ", ".join(map(str, self.items)) + ")"


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """The type of one value that exists at compile time only: a string, an enum member, a function.

    The value is part of the type, so that it is part of a specialisation. Strings are compared by value, everything
    else by identity.
    """

    value: Any

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Known):
            return NotImplemented
        same = type(self.value) is str and type(other.value) is str and self.value == other.value
        return same or self.value is other.value

    def __hash__(self) -> int:
        return hash(self.value) if type(self.value) is str else id(self.value)

    def __str__(self) -> str:
        if isinstance(self.value, str | Enum):
            return repr(self.value) if isinstance(self.value, str) else str(self.value)
        return str(getattr(self.value, "__name__", type(self.value).__name__))


@dataclass(frozen=True, slots=True)
class Nothing:
    """The type of `None` and of functions that return nothing."""

    def __str__(self) -> str:
        return "None"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Before `infer` has run."""

    def __str__(self) -> str:
        return "?"


@dataclass(frozen=True, slots=True)
class OptionalOf:
    """The type of what is None on one path and has a value on another; only `infer` has variables of it."""

    item: Type


@dataclass(frozen=True, slots=True)
class ChoiceOf:
    """The type of what is one of several values that exist at compile time only; only `infer` has variables of it."""

    options: tuple[Known, ...]


Type = Scalar | Array | TupleOf | Known | Nothing | Unknown | OptionalOf | ChoiceOf

PY_COMPLEX = Scalar("complex128", weak=True)
PY_FLOAT = Scalar("float64", weak=True)
PY_INT = Scalar("int64", weak=True)
PY_BOOL = Scalar("bool", weak=True)
FLOAT64 = Scalar("float64")
INT64 = Scalar("int64")
UNKNOWN = Unknown()
NOTHING = Nothing()


def is_float(t: Type) -> bool:
    """Whether values of the type can carry a derivative."""
    return isinstance(t, Scalar | Array) and is_inexact(t.kind)


def is_inexact(kind: str) -> bool:
    """Whether numbers of a kind are rounded: real or complex floating-point numbers."""
    return kind.startswith(("float", "complex"))


def is_complex(t: Type) -> bool:
    """Whether values of the type are complex."""
    return isinstance(t, Scalar | Array) and t.kind in PARTS


def element(t: Scalar | Array) -> Scalar:
    """The strong scalar type of an array's elements, or of the scalar itself."""
    return Scalar(t.kind)


def leaves(t: Type) -> tuple[Type, ...]:
    """The types of the items of a result, nested tuples opened."""
    return tuple(u for item in t.items for u in leaves(item)) if isinstance(t, TupleOf) else (t,)


def in_words(t: Type) -> str:
    """A type in the words of a message."""
    match t:
        case Scalar("complex128", weak=True):
            return "a complex number"
        case Scalar():
            return f"an {t}" if str(t)[0] in "aeiou" else f"a {t}"
        case Array():
            return f"an array of {t.kind}" + (f" of rank {t.rank}" if t.rank != 1 else "")
        case TupleOf():
            return f"a tuple of {len(t.items)}"
        case Known(str()):
            return f"the string {t}"
        case Known():
            return f"`{t}`"
        case Nothing():
            return "None"
        case OptionalOf(item):
            return f"{in_words(item)} or None"
        case ChoiceOf(options):
            return " or ".join(map(in_words, options))
        case Unknown():
            return "a value of unknown type"
