"""C functions for a plan: which there are, what they are called and take, and the header that says so.

    <prefix><function>[_<types>]_value            the value
    <prefix><function>[_<types>]_grad             the gradient
    <prefix><function>[_<types>]_value_and_grad   both
    <prefix><function>[_<types>]_vjp              the pullback of a head gradient

The types are part of the name where a function has several signatures.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tapeless.compiler import foreign, pipeline
from tapeless.compiler.backend.cabi import FIRST_SITE, CParameter, Input, Output, c_identifier
from tapeless.compiler.backend.entry import Param
from tapeless.compiler.ir.records import Structure, gradient_tree, names_in, shown_name
from tapeless.compiler.ir.types import PARTS, Array, Scalar, TupleOf, Type, Unknown, is_float, leaves
from tapeless.compiler.native import stored_parameters

from ..key import Purpose
from ..loading import UsageError
from .plan import Part, Plan, Planned, Unit

WORDS: dict[Purpose, str] = {"value": "value", "gradient": "grad", "both": "value_and_grad", "pullback": "vjp"}
_LETTERS = {"float64": "d", "float32": "s", "int64": "l", "int32": "i", "bool": "b", "complex64": "c",
            "complex128": "z"}


@dataclass(frozen=True, slots=True)
class Face:
    """One C function of a library, and what its reader has to know.

    Attributes:
        code: the function.
        unit: where it comes from.
        purpose: what it computes.
        outputs: the items of its result.
        inputs: what it takes.
    """

    code: foreign.CFunction
    unit: Unit
    purpose: Purpose
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class CLibrary:
    """The C functions of a plan.

    Attributes:
        name: a C identifier; the functions of the library itself begin with it.
        faces: the functions.
        missing: what there is no function for, and why.
    """

    name: str
    faces: tuple[Face, ...]
    missing: tuple[str, ...]

    @property
    def routines(self) -> tuple[str, ...]:
        """The BLAS and LAPACK routines that have to be linked."""
        return tuple(sorted(frozenset[str]().union(*(f.code.routines for f in self.faces))))

    def texts(self) -> dict[str, str]:
        """A module of LLVM for every object file, by name."""
        found = {name: text for f in self.faces for name, text in f.code.texts.items()}
        found[f"{self.name}_errors"] = foreign.c_messages(self.name, tuple(f.code for f in self.faces))
        return found


def c_library(
    plan: Plan, name: str, pointer_bits: int = 64, prefix: str = "", own_products: bool = False
) -> CLibrary:
    """The C functions of a plan.

    Args:
        plan: the functions.
        name: of the library; a C identifier.
        pointer_bits: of the target.
        prefix: what the names of all functions begin with.
        own_products: products of matrices are loops, even where BLAS would be faster.

    Raises:
        UsageError: two functions would have one name.
        CompileError: a function is refused.
    """
    faces: list[Face] = []
    missing: list[str] = []
    code = FIRST_SITE
    for planned in plan.functions:
        for unit, suffix in zip(planned.units, _suffixes(planned), strict=True):
            for purpose in unit.purposes:
                full = prefix + c_identifier(f"{planned.name}{suffix}_{WORDS[purpose]}")
                reason = _impossible(unit, purpose)
                if reason:
                    missing.append(f"{full}: {reason}")
                    continue
                face = _face(full, planned, unit, purpose, code, pointer_bits, own_products)
                code += len(face.code.messages)
                faces.append(face)
    names = [n for f in faces for n in f.code.texts]
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice:
        raise UsageError(f"two functions would have the name `{twice}` in C; rename one of them")
    return CLibrary(name, tuple(faces), tuple(missing))


def _impossible(unit: Unit, purpose: Purpose) -> str:
    """Why there is no C function for a purpose; empty when there is one."""
    variant = unit.program.variant(unit.types)
    stored = stored_parameters(variant.function)
    outside = next((v.name for v, _ in variant.surface.arrays if v.name in stored), None)
    if outside is not None:
        return f"the function writes into the array `{outside}` that it reads from outside, and a library has no state"
    if purpose == "pullback" and stored and any(isinstance(t, Array) for t in leaves(variant.function.result)):
        return (f"the function writes into `{shown_name(min(stored))}`, so its value cannot be computed first to know "
                f"the shape of the head gradient; write into a copy")
    return ""


def _face(
    full: str, planned: Planned, unit: Unit, purpose: Purpose, code: int, pointer_bits: int, own_products: bool
) -> Face:
    part = unit.part(purpose)
    constants = {f"{full}.array.{k}": _constant(a) for k, a in enumerate(unit.arrays)}
    items = tuple(_items(unit.program.variant(unit.types).function.result))
    heads = _heads(part, items)
    inputs = tuple(_inputs(part, tuple(constants), heads))
    outputs = tuple(_outputs(part, unit))
    value = None
    if purpose == "pullback":
        value = foreign.Source(unit.part("value").function, lambda: unit.part("value", False).function)
    source = foreign.Source(part.function, lambda: unit.part(purpose, False).function)
    made = foreign.c_function(
        full, planned.name, source, _with_constants(inputs, constants), outputs, first_code=code,
        pointer_bits=pointer_bits, constants=constants, value=value, heads=heads, items=items,
        own_products=own_products,
    )  # fmt: skip
    return Face(made, unit, purpose, inputs, outputs)


def _heads(part: Part, items: Sequence[Scalar | Array]) -> tuple[tuple[str, ...], ...]:
    """For each item of the value the names of its head adjoints: none, one, or the two parts of a complex number."""
    names = iter([p.name for p in pipeline.heads_of(part.function)])
    pullback = part.key.purpose == "pullback"
    return tuple(tuple(next(names) for _ in _cells(t)) if pullback and is_float(t) else () for t in items)


def _cells(t: Scalar | Array) -> tuple[Scalar | Array, ...]:
    """What a kernel takes for a value: of a complex number its two parts."""
    return (Scalar(PARTS[t.kind]),) * 2 if isinstance(t, Scalar) and t.kind in PARTS else (t,)


def _with_constants(inputs: tuple[Input, ...], constants: dict[str, foreign.Constant]) -> tuple[Input, ...]:
    return tuple(replace(i, extents=constants[i.constant].extents) if i.constant else i for i in inputs)


def _constant(array: Any) -> foreign.Constant:
    """An array that the function reads from outside, as it is now."""
    plain = np.ascontiguousarray(array)
    return foreign.Constant(plain.dtype.name, array.shape, plain.astype(plain.dtype.newbyteorder("<")).tobytes())


# --------------------------------------------------------------------------------------------------- inputs and outputs


def _inputs(part: Part, constants: tuple[str, ...], heads: Sequence[tuple[str, ...]]) -> Iterator[Input]:
    """The parameters of the function at level LOOPS, tuples opened."""
    first = len(part.params) - len(constants)
    names = (name for v in part.function.params for name, _ in _opened(v.name, v.type))
    shown = _shown(heads)
    for k, param in enumerate(part.params):
        for t, alone in _memory(param):
            name = next(names)
            constant = constants[k - first] if k >= first else ""
            # A derivative works on copies of what the function writes into.
            stored = param.stored and alone and part.key.purpose == "value"
            yield Input(name, t, stored, param.exclusive and alone, constant, (), shown.get(name, ""))


def _shown(heads: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """What the head adjoints are called: `value_bar`, or with numbers where the value has several items."""
    several, found = len(heads) > 1, dict[str, str]()
    for k, names in enumerate(heads):
        base = f"value_{k}_bar" if several else "value_bar"
        ends = ("",) if len(names) == 1 else ("_re", "_im")
        found |= {name: base + end for name, end in zip(names, ends, strict=False)}
    return found


def _memory(param: Param) -> Iterator[tuple[Scalar | Array, bool]]:
    """The items of a parameter, and for each whether what is said of the parameter's memory is about it."""
    arrays = 0
    for _, t in _opened("", param.type):
        for cell in _cells(t):
            yield cell, isinstance(t, Array) and (param.only is None or arrays in param.only)
        arrays += isinstance(t, Array)


