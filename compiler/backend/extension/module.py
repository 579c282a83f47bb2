"""The object that makes an extension module of entry points.

The module has two functions, for the Python code of the package around it:

    place(k, address)          where the k-th of its `places` is; before anything else
    bind(k, state, module)     a builtin function that runs the k-th entry point; `state` is its `self`

The places are what has no symbol that a linker could find: NumPy's functions, types and booleans, and what SciPy offers
to Cython code, such as the routines of BLAS and LAPACK. Objects are variables with their addresses; functions go on to
where a variable says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..entry import EntryLayout, support_text
from ..entry.writer import OBJECTS, SIGNATURES, declaration

_METH_FASTCALL, _METH_KEYWORDS = 0x80, 0x02
_METHOD = "{ ptr, ptr, i32, ptr }"
_DEFINITION = "{ i64, ptr, ptr, i64, ptr, ptr, ptr, i64, ptr, ptr, ptr, ptr, ptr }"

_NUMPY = re.compile(r"PyArray_\w+|tl_alloc_\w+")
_ROUTINES = re.compile(r"^declare\b[^@\n]*\b(\w+) @(scipy\.[\w.]+)\(([^)]*)\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Method:
    """An entry point: the name of the function that it is shown as, and its symbol."""

    name: str
    symbol: str


def places_of(texts: Iterable[str], externals: Iterable[str], layout: EntryLayout) -> dict[str, str]:
    """What `place` has to be told for entry points and what they share, sorted by name, with its type in LLVM.

    Args:
        texts: the modules of the entry points.
        externals: all the symbols that they need.
        layout: that of the interpreter, with `loads`.
    """
    found: dict[str, str] = {}
    for name in (*externals, *support_text(layout).externals):
        if OBJECTS.fullmatch(name):
            found[name] = "object"
        elif _NUMPY.fullmatch(name):
            found[name] = "ptr (ptr, i64)" if name.startswith("tl_alloc_") else SIGNATURES[name]
    for text in texts:
        for result, name, parameters in _ROUTINES.findall(text):
            found[name] = f"{result} ({', '.join(p.split()[0] for p in parameters.split(', '))})"
    return dict(sorted(found.items()))


def module_text(name: str, methods: Sequence[Method], places: Mapping[str, str], layout: EntryLayout) -> str:
    """The module `name`, with everything that its entry points share.

    Args:
        name: what `PyInit_` is followed by.
        methods: the entry points, which other objects define.
        places: from `places_of`.
        layout: that of the interpreter, with `loads`.
    """
    if layout.header != 16:
        raise ValueError("an extension module is written for CPython with the global interpreter lock")
    support = support_text(layout, internal=True)
    declared = {**{n: declaration(n) for n in support.externals if n not in places}, **_DECLARED}
    texts = {"name": name, **{f"name.{k}": m.name for k, m in enumerate(methods)}, "place": "place", "bind": "bind",
             "misused": "the native code does not fit the package around it"}  # fmt: skip
    return "\n".join([
        *declared.values(), support.text, *(line for p, kind in places.items() for line in _place(p, kind)),
        *(_string(f"text.{n}", text) for n, text in texts.items()), *_entries(methods), _variables(places),
        _PLACE.format(count=len(places)), _BIND.format(count=len(methods), method=_METHOD), _MISUSED,
        _definition(name), "",
    ])  # fmt: skip


def _place(name: str, kind: str) -> list[str]:
    """A variable for an object, or a function that calls the one whose address a variable holds."""
    if kind == "object":
        return [f"@{name} = hidden global ptr null"]
    result, _, inner = kind.partition(" ")
    named = ", ".join(f"{t} %a{k}" for k, t in enumerate(inner.strip("()").split(", ")))
    call = f"tail call {result} %target({named})"
    lines = [f"  {call}", "  ret void"] if result == "void" else [f"  %r = {call}", f"  ret {result} %r"]
    return [f"@{name}.place = internal global ptr null", f"define hidden {result} @{name}({named}) {{",
            f"  %target = load ptr, ptr @{name}.place", *lines, "}"]  # fmt: skip


def _variables(places: Mapping[str, str]) -> str:
    """The variables that `place` writes into, by number."""
    rows = [f"ptr @{name}" if kind == "object" else f"ptr @{name}.place" for name, kind in places.items()]
    return f"@places = internal constant [{len(rows)} x ptr] [{', '.join(rows)}]"


def _string(symbol: str, text: str) -> str:
    data = (*text.encode(), 0)
    return f'@{symbol} = internal constant [{len(data)} x i8] c"' + "".join(f"\\{byte:02X}" for byte in data) + '"'


def _entries(methods: Sequence[Method]) -> list[str]:
    """The table of entry points, as CPython describes methods."""
    flags = _METH_FASTCALL | _METH_KEYWORDS
    rows = [f"{_METHOD} {{ ptr @text.name.{k}, ptr @{m.symbol}, i32 {flags}, ptr null }}"
            for k, m in enumerate(methods)]
    return [*(f"declare hidden ptr @{m.symbol}(ptr, ptr, i64, ptr)" for m in methods),
            f"@entries = internal global [{len(rows)} x {_METHOD}] [{', '.join(rows)}]"]


def _definition(name: str) -> str:
    """The module's own functions, its definition and `PyInit_`."""
    fields = ("i64 1", "ptr null", "ptr null", "i64 0", "ptr null", "ptr @text.name", "ptr null", "i64 0",
              "ptr @functions", "ptr @slots", "ptr null", "ptr null", "ptr null")  # fmt: skip
    rows = [f"{_METHOD} {{ ptr @text.{f}, ptr @tl_{f}, i32 {_METH_FASTCALL}, ptr null }}" for f in ("place", "bind")]
    return f"""\
@functions = internal global [3 x {_METHOD}] [{', '.join([*rows, f"{_METHOD} zeroinitializer"])}]
@slots = internal global [1 x {{ i32, ptr }}] zeroinitializer
@definition = internal global {_DEFINITION} {{ {', '.join(fields)} }}
define ptr @PyInit_{name}() {{
  %module = call ptr @PyModuleDef_Init(ptr @definition)
  ret ptr %module
}}"""


