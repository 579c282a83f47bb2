"""The text of docs/python.md, from the compiler's table of verdicts. `python docs/refresh.py` writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tapeless.compiler.catalogue import CATALOGUE
from tapeless.compiler.frontend import verdicts
from tapeless.compiler.frontend.verdicts import Verdict
from tapeless.explain import general

HEAD = """\
# The Python that Tapeless compiles

Every statement, expression, operator and pattern of Python, and the common builtins and methods, each with its
verdict: *yes*, *yes* with a condition, or *no* with the code of the message. The page is printed from the table that
the compiler takes its refusals from, by `python docs/refresh.py`; a test compiles every example, compares what is
accepted with CPython and differentiates it, and demands that what is refused has the code that stands here.

In the examples `x` is an array of floats and `y` the result. [support.md](support.md) has NumPy's functions and what
each code says; `python -m tapeless explain CODE` prints one.
"""
ELSEWHERE = """\
## What differs from CPython

- Integers have 64 bits; overflow raises `OverflowError`.
- A variable has one type where paths meet. After a loop of no trips a sum that began as `0.0` is the NumPy number, or
  the float32, that it is after one trip; so a division of it by zero gives an infinity and raises nothing.
- More than a thousand activations of a recursive function raise `RecursionError`, whatever `sys.getrecursionlimit()`
  says.
- Compiled code raises no warnings, so `np.errstate` changes nothing.
- Of a list that is returned, and whose length only the call tells, all items are new objects: arrays are copies, and a
  dict that is in it twice is two dicts. Numbers in it are Python's where NumPy's have 64 bits.

## Lists among the arguments

A list of more than 16 numbers of one class (`float`, `int`, `bool`, `complex`, or one of NumPy's), or of tuples that
have such numbers in the same places, may have any length: one compiled function serves them all, and the gradient by it
is a list. Shorter and mixed lists, and lists of anything else, have their length in the type, as tuples have: the
function is compiled for each, and lists of more than 256 items are refused with the advice to pass an array. A function
that cannot be compiled for all lengths, because it takes the list apart in a way that only a known length allows, is
compiled for the length at hand, up to 256. Results never depend on which it is. Stores into a list of the caller's, and
methods that change it, are refused.
"""
TABLES = {"Statements": verdicts.STATEMENTS, "Expressions": verdicts.EXPRESSIONS, "Operators": verdicts.OPERATORS,
          "Patterns of `match`": verdicts.PATTERNS, "Builtins": verdicts.BUILTINS, "Methods": verdicts.METHODS}


def text() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, table in TABLES.items():
        parts += [f"## {title}\n", "| construct | verdict | for example | otherwise |", "| --- | --- | --- | --- |"]
        parts += [_row(f"{v.shown}<br>{name}", *_verdict(v)) for name, v in table.items()]
        parts.append("")
    return "\n".join([*parts, ELSEWHERE])


def _verdict(v: Verdict) -> Iterable[str]:
    codes = list(dict.fromkeys([*([v.code] if v.code else []), *(code for _, code in v.refused)]))
    remedies = [f"{code}: {general(' '.join(CATALOGUE[code].helps[:1]))}" for code in codes]
    if v.accepted:
        yield f"yes: {v.condition}" if v.condition else "yes"
    else:
        yield "no" if codes else "not by itself"
    yield "<br><br>".join(map(_code, v.accepted or [text for text, _ in v.refused if text]))
    yield "<br>".join(remedies)


def _code(text: str) -> str:
    lines = [line.replace("    ", "&emsp;") for line in text.splitlines()]
    return "<br>".join(re.sub(r"^((?:&emsp;)*)(.*)$", r"\1`\2`", line) for line in lines)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
