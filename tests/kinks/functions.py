"""Conventions at the kinks and edges of functions beside the elementary ones."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from .table import INF, NAN, Kink, array


def fmax(a, b):
    return np.fmax(a, b)


def fmin(a, b):
    return np.fmin(a, b)


def sinc(x):
    return np.sinc(x)


def xlogy(a, b):
    return special.xlogy(a, b)


def xlog1py(a, b):
    return special.xlog1py(a, b)


def log_ndtr(x):
    return special.log_ndtr(x)


def expit(x):
    return special.expit(x)


def log_expit(x):
    return special.log_expit(x)


def median(x):
    return np.median(x)


def spread(x):
    return np.ptp(x)


def quantile(x):
    return np.quantile(x, 0.25)


def nanmean(x):
    return np.nanmean(x)


def nansum(x):
    return np.nansum(x)


def nanstd(x):
    return np.nanstd(x)


def nanmax(x):
    return np.nanmax(x)


def without_nan(x):
    return np.sum(np.nan_to_num(x, nan=1.0, posinf=2.0, neginf=3.0))


def masked_logarithm(x):
    return np.sum(np.log(x, out=np.zeros(len(x)), where=x > 0.0))


def masked_sum(x):
    return np.sum(np.sqrt(x), where=x > 0.0)


def logsumexp(x):
    return special.logsumexp(x)


def softmax_of_the_first(x):
    return special.softmax(x)[0]


def remainder(x):
    return np.round(x, 1)


KINKS = (
    Kink("fmax_tie", fmax, (2.0, 2.0), (0.5, 0.5), (0, 1)),
    Kink("fmax_of_nan", fmax, (NAN, 2.0), (0.0, 1.0), (0, 1)),
    Kink("fmin_with_nan", fmin, (2.0, NAN), (1.0, 0.0), (0, 1)),
    Kink("fmin_tie", fmin, (2.0, 2.0), (0.5, 0.5), (0, 1)),
    Kink("sinc_at_zero", sinc, (0.0,), (0.0,)),
    Kink("xlogy_of_nothing", xlogy, (0.0, 0.0), (0.0, 0.0), (0, 1)),
    Kink("xlogy_at_zero", xlogy, (0.0, 2.0), (math.log(2.0), 0.0), (0, 1)),
    Kink("xlog1py_of_nothing", xlog1py, (0.0, -1.0), (0.0, 0.0), (0, 1)),
    Kink("expit_far_down", expit, (-800.0,), (0.0,)),
    Kink("log_expit_far_down", log_expit, (-800.0,), (1.0,)),
    Kink("median_of_even_count", median, (array(1.0, 4.0, 2.0, 8.0),), (array(0.0, 0.5, 0.5, 0.0),)),
    Kink("median_of_odd_count", median, (array(1.0, 4.0, 2.0),), (array(0.0, 0.0, 1.0),)),
    Kink("quantile_on_an_entry", quantile, (array(5.0, 1.0, 3.0, 2.0, 4.0),), (array(0.0, 0.0, 0.0, 1.0, 0.0),)),
    Kink("spread_of_ties", spread, (array(1.0, 3.0, 3.0),), (array(-1.0, 0.5, 0.5),)),
    Kink("nanmean_with_nan", nanmean, (array(1.0, NAN, 3.0),), (array(0.5, 0.0, 0.5),)),
    Kink("nansum_with_nan", nansum, (array(1.0, NAN, 3.0),), (array(1.0, 0.0, 1.0),)),
    Kink("nanstd_of_equal_values", nanstd, (array(2.0, NAN, 2.0),), (array(0.0, 0.0, 0.0),)),
    Kink("nanmax_tie", nanmax, (array(3.0, NAN, 3.0),), (array(0.5, 0.0, 0.5),)),
    Kink("replaced_entries", without_nan, (array(1.0, NAN, INF, -INF),), (array(1.0, 0.0, 0.0, 0.0),)),
    Kink("logarithm_where_it_is", masked_logarithm, (array(2.0, 0.0, -1.0),), (array(0.5, 0.0, 0.0),)),
    Kink("root_where_it_is", masked_sum, (array(4.0, 0.0, -1.0),), (array(0.25, 0.0, 0.0),)),
    Kink("round_to_tenths", remainder, (1.23,), (0.0,)),
)

# SciPy's functions of whole arrays take no tensor: these are not run on the tape.
BEYOND_THE_TAPE = (
    Kink("logsumexp_far_out", logsumexp, (array(1000.0, 1000.0),), (array(0.5, 0.5),)),
    Kink("logsumexp_far_down", logsumexp, (array(-1e5, 0.0),), (array(0.0, 1.0),)),
    Kink("softmax_far_out", softmax_of_the_first, (array(1e4, 0.0),), (array(0.0, 0.0),)),
    Kink("log_ndtr_far_down", log_ndtr, (-1e5,), (1e5 * (1.0 + 1e-10),)),
)
