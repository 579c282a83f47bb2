"""One program that must be refused: its text, and what the message has to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MARK = "#!"


@dataclass(frozen=True)
class Refusal:
    """`source` defines `f`; every line to be named in the message ends with the comment `#!`.

    `says` is a word of the reason or of the remedy, `under` the text that the caret stands under, where only one place
    is right.  Both are looked for without regard to case.
    """

    name: str
    source: str
    says: str
    under: str = ""
    args: tuple[Any, ...] = (1.5,)

    @property
    def marked_lines(self) -> list[int]:
        lines = self.source.splitlines()
        return [number for number, line in enumerate(lines, start=1) if line.rstrip().endswith(MARK)]
