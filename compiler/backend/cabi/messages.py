"""The errors of a library: a code for each, its text, and how the numbers that belong to it are read."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ..llvm.errors import ErrorSite

NO_MEMORY, BAD_ARGUMENT, OVERLAP, NO_ROOM, BAD_SHAPE = 1, 2, 3, 4, 5
_NUMBER = "\0"  # where a number belongs, while braces may be text
FIRST_SITE = 16  # codes from here on are errors of the user's functions


@dataclass(frozen=True, slots=True)
class Message:
    """A text with `{}` for each number, and a letter for each `{}` in it.

    The letters: `i` a signed integer, `b` a bool, `f` a double by its bits, `-` a pair of braces that is text.
    """

    text: str
    kinds: str = ""


def general_messages() -> tuple[Message, ...]:
    """The errors that every function can report, from code 0."""
    known = {
        0: "no error",
        NO_MEMORY: "an array does not fit into memory or into the workspace",
        BAD_ARGUMENT: "an extent is negative, an array with elements has no address, or the workspace is not aligned "
                      "to 16 bytes",
        OVERLAP: "an array that the function writes into shares memory with another argument: their gradients cannot "
                 "be told apart",
        NO_ROOM: "the buffer for a result is too small; its extents have been written",
        BAD_SHAPE: "the head gradient does not have the shape of the value",
    }
    return tuple(Message(known.get(code, "unknown error")) for code in range(FIRST_SITE))


def message_of(site: ErrorSite, function: str) -> Message:
    """The text of an error as Python would print it, and where it comes from."""
    if site.said:  # which no C function has
        return Message(site.exception)
    where = f"{PurePath(site.span.file).name}:{site.span.line}, " if site.span.line > 0 else ""
    parts = string.Formatter().parse(site.message or "")
    marked = "".join(literal + ("" if field is None else _NUMBER) for literal, field, _, _ in parts)
    numbers = iter(site.kinds)
    kinds = "".join("-" if found == "{}" else next(numbers)[0] for found in re.findall(rf"{_NUMBER}|\{{\}}", marked))
    text = marked.replace(_NUMBER, "{}")
    name = site.exception if site.message is None else f"{site.exception}: {text.rstrip()}"
    return Message(f"{name} ({where}in {function})", kinds)


def message_text(prefix: str, messages: Sequence[Message]) -> str:
    """The module with `PREFIX_error_message(code)` and `PREFIX_error_kinds(code)`, whose results are never null."""
    lines: list[str] = []
    for what in ("message", "kinds"):
        texts = [m.text if what == "message" else m.kinds for m in messages]
        names = []
        for k, text in enumerate(texts):
            content = text.encode() + b"\0"
            names.append(f"ptr @{what}.{k}")
            lines.append(f"@{what}.{k} = private unnamed_addr constant [{len(content)} x i8] c\"{_escaped(content)}\"")
        lines.append(f"@{what}.all = private constant [{len(names)} x ptr] [{', '.join(names)}]")
        other = f"@{what}.{FIRST_SITE - 1}"
        lines.append(f"""
define ptr @{prefix}_error_{what}(i32 %code) nounwind {{
  %known = icmp ult i32 %code, {len(texts)}
  br i1 %known, label %some, label %none
some:
  %place = getelementptr [{len(names)} x ptr], ptr @{what}.all, i32 0, i32 %code
  %text = load ptr, ptr %place
  ret ptr %text
none:
  ret ptr {other}
}}
""")
    return "\n".join(lines)


def _escaped(content: bytes) -> str:
    return "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:02X}" for b in content)
