"""Many programs in a row, and what came of them."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .judge import Verdict, judge
from .programs import Program, write
from .shrink import shrink

AS_USED = 3  # the level of optimisation that the decorator has
SHARE = 8  # one program in so many is compiled at that level


@dataclass
class Report:
    """How often each verdict was given, and the programs with a wrong one."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[int, Program, Verdict]] = field(default_factory=list)
    seconds: float = 0.0
    mistakes: list[int] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def refused(self) -> int:
        return sum(count for kind, count in self.counts.items() if kind.startswith("refused"))

    def add(self, number: int, program: Program, verdict: Verdict) -> None:
        self.counts[verdict.kind] += 1
        if verdict.wrong:
            self.wrong.append((number, program, verdict))
            self.mistakes.append(number)

    def summary(self) -> str:
        """One line: how many, how fast, how many refused and how many wrong."""
        rate = 3600 * self.total / max(self.seconds, 1e-9)
        return (f"{self.total:8d}  programs in {self.seconds:.0f} s of one core: {rate:.0f} an hour, "
                f"{100 * self.refused / max(self.total, 1):.1f} % refused, {len(self.mistakes)} wrong")


def level_of(number: int) -> int:
    """Most programs are compiled as quickly as possible, some as they are for users."""
    return AS_USED if number % SHARE == 0 else 0


def run(
    numbers: Iterator[int] | range, level: int | None = None, minutes: float = 0.0
) -> Iterator[tuple[int, Program, Verdict]]:
    """Write and judge programs, one after another, for at most so many minutes (0: to the end)."""
    end = time.monotonic() + 60.0 * minutes
    for number in numbers:
        if minutes and time.monotonic() > end:
            return
        program = write(number)
        yield number, program, judge(program, level_of(number) if level is None else level)


def described(number: int, program: Program, verdict: Verdict) -> str:
    """A disagreement as text: what disagrees, and a test that can be run."""
    more = "".join(f", {name}={getattr(program, name)}" for name in ("analytic", "single", "shared")
                   if getattr(program, name) != Program.__dataclass_fields__[name].default)
    samples = "".join(f"    ({''.join(f'{text!r}, ' for text in sample)}),\n" for sample in program.samples)
    return "\n".join([
        f"# --- program {number}: {verdict.kind}", *(f"# {line}" for line in verdict.detail.splitlines()), "",
        "from fuzz.judge import judge", "from fuzz.programs import Program", "",
        "TEXT = r'''", program.text.strip(), "'''",
        f"SAMPLES = (\n{samples})", "", "", f"def test_program_{number}() -> None:",
        f"    verdict = judge(Program(TEXT, SAMPLES, {program.wrt}{more}), {level_of(number)})",
        "    assert not verdict.wrong, verdict", ""])  # fmt: skip


def signature(verdict: Verdict) -> str:
    """What two disagreements with one cause probably share."""
    detail = re.sub(r"\d+|`[^`]*`|<fuzz[^>]*>", "*", verdict.detail)[:80] if "crash" in verdict.kind else ""
    return f"{verdict.kind}: {detail}"


def options_of(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument("--seed", type=int, default=0, help="the number of the first is count times seed")
    parser.add_argument("--only", type=int, help="the number of one program, printed whatever its verdict")
    parser.add_argument("--minutes", type=float, default=0.0, help="stop after so long")
    parser.add_argument("--level", type=int, help="optimisation of all native code, 0 to 3; one in 8 has level 3")
    parser.add_argument("--no-shrink", action="store_true", help="print programs as they were written")
    parser.add_argument("--each", type=int, default=2, help="how many of a kind to shrink and print in full")
    parser.add_argument("--chunk", type=int, default=500, help="print a line, and keep --resume, after so many")
    parser.add_argument("--resume", type=Path, help="a file that keeps what has been done, to go on from")
    return parser.parse_args(argv)


def resumed(path: Path | None, start: int) -> tuple[Report, int]:
    """What an earlier run has found, and the number to go on with."""
    if path is None or not path.exists():
        return Report(), start
    kept = json.loads(path.read_text())
    return Report(Counter(kept["counts"]), [], kept["seconds"], kept["mistakes"]), kept["next"]


def keep(path: Path | None, report: Report, following: int) -> None:
    if path is not None:
        made = {"counts": report.counts, "seconds": report.seconds, "mistakes": report.mistakes, "next": following}
        path.write_text(json.dumps(made))


def main(argv: list[str] | None = None) -> int:
    options = options_of(argv)
    start = options.seed * options.count
    report, following = resumed(options.resume, start)
    numbers = range(following, start + options.count)
    if options.only is not None:
        numbers = range(options.only, options.only + 1)
    begin, shrunk = time.process_time() - report.seconds, Counter[str]()
    for number, program, verdict in run(numbers, options.level, options.minutes):
        report.add(number, program, verdict)
        if options.only is not None and not verdict.wrong:
            print(described(number, program, verdict))
        if verdict.wrong:
            spent = time.process_time()
            show(number, program, verdict, options, shrunk)
            begin += time.process_time() - spent
        report.seconds = time.process_time() - begin
        if report.total % options.chunk == 0 or number == numbers[-1]:
            keep(options.resume, report, number + 1)
            print(report.summary(), file=sys.stderr, flush=True)
    for kind, count in report.counts.most_common():
        print(f"{count:8d}  {kind}")
    print(report.summary())
    return 1 if report.mistakes else 0


def show(
    number: int, program: Program, verdict: Verdict, options: argparse.Namespace, shrunk: Counter[str]
) -> None:
    """Print a disagreement, shrunk, or in a line if there have been some of its kind."""
    head = signature(verdict)
    if shrunk[head] >= options.each:
        print(f"--- program {number}: {verdict.kind} {verdict.detail[:150]!r}, as others before", flush=True)
        return
    shrunk[head] += 1
    if not options.no_shrink:
        level = level_of(number) if options.level is None else options.level
        program = shrink(program, verdict, lambda p: judge(p, level))
        verdict = judge(program, level)
    print(described(number, program, verdict), flush=True)
