"""The examples of docs/support.md: what is said to work agrees with Python, what is said to be refused is."""

from __future__ import annotations

import linecache
import math
import textwrap
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

from docs.scripts import script
from tapeless import CompileError, check_grads, differentiate

support = script("support")
X = np.array([1.7, 0.65, 0.95])


def square(a):
    return a * a


def twice(f, a):
    return f(f(a))


def fact(n):
    return n * fact(n - 1.0) if n > 1.0 else 1.0


class Point(NamedTuple):
    x: float
    y: float


@dataclass
class Body:
    place: float
    speed: float

    @property
    def energy(self) -> float:
        return 0.5 * self.speed * self.speed

    def move(self, time: float) -> None:
        self.place += self.speed * time


def function(name: str, code: str) -> Any:
    """`code` as the body of a function of `x` that returns `y`."""
    text = "def example(x):\n" + textwrap.indent(code, "    ") + "\n    return y\n"
    file = f"<support: {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    scope = {"np": np, "math": math, "square": square, "twice": twice, "fact": fact, "Point": Point,
             "Body": Body}
    exec(compile(text, file, "exec"), scope)
    return scope["example"]


@pytest.mark.parametrize("name", support.CONSTRUCTS)
def test_what_is_said_to_work_agrees_with_python(name: str) -> None:
    example = function(name, support.CONSTRUCTS[name])
    compiled = differentiate(example)
    assert compiled(X.copy()) == example(X.copy())
    assert check_grads(compiled, (X,))


@pytest.mark.parametrize("name", support.NOT_YET)
def test_what_is_said_to_be_refused_is(name: str) -> None:
    code, expected = support.NOT_YET[name]
    with pytest.raises(CompileError) as caught:
        differentiate(function(name, code)).grad(X)
    assert expected in [finding.code for finding in caught.value.findings]


def test_every_operation_that_users_can_call_is_listed() -> None:
    page = support.text()
    missing = [s for row in support.OPS for s in support.spellings(row) if f"`{s}`".replace("|", r"\|") not in page]
    assert missing == []


def test_every_message_is_listed() -> None:
    page = support.text()
    assert [code for code in support.CATALOGUE if f"| {code} |" not in page] == []
