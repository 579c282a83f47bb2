"""Places in the user's files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node comes from in the user's file: 1-based lines, 0-based columns, as in `ast`."""

    file: str = ""
    line: int = 0
    col: int = 0
    end_line: int = 0
    end_col: int = 0


NOWHERE = Span()
