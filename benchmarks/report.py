"""Results as Markdown tables, which are also readable in a terminal, and as JSON."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Sequence
from typing import Any

from . import kernels
from .entrants import GRAD, NUMBA, PEERS, PRIMAL, TAPE, VALUE_AND_GRAD
from .measure import Result, Target

PACKAGES = ("tapeless", "numpy", "llvmlite", "numba", "jax", "torch", "autograd")


def duration(seconds: float) -> str:
    """Three digits and a unit."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 0.9995:
            return f"{digits(seconds * factor)} {unit}"
    return f"{digits(seconds * 1e9)} ns"


def digits(value: float) -> str:
    """Three significant digits, without an exponent; whole numbers from 100 on."""
    if value >= 10_000:
        value = float(f"{value:.2e}")
    return f"{value:,.0f}" if value >= 99.95 else f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers."""
    widths = [max(3, *(len(row[k]) for row in (header, *rows))) for k in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(header), f"| {' | '.join(rule)} |", *map(line, rows)]) + "\n"


def case_table(result: Result) -> str:
    """One case: the median time of everyone, and the median of the ratios to the entrants of comparison."""
    header = ["", "time", *(f"/ {base}" for base in result.case.bases)]
    rows = []
    for label in result.seconds:
        scale = result.scaled[label]
        name = label if scale == 1.0 else f"{label} (at 1/{scale:,.0f} of the size)"
        ratios = [result.ratio(label, base) for base in result.case.bases]
        rows.append([name, duration(result.median(label) or 0.0), *map(_ratio, ratios)])
    rows += [[absent.label, "absent", *("–" for _ in result.case.bases)] for absent in result.absent]
    return f"#### {result.case.title}\n\n{table(header, rows)}"


def summary_table(results: Sequence[Result]) -> str:
    """One line for each case that has a gradient: ours over the primals, and the others over ours."""
    others = [peer.LABEL for peer in PEERS] + [TAPE]
    header = ["value and gradient", "time", "/ Numba primal", "/ own primal", *(f"{label} / ours" for label in others)]
    rows = []
    for result in results:
        seconds = result.median(VALUE_AND_GRAD)
        if seconds is not None:
            ours = [result.ratio(VALUE_AND_GRAD, base) for base in (NUMBA, PRIMAL)]
            theirs = [_ratio(result.ratio(label, VALUE_AND_GRAD)) for label in others]
            rows.append([result.case.title, duration(seconds), *map(_ratio, ours), *theirs])
    return table(header, rows) if rows else ""


def kernels_table(results: Sequence[Result], peaks: dict[str, int | None]) -> str:
    """One line for each NumPy kernel: primals, our gradient, JAX's gradient, memory; geometric means at the end."""
    header = ["NumPy kernel", "our primal", "NumPy / ours", "Numba / ours", "our gradient", "/ our primal",
              "JAX jit(grad) / ours", "peak memory"]  # fmt: skip
    pairs = ((kernels.NUMPY, PRIMAL), (NUMBA, PRIMAL), (GRAD, PRIMAL), (kernels.JAX, GRAD))
    rows, columns = [], []
    for r in results:
        ratios = [r.ratio(a, b) for a, b in pairs]
        columns.append(ratios)
        times = [_time(r.median(label)) for label in (PRIMAL, GRAD)]
        shown = [*map(_ratio, ratios)]
        peak = peaks.get(r.case.name)
        memory = "–" if peak is None else f"{digits(peak / 1e6)} MB"
        rows.append([r.case.name.replace("_", " "), times[0], *shown[:2], times[1], *shown[2:], memory])
    means = [_ratio(kernels.geometric_mean(column)) for column in zip(*columns, strict=True)]
    rows.append(["geometric mean", "", *means[:2], "", *means[2:], ""])
    return table(header, rows)


def _time(seconds: float | None) -> str:
    return "–" if seconds is None else duration(seconds)


def targets_table(results: Sequence[Result]) -> str:
    """Every target with what was measured."""
    rows = []
    for result in results:
        for target in result.case.targets:
            value = result.achieved(target)
            verdict = "not measured" if value is None else "met" if value <= target.limit else "MISSED"
            rows.append([f"{result.case.name}: {_quantity(target)}", _shown(value, target),
                         _shown(target.limit, target), verdict, _spread(result, target)])  # fmt: skip
    return table(["target", "measured", "limit", "", "middle half of the rounds"], rows) if rows else ""


def breakdown_table(steps: dict[str, float]) -> str:
    """The steps of a compilation with their share of the whole."""
    whole = sum(steps.values())
    rows = [[name, duration(seconds), f"{100.0 * seconds / whole:.1f} %"] for name, seconds in steps.items()]
    rows.append(["together", duration(whole), "100 %"])
    title = "#### Compiling value and gradient of the 30-line function again, by step"
    return f"{title}\n\n{table(['', 'time', 'share'], rows)}"


def _ratio(value: float | None) -> str:
    return "–" if value is None else digits(value)


def _quantity(target: Target) -> str:
    return target.label if target.base is None else f"{target.label} / {target.base}"


def _shown(value: float | None, target: Target) -> str:
    if value is None:
        return "–"
    return duration(value) if target.base is None else digits(value)


def _spread(result: Result, target: Target) -> str:
    """The quartiles over the rounds: how far a figure can be trusted."""
    if target.base is None:
        values = list(result.seconds.get(target.label, {}).values())
    else:
        values = result.ratios(target.label, target.base)
    if len(values) < 2:
        return "–"
    low, _, high = statistics.quantiles(values, n=4)
    return f"{_shown(low, target)} to {_shown(high, target)}"


def machine() -> dict[str, Any]:
    """What was measured with: nothing that names the machine or its owner."""
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": versions,
    }


def machine_line(about: dict[str, Any]) -> str:
    """The same as a sentence."""
    packages = ", ".join(f"{name} {version}" for name, version in about["packages"].items())
    return f"{about['cores']} cores, {about['architecture']}, Python {about['python']}, {packages}.\n"


def as_json(result: Result) -> dict[str, Any]:
    """Everything about a case, the time of every round included."""
    entrants = {}
    for label, seconds in result.seconds.items():
        entrants[label] = {
            "median_seconds": result.median(label),
            "scale": result.scaled[label],
            "ratios": {base: result.ratio(label, base) for base in result.case.bases},
            "rounds": {str(index): value for index, value in seconds.items()},
        }
    targets = [
        {"quantity": _quantity(t), "limit": t.limit, "measured": result.achieved(t)} for t in result.case.targets
    ]
    return {"title": result.case.title, "entrants": entrants, "targets": targets,
            "absent": {a.label: a.reason for a in result.absent}}  # fmt: skip