def _opened(name: str, t: Type) -> Iterator[tuple[str, Scalar | Array]]:
    """The items of a parameter that are passed."""
    for leaf, u in _leaves(name, t):
        if isinstance(u, Scalar | Array):
            yield leaf, u


def _leaves(name: str, t: Type) -> Iterator[tuple[str, Type]]:
    if isinstance(t, TupleOf):
        for k, item in enumerate(t.items):
            yield from _leaves(f"{name}.{k}", item)
    else:
        yield name, t


def _items(t: Type) -> Iterator[Scalar | Array]:
    """The items of a result that are passed."""
    for leaf in leaves(t):
        if isinstance(leaf, Unknown):
            raise TypeError("a result of unknown type has no C function")
        if isinstance(leaf, Scalar | Array):
            yield leaf


def _outputs(part: Part, unit: Unit) -> Iterator[Output]:
    items = list(_items(part.result))
    values = len(items)
    if part.key.purpose != "value":
        names = [n for tree in _trees(unit) for n in names_in(tree)]
        values = len(items) - len(names)
    for k, t in enumerate(items[:values]):
        yield Output("value" if values == 1 else f"value_{k}", t)
    if part.key.purpose != "value":
        for name, t in zip(names, items[values:], strict=True):
            yield Output(f"{name}_bar", t, name)


