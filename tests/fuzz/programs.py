"""Whole programs: `f`, the functions it calls, and arguments as Python expressions."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .author import Author
from .expressions import Helper, Name, Shape
from .statements import NASTY, PLAIN

HEADER = ("import math", "import numpy as np", "")
SIZES = (1, 2, 3, 3, 4, 4, 5, 6)


@dataclass(frozen=True)
class Program:
    """The text of a module that defines `f`, arguments as Python expressions, and which of them are differentiated.

    `analytic` says that the complex step applies; without it the tape is the only oracle. With `single` the arrays are
    float32.
    """

    text: str
    samples: tuple[tuple[str, ...], ...]
    wrt: tuple[int, ...]
    analytic: bool = True
    single: bool = False


def write(number: int) -> Program:
    """The program of a number."""
    rng = random.Random(number)
    analytic, single = rng.random() < 0.93, rng.random() < 0.06
    pool = NASTY if rng.random() < 0.25 else PLAIN
    helpers: list[Helper] = []
    lines = [*HEADER]
    world = _globals(rng, lines)
    if rng.random() < 0.6:
        for k in range(rng.randint(1, 3)):
            text, helper = _helper(rng, f"h{k}", helpers, pool, analytic, world)
            lines += [*text, ""]
            helpers.append(helper)
    params = _parameters(rng, pool)
    f = _author(rng, params, helpers, pool, analytic)
    f.world = world
    f.budget = rng.choice([3, 6, 10, 16, 30])
    if rng.random() < 0.1:
        f.line('"""A docstring."""')
    if rng.random() < 0.2:
        _local_function(f)
    f.block(rng.choice([2, 3, 5, 8, 12]))
    f.line(_final(f))
    lines += [f"def f({', '.join(params)}):", *f.lines, ""]
    layouts = [_layout(rng, kind) for kind in params.values()]
    samples = tuple(
        tuple(_argument(rng, kind, layout, single) for kind, layout in zip(params.values(), layouts, strict=True))
        for _ in range(2)
    )
    wrt = tuple(k for k, kind in enumerate(params.values()) if kind.kind in ("float", "array"))
    return Program("\n".join(lines), samples, wrt, analytic, single)


def _globals(rng: random.Random, lines: list[str]) -> dict[str, Name]:
    """Names of the module that functions read."""
    world: dict[str, Name] = {}
    if rng.random() < 0.2:
        lines += [f"RATE = {_number(rng)}", ""]
        world["RATE"] = Name("float")
    if rng.random() < 0.2:
        shape: Shape = (rng.randint(1, 5),) if rng.random() < 0.7 else (rng.randint(1, 3), rng.randint(1, 4))
        lines += [f"TABLE = {_array(rng, shape, rng.choice(['C', 'reversed']), False)}", ""]
        world["TABLE"] = Name("array", shape)
    return world


def _author(
    rng: random.Random, params: dict[str, Name], helpers: list[Helper], pool: dict[str, list[str]], analytic: bool
) -> Author:
    a = Author(rng, helpers=list(helpers), pool=pool, analytic=analytic)
    a.errors = rng.choice([0.0, 0.0, 0.01, 0.05])
    for name, kind in params.items():
        a.define(name, kind)
    a.results = rng.choice([(Name("float"),)] * 5 + [(Name("float"), Name("float")), (Name("array", (3,)),),
                                                     (Name("float"), Name("array", (2,)))])
    return a


def _parameters(rng: random.Random, pool: dict[str, list[str]]) -> dict[str, Name]:
    names = {kind: rng.sample(found, min(len(found), 3)) for kind, found in pool.items()}
    params: dict[str, Name] = {}
    n = rng.choice(SIZES)
    for _ in range(rng.randint(1, 2)):
        params[names["float"].pop()] = Name("float")
    for _ in range(rng.randint(0, 2)):
        shape: Shape = (n,) if rng.random() < 0.7 else (rng.choice(SIZES),)
        if rng.random() < 0.25:
            shape = (rng.randint(1, 3), rng.choice([n, rng.randint(1, 4)]))
        params[names["array"].pop()] = Name("array", shape)
    if rng.random() < 0.5:
        params[names["int"].pop()] = Name("int")
    if rng.random() < 0.15:
        params[names["bool"].pop()] = Name("bool")
    if rng.random() < 0.2:
        params[names["ints"].pop()] = Name("ints", (rng.randint(1, 5),))
    order = list(params)
    rng.shuffle(order)
    return {k: params[k] for k in order}


def _helper(
    rng: random.Random, name: str, known: list[Helper], pool: dict[str, list[str]], analytic: bool,
    world: dict[str, Name],
) -> tuple[list[str], Helper]:
    """A function of the module: it may store into its arrays, return early, and call those before it."""
    params = _parameters(rng, pool)
    a = _author(rng, params, known, pool, analytic)
    a.errors = 0.0
    a.world = world
    array = Name("array", (rng.choice(SIZES),))
    result = rng.choice([Name("float"), Name("float"), Name("float"), Name("pair"), array, None])
    a.results = (result,) if result else ()
    a.budget = rng.choice([2, 5])
    a.indent = 1
    a.work = 4
    a.block(rng.randint(1, 4))
    if result or rng.random() < 0.5:
        a.line(a.returned(2))
    if not result and rng.random() < 0.5:
        a.lines.insert(0, "    pass")
    optional = 0
    signature = list(params)
    while optional < len(params) and params[signature[-1 - optional]].kind in ("float", "int") and rng.random() < 0.4:
        optional += 1
        where = len(params) - optional
        default = a.constant() if params[signature[where]].kind == "float" else str(rng.randint(0, 4))
        signature[where] = f"{signature[where]}={default}"
    return [f"def {name}({', '.join(signature)}):", *a.lines], Helper(name, tuple(params.items()), result, optional)


def _local_function(f: Author) -> None:
    """A function inside `f`, which reads the variables of `f` as they are when it is called."""
    inner = Author(f.rng, names=dict(f.names), analytic=f.analytic, pool=f.pool)
    inner.define("local_x", Name("float"))
    inner.indent = 2
    if f.chance(0.3):
        f.line(f"local = lambda local_x: {inner.floating(2)}")
    else:
        f.line(f"def local(local_x, local_w={f.floating(1)}):")
        inner.define("local_w", Name("float"))
        if f.chance(0.5):
            inner.line(f"if {inner.boolean(1)}:")
            inner.line(f"    return {inner.floating(1)}")
        inner.line(f"return {inner.floating(2)}")
        f.lines += inner.lines
    params = (("local_x", Name("float")),)
    f.helpers.append(Helper("local", params, Name("float")))


def _final(f: Author) -> str:
    """A return statement that depends on most of what is there."""
    if f.results != (Name("float"),):
        return f.returned(2)
    terms = []
    for name, kind in f.names.items():
        if kind.kind == "float":
            terms.append(f"{f.rng.randint(3, 17) / 10} * {name}")
        elif kind.kind == "array":
            terms.append(f.pick(f"np.sum({name})", f"np.sum(np.sin({name}))", f"np.sum({name} * {name})"))
    kept = [t for t in terms if f.chance(0.8)] or [f.floating(2)]
    return f"return {' + '.join(kept)}"


def _layout(rng: random.Random, kind: Name) -> str:
    if kind.kind != "array" or rng.random() < 0.6:
        return "C"
    return rng.choice(["strided", "reversed", "transposed" if len(kind.shape) == 2 else "strided"])


def _argument(rng: random.Random, kind: Name, layout: str, single: bool) -> str:
    match kind.kind:
        case "float":
            return str(_number(rng))
        case "int":
            return str(rng.randint(-2, 6))
        case "bool":
            return str(rng.random() < 0.5)
        case "ints":
            return f"np.array({[rng.randint(-3, 4) for _ in range(kind.shape[0])]})"
    return _array(rng, kind.shape, layout, single)


def _array(rng: random.Random, shape: Shape, layout: str, single: bool) -> str:
    if layout == "transposed":
        return _array(rng, shape[::-1], "C", single) + ".T"
    stored = (*shape[:-1], shape[-1] * 2) if layout == "strided" else shape
    numbers = [[_number(rng) for _ in range(stored[-1])] for _ in range(stored[0] if len(stored) == 2 else 1)]
    text = f"np.array({numbers if len(stored) == 2 else numbers[0]}{', dtype=np.float32' if single else ''})"
    return text + {"C": "", "strided": "[..., ::2]", "reversed": "[::-1]"}[layout]


def _number(rng: random.Random) -> float:
    return round(rng.choice([-1, 1, 1]) * rng.uniform(0.2, 1.7), 3)
