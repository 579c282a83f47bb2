"""Ratios that survive a noisy machine: entrants take turns, and ratios are formed inside a round.

A machine that other programs use changes its speed from second to second, and a median of times inherits that. Two
calls a few milliseconds apart see nearly the same machine, so here every round times each entrant, in a shuffled
order, and what is reported is the median over the rounds of the ratio within each round.

The clock is the CPU time of the process, all its threads together: it stands still while another program has the core.
The time of an entrant in a round is the best of a few short samples, which a waking neighbour spoils one at a time.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
import timeit
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

SAMPLE_SECONDS = 0.001  # calls shorter than this are repeated until a sample lasts as long
SAMPLES = 3  # of an entrant in a round
SLOW_SECONDS = 0.1  # an entrant whose call takes longer is timed in a few rounds only, after the others
SLOW_ROUNDS = 5
FEWEST_ROUNDS = 5
AGREEMENT = 1e-6  # relative; gradients of chaotic or long recurrences lose some digits, wrong ones lose all


@dataclass(frozen=True)
class Entrant:
    """One way to do the work of a case: `call(*args)`.

    Attributes:
        label: its name in the table; the ratios of a case refer to it.
        gradient: takes the gradient out of what the call returns; None for what is not a gradient.
        expected: the gradient to agree with before anything is timed.
        scale: how much more work the case is than these arguments are; times are multiplied by it.
        own_clock: the call measures itself and returns seconds.
    """

    label: str
    call: Callable[..., Any]
    args: tuple[Any, ...]
    gradient: Callable[[Any], Any] | None = None
    expected: Any = None
    scale: float = 1.0
    own_clock: bool = False


@dataclass(frozen=True)
class Absent:
    """An entrant that does not take part, and why."""

    label: str
    reason: str


@dataclass(frozen=True)
class Target:
    """A ratio of two entrants, or with `base` None the seconds of one, and what it should stay under."""

    label: str
    base: str | None
    limit: float


@dataclass(frozen=True)
class Case:
    """Work that can be done in several ways; `bases` are the entrants the others are compared with."""

    name: str
    title: str
    entrants: Callable[[], Iterable[Entrant | Absent]]
    bases: tuple[str, ...]
    targets: tuple[Target, ...] = ()


@dataclass
class Result:
    """CPU seconds per call of every entrant, by round; an entrant that sat out a round has none for it."""

    case: Case
    seconds: dict[str, dict[int, float]] = field(default_factory=dict)
    scaled: dict[str, float] = field(default_factory=dict)
    absent: list[Absent] = field(default_factory=list)

    def median(self, label: str) -> float | None:
        """The median time of a call."""
        times = self.seconds.get(label)
        return statistics.median(times.values()) if times else None

    def ratios(self, label: str, base: str) -> list[float]:
        """Time over the time of `base`, for every round that has both."""
        ours, theirs = self.seconds.get(label, {}), self.seconds.get(base, {})
        return [ours[k] / theirs[k] for k in ours if k in theirs]

    def ratio(self, label: str, base: str) -> float | None:
        """The median of `ratios`."""
        found = self.ratios(label, base)
        return statistics.median(found) if found else None

    def achieved(self, target: Target) -> float | None:
        """What a target limits; None if one of its entrants is absent."""
        return self.median(target.label) if target.base is None else self.ratio(target.label, target.base)


@dataclass
class _Contender:
    entrant: Entrant
    timer: timeit.Timer
    once: float
    number: int

    def sample(self) -> float:
        """Seconds per call, now. The calls before the clock starts fill the caches that a turn of another emptied."""
        if self.entrant.own_clock:
            return float(self.entrant.call(*self.entrant.args))
        if self.once >= SLOW_SECONDS:
            return self.timer.timeit(1) * self.entrant.scale
        self.timer.timeit(max(1, self.number // 10))
        return min(self.timer.repeat(SAMPLES, self.number)) / self.number * self.entrant.scale


def run(case: Case, rounds: int, budget: float) -> Result:
    """Time the entrants of a case: `rounds` rounds, fewer if `budget` seconds are over."""
    result = Result(case)
    contenders = []
    for candidate in case.entrants():
        entrant = accepted(candidate)
        if isinstance(entrant, Absent):
            result.absent.append(entrant)
            print(f"  {case.name}: without {entrant.label}: {entrant.reason}", file=sys.stderr)
        else:
            contenders.append(_prepared(entrant))
            result.seconds[entrant.label] = {}
            result.scaled[entrant.label] = entrant.scale
    for index in _rounds(rounds, budget):
        for contender in _order(contenders, index):
            result.seconds[contender.entrant.label][index] = contender.sample()
    return result


def _rounds(rounds: int, budget: float) -> Iterable[int]:
    begin = time.perf_counter()
    for index in range(rounds):
        if index >= FEWEST_ROUNDS and time.perf_counter() - begin > budget:
            return
        yield index


def _order(contenders: Sequence[_Contender], index: int) -> list[_Contender]:
    """Who is timed in a round: shuffled, the slow ones last, so that they do not come between two quick ones."""
    slow = [c for c in contenders if c.once >= SLOW_SECONDS] if index < SLOW_ROUNDS else []
    quick = [c for c in contenders if c.once < SLOW_SECONDS]
    shuffle = random.Random(index).shuffle
    shuffle(quick)
    shuffle(slow)
    return [*quick, *slow]


def _prepared(entrant: Entrant) -> _Contender:
    """With its names as locals of the timed loop, so that little but the call is timed."""
    names = [f"a{k}" for k in range(len(entrant.args))]
    timer = timeit.Timer(
        f"call({', '.join(names)})",
        setup=f"call = entrant.call; [{', '.join(names)}] = entrant.args",
        globals={"entrant": entrant},
        timer=time.process_time,
    )
    if entrant.own_clock:
        return _Contender(entrant, timer, 0.0, 1)
    once = timer.timeit(1)
    if once < SLOW_SECONDS:
        once = min(timer.repeat(number=1, repeat=3))
    number = 1
    while once * number < SAMPLE_SECONDS:
        number *= 2
        once = timer.timeit(number) / number
    return _Contender(entrant, timer, once, number)


def accepted(entrant: Entrant | Absent) -> Entrant | Absent:
    """The entrant, or as absent if it fails or its gradient is not the expected one. Also the call that compiles."""
    if isinstance(entrant, Absent):
        return entrant
    try:
        found = entrant.call(*entrant.args)
    except Exception as error:
        return Absent(entrant.label, f"it raises {type(error).__name__}: {' '.join(str(error).split())[:200]}")
    if entrant.gradient is None or entrant.expected is None:
        return entrant
    gradient, expected = np.asarray(entrant.gradient(found)), np.asarray(entrant.expected)
    if gradient.shape != expected.shape:
        return Absent(entrant.label, f"its gradient has shape {gradient.shape}, not {expected.shape}")
    distance = float(np.max(np.abs(gradient - expected)) / max(float(np.max(np.abs(expected))), 1e-300))
    return entrant if distance < AGREEMENT else Absent(entrant.label, f"its gradient differs by {distance:.1e}")
