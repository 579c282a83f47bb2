"""What a function reads from outside, found from its code objects without translating it.

The search is generous: every name in a function may be a global, and every name may be an attribute of a module that
the function reads. What it finds too much costs a compilation when it changes, and nothing else. What it finds too
little would be old code; so an entry of the cache is only written when everything that the translation read is here.

The classes of records are searched like functions: what is in them, and which of the names in the program they lack.
"""

from __future__ import annotations

import builtins
import dataclasses
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, EnumMeta
from types import CellType, CodeType, FunctionType, MemberDescriptorType, ModuleType
from typing import Any

import numpy as np

from tapeless.compiler.ir.classes import is_named_tuple, is_plain, namespace
from tapeless.runtime.native import ABSENT, FIELDS, WHOLE, Guard, contents

from .callables import Exchangeable
from .normal import TreeForm, code_form, tree_form

# Their functions are operations or refused: the translation does not look into them.
LIBRARIES = frozenset({
    "numpy", "scipy", "math", "cmath", "builtins", "functools", "_functools", "itertools", "operator", "_operator",
    "collections",
})  # fmt: skip

_OPAQUE = "<opaque>"
_ITEMS = 256  # of a list or dict that is described

# What is in a class besides what its author wrote. Dataclasses have their fields in the description of the class.
_OF_CLASSES = frozenset({
    "__annotations__", "__annotations_cache__", "__annotate_func__", "__annotate__", "__dataclass_fields__",
    "__dataclass_params__", "__dict__", "__doc__", "__firstlineno__", "__match_args__", "__module__", "__qualname__",
    "__static_attributes__", "__weakref__", "_abc_impl", "__abstractmethods__", "__parameters__", "__orig_bases__",
})  # fmt: skip
# Names that are looked for in a class though no program says them.
_SPECIAL_WORDS = """
    abs add and bool call contains delitem divmod enter eq exit float floordiv ge getitem gt hash iadd iand
    ifloordiv ilshift imatmul imod imul index init int invert ior ipow irshift isub iter itruediv ixor le len
    lshift lt matmul mod mul ne neg next or pos post_init pow radd rand rdivmod reversed rfloordiv rlshift rmatmul
    rmod rmul ror rpow rrshift rshift rsub rtruediv rxor setattr setitem sub truediv xor
"""
_SPECIAL = tuple(f"__{name}__" for name in _SPECIAL_WORDS.split())

Token = tuple[object, ...]


