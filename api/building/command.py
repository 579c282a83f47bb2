"""`tapeless build` on the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ..loading import UsageError
from . import build, default_name, planned, stale, stamp


def run(arguments: argparse.Namespace) -> int:
    """Build, or check, and print what happened; the exit status is 1 for a package that is stale."""
    if arguments.emit is not None:
        return _emit(arguments)
    if arguments.target or arguments.prefix or arguments.blas:
        raise UsageError("--target, --prefix and --blas are for C; say what to write with --emit")
    if not arguments.check:
        print(build(arguments.place, arguments.out, name=arguments.name, examples=arguments.example,
                    cpu=arguments.cpu, linker=arguments.linker))
        sys.stdout.flush()
        return 0
    changed = stale(arguments.place, arguments.out, name=arguments.name, examples=arguments.example,
                    cpu=arguments.cpu)
    folder = Path(arguments.out) / (arguments.name or default_name(planned(arguments.place, arguments.example)))
    return _told(folder, changed)


def _emit(arguments: argparse.Namespace) -> int:
    """What C programs take, in place of a package."""
    from . import emit

    plan = planned(arguments.place, arguments.example)
    name, out = arguments.name or default_name(plan), Path(arguments.out)
    machine = emit.machine_of(arguments.target, arguments.cpu)
    choice = emit.Choice(emit.kinds_of(arguments.emit), machine, arguments.prefix, arguments.blas)
    if arguments.check:
        folder = emit.folder_of(out, name)
        return _told(folder, stamp.differences(folder, stamp.stamp(plan, choice.options())))
    print(emit.write(plan, out, name, choice, arguments.linker))
    sys.stdout.flush()
    return 0


def _told(folder: Path, changed: list[str]) -> int:
    """Say what has changed; the exit status."""
    if not changed:
        print(f"{folder} is up to date")
        return 0
    lines = [f"tapeless build: {folder} is stale: {changed[0]}", *(f"  and {what}" for what in changed[1:])]
    print("\n".join([*lines, "  build it again: tapeless build"]), file=sys.stderr)
    return 1
