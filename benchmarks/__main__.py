"""`python -m benchmarks [CASE …]`, from the root of the repository."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from . import calls, loops, startup
from .measure import run
from .report import as_json, case_table, machine, targets_table

CASES = (*calls.CASES, *loops.CASES, *startup.CASES)


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    names = [case.name for case in CASES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"default: all of {', '.join(names)}, breakdown")
    parser.add_argument("--rounds", type=int, default=41, help="rounds of each case (default %(default)s)")
    parser.add_argument("--budget", type=float, default=15.0, help="seconds for each case (default %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything measured to a file")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a target is missed")
    options = parser.parse_args(argv)
    unknown = set(options.cases) - {*names, "breakdown"}
    if unknown:
        parser.error(f"unknown case: {', '.join(sorted(unknown))}")
    return options


def main(argv: Sequence[str] | None = None) -> int:
    """Run cases, print tables; returns the exit status."""
    options = parsed(argv)
    about = machine()
    print(f"{about['cores']} cores, {about['architecture']}, Python {about['python']}, "
          + ", ".join(f"{name} {version}" for name, version in about["packages"].items()) + "\n", flush=True)  # fmt: skip
    results = []
    for case in CASES:
        if options.cases and case.name not in options.cases:
            continue
        print(f"{case.name} …", file=sys.stderr, flush=True)
        results.append(run(case, options.rounds, options.budget))
        print(case_table(results[-1]), flush=True)
    passes = None
    if not options.cases or "breakdown" in options.cases:
        passes = startup.breakdown()
        print(startup.breakdown_table(passes), flush=True)
    print(targets_table(results))
    if options.json:
        content = {"machine": about, "cases": {r.case.name: as_json(r) for r in results}, "compile_seconds": passes}
        options.json.write_text(json.dumps(content, indent=1), encoding="utf-8")
    missed = [t for r in results for t in r.case.targets if (r.achieved(t) or 0.0) > t.limit]
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
