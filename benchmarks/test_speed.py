"""The same cases under pytest-benchmark, for its statistics and comparisons: `python -m pytest benchmarks`.

Not part of the default test run, whose `testpaths` is `tests`. For ratios use `python -m benchmarks`: it takes turns.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from . import calls, loops
from .entrants import GRAD, NUMBA, PEERS, PRIMAL, TAPE, VALUE_AND_GRAD
from .measure import Absent, Case, Entrant, accepted

pytest.importorskip("pytest_benchmark")

CASES = {case.name: case for case in (*calls.CASES, *loops.CASES)}
LABELS = (VALUE_AND_GRAD, GRAD, PRIMAL, NUMBA, *(peer.LABEL for peer in PEERS), TAPE)


@cache
def entrants(name: str) -> Mapping[str, Entrant | Absent]:
    """Who takes part in a case; the disagreeing and failing ones as absent."""
    case: Case = CASES[name]
    return {e.label: accepted(e) for e in case.entrants()}


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("name", CASES)
def test_speed(benchmark: Any, name: str, label: str) -> None:
    entrant = entrants(name)[label]
    if isinstance(entrant, Absent):
        pytest.skip(f"{entrant.label}: {entrant.reason}")
    benchmark.group = CASES[name].title
    benchmark.extra_info["scale"] = entrant.scale
    benchmark(entrant.call, *entrant.args)
