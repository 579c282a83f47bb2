"""Integer arithmetic near the ends of 64 bits, at every level of optimisation, and the form of its checks.

LLVM 22 decides an exit of a loop wrongly where another exit says that a counter has come to the last number of its type
(llvm-project issue 180870); so no check for overflow may be such an exit.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate
from tapeless.compiler.backend import target

LIMIT = 2**63
EXPRESSIONS = (
    "i + 1", "i - 1", "1 + i", "1 - i", "-1 - i", "-1 + i", "i + 7", "i - 7", "7 + i", "7 - i", "-7 + i", "-7 - i",
    "i * -1", "-1 * i", "i * 3", "0 - i", "-i", "i * i", "i + i", f"i + {LIMIT - 1}", f"i - {LIMIT - 1}",
    f"{LIMIT - 1} - i", f"{-LIMIT} + i", f"{-LIMIT} - i", f"i - ({-LIMIT})", f"i * {-LIMIT}",
    "abs(i)", "i // -1", "i // (i - i - 1)",
)  # fmt: skip
_NEAR = {sign * part + by for sign in (1, -1) for part in (0, LIMIT // 3, LIMIT // 2, LIMIT) for by in range(-8, 9)}
NUMBERS = sorted(n for n in _NEAR if -LIMIT <= n < LIMIT)


def function_of(text: str) -> Callable[..., Any]:
    """The function `f` of a text, with its lines on record."""
    file = f"<limits {text}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    world: dict[str, Any] = {}
    exec(compile(text, file, "exec"), world)
    found: Callable[..., Any] = world["f"]
    return found


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the compiler hands to LLVM during a test."""
    written: list[str] = []
    original = target.optimise

    def optimise(text: str, machine: target.Target, level: int = 3) -> target.Module:
        written.append(text)
        return original(text, machine, level)

    monkeypatch.setattr(target, "optimise", optimise)
    return written


@pytest.mark.parametrize("level", (0, 1, 3))
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_integers_are_exact_or_refused(expression: str, level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    original = target.optimise
    monkeypatch.setattr(target, "optimise", lambda text, machine, _=3: original(text, machine, level))
    function = function_of(f"def f(i):\n    return {expression}\n")
    compiled = differentiate(function, cache=False)
    for n in NUMBERS:
        expected = function(n)
        if -LIMIT <= expected < LIMIT:
            assert compiled(n) == expected, n
        else:
            with pytest.raises(OverflowError):
                compiled(n)


COUNTERS = ("i += 1", "i = 1 + i", "i -= -1", "i += 2", "i -= 1", "i = 5 - i", "i = i * -1 + 9",
            "i = -i + 1", "i = abs(i) + 1")


@pytest.mark.parametrize("step", COUNTERS)
def test_no_check_says_how_often_a_loop_runs(step: str, texts: list[str]) -> None:
    """With one operand known, LLVM would make a comparison of a counter with a number out of a check for overflow."""
    text = f"""
def f(x, n):
    i, s = 0, 0.0
    while i < n and s < 40.0:
        s += x[i]
        {step}
    return s
"""
    compiled = differentiate(function_of(text), cache=False)
    assert compiled(np.ones(9), 0) == 0.0
    kernel = next(t for t in texts if "@kernel" in t)
    assert not re.search(r"icmp .*922337203685477580\d", kernel)
    operands = re.findall(r"with\.overflow\.i64\(i64 ([^,]+), i64 ([^)]+)\)", kernel)
    assert "sat.i64" in kernel
    assert all("%" in a and "%" in b for a, b in operands), operands


@pytest.mark.parametrize("test", ("i == {0}", "i >= {0}", "{0} <= i", "not i < {0}", "i > {1}", "i == {1}",
                                  "i == {2}", "i <= {2}", "{2} >= i"))
def test_comparisons_with_the_largest_numbers(test: str, texts: list[str]) -> None:
    """They hold where they hold in Python, and do not say how often a loop runs either."""
    text = f"""
def f(x, a, n, i):
    p, q = [v for v in x], [v for v in a]
    m, s = len(q), 0.0
    if (i > 3 or i < -3) and {test}:
        return s - 1.0
    for i in range(0, m, 1):
        if {test}:
            raise ValueError('far')
        if p[i] > q[i]:
            break
        s += p[i]
        if i < 0 or i >= m:
            raise ValueError('outside')
    else:
        s += 1000.0
    return s
""".replace("{0}", str(LIMIT - 1)).replace("{1}", str(LIMIT - 2)).replace("{2}", str(-LIMIT))
    function = function_of(text)
    compiled = differentiate(function, cache=False)
    for n in (0, 1, 2, 9):
        x = np.arange(n) * 1.0
        for i in (0, LIMIT - 1, LIMIT - 2, LIMIT - 3, -LIMIT):
            assert compiled(x, x, n, i) == function(x, x, n, i)
        assert compiled.value_and_grad(x, x, n, 0)[0] == function(x, x, n, 0)
    kernel = next(t for t in texts if "@kernel" in t)
    assert not re.search(r"icmp .*922337203685477580\d", kernel)
