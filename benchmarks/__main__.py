"""`python -m benchmarks [CASE …]`, from the root of the repository."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import calls, kernels, loops, report, startup
from .measure import Result, run

CASES = (*calls.CASES, *loops.CASES, *startup.CASES, *kernels.CASES)
BREAKDOWN = "breakdown"
KERNELS = "kernels"  # all NumPy kernels
README = Path(__file__).with_name("README.md")
RESULTS_BEGIN, RESULTS_END = "<!-- results -->\n", "<!-- end of results -->\n"


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    names = [*(case.name for case in CASES), BREAKDOWN, KERNELS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Tapeless beside its peers.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"default: all of {', '.join(names)}")
    parser.add_argument("--rounds", type=int, default=41, help="rounds of each case (default %(default)s)")
    parser.add_argument("--budget", type=float, default=15.0, help="seconds for each case (default %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything measured to a file")
    parser.add_argument("--readme", action="store_true", help="put the results into benchmarks/README.md; all cases")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target is missed")
    options = parser.parse_args(argv)
    unknown = set(options.cases) - set(names)
    if unknown:
        parser.error(f"unknown case: {', '.join(sorted(unknown))}")
    if options.readme and options.cases:
        parser.error("--readme takes the results of all cases")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    """Run cases, print tables; returns the exit status."""
    options = parsed(argv)
    os.environ["TAPELESS_CACHE"] = "0"  # here and in every process below: first calls are to compile
    about = report.machine()
    print(report.machine_line(about), flush=True)
    results = []
    for case in CASES:
        group = KERNELS if case in kernels.CASES else case.name
        if options.cases and not {case.name, group} & set(options.cases):
            continue
        print(f"{case.name} …", file=sys.stderr, flush=True)
        results.append(run(case, options.rounds, options.budget))
        print(report.case_table(results[-1]), flush=True)
    ours = kernels.measured(results)
    peaks = {r.case.name: kernels.peak_bytes(r.case.name) for r in ours if kernels.GRAD in r.seconds}
    if ours:
        print(report.kernels_table(ours, peaks), flush=True)
    steps = startup.breakdown() if not options.cases or BREAKDOWN in options.cases else {}
    if steps:
        print(report.breakdown_table(steps))
    print(report.summary_table(results))
    print(report.targets_table(results))
    if options.json:
        content = {"machine": about, "cases": {r.case.name: report.as_json(r) for r in results}, "compile": steps,
                   "peak_bytes": peaks}  # fmt: skip
        options.json.write_text(json.dumps(content, indent=1), encoding="utf-8")
    if options.readme:
        write_readme(about, results, steps, peaks)
    missed = [t for r in results for t in r.case.targets if (r.achieved(t) or 0.0) > t.limit]
    return 1 if options.check and missed else 0


def write_readme(
    about: dict[str, Any], results: Sequence[Result], steps: dict[str, float], peaks: dict[str, int | None]
) -> None:
    """Replace the results in the README."""
    before, _, rest = README.read_text(encoding="utf-8").partition(RESULTS_BEGIN)
    _, _, after = rest.partition(RESULTS_END)
    starts = [report.case_table(r) for r in results if r.case in (*calls.CASES, *startup.CASES)]
    parts = [report.machine_line(about), "#### All programs\n", report.summary_table(results), "#### NumPy kernels\n",
             report.kernels_table(kernels.measured(results), peaks), "#### Targets\n",
             report.targets_table(results), *starts, report.breakdown_table(steps)]  # fmt: skip
    content = "\n".join(parts)
    README.write_text(f"{before}{RESULTS_BEGIN}\n{content}\n{RESULTS_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
