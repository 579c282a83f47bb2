"""Adjoints of stencils: sums into shifted views of one array, gathered, against the tape."""

from __future__ import annotations

import linecache
import random
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate, tape
from tapeless.compiler import pipeline
from tapeless.compiler.ir.nodes import Accumulate, For, Function
from tapeless.compiler.ir.traversal import walk


def gradients(f: Any, *args: Any) -> None:
    """Value with gradient, gradient alone, and the tape's."""
    value, (right,) = tape.value_and_grad(f, tuple(map(fresh, args)), wrt=(0,))
    compiled = differentiate(f)
    found, gradient = compiled.value_and_grad(*map(fresh, args))
    alone = compiled.grad(*map(fresh, args))
    tolerance = 1e-9 * max(np.max(np.abs(right), initial=0.0), 1e-300)
    np.testing.assert_allclose(found, value, rtol=1e-11)
    np.testing.assert_allclose(gradient, right, rtol=1e-9, atol=tolerance)
    np.testing.assert_allclose(alone, right, rtol=1e-9, atol=tolerance)


def fresh(a: Any) -> Any:
    return a.copy() if isinstance(a, np.ndarray) else a


def three_points(a, n):
    a, b = a.copy(), a * 0.5
    for _ in range(n):
        b[1:-1] = 0.25 * a[:-2] - 2.0 * a[1:-1] + 0.5 * a[2:]
        a[1:-1] = np.sin(b[1:-1]) - b[2:] / 4.0 + b[:-2]
    return np.sum(a * b)


@pytest.mark.parametrize("extent", [0, 1, 2, 3, 4, 9, 40])
def test_few_points_and_many(extent: int) -> None:
    gradients(three_points, np.linspace(0.1, 0.9, extent), 3)


@pytest.mark.parametrize("a", [np.linspace(0.1, 0.9, 18)[::2], np.linspace(0.1, 0.9, 9)[::-1]], ids=["strided", "back"])
def test_layouts(a: np.ndarray) -> None:
    gradients(three_points, a, 2)


def test_float32() -> None:
    a = np.linspace(0.1, 0.9, 9).astype(np.float32)
    f = differentiate(three_points)
    right = f.grad(a.astype(np.float64), 2)
    assert f.grad(a, 2).dtype == np.float32
    np.testing.assert_allclose(f.grad(a, 2), right, rtol=1e-3, atol=1e-3 * np.max(np.abs(right)))


def rows(a, n):
    """Rows of a matrix, with the row's number among the entries of the views."""
    a = a.copy()
    for _ in range(n):
        for i in range(1, a.shape[0] - 1):
            a[i, 1:-1] = 0.3 * (a[i - 1, :-2] + a[i - 1, 1:-1] + a[i - 1, 2:] + a[i + 1, :-2] - a[i + 1, 2:])
    return np.sum(a * a)


def far(a, n):
    """Shifts of different lengths at both ends, and one view twice."""
    a = a.copy()
    for _ in range(n):
        a[3:-1, 1:] = 0.2 * (a[:-4, :-1] + a[4:, 1:] + a[2:-2, :-1] + a[2:-2, :-1]) - a[3:-1, 1:] * 0.5
    return np.sum(a * a)


def read_between(a, n):
    """What is added to is stored into between two sums."""
    a, b = a.copy(), a * 2.0
    for _ in range(n):
        b[1:-1] = a[:-2] + a[2:]
        a[1:-1] = 0.1 * a[1:-1]
        b[1:-1] += a[:-2] + a[2:]
        a[:] = 0.5 * b + a
    return np.sum(a * b)


def infinite(a, n):
    """The factor is no number: nothing may come into the points at the edge."""
    a, b = a.copy(), np.zeros(len(a))
    for _ in range(n):
        b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) * np.inf
    return np.sum(np.where(np.isfinite(b), b, 0.0)) + np.sum(a * a)


def test_matrices() -> None:
    rng = np.random.default_rng(1)
    gradients(rows, rng.normal(size=(6, 7)), 2)
    gradients(far, rng.normal(size=(9, 5)), 2)
    gradients(far, rng.normal(size=(4, 2)), 2)
    gradients(read_between, rng.normal(size=7), 3)
    gradients(infinite, np.linspace(0.1, 0.9, 7), 2)


def random_stencil(seed: int) -> str:
    """Sums of shifted views with factors, in two arrays that take turns."""
    rng = random.Random(seed)
    width, rank = rng.randrange(1, 4), rng.choice((1, 1, 2))

    def view(name: str) -> str:
        cuts = [rng.randrange(width + 1) for _ in range(rank)]
        return f"{name}[{', '.join(f'{c or str()}:{-(width - c) or str()}' for c in cuts)}]"

    def step(to: str, of: str) -> str:
        terms = [rng.choice(("{0}", "0.5 * {0}", "-{0}", "{0} * -0.25", "{0} / 3.0", "k * {0}", "{0} * {0}",
                             "np.sin({0})")).format(view(of)) for _ in range(rng.randrange(2, 6))]  # fmt: skip
        return f"{view(to)} {rng.choice(('=', '+='))} 0.3 * ({' + '.join(terms)})"

    body = [step(*rng.choice((("a", "b"), ("b", "a")))) for _ in range(rng.randrange(1, 4))]
    lines = ["def f(x, k, n):", "    a, b = x * 1.0, x * 0.5", "    for _ in range(n):",
             *(f"        {s}" for s in body), "    return np.sum(a * b) + np.sum(a)"]  # fmt: skip
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(12))
def test_random_stencils(seed: int) -> None:
    text, name = random_stencil(seed), f"<stencil {seed}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    world: dict[str, Any] = {"np": np}
    exec(compile(text, name, "exec"), world)
    rank = 2 if "," in text.split("[", 1)[1].split("]", 1)[0] else 1
    gradients(world["f"], np.random.default_rng(seed).uniform(0.1, 0.9, size=(6,) * rank), 0.7, 2)


def test_one_sum_for_each_half_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the backward loop over time as many sums into arrays as there are stores in the forward one."""
    seen: list[Function] = []
    fuse = pipeline.fuse
    monkeypatch.setattr(pipeline, "fuse", lambda *args: seen.append(fuse(*args)) or seen[-1])
    differentiate(linear).grad(np.linspace(0.1, 0.9, 9), 3)
    (loop,) = [s for s in seen[-1].body if isinstance(s, For)]
    sums = [s for s in walk(loop.body) if isinstance(s, Accumulate) and not s.target.name.startswith("t.")]
    assert len(sums) == 2


def linear(a, n):
    a, b = a.copy(), a.copy()
    for _ in range(n):
        b[1:-1] = 0.25 * a[:-2] - 2.0 * a[1:-1] + 0.5 * a[2:]
        a[1:-1] = b[1:-1] - 0.25 * b[2:] + b[:-2]
    return np.sum(a)
