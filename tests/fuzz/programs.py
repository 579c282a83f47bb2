"""Whole programs: `f`, the functions it calls, and arguments as Python expressions."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from .author import Author
from .complexes import COMPLEX
from .functions import MEMBER, MEMBERS
from .kinds import FLOAT, INT, NASTY, PLAIN, TEXT, Helper, Name, Shape, Spec
from .lists import WORDS
from .modules import ENUM, recursive, tables
from .records import class_text, draw_spec

Number = Callable[[random.Random], str]

HEADER = ("import cmath", "import math", "from dataclasses import dataclass", "from enum import Enum",
          "from functools import partial", "from typing import NamedTuple", "import numpy as np", "")
SIZES = (1, 2, 2, 3, 3, 3, 4, 4, 5, 6)
SPECIAL = ("0.0", "-0.0", "0.0", "1.0", "-1.0", "0.5", "0.5", "2.0", "1e200", "-1e-200", "1e-200", "-1e200")
SPECIAL_SINGLE = ("0.0", "-0.0", "0.0", "1.0", "-1.0", "0.5", "0.5", "2.0", "1e30", "-1e-30")
HUGE = (2**62, 2**63 - 1, -(2**63), -(2**62) - 1, 2**53 + 1, 3**39, -(10**18) + 7, 0, -1, 2**62 - 1)


@dataclass(frozen=True)
class Program:
    """The text of a module that defines `f`, arguments as Python expressions, and which of them are differentiated.

    `analytic` says that the complex step applies; without it the tape is the only oracle. With `single` some arguments
    are float32, and with `shared` two of the arguments share memory.
    """

    text: str
    samples: tuple[tuple[str, ...], ...]
    wrt: tuple[int, ...]
    analytic: bool = True
    single: bool = False
    shared: bool = False


def write(number: int) -> Program:
    """The program of a number."""
    rng = random.Random(number)
    analytic, single, mixed = rng.random() < 0.93, rng.random() < 0.04, rng.random() < 0.3
    pool = NASTY if rng.random() < 0.25 else PLAIN
    outline = Outline(rng, pool, analytic)
    lines = [*HEADER]
    outline.world = _globals(rng, lines)
    outline.draw(lines)
    params = outline.parameters()
    f = outline.author(params)
    f.budget = rng.choice([2, 3, 3, 6, 6, 10, 16])
    for name, kind in params.items():  # compiled code does not store into records of the caller
        if kind.kind == "record":
            f.frozen.add(name)
            f.define(name, kind)
    if rng.random() < 0.1:
        f.line('"""A docstring."""')
    f.tables = outline.tables
    f.block(rng.choice([2, 2, 3, 3, 5, 8]))
    f.line(_final(f))
    lines += [f"def f({', '.join(params)}):", *f.lines, ""]
    words = {name: rng.choice(WORDS) for name, kind in params.items() if kind == TEXT}
    words |= {name: f"Mode.{rng.choice(MEMBERS)}" for name, kind in params.items() if kind == MEMBER}
    layouts = [_layout(rng, kind) for kind in params.values()]
    singles = [single and (not mixed or rng.random() < 0.6) for _ in params]
    strange = rng.random() < 0.15

    def sample(number: Number) -> tuple[str, ...]:
        return tuple(_fixed(words[name], kind) if name in words else outline.argument(kind, layout, narrow, number)
                     for (name, kind), layout, narrow in zip(params.items(), layouts, singles, strict=True))

    samples, shared = (sample(_number), sample(_number)), False
    if strange:
        samples = (sample(_number), sample(lambda r: _special(r, single)))
    twins = [k for k, (kind, layout) in enumerate(zip(params.values(), layouts, strict=True))
             if kind.kind == "array" and len(kind.shape) == 1 and layout == "C" and kind.shape[0] > 1]
    if len(twins) > 1 and rng.random() < 0.3:
        samples, shared = tuple(_overlapping(rng, s, twins, params) for s in samples), True
    wrt = tuple(k for k, kind in enumerate(params.values()) if _has_floats(kind, outline.specs))
    text = "\n".join(lines)
    real = "1j" not in text and "fft" not in text and "complex" not in text and not any(
        kind.kind in ("complex", "waves") for kind in params.values())
    return Program(text, samples, wrt, analytic and real, single, shared)


def _fixed(word: str, kind: Name) -> str:
    """A string or a member of an enum, which chooses the code and is the same in all samples."""
    return repr(word) if kind == TEXT else word


def _special(rng: random.Random, single: bool) -> str:
    """A number at a kink, a tie, or far from one."""
    return rng.choice(SPECIAL_SINGLE if single else SPECIAL) if rng.random() < 0.6 else _number(rng)


def _has_floats(kind: Name, specs: dict[str, Spec]) -> bool:
    if kind.kind == "record":
        return any(_has_floats(k, specs) for _, k in specs[kind.of].fields)
    return kind.kind in ("float", "array", "complex", "waves")


def _overlapping(
    rng: random.Random, sample: tuple[str, ...], twins: list[int], params: dict[str, Name]
) -> tuple[str, ...]:
    """Arguments of which two share memory: one array twice, or windows on one."""
    one, other = twins[:2]
    n, m = (list(params.values())[k].shape[0] for k in (one, other))
    shift = 0 if n == m and rng.random() < 0.5 else rng.randint(0, 2)
    made = list(sample)
    long = sample[one] if n >= m + shift else _array(rng, (m + shift,), "C", "float32" in sample[one], _number)
    made[one] = f"(shared := {long})[:{n}]" if n < m + shift else f"(shared := {long})"
    made[other] = f"shared[{shift}:{m + shift}]"
    return tuple(made)


@dataclass
class Outline:
    """What the functions of one module share."""

    rng: random.Random
    pool: dict[str, list[str]]
    analytic: bool
    world: dict[str, Name] = field(default_factory=dict)
    specs: dict[str, Spec] = field(default_factory=dict)
    helpers: list[Helper] = field(default_factory=list)
    tables: tuple[str, ...] = ()

    def draw(self, lines: list[str]) -> None:
        """Classes and functions."""
        if self.rng.random() < 0.4:
            for name in self.rng.sample(["Body", "Point", "Rates"], self.rng.randint(1, 3)):
                spec = draw_spec(self.rng, name, [2, 3, 4], list(self.specs.values()))
                self.specs[name] = spec
                text, self.specs[name] = class_text(self.rng, spec, self.author)
                lines += text
        if self.rng.random() < 0.6:
            for k in range(self.rng.randint(1, 2)):
                text, helper = self.helper(f"h{k}")
                lines += [*text, ""]
                self.helpers.append(helper)
        if self.rng.random() < 0.25:
            text, helper = recursive(self.author({}), "deeper")
            lines += [*text, ""]
            self.helpers.append(helper)
        if self.rng.random() < 0.15:
            text, self.tables = tables(self.author({}), WORDS)
            lines += text

    def author(self, params: dict[str, Name]) -> Author:
        """A writer for a function with these parameters."""
        a = Author(self.rng, helpers=list(self.helpers), pool=self.pool, analytic=self.analytic, specs=dict(self.specs))
        a.errors = self.rng.choice([0.0, 0.0, 0.0, 0.01, 0.05])
        a.world = self.world
        for name, kind in params.items():
            a.define(name, kind)
        three, two = Name("array", (3,)), Name("array", (2,))
        a.results = self.rng.choice([(FLOAT,)] * 6 + [(FLOAT, FLOAT), (three,), (FLOAT, two)])
        if a.has_complex() and self.rng.random() < 0.2:
            a.results = self.rng.choice([(COMPLEX,), (Name("waves", (2,)), FLOAT)])
        if self.specs and self.rng.random() < 0.15:
            a.results = (Name("record", (), self.rng.choice(list(self.specs))),)
        return a

    def parameters(self) -> dict[str, Name]:
        """Names and kinds of the parameters of a function."""
        rng = self.rng
        names = {kind: rng.sample(found, min(len(found), 3)) for kind, found in self.pool.items()}
        params: dict[str, Name] = {}
        n = rng.choice(SIZES) if rng.random() < 0.9 else 0
        for _ in range(rng.randint(1, 2)):
            params[names["float"].pop()] = FLOAT
        for _ in range(rng.randint(0, 2)):
            shape: Shape = (n,) if rng.random() < 0.7 else (rng.choice(SIZES),)
            if rng.random() < 0.3:
                shape = (rng.randint(1, 3), rng.choice([n, rng.randint(1, 4)]))
            params[names["array"].pop()] = Name("array", shape)
        chances = {INT: 0.5, Name("bool"): 0.15, COMPLEX: 0.06, Name("huge"): 0.04, TEXT: 0.1,
                   MEMBER: 0.4 if "Mode" in self.world else 0.0}
        for kind, chance in chances.items():
            if rng.random() < chance:
                params[names[kind.kind].pop()] = kind
        if rng.random() < 0.07:
            params[names["waves"].pop()] = Name("waves", (n,))
        if rng.random() < 0.15:
            params[names["ints"].pop()] = Name("ints", (rng.randint(1, 5),))
        if n and rng.random() < 0.15:
            params[names["places"].pop()] = Name("places", (rng.choice([n, rng.randint(1, 4)]),), str(n))
        if self.specs and rng.random() < 0.6:
            params[names["record"].pop()] = Name("record", (), rng.choice(list(self.specs)))
        order = list(params)
        rng.shuffle(order)
        return {k: params[k] for k in order if k.isidentifier()}

    def helper(self, name: str) -> tuple[list[str], Helper]:
        """A function of the module: it may store into arrays and records, return early, and call those before it."""
        rng = self.rng
        params = self.parameters()
        a = self.author(params)
        a.errors = 0.0
        array = Name("array", (rng.choice(SIZES),))
        results = [FLOAT, FLOAT, FLOAT, Name("pair"), array, None, None]
        results += [COMPLEX, Name("waves", (2,))] if a.has_complex() else []
        results += [Name("record", (), s) for s in self.specs]
        result = rng.choice(results)
        a.results = (result,) if result else ()
        a.budget, a.indent, a.work = rng.choice([2, 5]), 1, 4
        signature, optional = list(params), 0
        numbers = ("float", "int")
        while optional < len(params) and params[signature[-1 - optional]].kind in numbers and rng.random() < 0.4:
            optional += 1
            where = len(params) - optional
            kind = params[signature[where]]
            if kind == FLOAT and rng.random() < 0.3:
                a.line(f"if {signature[where]} is None:")
                a.line(f"    {signature[where]} = {a.constant()}")
                default = "None"
            else:
                default = a.constant() if kind == FLOAT else str(rng.randint(0, 4))
            signature[where] = f"{signature[where]}={default}"
        keywords, starred = self._more(a, signature, optional)
        a.block(rng.randint(1, 3))
        if result or rng.random() < 0.5:
            a.line(a.returned(2))
        if not result and rng.random() < 0.5:
            a.lines.insert(0, "    pass")
        made = Helper(name, tuple(params.items()), result, optional, keywords, starred)
        return [f"def {name}({', '.join(signature)}):", *a.lines], made

    def _more(self, a: Author, signature: list[str], optional: int) -> tuple[tuple[tuple[str, Name, bool], ...], bool]:
        """A starred parameter and keyword-only ones, and what the function does with them."""
        starred = not optional and self.rng.random() < 0.15
        keywords: list[tuple[str, Name, bool]] = []
        if starred:
            signature.append("*more")
            a.define("gathered", FLOAT)
            a.line("gathered = 0.25")
            a.line("for more_ in more:")
            a.line(f"    gathered += {a.pick('more_', 'more_ * 0.5', f'more_ * {a.floating(0)}')}")
        if self.rng.random() < 0.2:
            signature += [] if starred else ["*"]
            for word in ("gain", "shift")[: self.rng.randint(1, 2)]:
                default = self.rng.random() < 0.5
                keywords.append((word, FLOAT, default))
                signature.append(f"{word}={a.constant()}" if default else word)
                a.define(word, FLOAT)
        return tuple(keywords), starred

    def argument(self, kind: Name, layout: str, single: bool, number: Number) -> str:
        """An argument as an expression."""
        rng = self.rng
        match kind.kind:
            case "float":
                return f"np.float32({number(rng)})" if single else number(rng)
            case "int":
                return str(rng.randint(-2, 6))
            case "huge":
                return str(rng.choice(HUGE))
            case "bool":
                return str(rng.random() < 0.5)
            case "complex":
                made = f"complex({number(rng)}, {number(rng)})"
                return f"np.complex64({made})" if single else made
            case "waves":
                made = f"np.array({[complex(float(number(rng)), float(number(rng))) for _ in range(kind.shape[0])]}"
                return made + f", dtype=np.complex{64 if single else 128})"
            case "ints":
                return f"np.array({[rng.randint(-3, 4) for _ in range(kind.shape[0])]})"
            case "places":
                extent = int(kind.of)
                return f"np.array({[rng.randint(-extent, extent - 1) for _ in range(kind.shape[0])]})"
            case "record":
                spec = self.specs[kind.of]
                items = [(n, self.argument(k, "C", single, number)) for n, k in spec.fields]
                if spec.form == "dict":
                    return "{" + ", ".join(f"{n!r}: {v}" for n, v in items) + "}"
                inner = ", ".join(v for _, v in items)
                return f"({inner},)" if spec.form == "tuple" else f"{spec.name}({inner})"
        return _array(rng, kind.shape, layout, single, number)


def _globals(rng: random.Random, lines: list[str]) -> dict[str, Name]:
    """Names of the module that functions read."""
    world: dict[str, Name] = {}
    if rng.random() < 0.12:
        lines += ENUM
        world["Mode"] = Name("enum")
    if rng.random() < 0.2:
        lines += [f"RATE = {_number(rng)}", ""]
        world["RATE"] = Name("float")
    if rng.random() < 0.2:
        shape: Shape = (rng.randint(1, 5),) if rng.random() < 0.7 else (rng.randint(1, 3), rng.randint(1, 4))
        lines += [f"TABLE = {_array(rng, shape, rng.choice(['C', 'reversed']), False, _number)}", ""]
        world["TABLE"] = Name("array", shape)
    return world


def _final(f: Author) -> str:
    """A return statement that depends on most of what is there."""
    if f.results != (FLOAT,):
        return f.returned(2)
    terms = []
    for name, kind in f.names.items():
        if kind.kind == "float":
            terms.append(f"{f.rng.randint(3, 17) / 10} * {name}")
        elif kind.kind in ("complex", "waves"):
            terms.append(f.pick(f"np.sum(np.abs({name}) ** 2)", f"np.sum({name}.real)",
                                f"np.sum({name} * {name}).imag"))
        elif kind.kind == "array":
            terms.append(f.pick(f"np.sum({name})", f"np.sum(np.sin({name}))", f"np.sum({name} * {name})"))
    kept = [t for t in terms if f.chance(0.8)] or [f.floating(2)]
    return f"return {' + '.join(kept)}"


def _layout(rng: random.Random, kind: Name) -> str:
    if kind.kind != "array" or rng.random() < 0.6:
        return "C"
    return rng.choice(["strided", "reversed", "transposed" if len(kind.shape) == 2 else "strided"])


def _array(rng: random.Random, shape: Shape, layout: str, single: bool, number: Number) -> str:
    if 0 in shape:
        turned = layout == "transposed"
        text = f"np.zeros({shape[::-1] if turned else shape}{', dtype=np.float32' if single else ''})"
        return text + (".T" if turned else "")
    if layout == "transposed":
        return _array(rng, shape[::-1], "C", single, number) + ".T"
    stored = (*shape[:-1], shape[-1] * 2) if layout == "strided" else shape
    count = stored[0] if len(stored) == 2 else 1
    rows = [f"[{', '.join(number(rng) for _ in range(stored[-1]))}]" for _ in range(count)]
    text = f"np.array({'[' + ', '.join(rows) + ']' if len(stored) == 2 else rows[0]}"
    text += ", dtype=np.float32)" if single else ")"
    return text + {"C": "", "strided": "[..., ::2]", "reversed": "[::-1]"}[layout]


def _number(rng: random.Random) -> str:
    return str(round(rng.choice([-1, 1, 1]) * rng.uniform(0.2, 1.7), 3))
