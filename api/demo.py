"""`python -m tapeless demo`: the Lotka–Volterra equations fitted to the lynx and hare pelts of 1900–1920.

`simulate` and `loss` are what a user would write; the rest of the file fits, times and prints.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from . import differentiate, tape

Array = npt.NDArray[np.float64]

STEPS_PER_YEAR = 20
SOURCE_LINES_SHOWN = 25
PLOT_NAME = "lynx_hare.png"

NAMES = (
    ("alpha", "births per hare and year"),
    ("beta", "hares taken, per lynx"),
    ("gamma", "deaths per lynx and year"),
    ("delta", "lynx raised, per hare"),
    ("u0", "hares in 1900, thousands"),
    ("v0", "lynx in 1900, thousands"),
)
# Posterior means of B. Carpenter, "Predator-Prey Population Dynamics: the Lotka-Volterra model in Stan", 2018.
PUBLISHED = (0.545, 0.028, 0.803, 0.024, 33.956, 5.933)


# --- The model -------------------------------------------------------------------------------------------------


def hare_rate(u, v, alpha, beta):
    """Growth of the hares: births less those taken."""
    return u * (alpha - beta * v)


def lynx_rate(u, v, gamma, delta):
    """Growth of the lynx: those raised on hares less deaths."""
    return v * (delta * u - gamma)


def simulate(theta, samples, steps, dt):
    """Hares and lynx at `samples` times, `steps` Runge–Kutta steps of `dt` years apart; shape (samples, 2)."""
    alpha, beta, gamma, delta = np.exp(theta[0]), np.exp(theta[1]), np.exp(theta[2]), np.exp(theta[3])
    u, v = np.exp(theta[4]), np.exp(theta[5])
    states = np.empty((samples, 2))
    for i in range(samples):
        states[i, 0] = u
        states[i, 1] = v
        for _ in range(steps):
            u1, v1 = hare_rate(u, v, alpha, beta), lynx_rate(u, v, gamma, delta)
            ua, va = u + 0.5 * dt * u1, v + 0.5 * dt * v1
            u2, v2 = hare_rate(ua, va, alpha, beta), lynx_rate(ua, va, gamma, delta)
            ub, vb = u + 0.5 * dt * u2, v + 0.5 * dt * v2
            u3, v3 = hare_rate(ub, vb, alpha, beta), lynx_rate(ub, vb, gamma, delta)
            uc, vc = u + dt * u3, v + dt * v3
            u4, v4 = hare_rate(uc, vc, alpha, beta), lynx_rate(uc, vc, gamma, delta)
            u += dt / 6.0 * (u1 + 2.0 * u2 + 2.0 * u3 + u4)
            v += dt / 6.0 * (v1 + 2.0 * v2 + 2.0 * v3 + v4)
    return states


@differentiate
def loss(theta, pelts, steps):
    """Half the sum of squared log ratios of simulated and counted pelts: log-normal least squares."""
    ratio = np.log(simulate(theta, len(pelts), steps, 1.0 / steps) / pelts)
    return 0.5 * np.sum(ratio * ratio)


# --- The data, the start and the fit ---------------------------------------------------------------------------


def read_pelts() -> tuple[Array, Array]:
    """The years, shape (21,), and the pelts of hare and lynx in thousands, shape (21, 2)."""
    text = resources.files("tapeless.data").joinpath("lynx_hare.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    years = np.array([float(row["Year"]) for row in rows])
    return years, np.array([[float(row["Hare"]), float(row["Lynx"])] for row in rows])


def first_guess(pelts: Array) -> Array:
    """Logarithms of the parameters read off the plot: a cycle of ten years around the mean counts.

    Near its fixed point the model has the frequency sqrt(alpha gamma), and over a cycle the hares average
    gamma / delta and the lynx alpha / beta (Murray, Mathematical Biology I, section 3.1).
    """
    rate = 2.0 * np.pi / 10.0
    mean_hare, mean_lynx = pelts.mean(axis=0)
    guess: Array = np.array([rate, rate / mean_lynx, rate, rate / mean_hare, pelts[0, 0], pelts[0, 1]])
    return np.log(guess)


def fit(start: Array, pelts: Array) -> Any:
    """SciPy's result of the minimisation; SciPy gets value and gradient from one native call."""
    from scipy.optimize import minimize

    return minimize(loss.value_and_grad, start, args=(pelts, STEPS_PER_YEAR), jac=True, method="BFGS")


# --- Measuring -------------------------------------------------------------------------------------------------


def measure(call: Callable[[], Any], budget: float = 0.4) -> tuple[float, Any]:
    """The shortest of the calls that fit into `budget` seconds, the first included, and what the last one returned."""
    best, spent = float("inf"), 0.0
    while spent < budget:
        begin = time.perf_counter()
        value = call()
        elapsed = time.perf_counter() - begin
        best, spent = min(best, elapsed), spent + elapsed
    return best, value


def differences(function: Callable[..., float], theta: Array, *rest: object) -> Array:
    """Two-sided finite differences, with the step that balances truncation and rounding."""
    result = np.empty_like(theta)
    step = np.finfo(np.float64).eps ** (1.0 / 3.0)
    for i in range(len(theta)):
        ahead, behind = theta.copy(), theta.copy()
        ahead[i] += step
        behind[i] -= step
        result[i] = (function(ahead, *rest) - function(behind, *rest)) / (ahead[i] - behind[i])
    return result


