"""The mistakes of a first day, in `cases/newcomer.txt`, each with all that it is told.

    === what the case is about
    def f(x):
        return x[0]
    --- 1.5
    error[T023]: ...

Behind the dashes stand the arguments of the call to `f.grad`, the number 1.5 if nothing does. Refreshed by
`--refresh-golden` like the other stored texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden.stored import compare
from tapeless import CompileError

from .test_refusals import load, refuse

CASES = Path(__file__).parent / "cases" / "newcomer.txt"
CASE = re.compile(r"=== (?P<title>.*)\n(?P<source>(?:.*\n)*?)---(?P<given>.*)\n(?P<expected>(?:(?!=== ).*\n)*)")
WORLD = {"np": np, "VECTOR": np.array([1.0, 2.0, 3.0]), "MATRIX": np.eye(3) + 0.1}
INTERNAL = re.compile(r"\{\w*\}|Scalar\(|Array\(|\bt\.\w|#\d|@\d|result\.return|spec=|<class|::1|Traceback|\.copied")


@dataclass(frozen=True)
class Case:
    title: str
    source: str
    given: str
    expected: str

    @property
    def args(self) -> tuple[Any, ...]:
        found: tuple[Any, ...] = eval(f"({self.given or '1.5'},)", dict(WORLD))
        return found

    def refused(self, folder: Path) -> CompileError:
        error = refuse(load(folder, "newcomer", self.source), self.args)
        assert isinstance(error, CompileError)
        return error


FOUND = [Case(**m.groupdict()) for m in CASE.finditer(CASES.read_text(encoding="utf-8"))]


def text_of(case: Case, folder: Path) -> str:
    return str(case.refused(folder)).replace(str(folder) + "/", "")


def test_the_whole_texts(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    shown = [f"=== {c.title}\n{c.source}---{c.given}\n{text_of(c, tmp_path)}\n" for c in FOUND]
    compare(CASES, "\n".join(shown), pytestconfig)


def test_there_are_many() -> None:
    assert len(FOUND) >= 60
    assert len({case.title for case in FOUND}) == len(FOUND)


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.title)
def test_a_mistake_is_told_once_and_in_words(case: Case, tmp_path: Path) -> None:
    findings = case.refused(tmp_path).findings
    assert len({(f.span.line, f.span.col) for f in findings}) == len(findings)
    for finding in findings:
        assert finding.helps and finding.label
        for sentence in (finding.text, finding.label, *finding.helps):
            assert not INTERNAL.search(sentence), sentence
            assert sentence.count("`") % 2 == 0 and not sentence.endswith("."), sentence
