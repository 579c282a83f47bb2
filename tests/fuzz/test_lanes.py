"""Random programs whose loops run in lanes, every loop that may, whether it pays or not."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from tapeless.compiler.backend.llvm.lanes import plan, strips

from .judge import judge
from .lanes import lane
from .runner import described

DEFAULT = 20
COUNT = int(os.environ.get("FUZZ_COUNT", 4_000))
SEED = int(os.environ.get("FUZZ_SEED", 1))
PARTS = 20
AT_LEAST = 0.85


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """All loops that may run in lanes do so, however few iterations they have; counts them."""
    counts: Counter[str] = Counter()
    planned = plan._Planner.plan

    def counted(self: plan._Planner, loop: plan.For, live: frozenset[str]) -> plan.Plan | None:
        found = planned(self, loop, live)
        counts["planned" if found is not None else "not"] += 1
        return found

    monkeypatch.setattr(plan, "_pays", lambda *_: True)
    monkeypatch.setattr(plan, "_pays_by_form", lambda *_: True)
    monkeypatch.setattr(plan._Planner, "plan", counted)
    monkeypatch.setattr(strips, "FEW", 1)
    return counts


def assert_agreement(numbers: range) -> None:
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for number in numbers:
        program = lane(number)
        verdict = judge(program, 1)
        counts[verdict.kind] += 1
        if verdict.wrong:
            wrong.append(described(number, program, verdict))
    assert not wrong, "\n".join(wrong[:3])
    assert counts["agree"] + counts["raises"] >= AT_LEAST * counts.total(), counts


@pytest.mark.parametrize("part", range(4))
def test_some_programs(part: int, eager: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of them also where inner loops would stride through memory."""
    if part % 2:
        monkeypatch.setattr(plan, "strided", lambda *_: False)
    start = DEFAULT * part // 4
    assert_agreement(range(start, start + DEFAULT // 4))
    assert eager["planned"] >= DEFAULT // 4


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_many_programs(part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """`FUZZ_COUNT` programs beginning with number `FUZZ_COUNT * FUZZ_SEED`."""
    if part % 2:
        monkeypatch.setattr(plan, "strided", lambda *_: False)
    start, stop = (COUNT * SEED + COUNT * k // PARTS for k in (part, part + 1))
    assert_agreement(range(start, stop))


def test_a_number_stands_for_one_program() -> None:
    assert [lane(k) for k in range(40)] == [lane(k) for k in range(40)]
