"""Random programs about counting, compiled as users have them: a few by default, many in the long run.

Code for short functions is optimised at level 3 and code for long ones at level 1; both are tried, and what LLVM does
with a loop differs between them.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from .counting import FAMILIES, count
from .judge import Verdict, judge
from .runner import described

LEVELS = (3, 1)
DEFAULT = 16
COUNT = int(os.environ.get("FUZZ_COUNT", 4_000))
SEED = int(os.environ.get("FUZZ_SEED", 1))
PARTS = 20
AT_LEAST = 0.85  # programs are compared, and are not refused or out of reach of any oracle


def assert_agreement(numbers: range, levels: tuple[int, ...]) -> None:
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for number in numbers:
        program = count(number)
        for level in levels:
            verdict: Verdict = judge(program, level)
            counts[verdict.kind] += 1
            if verdict.wrong:
                wrong.append(f"level {level}\n{described(number, program, verdict)}")
    assert not wrong, "\n".join(wrong[:3])
    assert counts["agree"] + counts["raises"] >= AT_LEAST * counts.total(), counts


@pytest.mark.parametrize("part", range(4))
def test_some_programs(part: int) -> None:
    """Of each level and family some."""
    start = DEFAULT * part // 4
    assert_agreement(range(start, start + DEFAULT // 4), (LEVELS[part % 2],))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_many_programs(part: int) -> None:
    """`FUZZ_COUNT` programs beginning with number `FUZZ_COUNT * FUZZ_SEED`, at both levels."""
    start, stop = (COUNT * SEED + COUNT * k // PARTS for k in (part, part + 1))
    assert_agreement(range(start, stop), LEVELS)


def test_a_number_stands_for_one_program() -> None:
    assert [count(k) for k in range(40)] == [count(k) for k in range(40)]


def test_every_family_is_written_and_differs() -> None:
    programs = [count(k).text for k in range(len(FAMILIES) * 20)]
    assert len(set(programs)) > 0.9 * len(programs)
    for word in ("while True", "break", "continue", "raise ValueError", "else:", "range(m - 1, -1, -1)", ":-1]",
                 "np.add.at", "return s * 2.0", str(2**63 - 1), "p.append("):  # fmt: skip
        assert any(word in text for text in programs), word
