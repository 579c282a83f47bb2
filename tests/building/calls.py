"""Calls of the functions of `everything`, which takes a while to import."""

from __future__ import annotations

from typing import Any

import numpy as np

EXAMPLES = (
    "by_choice(2.0)",
    "by_choice(2.0, 'exp')",
    "by_record({'w': 1.0, 'layers': [2.0, np.ones(3)]}, 2.0)",
    "the_same_record({'inner': {'a': 1.0}}, 2.0)",
    "maybe(1.0)",
    "maybe(1.0, 2.0)",
    "maybe(np.float32(1.0))",
    "power(np.float64(1.0), 2)",
    "keywords(1.0, 2.0)",
)


def calls() -> list[tuple[str, tuple[Any, ...], dict[str, Any]]]:
    """Calls that succeed: function, arguments and keywords, fresh each time."""
    rng = np.random.default_rng(7)
    x, a, b = rng.normal(size=64), rng.normal(size=(33, 40)), rng.normal(size=(40, 37))
    return [
        ("power", (1.1, 7), {}),
        ("power", (np.float64(1.1), 7), {}),
        ("power", (), {"n": 3, "x": 2.5}),
        ("annotated", (0.3,), {}),
        ("annotated", (0.3, 0.5), {}),
        ("wave", (x, 0.7), {}),
        ("wave", (x[::3], 0.7), {}),
        ("wave", (x[::-1], 0.7), {}),
        ("wave", (x.astype(np.float32), 0.7), {}),
        ("wave", (x.astype(">f8"), 0.7), {}),
        ("wave", (np.empty(0), 0.7), {}),
        ("broadcast", (rng.normal(size=(3, 4)), rng.normal(size=4)), {}),
        ("broadcast", (rng.normal(size=(1, 4)), rng.normal(size=4)), {}),
        ("broadcast", (rng.normal(size=(4, 1)), rng.normal(size=7)), {}),
        ("same_shapes", (x, x[::-1].copy()), {}),
        ("same_shapes", (x, np.ones(1)), {}),
        ("with_global_arrays", (rng.normal(size=4),), {}),
        ("store", (x.copy(), 0.3), {}),
        ("copy_into", (x.copy(), np.zeros(64)), {}),
        ("of_a_tuple", ((0.5, x.copy()), 2.0), {}),
        ("of_any_strides", ((0.5, x[::2]), a[:, ::2]), {}),
        ("two_results", (x,), {}),
        ("part_of_the_argument", (x,), {}),
        ("the_argument", (x,), {}),
        ("how_many", (x,), {}),
        ("nothing", (x.copy(),), {}),
        ("by_choice", (2.0,), {}),
        ("by_choice", (2.0, "exp"), {}),
        ("by_choice", (2.0,), {"kind": "exp"}),
        ("by_record", ({"w": 1.5, "layers": [2.0, np.arange(3.0)]}, 2.0), {}),
        ("complex_numbers", (x[:5] + 1j * x[5:10],), {}),
        ("complex_numbers", (x[:5] + 1j * x[5:10], 0.5j), {}),
        ("to_a_complex_number", (1.0 - 0.5j,), {}),
        ("to_a_dict", (x,), {}),
        ("to_a_dict", (1.5,), {}),
        ("perhaps_none", (x,), {}),
        ("perhaps_none", (x[:1],), {}),
        ("with_a_word", (x,), {}),
        ("with_a_word", (x, -3.0), {}),
        ("to_a_list", (x,), {}),
        ("to_a_list_of_records", (x,), {}),
        ("the_same_record", ({"inner": {"a": 1.5}}, 2.0), {}),
        ("maybe", (1.5,), {}),
        ("maybe", (1.5, 2.0), {}),
        ("maybe", (np.float32(1.5),), {}),
        ("product", (a, b), {}),
        ("solved", (rng.normal(size=(6, 6)) + 6.0 * np.eye(6), rng.normal(size=6)), {}),
        ("special_functions", (rng.uniform(0.1, 0.9, 5), 2.5), {}),
        ("eigenvectors", (np.diag(np.arange(1.0, 5.0)) + 0.1,), {}),
        ("element", (x, 5), {}),
        ("element", (x, -1), {}),
        ("quotient", (1.0, 2.0), {}),
        ("keywords", (1.0, 2.0), {}),
        ("keywords", (1.0,), {"y": 2.0, "z": 4.0}),
    ]
