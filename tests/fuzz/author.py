"""Random functions: which statement comes next, and functions inside functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .functions import Functions
from .kinds import FLOAT, Helper


@dataclass
class Author(Functions):
    """Writes one function; every method adds lines at the current indentation."""

    def statement(self) -> None:
        simple: list[Callable[[], None]] = (
            [self.assign_float] * 4 + [self.augment_float] * 4 + [self.store] * 4 + [self.store_slice] * 4
            + [self.assign_array] * 5 + [self.augment_array] * 3 + [self.assign_int] * 2 + [self.store_window] * 2
            + [self.call_helper] * 3 + [self.swap] * 2 + [self.assign_record] * 2 + [self.use_record] * 3
            + [self.change_list] * 3 + [self.store_places] * 2
            + [self.assign_bool, self.scatter, self.pairs, self.pairs, self.many_targets, self.row, self.assign_ints,
               self.assign_mask, self.comment, self.assign_list, self.assign_text, self.unpack, self.walrus,
               self.assign_places, self.delete, self.assertion, self.functions])
        nested: list[Callable[[], None]] = (
            [self.branch] * 3 + [self.loop] * 3 + [self.iterate] * 4
            + [self.spin, self.scan, self.match, self.match, self.test_walrus, self.buffers, self.remember, self.leave,
               self.nested, self.local_function, self.local_function])
        simple += self.more_statements()
        nested += self.more_nested()
        if self.loops:
            simple += [self.exit] * 4
        deep = self.indent < 5 and self.budget > 0 and self.work <= 40
        self.budget -= 1
        self.rng.choice(nested if deep and self.chance(0.35) else simple)()

    def local_function(self) -> None:
        """A function inside this one: it reads the variables as they are when it is called, and may change them."""
        name = f"local_{len(self.lines)}"
        inner = Author(self.rng, names=dict(self.names), analytic=self.analytic, pool=self.pool, specs=self.specs,
                       world=self.world)
        inner.frozen = set(self.names) - {k for k in self.names if k.startswith("local_")}
        inner.indent = self.indent + 1
        if self.chance(0.3):
            inner.define("local_x", FLOAT)
            self.line(f"{name} = lambda local_x{self.pick('', ', local_k=0.5')}: {inner.floating(2)}")
            self.helpers.append(Helper(name, (("local_x", FLOAT),), FLOAT))
            return
        inner.define("local_x", FLOAT)
        keyword = self.chance(0.3)
        self.line(f"def {name}(local_x, {'*, ' if keyword else ''}local_w={self.floating(0)}):")
        inner.define("local_w", FLOAT)
        changed = self.mutable("float") if self.chance(0.5) else None
        array = self.mutable("array", False) if self.chance(0.4) else None
        if changed and changed.isidentifier():
            inner.line(f"nonlocal {changed}")
            inner.line(f"{changed} {self.pick('+=', '=', '-=')} {inner.floating(1)}")
        elif changed and not changed.isidentifier():
            inner.line(f"{changed} = {inner.floating(1)}")
        if array and 0 not in self.names[array].shape:
            inner.line(f"{inner.place(array, 0)} {self.pick('+=', '=')} {inner.floating(1)}")
        if self.chance(0.4):
            inner.line(f"if {inner.boolean(1)}:")
            inner.line(f"    return {inner.floating(1)}")
        inner.line(f"return {inner.floating(2)}")
        self.lines += inner.lines
        words = (("local_w", FLOAT, True),) if keyword else ()
        self.helpers.append(Helper(name, (("local_x", FLOAT),), FLOAT, keywords=words))
