"""What the library has written in Python: values as the original's, derivatives as by differences."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
import scipy.fft
import scipy.integrate
import scipy.linalg
import scipy.ndimage
import scipy.signal
import scipy.spatial.distance
import scipy.stats

from tapeless import differentiate
from tapeless.compiler.library.written import MODULES, original_of, table

from .cases import arguments, sampled
from .cases_written import CASES, ERRORS
from .oracles import assert_equal, quiet
from .test_composed import matches
from .written import function

WORLD = {"stats": scipy.stats, "integrate": scipy.integrate, "signal": scipy.signal, "linalg": scipy.linalg,
         "fft": scipy.fft, "ndimage": scipy.ndimage, "distance": scipy.spatial.distance}
DISTRIBUTIONS = {
    "norm": (), "logistic": (), "laplace": (), "cauchy": (), "t": (3.5,), "gumbel_r": (), "gumbel_l": (), "uniform": (),
    "expon": (), "gamma": (2.3,), "invgamma": (2.3,), "chi2": (3.0,), "beta": (2.0, 3.0), "lognorm": (0.7,),
    "halfnorm": (), "halfcauchy": (), "rayleigh": (), "weibull_min": (1.7,), "pareto": (2.5,), "poisson": (2.2,),
    "binom": (8, 0.3), "bernoulli": (0.3,), "nbinom": (4.0, 0.3), "geom": (0.3,),
}
METHODS = [pytest.param(name, f, id=name.removeprefix("scipy.stats.")) for module in ("densities", "positive", "counts")
           for name, f in table(module).items()]
POINTS = np.array([np.nan, -np.inf, -1.0, 0.0, 0.5, 1.0, 2.0, np.inf])
# What has no call of its own here: put into an array, and spelled in ways that this NumPy does not have.
ELSEWHERE = {"numpy.putmask", "numpy.place", "numpy.in1d",
             *(f"numpy.ndarray.{name}" for name in ("reshape", "ravel", "flatten")),
             *(f"numpy.{name}.at" for name in ("subtract", "multiply", "maximum", "minimum"))}


def returning(expression: str, words: str) -> tuple[Any, tuple[Any, ...]]:
    args = arguments(words)
    return function(f"def f({', '.join('abc'[: len(args)])}):\n    return {expression}\n", **WORLD), args


def known(expression: str) -> bool:
    return not expression.startswith(("np.in1d", "np.cumulative")) or hasattr(np, expression[3:].partition("(")[0])


KNOWN = [c for c in CASES if known(c[0])]


@pytest.mark.parametrize(("expression", "words"), sampled(KNOWN, 8), ids=lambda t: t.replace(" ", ""))
def test_value_and_derivative(expression: str, words: str) -> None:
    fn, args = returning(expression, words)
    matches(fn, expression, args, rtol=1e-12, taped=False)


@pytest.mark.parametrize(("expression", "words"), ERRORS, ids=lambda text: text.replace(" ", ""))
def test_what_the_original_raises(expression: str, words: str) -> None:
    if not known(expression):
        return
    fn, args = returning(expression, words)
    with quiet(), pytest.raises(Exception) as expected:
        fn(*args)
    with pytest.raises(expected.type.__mro__[:2]):
        differentiate(fn)(*args)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "ours"), METHODS)
def test_a_distribution_is_scipys_everywhere(name: str, ours: Any) -> None:
    """At the ends of the support, outside, for parameters out of their range, and in SciPy's dtype: run in Python."""
    theirs = original_of(name)
    shapes = DISTRIBUTIONS[name.split(".")[2]]
    scales: tuple[tuple[float, ...], ...] = ((0.2, 1.5), (0.0, 0.0), (0.0, -1.0))
    for moved in scales if "scale" in inspect.signature(ours).parameters else ((), (1,)):
        np.testing.assert_allclose(ours(POINTS, *shapes, *moved), theirs(POINTS, *shapes, *moved), rtol=1e-11, atol=0.0)
    for kind in ("float32", "int64"):
        given = np.array([-1, 0, 1, 2, 3], kind)
        assert_equal(ours(given, *shapes), theirs(given, *shapes), 1e-11, name)


def test_every_function_has_a_case() -> None:
    called = " ".join(expression for expression, _ in CASES)
    for module in MODULES:
        for name in table(module):
            short = name.replace("numpy.", "np.", 1).removeprefix("scipy.").removeprefix("spatial.")
            listed = name.startswith("scipy.stats.") or name in ELSEWHERE
            assert listed or f"{short}(" in called, name


def stored(a: Any, b: Any) -> Any:
    x, y = a.copy(), a.copy()
    np.putmask(x, a > 0.0, b)
    np.place(y, a > 0.0, b)
    np.putmask(y, a < -0.5, 2.0)
    return x * y


def stored_at(a: Any, b: Any, k: Any) -> Any:
    x, y = a.copy(), a.copy()
    np.subtract.at(x, k, b)
    np.multiply.at(x, [1, 1, 2], 3.0)
    np.maximum.at(y, k, b)
    np.minimum.at(y, k[::-1], 0.1)
    np.multiply.at(y, k, b)
    return x * y


def test_stores() -> None:
    matches(stored, "np.putmask", arguments("v w"), taped=False)
    matches(stored_at, "np.multiply.at", arguments("v v k"), taped=False)
