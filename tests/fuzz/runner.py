"""Many programs in a row, and what came of them."""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from .judge import Verdict, judge
from .programs import Program, write
from .shrink import shrink


@dataclass
class Report:
    """How often each verdict was given, and the programs with a wrong one."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[int, Program, Verdict]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        return self.counts.total()

    def add(self, number: int, program: Program, verdict: Verdict) -> None:
        self.counts[verdict.kind] += 1
        if verdict.wrong:
            self.wrong.append((number, program, verdict))


def run(numbers: Iterator[int] | range, level: int = 0, minutes: float = 0.0) -> Iterator[tuple[int, Program, Verdict]]:
    """Write and judge programs, one after another, for at most so many minutes (0: to the end)."""
    end = time.monotonic() + 60.0 * minutes
    for number in numbers:
        if minutes and time.monotonic() > end:
            return
        program = write(number)
        yield number, program, judge(program, level)


def described(number: int, program: Program, verdict: Verdict) -> str:
    """A disagreement as text."""
    return f"--- program {number}: {verdict.kind}\n{program.text}\nwrt {program.wrt}\n{verdict.detail}\n"


def signature(verdict: Verdict) -> str:
    """What two disagreements with one cause probably share."""
    detail = re.sub(r"\d+|`[^`]*`|<fuzz[^>]*>", "*", verdict.detail)[:80] if "crash" in verdict.kind else ""
    return f"{verdict.kind}: {detail}"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="the number of the first is count times seed")
    parser.add_argument("--only", type=int, help="the number of one program, printed whatever its verdict")
    parser.add_argument("--minutes", type=float, default=0.0, help="stop after so long")
    parser.add_argument("--level", type=int, default=0, help="optimisation of the native code, 0 to 3")
    parser.add_argument("--no-shrink", action="store_true", help="print programs as they were written")
    parser.add_argument("--each", type=int, default=2, help="how many of a kind to shrink and print in full")
    options = parser.parse_args(argv)
    start = options.seed * options.count
    numbers = range(start, start + options.count) if options.only is None else range(options.only, options.only + 1)
    report, begin, shrunk = Report(), time.process_time(), Counter[str]()
    for number, program, verdict in run(numbers, options.level, options.minutes):
        report.add(number, program, verdict)
        if options.only is not None and not verdict.wrong:
            print(described(number, program, verdict))
        if verdict.wrong:
            head = signature(verdict)
            spent = time.process_time()
            if shrunk[head] >= options.each:
                print(f"--- program {number}: {verdict.kind} {verdict.detail[:150]!r}, as others before", flush=True)
                continue
            shrunk[head] += 1
            if not options.no_shrink:
                program = shrink(program, verdict, lambda p: judge(p, options.level))
                verdict = judge(program, options.level)
            begin += time.process_time() - spent
            print(described(number, program, verdict), flush=True)
    report.seconds = time.process_time() - begin
    for kind, count in report.counts.most_common():
        print(f"{count:8d}  {kind}")
    rate = 3600 * report.total / report.seconds
    print(f"{report.total:8d}  programs in {report.seconds:.0f} s of one core: {rate:.0f} an hour")
    return 1 if report.wrong else 0
