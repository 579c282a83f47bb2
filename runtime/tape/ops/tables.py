"""Every NumPy function the tape knows, and its rule. Assembled here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import composed, elementwise, linalg, movement, reductions, special
from .elementwise import Row
from .movement import joining, pair

Rule = Callable[..., Any]

ROWS: dict[str, Row] = {**elementwise.ROWS, **special.ROWS}

MOVEMENTS: dict[Rule, Rule] = {
    function: movement.movement(function, name)
    for function, name in (
        (np.ravel, "ViewBackward0"),
        (np.squeeze, "SqueezeBackward0"),
        (np.expand_dims, "UnsqueezeBackward0"),
        (np.swapaxes, "TransposeBackward0"),
        (np.moveaxis, "PermuteBackward0"),
        (np.rollaxis, "PermuteBackward0"),
        (np.matrix_transpose, "TransposeBackward0"),
        (np.linalg.matrix_transpose, "TransposeBackward0"),
        (np.broadcast_to, "ExpandBackward0"),
        (np.flip, "FlipBackward0"),
        (np.fliplr, "FlipBackward0"),
        (np.flipud, "FlipBackward0"),
        (np.rot90, "Rot90Backward0"),
        (np.roll, "RollBackward0"),
        (np.tile, "RepeatBackward0"),
        (np.repeat, "RepeatInterleaveBackward0"),
        (np.resize, "ResizeBackward0"),
        (np.take, "TakeBackward0"),
        (np.take_along_axis, "GatherBackward0"),
        (np.delete, "IndexBackward0"),
        (np.diag, "DiagBackward0"),
        (np.diagflat, "DiagBackward0"),
        (np.diagonal, "DiagonalBackward0"),
        (np.linalg.diagonal, "DiagonalBackward0"),
        (np.tril, "TrilBackward0"),
        (np.triu, "TriuBackward0"),
        (np.pad, "PadBackward0"),
        (np.atleast_1d, "ViewBackward0"),
        (np.atleast_2d, "ViewBackward0"),
        (np.atleast_3d, "ViewBackward0"),
        (np.split, "SplitBackward0"),
        (np.array_split, "SplitBackward0"),
        (np.hsplit, "SplitBackward0"),
        (np.vsplit, "SplitBackward0"),
        (np.dsplit, "SplitBackward0"),
        (np.unstack, "UnbindBackward0"),
        (np.real, "ViewBackward0"),
        (np.lib.stride_tricks.sliding_window_view, "UnfoldBackward0"),
    )
}

JOININGS: dict[Rule, Rule] = {
    function: joining(function, name)
    for function, name in (
        (np.stack, "StackBackward0"),
        (np.concatenate, "CatBackward0"),
        (np.hstack, "CatBackward0"),
        (np.vstack, "CatBackward0"),
        (np.dstack, "CatBackward0"),
        (np.column_stack, "CatBackward0"),
    )
}

FUNCTIONS: dict[Rule, Rule] = {
    **MOVEMENTS,
    **JOININGS,
    np.append: pair(np.append, "CatBackward0"),
    np.insert: movement.insert,
    np.reshape: movement.reshape,
    np.transpose: movement.transpose,
    np.where: movement.where,
    np.clip: movement.clip,
    np.sort: movement.sort,
    np.partition: movement.partition,
    np.broadcast_arrays: movement.broadcast_arrays,
    np.meshgrid: movement.meshgrid,
    np.sum: reductions.sum_,
    np.mean: reductions.mean,
    np.max: reductions.max_,
    np.amax: reductions.max_,
    np.min: reductions.min_,
    np.amin: reductions.min_,
    np.prod: reductions.prod,
    np.var: reductions.var,
    np.std: reductions.std,
    np.cumsum: reductions.cumsum,
    np.cumprod: reductions.cumprod,
    np.linalg.norm: reductions.norm,
    np.dot: linalg.dot,
    np.einsum: linalg.einsum,
    np.outer: linalg.outer,
    np.linalg.outer: linalg.outer,
    np.linalg.solve: linalg.solve,
    np.linalg.inv: linalg.inv,
    np.linalg.det: linalg.det,
    np.linalg.slogdet: linalg.slogdet,
    np.linalg.cholesky: linalg.cholesky,
    np.linalg.eigh: linalg.eigh,
    np.linalg.eigvalsh: linalg.eigvalsh,
    np.linalg.svdvals: linalg.svdvals,
    np.linalg.matmul: linalg.matmul,
    np.linalg.matrix_power: composed.matrix_power,
    np.linalg.multi_dot: composed.multi_dot,
    np.linalg.trace: lambda x, /, offset=0: composed.trace(x, offset, -2, -1),
    np.tensordot: composed.tensordot,
    np.inner: composed.inner,
    np.vdot: composed.vdot,
    np.kron: composed.kron,
    np.cross: composed.cross,
    np.trace: composed.trace,
    np.diff: composed.diff,
    np.ediff1d: composed.ediff1d,
    np.trapezoid: composed.trapezoid,
    np.average: composed.average,
    np.ptp: composed.ptp,
    np.nan_to_num: composed.nan_to_num,
    np.nansum: composed.nansum,
    np.nanmean: composed.nanmean,
    np.quantile: composed.quantile,
    np.percentile: composed.percentile,
    np.median: composed.median,
    np.interp: composed.interp,
    np.polyval: composed.polyval,
    np.sinc: composed.sinc,
    np.convolve: composed.convolve,
    np.select: composed.select,
}

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
    {
        np.argmax, np.argmin, np.argsort, np.argpartition, np.argwhere, np.nonzero, np.flatnonzero, np.searchsorted,
        np.digitize, np.count_nonzero, np.any, np.all, np.isclose, np.allclose, np.array_equal, np.array_equiv,
        np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.shares_memory, np.may_share_memory,
        np.iscomplexobj, np.isrealobj, np.zeros_like, np.ones_like, np.empty_like, np.round, np.around, np.fix,
        np.unravel_index, np.array_repr, np.array_str, np.array2string, np.isneginf,
        np.isposinf, np.min_scalar_type, np.common_type, np.lexsort, np.linalg.matrix_rank, np.iscomplex, np.isreal,
    }
)  # fmt: skip
