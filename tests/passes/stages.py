"""A function after a pass, as text."""

from __future__ import annotations

import textwrap
from typing import Any

from ops.written import function
from tapeless.compiler import pipeline
from tapeless.compiler.ir.nodes import Function
from tapeless.compiler.ir.printing import show
from tapeless.signatures import parse_signature


def after(name: str, text: str, types: str = "", wrt: str | tuple[str, ...] = "x", **world: Any) -> Function:
    """The function `f` that `text` defines, as the pass `name` leaves it.

    `types` are those of the arguments, in the notation of signatures; passes before `infer` need none.
    """
    seen: dict[str, Function] = {}

    def observe(step: str, result: Function) -> None:
        seen[step] = result

    source = pipeline.surface(function(textwrap.dedent(text), **world), observe)  # type: ignore[arg-type]
    if name not in seen:
        typed = pipeline.typed(source, parse_signature(types), observe)
        if name not in seen:
            names = (wrt,) if isinstance(wrt, str) else wrt
            pipeline.adjoint(typed, names, packed=not isinstance(wrt, str), observe=observe)
    return seen[name]


def lines(result: Function, start: str = "", stop: str = "") -> str:
    """The statements of a function, without its head; between two lines when they are given."""
    text = show(result).splitlines()[1:]
    if start:
        text = text[next(k for k, line in enumerate(text) if line.strip() == start) + 1 :]
    if stop:
        text = text[: next(k for k, line in enumerate(text) if line.strip() == stop)]
    return textwrap.dedent("\n".join(text)).strip("\n")


def expect(result: Function | str, expected: str) -> None:
    """Equal texts, apart from the indentation of the expected one."""
    actual = result if isinstance(result, str) else lines(result)
    assert actual == textwrap.dedent(expected).strip("\n"), f"\n{actual}"