def _trees(unit: Unit) -> list[Any]:
    structures = dict(zip(unit.function._names, unit.types, strict=True))
    return [gradient_tree(name, structures[name]) for name in unit.function.wrt]


def _suffixes(planned: Planned) -> list[str]:
    """What tells the signatures of a function apart: nothing if there is one, else a letter for each type."""
    if len(planned.units) == 1:
        return [""]
    found: list[str] = []
    for unit in planned.units:
        word = "_" + "_".join(_mangled(t) for t in unit.types)
        found.append(word if word not in found else f"{word}_{len(found) + 1}")
    return found


def _mangled(s: Structure) -> str:
    """`d` for a number, `d2` for a contiguous matrix, `d2a` for one of any strides."""
    if isinstance(s, Scalar):
        return _LETTERS[s.kind]
    if isinstance(s, Array):
        return f"{_LETTERS[s.kind]}{s.rank}" + ("a" if s.layout == "A" else "")
    items: Sequence[Structure] = getattr(s, "items", ())
    return f"t{len(items)}" + "".join(map(_mangled, items)) if items else c_identifier(str(s).strip("'")).strip("_")


# ---------------------------------------------------------------------------------------------------------- the header


def header(library: CLibrary, stamp: str = "Tapeless") -> str:
    """The text of `NAME.h`; `stamp` says what compiled it, for what and from what."""
    guard = f"{library.name.upper()}_H"
    parts = [
        _OPENING.format(name=library.name, guard=guard, stamp=_commented(stamp)),
        _linking(library),
        _STRUCT,
        _ERRORS.format(name=library.name, first=FIRST_SITE),
        *(_declaration(face) for face in library.faces),
    ]
    if library.missing:
        parts.append("/* Not here:\n" + "".join(f"     {_commented(line)}\n" for line in library.missing) + "*/\n")
    parts.append(_CLOSING)
    return "\n".join(parts)


def _linking(library: CLibrary) -> str:
    lines = ["/* Link with the C library and its mathematics (-lm)."]
    if library.routines:
        lines.append("   Also needed are BLAS and LAPACK with 32-bit integers, as in -llapack -lblas or -lopenblas:")
        lines.append(f"   {', '.join(library.routines)}.")
    return "\n".join(lines) + " */\n"


def _declaration(face: Face) -> str:
    """A comment about the function, and its prototype."""
    name = face.code.name
    first = f"{_PURPOSE[face.purpose]} of `{face.unit.function.__name__}{face.unit}`."
    doc = inspect.getdoc(face.unit.function.py_func)
    lines = [first, *(["", *doc.splitlines()] if doc else []), "", *_about(face)]
    wrapped = [part for line in lines for part in _wrapped(_commented(line))]
    comment = "/* " + "\n   ".join(wrapped).rstrip() + " */"
    listed = ",\n    ".join(f"{p.type}{p.name}" for p in face.code.parameters)
    return "\n".join(line.rstrip() for line in f"{comment}\nint32_t {name}(\n    {listed});\n".splitlines()) + "\n"


_PURPOSE: dict[Purpose, str] = {
    "value": "The value",
    "gradient": "The gradient",
    "both": "The value and the gradient",
    "pullback": "The pullback of a head gradient",
}


