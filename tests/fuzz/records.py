"""Random classes of records, and statements with their instances."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

from .complexes import Complexes
from .kinds import FLOAT, INT, Helper, Name, Shape, Spec

FIELDS = ("a", "rate", "scale", "left")
ARRAYS = ("w", "path")


@dataclass
class Records(Complexes):
    """Statements with records; their fields are names like any other, such as `body.rate`."""

    def made(self, spec: Spec, depth: int) -> str:
        """An expression for a new record of a class."""
        values = [(name, self.of(kind, depth)) for name, kind in spec.fields]
        if spec.form == "dict":
            if self.chance(0.2):
                return f"dict({', '.join(f'{n}={v}' for n, v in values)})"
            return "{" + ", ".join(f'"{n}": {v}' for n, v in values) + "}"
        if spec.form == "tuple":
            return f"({', '.join(v for _, v in values)})"
        named = self.rng.randint(0, len(values))
        given = [v for _, v in values[:named]] + [f"{n}={v}" for n, v in values[named:]]
        return f"{spec.name}({', '.join(given)})"

    def other(self, kind: Name, depth: int) -> str:
        if kind.kind == "record":
            found = self.some("record", of=kind.of)
            return found if found and self.chance(0.75) else self.made(self.specs[kind.of], depth)
        if kind.kind == "text":
            return self.some("text") or '"fast"'
        if kind.kind == "list":
            return self.some("list", kind.shape) or f"[{', '.join(self.floating(0) for _ in range(kind.shape[0]))}]"
        return f"np.arange({kind.shape[0]}) % {kind.of}"

    def assign_record(self) -> None:
        if not self.specs:
            return self.unpack()
        spec = self.rng.choice(list(self.specs.values()))
        same = self.some("record", of=spec.name)
        value = self.made(spec, 1)
        frozen = False
        if same and self.chance(0.45):
            value, frozen = self.of_another(spec, same)
        name = self.target("record", (), spec.name)
        self.line(f"{name} = {value}")
        self.frozen.discard(name)
        if frozen:
            self.frozen.add(name)
        self.define(name, Name("record", (), spec.name))

    def of_another(self, spec: Spec, same: str) -> tuple[str, bool]:
        """A record that is, or is made of, another one, and whether it is the caller's."""
        field, kind = self.rng.choice(spec.fields)
        value = self.of(kind, 1)
        if spec.form == "dict" and self.chance(0.6):
            return self.pick(f"{same}.copy()", f'{{**{same}, "{field}": {value}}}', f"dict({same})"), False
        if spec.form == "named" and self.chance(0.6):
            return f"{same}._replace({field}={value})", False
        return same, same in self.frozen

    def use_record(self) -> None:
        """A field stored or read, all of them in a loop, a tuple taken apart, two records exchanged."""
        found = [k for k, n in self.names.items() if n.kind == "record"]
        if not found:
            return self.assign_record()
        name = self.rng.choice(found)
        spec = self.specs[self.names[name].of]
        same = [k for k in found if self.names[k] == self.names[name] and self.free(k)]
        if len(same) > 1 and self.chance(0.2):
            a, b = self.rng.sample(same, 2)
            return self.line(f"{a}, {b} = {b}, {a}")
        if spec.form == "dict" and all(kind == FLOAT for _, kind in spec.fields) and self.chance(0.6):
            return self.over_keys(name)
        if spec.frozen and self.chance(0.5):
            return self.taken_apart(name, spec)
        paths = [(p, kind) for p, kind in spec.paths(name) if kind == FLOAT]
        if not paths or name in self.frozen or spec.frozen:
            return self.assign_float()
        path, _ = self.rng.choice(paths)
        f = self.floating(1)
        self.line(self.pick(f"{path} = {f}", f"{path} += {f}", f"{path} = {path} * 0.6 - {f}",
                            f"{path} *= np.cos({f})"))

    def over_keys(self, name: str) -> None:
        target = self.mutable("float")
        if target is None or target.startswith(f"{name}["):
            return self.assign_float()
        form = self.rng.randrange(3)
        if form == 0:
            self.line(f"for key_ in {name}:")
            self.line(f"    {target} += {name}[key_] * {self.floating(0)}")
        elif form == 1:
            self.line(f"for key_, value_ in {name}.items():")
            self.line(f'    {target} += value_ * {self.floating(0)} if key_ != "a" else value_')
        else:
            self.line(f"{target} = sum({name}.values()) + {self.floating(0)}")

    def taken_apart(self, name: str, spec: Spec) -> None:
        targets = [self.target(kind.kind, kind.shape) if kind.kind in ("float", "array") else "_rest"
                   for _, kind in spec.fields]
        self.line(f"{', '.join(targets)}{',' if len(targets) == 1 else ''} = {name}")
        for target, (_, kind) in zip(targets, spec.fields, strict=True):
            if target != "_rest":
                self.define(target, kind)


