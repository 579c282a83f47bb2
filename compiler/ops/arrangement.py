"""More operations that arrange elements: parts, borders, choices, and what is found by position.

All are put together by `infer` from views, stores into new arrays, gathers and choices, whose derivatives they have.
"""

from __future__ import annotations

from .row import Row, for_complex, structured

PARTS: tuple[Row, ...] = for_complex((
    structured("split", "ary indices_or_sections", numpy="split", config="axis"),
    structured("array_split", "ary indices_or_sections", numpy="array_split", config="axis"),
    structured("hsplit", "ary indices_or_sections", numpy="hsplit"),
    structured("vsplit", "ary indices_or_sections", numpy="vsplit"),
    structured("dsplit", "ary indices_or_sections", numpy="dsplit"),
    structured("rot90", "m", numpy="rot90", config=("k", "axes")),
    structured("atleast_1d", "", numpy="atleast_1d", config="*arys"),
    structured("atleast_2d", "", numpy="atleast_2d", config="*arys"),
    structured("atleast_3d", "", numpy="atleast_3d", config="*arys"),
    structured("broadcast_arrays", "", numpy="broadcast_arrays", config="*args"),
    structured("sliding_window_view", "x", numpy="lib.stride_tricks.sliding_window_view",
               config=("window_shape", "axis")),
    structured("rollaxis", "x", numpy="rollaxis", config=("axis", "start")),
    structured("matrix_transpose", "x", method="mT", numpy=("matrix_transpose", "linalg.matrix_transpose")),
))

LONGER: tuple[Row, ...] = for_complex((
    structured("dstack", "arrays", numpy="dstack"),
    structured("append", "arr values", numpy="append", config="axis"),
    structured("delete", "arr obj", numpy="delete", config="axis"),
    structured("insert", "arr obj values", numpy="insert", config="axis"),
    structured("pad", "array pad_width", numpy="pad",
               config=("mode", "constant_values", "reflect_type", "stat_length")),
    structured("kron", "a b", numpy="kron"),
    structured("cross", "a b", numpy="cross", config=("axisa", "axisb", "axisc", "axis")),
    structured("vander", "x", numpy="vander", config=("N", "increasing")),
    structured("diagflat", "v", numpy="diagflat", config="k"),
))

CHOSEN: tuple[Row, ...] = for_complex((
    structured("select", "condlist choicelist", numpy="select", config="default"),
    structured("choose", "a choices", numpy="choose", method="choose"),
    structured("take_along_axis", "arr indices", numpy="take_along_axis", config="axis"),
    structured("put_along_axis", "arr indices values", numpy="put_along_axis", config="axis"),
    structured("put", "a ind v", numpy="put", method="put"),
    structured("compress", "condition a", numpy="compress", config="axis"),
    structured("extract", "condition arr", numpy="extract"),
    structured("fill_diagonal", "a val", numpy="fill_diagonal", config="wrap"),
    structured("fill", "x value", method="fill"),
    structured("copyto", "dst src", numpy="copyto", config=("casting", "where"), by_keyword="where"),
))

PLACES: tuple[Row, ...] = (
    structured("nonzero", "a", numpy="nonzero", method="nonzero"),
    structured("flatnonzero", "a", numpy="flatnonzero"),
    structured("argwhere", "a", numpy="argwhere"),
    structured("ix_", "", numpy="ix_", config="*args"),
    structured("iscomplexobj", "x", numpy="iscomplexobj", on_complex="parts"),
    structured("isrealobj", "x", numpy="isrealobj", on_complex="parts"),
    structured("indices", "dimensions", numpy="indices"),
    structured("tri", "N", numpy="tri", config=("M", "k", "dtype")),
    structured("tril_indices", "n", numpy="tril_indices", config=("k", "m")),
    structured("triu_indices", "n", numpy="triu_indices", config=("k", "m")),
    structured("diag_indices", "n", numpy="diag_indices"),
)

ROWS: tuple[Row, ...] = (*PARTS, *LONGER, *CHOSEN, *PLACES)