@dataclass(slots=True)
class CallTree:
    """A function, the Python functions it names, and all values that these may read, as they are now.

    `guards[k]` says where a value was found, `tokens[k]` describes it; `reads` lists them in the order of the search,
    which is the same in every process. A value that is read again is listed again: functions may share their globals.
    """

    root: FunctionType
    functions: list[FunctionType] = field(default_factory=list)
    classes: list[type] = field(default_factory=list)
    enums: list[type] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    reads: list[int] = field(default_factory=list)
    places: dict[tuple[int, Any], int] = field(default_factory=dict)
    _described: list[int] = field(default_factory=list)
    _known: dict[int, int] = field(default_factory=dict)
    _arrays: dict[int, int] = field(default_factory=dict)
    _codes: list[CodeType] = field(default_factory=list)
    _trees: list[TreeForm] = field(default_factory=list)

    @classmethod
    def of(cls, function: FunctionType, classes: Iterable[type] = ()) -> CallTree:
        """The call tree of a function as it is now, which gets records of these classes."""
        tree = cls(function)
        tree._function(function)
        for known in classes:
            tree._class(known)
        for found in tree.functions:  # grows meanwhile
            tree._read(found)
        tree._lacking()
        return tree

    def place(self, guard: Guard) -> int | None:
        """Which of `guards` this is; None for a name that was not found."""
        return self.places.get((id(guard.holder), guard.key))

    def described(self, place: int) -> bool:
        """Whether two values with the token of this place are the same to compiled code."""
        holder = self.guards[place].holder
        # The defaults of the function itself are filled in before compiled code is called.
        return holder is self.root or _OPAQUE not in _flat(self.tokens[place])

    def describes_classes(self) -> bool:
        """Whether two programs with these tokens have classes that are the same to compiled code."""
        return all(map(self.described, self._described))

    @property
    def named_classes(self) -> list[type]:
        """The classes of which objects may be in a result."""
        return [*self.classes, *self.enums]

    def codes(self) -> list[Token]:
        """The quick forms of the functions."""
        return [code_form(code) for code in self._codes]

    def trees(self) -> list[TreeForm]:
        """The lasting forms. Raises `CompileError` for a function without text."""
        if not self._trees:
            self._trees = [tree_form(f) for f in self.functions]
        return self._trees

    def same_code(self) -> bool:
        """Whether the functions still have the code they had: `f.__code__` can be assigned to."""
        return all(f.__code__ is code for f, code in zip(self.functions, self._codes, strict=True))

    def _function(self, function: FunctionType) -> int:
        if id(function) not in self._known:
            self._known[id(function)] = len(self.functions)
            self.functions.append(function)
        return self._known[id(function)]

    def _class(self, cls: type) -> int:
        """The number of a class; what is in it is found when it is met for the first time."""
        if cls in self.classes:
            number = self.classes.index(cls)
            self.reads.append(self._described[number])
            return number
        number = len(self.classes)
        self.classes.append(cls)
        self._described.append(len(self.guards))
        self._found(Guard({"class": cls}, "class", cls), self._description(cls))
        for base in _searched(cls):
            inside = namespace(base)
            for name, value in list(inside.items()):
                if name not in _OF_CLASSES:
                    self._found(Guard(inside, name, value), None, name)
        return number

    def _description(self, cls: type) -> Token:
        """What is said of a class in other places than its dictionary."""
        slots = [vars(b).get("__slots__", "no slots") for b in cls.__mro__]
        bases = tuple((b.__module__, b.__qualname__, str(s)) for b, s in zip(cls.__mro__, slots, strict=True))
        if is_named_tuple(cls):
            named: Any = cls
            return "named tuple", bases, named._fields, self._token(tuple(named._field_defaults.items()))
        if not dataclasses.is_dataclass(cls):
            return "plain", bases
        fields = tuple((f.name, self._token(f.default), self._token(f.default_factory), f.init, f.kw_only)
                       for f in dataclasses.fields(cls))
        return "dataclass", bases, str(cls.__dataclass_params__), fields  # type: ignore[attr-defined]

    def _enum(self, cls: type[Enum]) -> Token:
        """The description of an enum class: its members, and what else its author wrote."""
        if cls not in self.enums:
            self.enums.append(cls)
        members = tuple((name, member.name, self._token(member.value)) for name, member in cls.__members__.items())
        written = tuple((name, self._token(value)) for name, value in vars(cls).items() if isinstance(
            value, FunctionType | property | classmethod | staticmethod) and not _is_of_enum(value))
        return "enum", tuple((b.__module__, b.__qualname__) for b in cls.__mro__), members, written

    def _lacking(self) -> None:
        """Find the names that classes do not have, now that all names are known."""
        names = dict.fromkeys([*(n for code in self._codes for n in names_of(code)), *_SPECIAL])
        for cls in self.classes:
            for base in _searched(cls):
                inside = namespace(base)
                for name in names:
                    if name not in inside:
                        self._found(Guard(inside, name, ABSENT), ("absent",), name)

    def _read(self, function: FunctionType) -> None:
        """Find what one function may read."""
        code = function.__code__
        self._codes.append(code)
        for name in FIELDS:
            value = code if name == "__code__" else getattr(function, name)
            said = name != "__code__" and function is not self.root  # code has forms of its own
            self._found(Guard(function, name, ABSENT if value is None else value), None if said else ("own",))
        names = list(dict.fromkeys(names_of(code)))
        values: list[Any] = []
        for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
            guard = Guard(cell, None, None)
            values.append(self._found(Guard(cell, None, guard.current()), None, name))
        space = function.__globals__
        values += [self._found(Guard(space, name, space.get(name, ABSENT)), None, name) for name in names]
        while values:
            value = values.pop()
            if issubclass(type(value), ModuleType | FunctionType):  # functions have attributes as well
                inside = vars(value)
                values += [self._found(Guard(inside, name, inside[name]), None, name) for name in names
                           if name in inside and (id(inside), name) not in self.places]
            elif type(value) is dict and all(type(k) is str for k in value):
                for key, entry in value.items():  # of constants, or a table of functions
                    if (id(value), key) not in self.places:
                        values.append(self._found(Guard(value, key, entry), None))
                values += self._contents(value)
            elif type(value) in (list, dict, tuple) and len(value) <= _ITEMS:
                values += self._contents(value)

    def _contents(self, value: Any) -> Iterable[Any]:
        """What a list, dict or tuple holds, as a whole, where that has not been found before."""
        if type(value) is tuple:
            return (v for v in value if type(v) in (list, dict, tuple))
        if len(value) > _ITEMS or (id(value), WHOLE) in self.places:
            return ()
        held: tuple[Any, ...] = self._found(Guard(value, WHOLE, contents(value)), None)
        return held

    def _found(self, guard: Guard, token: Token | None, name: str = "") -> Any:
        place = (id(guard.holder), guard.key)
        if place not in self.places:
            self.places[place] = len(self.guards)
            self.guards.append(guard)
            kind = "cell" if isinstance(guard.holder, CellType) else "name"
            self.tokens.append((kind, name or str(guard.key), token or self._token(guard.value, name)))
        self.reads.append(self.places[place])
        return guard.value

    def _token(self, value: Any, name: str = "") -> Token:
        """A description: the same for two values only if compiled code would be the same."""
        if value is ABSENT:
            return "absent", *self._builtin(name)
        # Only the type is asked, not the value: it may be any object of the program, a proxy that imports for instance.
        kind = type(value)
        if issubclass(kind, np.ndarray):
            # Which arrays are one and the same decides about the hidden arguments.
            number = self._arrays.setdefault(id(value), len(self._arrays))
            return "array", kind is np.ndarray, value.dtype.str, value.ndim, value.flags.c_contiguous, number
        if kind is tuple:
            return "tuple", *map(self._token, value)
        if kind is dict and all(type(k) is str for k in value):
            return "dict", *((k, self._token(v)) for k, v in value.items())  # of keyword-only defaults
        if kind in (list, dict) and len(value) <= _ITEMS:
            return (kind.__name__,)  # what it holds is found on its own
        if issubclass(kind, Exchangeable) and "__tapeless_function__" in vars(kind):
            return "differentiable", self._function(value.__tapeless_function__)
        if value is dataclasses.MISSING:
            return ("missing",)
        if kind in (staticmethod, classmethod):
            return kind.__name__, self._token(value.__func__)
        if kind is MemberDescriptorType:
            return "slot", value.__name__
        if kind is property:
            return "property", self._token(value.fget), self._token(value.fset), self._token(value.fdel)
        if kind is FunctionType and value.__code__.co_filename == "<string>":  # of a dataclass
            return "generated", value.__qualname__, code_form(value.__code__)
        if issubclass(kind, EnumMeta):
            return self._enum(value)
        if issubclass(kind, type) and is_plain(value):
            return "class", self._class(value)
        if kind is FunctionType and (value.__module__ or "").split(".")[0] not in LIBRARIES:
            return "function", self._function(value)
        if issubclass(kind, ModuleType):
            return "module", value.__name__
        return _plain(value) or _named(value) or (_OPAQUE, kind.__qualname__)

    def _builtin(self, name: str) -> Token:
        """What a name stands for that is no global: the builtin, or nothing."""
        return self._token(getattr(builtins, name)) if name and hasattr(builtins, name) else ()


