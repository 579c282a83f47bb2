"""What a native callable is compiled for."""

from __future__ import annotations

from typing import Literal, NamedTuple

from tapeless.compiler.ir.records import Structure

Purpose = Literal["value", "gradient", "both", "pullback"]


class Key(NamedTuple):
    """Argument types, purpose, and the arguments that are differentiated: none for the value alone.

    `assume`: the code relies on what it checks of its arguments (`compiler/passes/fusion/agreement.py`).
    """

    types: tuple[Structure, ...]
    purpose: Purpose
    wrt: tuple[str, ...] = ()
    packed: bool = False
    assume: bool = True
