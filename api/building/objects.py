"""The native part of a package: every function, signature and purpose as an entry point, for each processor level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tapeless.runtime import ndarray

from ..key import Purpose
from .cpus import Level
from .link import link
from .plan import Part, Plan, Unit

if TYPE_CHECKING:
    from tapeless.compiler.backend.entry import EntryLayout
    from tapeless.compiler.backend.llvm import ErrorSite
    from tapeless.compiler.native import NativeCode


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry point: what it is for, and the errors that its status codes stand for.

    `careful`: it makes no assumptions about shapes and memory.
    """

    function: str
    unit: int
    purpose: Purpose
    careful: bool
    errors: tuple[ErrorSite, ...]


@dataclass(frozen=True, slots=True)
class NativePart:
    """The extension modules of a package by their names, their entry points by number, and what they are told."""

    modules: dict[str, bytes]
    entries: tuple[Entry, ...]
    places: tuple[str, ...]

    def numbers(self, function: str, unit: int, careful: bool) -> dict[Purpose, int]:
        """The entry points of a signature, by purpose."""
        return {e.purpose: k for k, e in enumerate(self.entries)
                if (e.function, e.unit, e.careful) == (function, unit, careful)}


def layout() -> EntryLayout:
    """Where things lie in objects of this Python and this NumPy, for code that is linked into a module."""
    from tapeless.compiler.backend.entry import EntryLayout

    return replace(EntryLayout(**ndarray.native_layout()), loads=True, dict_version=0)


def native_part(plan: Plan, levels: Sequence[Level], linker: str | None = None) -> NativePart:
    """Compile and link everything that is planned.

    Raises `CompileError` for a function that is refused, `UsageError` when there is no linker.
    """
    from tapeless.compiler import native
    from tapeless.compiler.backend.extension import Method, places_of

    wanted = list(_wanted(plan))
    methods = [Method(name, f"entry_{k}") for k, (name, *_) in enumerate(wanted)]
    where = layout()
    compiled = [[_compiled(unit, part, level, m.symbol) for m, (_, _, unit, part) in zip(methods, wanted, strict=True)]
                for level in levels]
    texts = [code.text for codes in compiled for code in codes]
    externals = {name for codes in compiled for code in codes for name in code.externals}
    places = places_of(texts, sorted(externals), where)
    modules: dict[str, bytes] = {}
    for level, codes in zip(levels, compiled, strict=True):
        shared = native.extension_module(level.module, methods, places, where, level.target())
        objects = {"module.o": shared, **{f"{m.symbol}.o": c.code for m, c in zip(methods, codes, strict=True)}}
        modules[level.module] = link(objects, linker)
    entries = tuple(Entry(name, k, part.key.purpose, not part.key.assume, code.errors)
                    for (name, k, _, part), code in zip(wanted, compiled[0], strict=True))
    return NativePart(modules, entries, tuple(places))


def _wanted(plan: Plan) -> Iterator[tuple[str, int, Unit, Part]]:
    """Function, number of the signature, and what to compile."""
    for planned in plan.functions:
        for k, unit in enumerate(planned.units):
            for purpose in unit.purposes:
                part, careful = unit.part(purpose), unit.part(purpose, assume=False)
                yield planned.name, k, unit, part
                if _assumes(part, careful):
                    yield planned.name, k, unit, careful


def _assumes(part: Part, careful: Part) -> bool:
    """Whether there are calls that the code for usual arguments hands on to the careful one.

    Arguments that overlap are refused where they are exclusive, see `Param`; elsewhere they are handed on.
    """
    overlaps = any(p.stored for p in part.params) and not any(p.exclusive for p in part.params)
    return overlaps or part.function != careful.function


def _compiled(unit: Unit, part: Part, level: Level, symbol: str) -> NativeCode:
    from tapeless.compiler import native

    return native.native(part.function, part.params, layout(), len(unit.arrays), part.key.assume,
                         machine=level.target(), symbol=symbol, with_text=True)
