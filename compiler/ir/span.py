"""Places in the user's files."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node comes from in the user's file: 1-based lines, 0-based columns, as in `ast`.

    What the compiler's library has written shows as the call of it. `inside` are its own lines and columns, which tell
    two lists of one function apart.
    """

    file: str = ""
    line: int = 0
    col: int = 0
    end_line: int = 0
    end_col: int = 0
    inside: tuple[int, ...] = field(default=(), compare=False)


NOWHERE = Span()
