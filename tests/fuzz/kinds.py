"""What the generator knows about names: their kinds, the functions that can be called, and classes of records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for.

    `kind` is "float", "int", "bool", "pair" (two floats), "array" (of floats), "ints" (an array), "places" (an array of
    indices below the number in `of`), "mask", "list" (of at least `shape[0]` floats), "text", "member" (of the enum
    `Mode`), "complex", "waves" (an array of complex numbers), "huge" (an integer near the ends of 64 bits), "depth" (a
    small integer, how deep a recursion goes), "function" (of a float), or "record", whose class is named by `of`.
    """

    kind: str
    shape: Shape = ()
    of: str = ""


FLOAT, INT, BOOL, TEXT = Name("float"), Name("int"), Name("bool"), Name("text")


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that can be called: the kinds of its parameters, of which the last `optional` have defaults.

    `keywords` are keyword-only, and those with True have a default; with `starred` more floats may follow the
    positional ones. What stores into a record is not for the records of a caller.
    """

    name: str
    params: tuple[tuple[str, Name], ...]
    result: Name | None
    optional: int = 0
    keywords: tuple[tuple[str, Name, bool], ...] = ()
    starred: bool = False
    stores: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """A class of records: "tuple", "named", "data", "class" or "dict"; the names and kinds of its fields.

    `fresh` are the attributes that the constructor sets and does not take.
    """

    name: str
    form: str
    fields: tuple[tuple[str, Name], ...]
    methods: tuple[Helper, ...] = ()
    fresh: tuple[tuple[str, Name], ...] = ()

    @property
    def frozen(self) -> bool:
        return self.form in ("tuple", "named")

    def path(self, owner: str, k: int) -> str:
        """How a field of a variable is written."""
        name = (*self.fields, *self.fresh)[k][0]
        return {"tuple": f"{owner}[{k}]", "dict": f'{owner}["{name}"]'}.get(self.form, f"{owner}.{name}")

    def paths(self, owner: str) -> Iterator[tuple[str, Name]]:
        for k, (_, kind) in enumerate((*self.fields, *self.fresh)):
            yield self.path(owner, k), kind


PLAIN = {
    "float": ["a", "b", "c", "d", "s", "t", "u", "total"],
    "int": ["i", "j", "k", "n", "m", "p", "q"],
    "bool": ["flag", "ok", "done"],
    "pair": ["pair", "both"],
    "array": ["x", "y", "z", "v", "w", "A", "B", "C", "M"],
    "ints": ["order", "idx"],
    "places": ["at", "where_to"],
    "mask": ["mask", "keep"],
    "list": ["parts", "history", "items"],
    "text": ["mode", "kind"],
    "record": ["state", "body", "cell", "r"],
    "complex": ["psi", "phase", "root"],
    "waves": ["amplitudes", "spectrum", "field_"],
    "huge": ["big", "number"],
    "member": ["choice", "policy"],
}
# What generated code may want to call its own variables.
NASTY = {
    "float": ["x_bar", "t_1", "f_bar", "result", "value", "y_bar", "t", "s_1", "_", "head", "tmp_1", "e", "lambda_"],
    "int": ["k_loop_3", "k", "n_0", "loop_4_count", "i_1", "count", "k_1", "stop"],
    "bool": ["broken_loop_4", "test", "flag_1", "taken"],
    "pair": ["returned", "pair_0", "t_returned"],
    "array": ["x", "x_1", "masked", "adjoint", "y_bar_1", "A_bar", "stack", "x_old", "view", "tape"],
    "ints": ["index", "order_0"],
    "places": ["at", "index_1"],
    "mask": ["where", "mask_1"],
    "list": ["stack_1", "list_0", "values"],
    "text": ["mode", "type_"],
    "record": ["self_", "record", "p_a", "state_a"],
    "complex": ["z_bar", "re", "t_1_re"],
    "waves": ["conj", "z_1", "parts_im"],
    "huge": ["n_1", "max_int"],
    "member": ["Mode_", "member"],
}
