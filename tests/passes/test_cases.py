"""The files in `cases`: one per pass, each a list of small functions and what the pass makes of them.

    === what the case is about
    def f(x, y):
        return x * y
    --- float, float; wrt x
    t.1: float = mul(x, y)
    return t.1

Behind the dashes stand the argument types and, for passes after `simplify`, what is differentiated. Refreshed by
`--refresh-golden` like the other stored texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from golden.stored import compare

from .stages import after, lines

CASES = Path(__file__).parent / "cases"
CASE = re.compile(r"=== (?P<title>.*)\n(?P<source>(?:.*\n)*?)---(?P<given>.*)\n(?P<expected>(?:(?!=== ).*\n)*)")


@dataclass(frozen=True)
class Case:
    """One function and the intermediate representation that a pass makes of it."""

    title: str
    source: str
    given: str
    expected: str

    @property
    def types(self) -> str:
        return self.given.partition(";")[0].strip()

    @property
    def wrt(self) -> str | tuple[str, ...]:
        names = re.findall(r"\w+", self.given.partition("; wrt")[2])
        return names[0] if len(names) == 1 else tuple(names)


def cases(path: Path) -> list[Case]:
    return [Case(**m.groupdict()) for m in CASE.finditer(path.read_text(encoding="utf-8"))]


def text_of(name: str, case: Case) -> str:
    result = after(name, case.source, case.types, case.wrt)
    stacks = "".join(f"stack {s.name}: {s.type}\n" for s in result.stacks)
    body = lines(result)
    return stacks + body[body.index("# forward") if result.stacks else 0 :]


@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_cases(path: Path, pytestconfig: pytest.Config) -> None:
    shown = [f"=== {c.title}\n{c.source}---{c.given}\n{text_of(path.stem, c)}\n" for c in cases(path)]
    assert shown
    compare(path, "\n".join(shown), pytestconfig)


def test_titles_are_unique() -> None:
    titles = [(path.stem, case.title) for path in CASES.glob("*.txt") for case in cases(path)]
    assert len(set(titles)) == len(titles)