def draw_spec(rng: random.Random, name: str, extents: list[int], others: list[Spec]) -> Spec:
    """The fields of a class, records of other classes among them; its methods are written afterwards."""
    form = rng.choice(["tuple", "named", "data", "data", "class", "class", "dict", "dict"])
    fields: list[tuple[str, Name]] = [(f, FLOAT) for f in rng.sample(FIELDS, rng.randint(1, 3))]
    if rng.random() < 0.5:
        n = rng.choice(extents)
        shape: Shape = (n,) if rng.random() < 0.75 else (rng.randint(1, 3), n)
        fields.append((rng.choice(ARRAYS), Name("array", shape)))
    if rng.random() < 0.25:
        fields.append(("n", INT))
    if others and rng.random() < 0.7:
        fields.append((rng.choice(("inner", "base")), Name("record", (), rng.choice(others).name)))
    if form == "tuple" and len(fields) < 2:
        fields.append(("b", FLOAT))
    rng.shuffle(fields)
    fresh = (("total", FLOAT),) if form == "class" and rng.random() < 0.6 else ()
    return Spec(name, form, tuple(fields), (), fresh)


def class_text(rng: random.Random, spec: Spec, author: Any) -> tuple[list[str], Spec]:
    """The lines that define a class, and the class with its methods. `author` makes a writer for names and kinds."""
    if spec.form in ("tuple", "dict"):
        return [], spec
    hints = [f"    {n}: { {'array': 'np.ndarray', 'record': 'object'}.get(k.kind, k.kind)}" for n, k in spec.fields]
    if spec.form == "named":
        lines = [f"class {spec.name}(NamedTuple):", *hints]
    elif spec.form == "data":
        lines = ["@dataclass", f"class {spec.name}:", *hints]
    else:
        names = [n for n, _ in spec.fields]
        lines = [f"class {spec.name}:", f"    def __init__(self, {', '.join(names)}):"]
        lines += [f"        self.{n} = {n}" for n in names]
        lines += [f"        self.{n} = {names[0] if k == spec.fields[0][1] else '0.25'}" for n, k in spec.fresh]
    methods = []
    for k in range(rng.randint(0, 2)):
        stores = not spec.frozen and rng.random() < 0.6
        w = author({"v": FLOAT})
        w.frozen = set() if stores else {p for p, _ in spec.paths("self")}
        w.indent = 2
        for path, kind in spec.paths("self"):
            w.define(path, kind)
        result = FLOAT if not stores or rng.random() < 0.6 else None
        w.results = (result,) if result else ()
        w.budget, w.work = 2, 4
        arrays = any(kind.kind == "array" for _, kind in spec.fields)
        if stores:
            w.rng.choice([w.augment_float, w.store if arrays else w.augment_float, w.augment_float])()
            if rng.random() < 0.4:
                w.branch()
        w.line(w.returned(2) if result else "pass")
        lines += [f"    def m{k}(self, v):", *w.lines]
        methods.append(Helper(f"m{k}", (("v", FLOAT),), result, stores=stores or arrays))
    return [*lines, ""], replace(spec, methods=tuple(methods))
