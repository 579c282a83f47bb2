"""Every NumPy function the tape knows, and its rule. Assembled here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np

from . import (
    composed,
    eigenvalues,
    elementwise,
    factors,
    fourier,
    integrals,
    linalg,
    movement,
    reductions,
    special,
    statistics,
)
from .elementwise import Row
from .movement import joining, pair

Rule = Callable[..., Any]

ROWS: dict[str, Row] = {**elementwise.ROWS, **special.ROWS, **integrals.ROWS}


def find(name: str) -> Rule | None:
    """Give the NumPy function of this dotted name; None if the installed NumPy does not have it."""
    found: Any = np
    for part in name.split("."):
        found = getattr(found, part, None)
    return cast("Rule | None", found)


def known(rules: dict[str, Rule]) -> dict[Rule, Rule]:
    """Key rules by the functions of the installed NumPy."""
    functions = ((find(name), rule) for name, rule in rules.items())
    return {function: rule for function, rule in functions if function is not None}


def made(maker: Callable[[Rule, str], Rule], names: dict[str, str]) -> dict[str, Rule]:
    """Make rules from functions and the names of their nodes."""
    functions = ((key, find(key), name) for key, name in names.items())
    return {key: maker(function, name) for key, function, name in functions if function is not None}


MOVEMENTS = made(
    movement.movement,
    {
        "ravel": "ViewBackward0",
        "squeeze": "SqueezeBackward0",
        "expand_dims": "UnsqueezeBackward0",
        "swapaxes": "TransposeBackward0",
        "moveaxis": "PermuteBackward0",
        "rollaxis": "PermuteBackward0",
        "matrix_transpose": "TransposeBackward0",
        "linalg.matrix_transpose": "TransposeBackward0",
        "broadcast_to": "ExpandBackward0",
        "flip": "FlipBackward0",
        "fliplr": "FlipBackward0",
        "flipud": "FlipBackward0",
        "rot90": "Rot90Backward0",
        "roll": "RollBackward0",
        "tile": "RepeatBackward0",
        "repeat": "RepeatInterleaveBackward0",
        "resize": "ResizeBackward0",
        "take": "TakeBackward0",
        "take_along_axis": "GatherBackward0",
        "delete": "IndexBackward0",
        "diag": "DiagBackward0",
        "diagflat": "DiagBackward0",
        "diagonal": "DiagonalBackward0",
        "linalg.diagonal": "DiagonalBackward0",
        "tril": "TrilBackward0",
        "triu": "TriuBackward0",
        "atleast_1d": "ViewBackward0",
        "atleast_2d": "ViewBackward0",
        "atleast_3d": "ViewBackward0",
        "split": "SplitBackward0",
        "array_split": "SplitBackward0",
        "hsplit": "SplitBackward0",
        "vsplit": "SplitBackward0",
        "dsplit": "SplitBackward0",
        "unstack": "UnbindBackward0",
        "lib.stride_tricks.sliding_window_view": "UnfoldBackward0",
    },
)

JOININGS = made(
    joining,
    {
        "stack": "StackBackward0",
        "concatenate": "CatBackward0",
        "hstack": "CatBackward0",
        "vstack": "CatBackward0",
        "dstack": "CatBackward0",
        "column_stack": "CatBackward0",
    },
)

FUNCTIONS: dict[Rule, Rule] = known(
    {
        **MOVEMENTS,
        **JOININGS,
        "pad": movement.padding(np.pad, "PadBackward0"),
        "append": pair(np.append, "CatBackward0"),
        "insert": movement.insert,
        "reshape": movement.reshape,
        "transpose": movement.transpose,
        "where": movement.where,
        "clip": movement.clip,
        "sort": movement.sort,
        "partition": movement.partition,
        "broadcast_arrays": movement.broadcast_arrays,
        "meshgrid": movement.meshgrid,
        "sum": reductions.sum_,
        "mean": statistics.masked(reductions.mean, "mean"),
        "max": statistics.masked(reductions.max_, "max"),
        "amax": statistics.masked(reductions.max_, "max"),
        "min": statistics.masked(reductions.min_, "min"),
        "amin": statistics.masked(reductions.min_, "min"),
        "prod": statistics.masked(reductions.prod, "prod"),
        "var": statistics.masked(reductions.var, "var"),
        "std": statistics.masked(reductions.std, "std"),
        "cumsum": reductions.cumsum,
        "cumprod": reductions.cumprod,
        "linalg.norm": factors.norm,
        **{f"fft.{name}": getattr(fourier, name)
           for name in ("fft", "ifft", "rfft", "irfft", "fft2", "ifft2", "fftn", "ifftn")},
        "real": lambda val: val.real,
        "imag": lambda val: val.imag,
        "angle": lambda z, deg=False: elementwise.angle(z, deg),
        "dot": linalg.dot,
        "einsum": linalg.einsum,
        "outer": linalg.outer,
        "linalg.outer": linalg.outer,
        "linalg.solve": linalg.solve,
        "linalg.inv": linalg.inv,
        "linalg.det": linalg.det,
        "linalg.slogdet": linalg.slogdet,
        "linalg.cholesky": linalg.cholesky,
        "linalg.eig": eigenvalues.eig,
        "linalg.eigvals": eigenvalues.eigvals,
        "linalg.eigh": linalg.eigh,
        "linalg.eigvalsh": linalg.eigvalsh,
        "linalg.svdvals": linalg.svdvals,
        "linalg.svd": factors.svd,
        "linalg.qr": factors.qr,
        "linalg.pinv": factors.pinv,
        "linalg.lstsq": factors.lstsq,
        "linalg.cond": factors.cond,
        "linalg.matmul": linalg.matmul,
        "linalg.matrix_power": composed.matrix_power,
        "linalg.multi_dot": composed.multi_dot,
        "linalg.trace": lambda x, /, offset=0: composed.trace(x, offset, -2, -1),
        "tensordot": composed.tensordot,
        "inner": composed.inner,
        "vdot": composed.vdot,
        "kron": composed.kron,
        "cross": composed.cross,
        "trace": composed.trace,
        "diff": composed.diff,
        "ediff1d": composed.ediff1d,
        "trapezoid": composed.trapezoid,
        "average": composed.average,
        "ptp": composed.ptp,
        "nan_to_num": composed.nan_to_num,
        "nansum": composed.nansum,
        **{name: getattr(statistics, name) for name in (
            "nanmean", "nanvar", "nanstd", "nanprod", "nanmax", "nanmin", "nancumsum", "nancumprod",
            "nanmedian", "cov", "corrcoef", "correlate", "gradient", "choose", "compress", "extract", "vander",
            "unwrap", "unique", "bincount", "histogram",
        )},
        "quantile": composed.quantile,
        "percentile": composed.percentile,
        "median": composed.median,
        "interp": composed.interp,
        "polyval": composed.polyval,
        "sinc": composed.sinc,
        "convolve": composed.convolve,
        "select": composed.select,
        "trapz": composed.trapezoid,
    }
)

# gufuncs arrive through NEP 13, not NEP 18
MATRIX_UFUNCS: dict[str, Rule] = {
    "matmul": linalg.matmul,
    "vecdot": composed.vecdot,
    "matvec": composed.matvec,
    "vecmat": composed.vecmat,
}

REDUCE: dict[str, Rule] = {
    "add": reductions.sum_,
    "multiply": reductions.prod,
    "maximum": reductions.max_,
    "minimum": reductions.min_,
}

ACCUMULATE: dict[str, Rule] = {"add": reductions.cumsum, "multiply": reductions.cumprod}

# Results that do not depend smoothly on the values: computed on the plain arrays, a constant for the tape.
CONSTANT: frozenset[Rule] = frozenset(
    function
    for function in map(
        find,
        [
            "argmax",
            "argmin",
            "argsort",
            "argpartition",
            "argwhere",
            "nonzero",
            "flatnonzero",
            "searchsorted",
            "digitize",
            "nanargmax",
            "nanargmin",
            "count_nonzero",
            "any",
            "all",
            "isclose",
            "allclose",
            "array_equal",
            "array_equiv",
            "shape",
            "ndim",
            "size",
            "result_type",
            "can_cast",
            "shares_memory",
            "may_share_memory",
            "iscomplexobj",
            "isrealobj",
            "zeros_like",
            "ones_like",
            "empty_like",
            "round",
            "around",
            "fix",
            "unravel_index",
            "array_repr",
            "array_str",
            "array2string",
            "isneginf",
            "isposinf",
            "min_scalar_type",
            "common_type",
            "lexsort",
            "linalg.matrix_rank",
            "iscomplex",
            "isreal",
        ],
    )
    if function is not None
)
