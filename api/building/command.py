"""`tapeless build` on the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import build, default_name, planned, stale


def run(arguments: argparse.Namespace) -> int:
    """Build, or check, and print what happened; the exit status is 1 for a package that is stale."""
    if not arguments.check:
        print(build(arguments.place, arguments.out, name=arguments.name, examples=arguments.example,
                    cpu=arguments.cpu, linker=arguments.linker))
        sys.stdout.flush()
        return 0
    changed = stale(arguments.place, arguments.out, name=arguments.name, examples=arguments.example,
                    cpu=arguments.cpu)
    folder = Path(arguments.out) / (arguments.name or default_name(planned(arguments.place, arguments.example)))
    if not changed:
        print(f"{folder} is up to date")
        return 0
    lines = [f"tapeless build: {folder} is stale: {changed[0]}", *(f"  and {what}" for what in changed[1:])]
    print("\n".join([*lines, "  build it again: tapeless build"]), file=sys.stderr)
    return 1
