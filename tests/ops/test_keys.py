"""Where keys are that are known at run time only: native code and generated Python find what a dict finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tapeless import differentiate
from tapeless.runtime.keys import key_index, key_slot

RNG = np.random.default_rng(5)
KEYS: dict[str, Any] = {
    "few": RNG.integers(-3, 4, 300),
    "many": RNG.integers(-(2**62), 2**62, 2000),
    "multiples": RNG.integers(-500, 500, 2000) * 2**32,
    "powers": 2 ** (np.arange(600) % 62),
    "negative": -np.arange(700) % 350 - 350,
    "floats": RNG.integers(-50, 50, 700) / 8.0,
    "zeros": np.array([0.0, -0.0, 1.0, -1.0, 5e-324, -5e-324, 0.0, np.inf, -np.inf, np.inf]),
    "large floats": RNG.integers(1, 40, 500) * 1e300 / 64.0,
    "truths": RNG.integers(0, 2, 50) > 0,
}


def sums(x, keys):
    d = {}
    for k, v in zip(keys, x):
        d[k] = d.get(k, 0.0) + v
    s = 0.0
    for place, (k, v) in enumerate(d.items()):
        s += v * v * (place + 1)
    return s + len(d)


def sums_by_two(x, keys):
    d = {}
    for k, v in zip(keys, x):
        d[k, -k] = d.get((k, -k), 0.0) + v
    s = 0.0
    for place, v in enumerate(d.values()):
        s += v * v * (place + 1)
    return s + len(d)


def without_some(x, keys):
    d = {}
    for i in range(len(keys)):
        d[keys[i]] = x[i]
        if i % 3 == 2 and keys[i - 1] in d:
            del d[keys[i - 1]]
        if i % 7 == 6:
            d.pop(keys[i - 5], 0.0)
    s = 0.0
    for place, v in enumerate(d.values()):
        s += v * (place + 1)
    return s + len(d)


COMPILED = {f: differentiate(f) for f in (sums, sums_by_two, without_some)}


@pytest.mark.parametrize("f", COMPILED)
@pytest.mark.parametrize("name", KEYS)
def test_as_a_dict(f: Any, name: str) -> None:
    keys = KEYS[name]
    if keys.dtype == bool and f is sums_by_two:
        keys = keys.astype(np.int64)
    x = RNG.uniform(0.5, 1.5, len(keys))
    value, gradient = COMPILED[f].value_and_grad(x, keys)
    assert value == pytest.approx(f(x, keys), rel=1e-13)
    step = RNG.normal(size=len(x))
    moved = (f(x + 1e-6 * step, keys) - f(x - 1e-6 * step, keys)) / 2e-6
    assert gradient @ step == pytest.approx(moved, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", KEYS)
def test_in_generated_python(name: str) -> None:
    """The index of the first keys that differ finds each of them, and a free place for what is not among them."""
    keys = np.array(list(dict.fromkeys(KEYS[name].tolist())))
    index = key_index(len(keys), keys)
    assert len(index) >= 3 * len(keys) and np.count_nonzero(index) == len(keys)
    for place, k in enumerate(keys):
        assert index[key_slot(index, keys, k)] == place + 1
    pairs = key_index(len(keys), keys, keys)
    assert pairs[key_slot(pairs, keys, keys, keys[0], keys[0])] == 1
    if keys.dtype != bool:
        assert index[key_slot(index, keys, keys.dtype.type(12345))] == 0


def test_a_key_that_is_nan() -> None:
    """Python finds it by its identity, which numbers do not have here."""
    with pytest.raises(ValueError, match="NaN"):
        COMPILED[sums](np.ones(2), np.array([1.0, np.nan]))
    with pytest.raises(ValueError, match="NaN"):
        key_slot(np.zeros(8, np.int64), np.zeros(0), np.nan)


def test_a_key_that_is_not_there_is_the_argument_of_the_error() -> None:
    def read(x: float, n: int) -> Any:
        d = {n: x}
        e = {(n, 2): x}
        return d[n + 1] if n > 0 else e[n, n]

    for n, key in ((4, 5), (0, (0, 0))):
        with pytest.raises(KeyError) as caught:
            differentiate(read)(1.5, n)
        assert caught.value.args == (key,)
