"""Which arguments to differentiate: `argnums=` by position, or `wrt=` by name."""

from __future__ import annotations

import linecache
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from tapeless.compiler.diagnostics import Findings
from tapeless.compiler.ir.span import Span


@dataclass(frozen=True, slots=True)
class Selection:
    """The choice as the user made it; argument 0 when nothing was said.

    One argument gives its gradient, a tuple or a slice a tuple of gradients.
    """

    argnums: int | tuple[int, ...] | slice | None = None
    wrt: str | tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.argnums is not None and self.wrt is not None:
            raise TypeError("`argnums` and `wrt` both choose arguments; give one of them")
        names = self.wrt if isinstance(self.wrt, tuple | list) else (self.wrt,)
        if self.wrt is not None and not all(isinstance(n, str) for n in names):
            raise TypeError(f"`wrt` takes names of parameters, which {self.wrt!r} is not; `argnums` takes positions")

    @property
    def packed(self) -> bool:
        """Whether gradients come back as a tuple."""
        return isinstance(self.argnums, tuple | slice | list) or isinstance(self.wrt, tuple | list)

    def names(self, parameters: tuple[str, ...], function: FunctionType) -> tuple[str, ...]:
        """The names of the chosen parameters. Raises `CompileError` D003 for one that does not exist."""
        if self.wrt is not None:
            chosen: tuple[Any, ...] = (self.wrt,) if isinstance(self.wrt, str) else tuple(self.wrt)
            unknown = [n for n in chosen if n not in parameters]
        else:
            chosen, unknown = self._positions(parameters)
        if not chosen and not unknown and (self.argnums is not None or self.wrt is not None):
            raise ValueError("no argument is chosen; give at least one position or name")
        if unknown:
            from difflib import get_close_matches

            code = function.__code__
            findings = Findings()
            text = linecache.getline(code.co_filename, code.co_firstlineno)
            indent = len(text) - len(text.lstrip())
            span = Span(code.co_filename, code.co_firstlineno, indent, code.co_firstlineno, len(text.rstrip()))
            close = get_close_matches(str(unknown[0]), parameters, n=1)
            listed = ", ".join(f"`{p}`" for p in parameters) or "none"
            findings.add("D003", span, name=function.__name__, argument=unknown[0], arguments=listed,
                         hint=f"did you mean `{close[0]}`?" if close else "")
            findings.check()
        if len(set(chosen)) != len(chosen):
            raise ValueError("an argument is chosen twice")
        return chosen

    def _positions(self, parameters: tuple[str, ...]) -> tuple[tuple[str, ...], list[Any]]:
        if self.argnums is None and not parameters:
            return (), []  # such a function has a value; asking for its gradient is the mistake
        argnums = 0 if self.argnums is None else self.argnums
        if isinstance(argnums, slice):
            return parameters[argnums], []
        positions = argnums if isinstance(argnums, tuple | list) else (argnums,)
        if not all(isinstance(k, int) and not isinstance(k, bool) for k in positions):
            raise TypeError("`argnums` is an integer, a tuple of integers or a slice; names are given by `wrt`")
        count = len(parameters)
        unknown = [k for k in positions if not -count <= k < count]
        return tuple(parameters[k] for k in positions if k not in unknown), unknown