def relative_error(found: Array, reference: Array) -> float:
    """Norm of the difference over the norm of the reference."""
    return float(np.linalg.norm(found - reference) / np.linalg.norm(reference))


# --- Printing --------------------------------------------------------------------------------------------------


def duration(seconds: float) -> str:
    """Three digits and a unit."""
    for unit, factor in (("s ", 1.0), ("ms", 1e3)):
        if seconds * factor >= 1.0:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def heading(text: str) -> None:
    """A title with a rule below it."""
    print(f"\n{text}\n{'-' * len(text)}")


def print_adjoint() -> None:
    """The beginning of the generated adjoint."""
    lines = loss.adjoint_source.splitlines()
    shown = lines[:SOURCE_LINES_SHOWN]
    heading(f"The adjoint that Tapeless wrote: loss.adjoint_source, lines 1 to {len(shown)} of {len(lines)}")
    for line in shown:
        print(f"  {line}".rstrip())


def print_fit(start: Array, result: Any, pelts: Array) -> None:
    """Parameters, iterations, and how well the curves follow the counts."""
    heading("The fit: six parameters, 42 counts, SciPy's BFGS with the compiled gradient")
    print(f"  {'':34}{'start':>10}{'fit':>10}{'Stan, 2018':>13}")
    columns = zip(NAMES, np.exp(start), np.exp(result.x), PUBLISHED, strict=True)
    for (name, meaning), before, after, published in columns:
        print(f"  {name:6} {meaning:26} {before:10.4f}{after:10.4f}{published:13.3f}")
    before = loss(start, pelts, STEPS_PER_YEAR)
    rms = np.sqrt(2.0 * result.fun / pelts.size)
    print(f"\n  loss {before:.4f} -> {result.fun:.6f} in {result.nit} iterations, {result.nfev} gradients")
    print(f"  root mean square of the log residuals {rms:.4f}: counts within about {100.0 * np.expm1(rms):.0f} %")


def print_timings(theta: Array, pelts: Array) -> None:
    """One gradient, found in four ways: time, and distance from the tape's."""
    rest = (pelts, STEPS_PER_YEAR)
    ways: dict[str, Callable[[], Any]] = {
        "Tapeless: the native adjoint": lambda: loss.grad(theta, *rest),
        "differences of the native loss": lambda: differences(loss, theta, *rest),
        "differences of the Python loss": lambda: differences(loss.py_func, theta, *rest),
        "the tape: records, then replays": lambda: tape.value_and_grad(loss.py_func, (theta, *rest), wrt=(0,))[1][0],
    }
    heading("One gradient of the loss, at the first guess")
    print(f"  {'':34}{'time':>10}{'ratio':>10}   difference from the tape's")
    primal, _ = measure(lambda: loss(theta, *rest))
    measured = {name: measure(way) for name, way in ways.items()}
    (ours, _), *_, (_, reference) = measured.values()
    print(f"  {'the native loss alone':34}{duration(primal):>10}{primal / ours:>10,.2f}")
    for name, (seconds, found) in measured.items():
        print(f"  {name:34}{duration(seconds):>10}{seconds / ours:>10,.2f}   {relative_error(found, reference):.1e}")


def write_plot(theta: Array, years: Array, pelts: Array) -> str:
    """Counts and fitted curves as a PNG in the current directory; returns the line to print about it."""
    try:
        import matplotlib
    except ImportError:
        return 'No plot without matplotlib: python -m pip install "tapeless[plot]"'
    matplotlib.use("Agg")
    from matplotlib import pyplot

    per_year = 10
    samples = per_year * (len(years) - 1) + 1
    curves = simulate(theta, samples, STEPS_PER_YEAR // per_year, 1.0 / STEPS_PER_YEAR)
    times = years[0] + np.arange(samples) / per_year
    figure, axes = pyplot.subplots(figsize=(9.0, 4.0), layout="constrained")
    for column, (name, colour) in enumerate((("hare", "tab:brown"), ("lynx", "tab:blue"))):
        axes.plot(times, curves[:, column], color=colour, label=f"{name}, fitted")
        axes.plot(years, pelts[:, column], "o", color=colour, label=f"{name}, counted")
    axes.set(xlabel="year", ylabel="pelts, thousands", title="Lotka–Volterra equations, fitted with a compiled adjoint")
    axes.set_xticks(years[::4])
    figure.legend(loc="outside right upper")
    figure.savefig(PLOT_NAME, dpi=120)
    pyplot.close(figure)
    return f"Plot written to {Path(PLOT_NAME).resolve()}"


def main(argv: Sequence[str] = ()) -> int:
    """Fit, print and plot; takes no arguments and returns the exit status."""
    if argv:
        print("usage: python -m tapeless demo\n\nThe demo takes no arguments.")
        return 0 if set(argv) <= {"-h", "--help"} else 2
    years, pelts = read_pelts()
    start = first_guess(pelts)
    print("Tapeless demo: the Lotka–Volterra equations fitted to 21 years of hare and lynx pelts")
    begin = time.perf_counter()
    loss.grad(start, pelts, STEPS_PER_YEAR)
    seconds = time.perf_counter() - begin
    print(f"Loss and gradient: compiled, or taken from the cache, and run once, in {duration(seconds)}")
    print_adjoint()
    result = fit(start, pelts)
    print_fit(start, result, pelts)
    print_timings(start, pelts)
    print(f"\n{write_plot(result.x, years, pelts)}")
    return 0
