"""Records in a text that is printed or raised: the text is that of their parts.

Before:  `p = record(x, y)`, `print('{!s}', p)`
After:   `print("{{'a': {!r}, 'b': {!r}}}", p:a, p:b)`
"""

from __future__ import annotations

import collections
from typing import Any, Protocol

from ...ir.classes import is_named_tuple
from ...ir.nodes import Atom, Const, Fail, Print, Span, Stmt, Var
from ...ir.records import KEYED, Growing
from ...ir.texts import Container, Unwritable, mapping, named, opened, sequence
from .state import Record, Value, is_poison


class Emitter(Protocol):
    """What knows the records, and takes the statements."""

    def value(self, a: Atom) -> Value: ...
    def record(self, a: Atom) -> Record | None: ...
    def emit(self, s: Stmt) -> None: ...
    def refuse(self, code: str, span: Span, **words: object) -> None: ...


def emitted(d: Emitter, s: Stmt) -> None:
    """Emit a statement; one with a text for the parts of the records among its values."""
    if not isinstance(s, Print | Fail):
        d.emit(s)
        return
    if any(is_poison(d.value(a)) for a in s.values):
        return
    try:
        message, values = opened(s.message or "", s.values, lambda a: _look(d, a))
    except Unwritable as error:
        d.refuse("A040", s.span, what=error)
        return
    if isinstance(s, Print):
        d.emit(Print(message, values, s.flush, span=s.span))
    else:
        d.emit(Fail(s.exception, None if s.message is None else message, values, s.span))


def _look(d: Emitter, a: Atom) -> Container | Const | None:
    value, record = d.value(a), d.record(a)
    if isinstance(value, Const) and not isinstance(value.value, tuple):
        return value
    return None if record is None else _container(record, a)


def _container(record: Record, a: Atom) -> Container:
    items: tuple[Any, ...] = tuple(Var(variable, span=a.span) for _, variable in record.fields)
    if record.cls in (tuple, list):
        return sequence(record.cls, items)
    if record.cls is dict:
        return mapping(record.keys, items)
    if record.cls is Growing:
        raise Unwritable("a list whose length is known at run time only")
    if record.cls in KEYED:
        raise Unwritable(str(record))
    if is_named_tuple(record.cls) and _own_text(record.cls):
        return named(record.cls.__name__, getattr(record.cls, "_fields", ()), items)
    raise Unwritable(f"the `{record.cls.__name__}`, whose text its class makes,")


def _own_text(cls: type) -> bool:
    """Whether instances have the text that `collections.namedtuple` gives them."""
    code = getattr(vars(cls).get("__repr__", cls.__repr__), "__code__", None)
    same = code is not None and code.co_filename == collections.__file__
    return same and not any(name in vars(base) for base in cls.__mro__[:-1] for name in ("__str__", "__format__"))
