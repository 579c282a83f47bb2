"""How messages about types speak of what they found."""

from __future__ import annotations

from ...diagnostics import Findings
from ...ir.nodes import Atom, Block, Fail, Span, Var
from ...ir.types import Array, Scalar, Type

_CHOSEN = ".chosen."  # no name of the program's ends so


def described(slot: str) -> tuple[str, str]:
    """What the user calls a slot, and a way out that its kind has when its types do not agree."""
    *scope, last = slot.split("#")[0].replace(":", ".").split(".")
    if last == "return":
        return "the result" + (f" of `{scope[-3]}`" if len(scope) > 2 else ""), ""
    if slot.split("#")[0].endswith(_CHOSEN):
        return "what is chosen here", ""
    if last.isdigit():  # a temporary: `a if c else b`, `a and b`, `a or b`
        return "the conditional expression", ""
    if scope[-1:] == ["t"]:  # of `dissolve`: a sum over the items of something, for instance
        return "the value of this expression", ""
    return f"the variable `{last}`", "use two names"


def chosen_name(target: str) -> str:
    """A slot for what an operation gives for each of the constants that its operand may be."""
    name, mark, version = target.partition("#")
    return f"{name}{_CHOSEN}{mark}{version}"


def missing_name(slot: str) -> str:
    """The truth value that says whether a slot is None."""
    name, mark, version = slot.partition("#")
    return f"{name}.missing{mark}{version}"


def absent(missing: Var) -> str:
    """What the user calls the value that is None where a truth value says so."""
    return described(missing.name.replace(".missing", ""))[0].removeprefix("the variable ")


def is_result(slot: str) -> bool:
    """Whether a slot holds what the function as a whole returns."""
    return slot.split("#")[0] == "result.return"


def index_hint(t: Type) -> str:
    """What to write in place of an index of the type."""
    if isinstance(t, Scalar) and t.kind.startswith("float"):
        return "make it an integer: `int(...)`, or `//` in place of `/`"
    return "convert it: `idx.astype(np.int64)`" if isinstance(t, Array) else ""


def called(a: Atom) -> str:
    """An operand as a message speaks of it."""
    if not isinstance(a, Var):
        return "a number"
    last = a.name.split("#")[0].replace(":", ".").split(".")[-1]
    return "the indexed value" if last.isdigit() or not last.isidentifier() else f"`{last}`"


def refuse_end(findings: Findings, block: Block, span: Span, undecided: list[Span]) -> None:
    """Report what the end of a block that is known to be entered is certain to raise, where that is a mistake.

    All of a library's function stands at the place of its call, with conditions that may be `undecided`.
    """
    last = block[-1] if block else None
    if not isinstance(last, Fail):
        return
    if last.exception == "UnboundLocalError":
        findings.add("F007", span, name=str(last.message).split("'")[1])
    elif last.called and last.span not in undecided:
        findings.add("T043", last.span, what=last.called, reason=str(last.message))
