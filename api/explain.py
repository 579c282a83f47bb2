"""`tapeless explain`: the catalogue of messages, by code."""

from __future__ import annotations

import re

from tapeless.compiler.catalogue import CATALOGUE, Entry

from .loading import UsageError

FAMILIES = {
    "F": "source and names",
    "A": "constructs that are not accepted",
    "T": "types and operations",
    "R": "dicts, lists, named tuples and objects",
    "D": "derivatives",
}


def explain(code: str | None) -> str:
    """One entry of the catalogue, or a list of all. Raises `UsageError` for a code that does not exist."""
    if code is None:
        return "\n".join(_list())
    entry = CATALOGUE.get(code.upper())
    if entry is None:
        raise UsageError(f"there is no message `{code}`; `tapeless explain` lists them all")
    return "\n".join(_page(code.upper(), entry))


def _list() -> list[str]:
    lines: list[str] = []
    for letter, title in FAMILIES.items():
        lines += ["", title] if lines else [title]
        lines += [f"  {code}  {general(entry.text)}" for code, entry in CATALOGUE.items() if code[0] == letter]
    return lines


def _page(code: str, entry: Entry) -> list[str]:
    # A reason that is nothing but a brace is known only where the error occurs.
    reason = "" if re.fullmatch(r"\{\w+\}", entry.label) else general(entry.label)
    rows = [("why: ", reason or "the message gives the reason"), *(("help:", general(h)) for h in entry.helps)]
    return [f"error[{code}]: {general(entry.text)}", *(f"  {word} {text}" for word, text in rows)]


def general(text: str) -> str:
    """A message with capitals in place of the words that depend on the program."""
    return re.sub(r"\{(\w+)\}", lambda m: m[1].upper(), text)
