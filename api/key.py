"""What a native callable is compiled for."""

from __future__ import annotations

from typing import Literal, NamedTuple

from tapeless.compiler.ir.records import Structure

Purpose = Literal["value", "gradient", "both", "pullback"]


class Key(NamedTuple):
    """Argument types, purpose, and the arguments that are differentiated: none for the value alone.

    `assume`: the code relies on what it checks of its arguments (`compiler/passes/fusion/agreement.py`). `ones`: the
    axes of arguments whose extent it assumes to be 1.
    """

    types: tuple[Structure, ...]
    purpose: Purpose
    wrt: tuple[str, ...] = ()
    packed: bool = False
    assume: bool = True
    ones: tuple[tuple[str, int], ...] = ()

    @property
    def plain(self) -> Key:
        """The key that a call asks for, whatever the code that runs assumes of extents."""
        return self._replace(assume=True, ones=())

    @property
    def careful(self) -> Key:
        """The key of the code that assumes nothing, and so fits every call."""
        return self._replace(assume=False, ones=())