def _about(face: Face) -> Iterator[str]:
    """A line for each input and output."""
    names = {(p.role, p.of): p.name for p in face.code.parameters}
    for item in face.inputs:
        if item.constant:
            continue
        name = names["number" if isinstance(item.type, Scalar) else "data", item.name]
        yield f"{name}: {_in_words(item.type, name)}" + ("; the function writes into it" if item.stored else "")
    for output in face.outputs:
        name = names["result", output.name]
        if not isinstance(output.type, Array):
            yield f"{name}: receives {_in_words(output.type, name)}, or NULL"
        elif output.like is not None:
            like = names["data", output.like]
            yield f"{name}: receives a {_kind(output.type)}, row-major, with the extents of {like}, or NULL"
        elif output.open:
            yield (f"{name}: receives a {_kind(output.type)} of rank {output.type.rank}, row-major, if it has "
                   f"{name}_room elements at most; {name}_extents receives its extents ({output.type.rank}); either "
                   f"may be NULL")
        else:
            yield f"{name}: receives one element, or NULL"


def _in_words(t: Scalar | Array, name: str) -> str:
    if isinstance(t, Scalar) and t.kind in PARTS:
        return f"a number ({t.kind}), its real and its imaginary part one after the other"
    if isinstance(t, Scalar):
        return {"bool": "0 or 1"}.get(t.kind, f"a number ({t.kind})")
    if t.rank == 0:
        return f"one {t.kind}"
    extents = " x ".join(f"{name}_n{k}" for k in range(t.rank))
    if t.layout == "C":
        return f"a {_kind(t)}, row-major, {extents}"
    last = " + ".join(f"i{k} * {name}_s{k}" for k in range(t.rank))
    return f"a {_kind(t)}, {extents}, element ({', '.join(f'i{k}' for k in range(t.rank))}) at {name}[{last}]"


def _kind(t: Array) -> str:
    return f"{t.kind} array" + (" (pairs of parts)" if t.kind in PARTS else "")


def _wrapped(line: str) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(line, 112, subsequent_indent=indent + "    ") or [""]


def _commented(line: str) -> str:
    return line.replace("*/", "* /").replace("/*", "/ *")


def parameter_types(parameters: Sequence[CParameter]) -> tuple[str, ...]:
    """The C types of a function's parameters, as in a prototype without names."""
    return tuple(p.type.strip() for p in parameters)


_OPENING = """\
/* {name}: functions and gradients, compiled by
     {stamp}

   Every function returns 0, or the code of an error; then nothing is to be relied on in the buffers for results.
   No function has state, so all of them may be called from several threads at once. Arguments are not changed, except
   for arrays without `const`. Arrays are aligned to their elements. Extents count elements along an axis; strides
   count elements, not bytes, and may be negative or 0. Buffers for results may overlap neither with arguments nor with
   one another. */

#ifndef {guard}
#define {guard}

#include <stdint.h>

#ifdef __cplusplus
extern "C" {{
#endif
"""

_STRUCT = """\
/* About one call; the last argument of every function, or NULL.

   workspace: memory for the call, aligned to 16 bytes; NULL, and the call uses malloc and free.
   workspace_size: its bytes.
   workspace_used: set by the call: the bytes that a workspace needs to have for it. That depends on extents, and
       on how often loops run; so to ask for it, make the call once without a workspace.
   numbers: set by an error: the integers and the bits of the doubles that belong into its message. */
#ifndef TAPELESS_CALL
#define TAPELESS_CALL
typedef struct tapeless_call {
    void *workspace;
#if UINTPTR_MAX == 0xFFFFFFFF
    int32_t padding;
#endif
    int64_t workspace_size;
    int64_t workspace_used;
    int64_t numbers[8];
} tapeless_call;
#endif
"""

_ERRORS = """\
/* The text of an error. Each {{}} in it stands for one of the numbers of the call. Never NULL.

   1: memory or the workspace is too small. 2: an argument cannot be. 3: arrays that may not overlap do.
   4: a buffer for a result is too small. 5: the head gradient has a wrong shape. From {first} on: an error in the
   function, with the place in its source. */
const char *{name}_error_message(int32_t code);

/* How the numbers of an error are read, a letter for each {{}} in its text: i an integer, b a bool, f the bits of a
   double, - braces that are only text. */
const char *{name}_error_kinds(int32_t code);
"""

_CLOSING = """\
#ifdef __cplusplus
}
#endif

#endif
"""
