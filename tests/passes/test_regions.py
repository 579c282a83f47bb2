"""Parts of arrays that are read in a loop and written in another iteration: random programs, against the tape.

Whether what was read has to be kept is decided by `regions` from the bounds of slices and counters. A wrong answer is
a wrong gradient, so the programs here read through slices whose bounds are counters, and write near them.
"""

from __future__ import annotations

import linecache
import random
from typing import Any

import numpy as np
import pytest

from tapeless import differentiate, tape

N = 7  # the extent of each axis
OUTER = ("range(1, n - 1)", "range(n - 2, 0, -1)", "range(1, n - 1, 2)", "range(n - 2)", "range(2, n)")
INNER = ("range(i)", "range(i, n)", "range(i + 1, n)", "range(n - 1, i, -1)", "range(i, -1, -1)", "range(1, n - 1)",
         "range(0, n, 2)")  # fmt: skip
BOUNDS = ("i", "j", "i + 1", "j + 1", "j - 1", "2", "-1", "-2", "n - i", "m")
POINTS = ("i", "j", "i - 1", "j - 1", "0", "1", "-1", "n - 1 - i", "n - 1 - j", "m")


def slice_of(rng: random.Random) -> str:
    low, high = (rng.choice(("", *BOUNDS)) for _ in range(2))
    step = rng.choice(("", "", "", ":2", ":-1"))
    return f"{low}:{high}{step}"


def axis(rng: random.Random) -> str:
    return slice_of(rng) if rng.random() < 0.6 else rng.choice(POINTS)


def place(rng: random.Random) -> str:
    return f"{rng.choice(POINTS)}, {rng.choice(POINTS)}"


def read(rng: random.Random) -> list[str]:
    """A slice, or a slice of a slice, computed with in a way whose derivative needs what was read."""
    lines = [f"v = a[{axis(rng)}, {slice_of(rng)}]"]
    if rng.random() < 0.3:
        lines.append(f"v = v[{rng.choice((':', '1:', ':-1', '::2', ':j', 'i:'))}]")
    return [*lines, "s += 0.1 * np.sum(v * v)"]


def write(rng: random.Random) -> list[str]:
    value = rng.choice(("0.5 * a[{0}] + 0.1 * s", "np.sin(s)", "a[{0}] * a[{0}] * 0.3")).format(place(rng))
    if rng.random() < 0.3:
        return [f"a[{axis(rng)}, {slice_of(rng)}] *= 0.7"]
    return [f"a[{place(rng)}] = {value}"]


def program(seed: int) -> str:
    rng = random.Random(seed)
    body = [line for part in rng.sample((read(rng), write(rng), read(rng), write(rng)), 3) for line in part]
    outer = [line for part in rng.sample((read(rng), write(rng)), rng.randrange(2)) for line in part]
    lines = ["def f(x, n, m):", "    a = x * 1.0", "    s = 0.0", f"    for i in {rng.choice(OUTER)}:",
             "        j = 1", *(f"        {line}" for line in outer), f"        for j in {rng.choice(INNER)}:",
             *(f"            {line}" for line in body), "    return s + np.sum(a * a)"]  # fmt: skip
    return "\n".join(lines) + "\n"


def function(text: str, name: str) -> Any:
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    world: dict[str, Any] = {"np": np}
    exec(compile(text, name, "exec"), world)
    return world["f"]


@pytest.mark.parametrize("seed", range(24))
def test_what_is_read_is_what_was_there(seed: int) -> None:
    text = program(seed)
    f = function(text, f"<regions {seed}>")
    x = np.random.default_rng(seed).uniform(0.2, 1.0, size=(N, N))
    value, gradient = differentiate(f).value_and_grad(x, N, 2)
    expected, (right,) = tape.value_and_grad(f, (x, N, 2), wrt=(0,))
    np.testing.assert_allclose(value, expected, rtol=1e-10, err_msg=text)
    np.testing.assert_allclose(gradient, right, rtol=1e-9, atol=1e-9 * np.max(np.abs(right)), err_msg=text)