def _is_of_enum(value: Any) -> bool:
    """Whether something in the dictionary of an enum class has been put there by `enum`."""
    return getattr(getattr(value, "__func__", value), "__module__", None) == "enum"


def _searched(cls: type) -> Iterator[type]:
    """The classes whose dictionaries are read when an attribute is looked up in a class of records."""
    return (base for base in cls.__mro__[:-1] if base.__flags__ & (1 << 9) and base.__module__ not in ("abc", "typing"))


def names_of(code: CodeType) -> Iterator[str]:
    """Every name in a code object and those inside it, globals and attributes alike."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_of(constant)


def _flat(token: object) -> Iterator[object]:
    if isinstance(token, tuple):
        for item in token:
            yield from _flat(item)
    else:
        yield token


def _plain(value: Any) -> Token | None:
    """Numbers by their bits, strings and dtypes by their text."""
    kind = type(value)
    if kind is float:
        return "float", struct.pack("=d", value).hex()
    if kind in (bool, int, complex, str, bytes, type(None)):
        return kind.__name__, repr(value)
    if issubclass(kind, np.generic) and kind.__module__ == "numpy" and value.dtype.kind in "biufc":
        return "number", value.dtype.str, kind.__name__, value.tobytes().hex()
    return ("dtype", value.str, repr(value)) if issubclass(kind, np.dtype) else None


def _named(value: Any) -> Token | None:
    """A function or class of a library, under a name by which it is found there."""
    if type(value).__module__.split(".")[0] not in LIBRARIES or not callable(value):
        return None
    # A distribution of `scipy.stats` is an object with a name.
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None) or getattr(value, "name", None)
    homes = [getattr(value, "__module__", None), "numpy", "scipy.special", "scipy.stats"]
    for home in homes:
        if not isinstance(home, str) or home.split(".")[0] not in LIBRARIES or not isinstance(name, str):
            continue
        found: Any = sys.modules.get(home)
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is value:
            return "named", home, name, str(getattr(sys.modules[home.split(".")[0]], "__version__", ""))
    return None