_DECLARED = {
    "PyModuleDef_Init": "declare ptr @PyModuleDef_Init(ptr)",
    "PyCMethod_New": "declare ptr @PyCMethod_New(ptr, ptr, ptr, ptr)",
    "PyLong_AsLongLong": "declare i64 @PyLong_AsLongLong(ptr)",
    "PyLong_AsVoidPtr": "declare ptr @PyLong_AsVoidPtr(ptr)",
    "PyErr_SetString": "declare void @PyErr_SetString(ptr, ptr)",
    "PyExc_SystemError": "@PyExc_SystemError = external global ptr",
    **{name: declaration(name) for name in ("Py_IncRef", "_Py_NoneStruct")},
}

_MISUSED = """\
define internal ptr @tl_misused() cold {
  %kind = load ptr, ptr @PyExc_SystemError
  call void @PyErr_SetString(ptr %kind, ptr @text.misused)
  ret ptr null
}"""

_PLACE = """\
define internal ptr @tl_place(ptr %self, ptr %args, i64 %nargs) {{
  %two = icmp eq i64 %nargs, 2
  br i1 %two, label %read, label %misused
read:
  %first = load ptr, ptr %args
  %second = getelementptr ptr, ptr %args, i64 1
  %number = load ptr, ptr %second
  %k = call i64 @PyLong_AsLongLong(ptr %first)
  %address = call ptr @PyLong_AsVoidPtr(ptr %number)
  %inside = icmp ult i64 %k, {count}
  %some = icmp ne ptr %address, null
  %fits = and i1 %inside, %some
  br i1 %fits, label %keep, label %misused
keep:
  %at = getelementptr ptr, ptr @places, i64 %k
  %variable = load ptr, ptr %at
  store ptr %address, ptr %variable
  call void @Py_IncRef(ptr @_Py_NoneStruct)
  ret ptr @_Py_NoneStruct
misused:
  %error = call ptr @tl_misused()
  ret ptr %error
}}"""

_BIND = """\
define internal ptr @tl_bind(ptr %self, ptr %args, i64 %nargs) {{
  %three = icmp eq i64 %nargs, 3
  br i1 %three, label %read, label %misused
read:
  %first = load ptr, ptr %args
  %second = getelementptr ptr, ptr %args, i64 1
  %state = load ptr, ptr %second
  %third = getelementptr ptr, ptr %args, i64 2
  %module = load ptr, ptr %third
  %k = call i64 @PyLong_AsLongLong(ptr %first)
  %inside = icmp ult i64 %k, {count}
  br i1 %inside, label %make, label %misused
make:
  %method = getelementptr {method}, ptr @entries, i64 %k
  %made = call ptr @PyCMethod_New(ptr %method, ptr %state, ptr %module, ptr null)
  ret ptr %made
misused:
  %error = call ptr @tl_misused()
  ret ptr %error
}}"""
