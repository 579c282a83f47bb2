"""Operations that only move elements: other shapes, other orders, several arrays in one.

`reshape` and `diagonal` are views and have the derivative of a view. All others are put together by `infer` from
views, transposed arrays, and stores into new arrays, and have no formula of their own.
"""

from __future__ import annotations

from .row import Row, for_complex, structured

VIEWS: tuple[Row, ...] = for_complex((
    structured("reshape", "x", method="reshape", numpy="reshape", config="*shape"),
    structured("diagonal", "x", method="diagonal", numpy="diagonal", config=("offset", "axis1", "axis2")),
    structured("ravel", "x", method="ravel", numpy="ravel"),
    structured("flat", "x", method="flat"),
    structured("item", "x", method="item", config="*places"),
    structured("flatten", "x", method="flatten"),
    structured("expand_dims", "x", numpy="expand_dims", config="axis"),
    structured("squeeze", "x", method="squeeze", numpy="squeeze", config="axis"),
    structured("swapaxes", "x", method="swapaxes", numpy="swapaxes", config=("axis1", "axis2")),
    structured("moveaxis", "x", numpy="moveaxis", config=("source", "destination")),
    structured("broadcast_to", "x", numpy="broadcast_to", config="shape"),
    structured("flip", "x", numpy="flip", config="axis"),
    structured("flipud", "x", numpy="flipud"),
    structured("fliplr", "x", numpy="fliplr"),
))

JOINED: tuple[Row, ...] = for_complex((
    structured("concatenate", "arrays", numpy="concatenate", config="axis"),
    structured("stack", "arrays", numpy="stack", config="axis"),
    structured("vstack", "arrays", numpy="vstack"),
    structured("hstack", "arrays", numpy="hstack"),
    structured("column_stack", "arrays", numpy="column_stack"),
    structured("meshgrid", "", numpy="meshgrid", config=("*arrays", "indexing")),
))

MOVED: tuple[Row, ...] = for_complex((
    structured("repeat", "x", method="repeat", numpy="repeat", config=("repeats", "axis")),
    structured("tile", "x", numpy="tile", config="reps"),
    structured("roll", "x", numpy="roll", config=("shift", "axis")),
    structured("diag", "x", numpy="diag", config="k"),
    structured("tril", "x", numpy="tril", config="k"),
    structured("triu", "x", numpy="triu", config="k"),
    structured("eye", "n", numpy="eye", config=("m", "k", "dtype")),
    structured("identity", "n", numpy="identity", config="dtype"),
))

ROWS: tuple[Row, ...] = (*VIEWS, *JOINED, *MOVED)
