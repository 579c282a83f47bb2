"""`tapeless show`: one function on its way through the compiler, printed after a pass."""

from __future__ import annotations

import inspect
import textwrap
from difflib import get_close_matches
from types import FunctionType

from tapeless.compiler import pipeline
from tapeless.compiler.backend.python import python_source
from tapeless.compiler.diagnostics import Findings
from tapeless.compiler.ir.nodes import Function
from tapeless.compiler.ir.printing import show as printed
from tapeless.compiler.ir.records import Structure, gradient_tree
from tapeless.compiler.ir.types import Scalar

from .function import Differentiable
from .key import Purpose
from .loading import UsageError, load_function
from .selection import Selection
from .signatures import annotated_types, parse_signature

STAGES = ("source", *pipeline.PASSES, "python", "llvm")
WITHOUT_TYPES = ("source", "translate", "merge_returns", "inline", "dissolve", "rename")
_NOTATION = "f8 is a float, i8 an int, b1 a bool, f8[:] an array of floats, f8[::1] a contiguous one, f8[:,:] a matrix"


def show(place: str, after: str | None, types: str | None, wrt: str | None) -> str:
    """What the command prints.

    Args:
        place: `FILE.py::NAME`.
        after: one of `STAGES`; without it all passes are shown.
        types: argument types in Numba's notation; without it those of the decorator or the annotations.
        wrt: names of arguments, with commas between them; without it the decorator's choice, or the first argument.

    Raises:
        UsageError: there is no such file, function or pass, or the types do not fit.
        CompileError: the function is refused.
    """
    if after is not None and after not in STAGES:
        raise UsageError(_unknown_stage(after))
    walk = _Walk(load_function(place), types, wrt)
    if after is not None:
        return walk.stage(after)
    shown = [f"`{walk.name}` after every pass: {', '.join(pipeline.PASSES)}"]
    previous = ""
    for stage in STAGES[:-1]:
        text = walk.stage(stage)
        shown.append(f"\n{f'--- {stage} ':-<100}\n\n" + ("(as before)" if text == previous else text))
        previous = text
    return "\n".join([*shown, "\nThe optimised LLVM is shown by --after llvm"])


def _unknown_stage(name: str) -> str:
    close = get_close_matches(name, STAGES, 1)
    hint = f"did you mean `{close[0]}`? They are" if close else "they are"
    return f"there is no pass `{name}`; {hint} {', '.join(STAGES)}"


class _Walk:
    """One function with the choices of the command line; stages are computed when they are asked for."""

    def __init__(self, target: Differentiable | FunctionType, types: str | None, wrt: str | None) -> None:
        self.target = target
        self.types_given = types
        self.wrt_given = wrt
        self.function: FunctionType = target.py_func if isinstance(target, Differentiable) else target
        self.name = self.function.__name__
        signature = inspect.signature(self.function, follow_wrapped=False)
        self.parameters = tuple(signature.parameters)
        self.defaults = {name: p.default for name, p in signature.parameters.items()}
        self.seen: dict[str, str] = {}

    def selection(self) -> Selection:
        """The choice of the command line, else of the decorator, else the first argument."""
        if self.wrt_given is not None:
            names = tuple(part.strip() for part in self.wrt_given.split(",") if part.strip())
            if not names or len(set(names)) != len(names):
                raise UsageError(f"--wrt names every argument once, with commas between them, not `{self.wrt_given}`")
            return Selection(wrt=names if len(names) > 1 else names[0])
        return self.target.selection if isinstance(self.target, Differentiable) else Selection()

    def stage(self, name: str) -> str:
        """The text of a stage."""
        if name == "source":
            return self._source()
        if name == "llvm":
            return self._llvm()
        if name not in self.seen:
            self._compile(name)
        if name not in self.seen:
            raise UsageError(f"the pass `{name}` does not run for `{self.name}`")
        return self.seen[name]

    def _observe(self, name: str, result: Function) -> None:
        self.seen[name] = printed(result)

    def _source(self) -> str:
        try:
            return textwrap.dedent(inspect.getsource(self.function)).rstrip()
        except (OSError, TypeError):
            raise UsageError(f"the source of `{self.name}` is not available") from None

    def _compile(self, wanted: str) -> None:
        """Run the passes up to the one that is wanted; with a mistake in the function, up to the mistake."""
        source = pipeline.surface(self.function, self._observe)
        Findings(list(source.findings)).check()
        if wanted in WITHOUT_TYPES:
            return
        typed = pipeline.typed(source, self.types(), self._observe)
        if wanted in self.seen:
            return
        selection = self.selection()
        wrt = selection.names(self.parameters, self.function)
        structures = dict(zip(self.parameters, self.types(), strict=True))
        trees = tuple(gradient_tree(name, structures[name]) or name for name in wrt)  # D002 tells about integers
        adjoint = pipeline.adjoint(typed, trees, selection.packed, self._observe)
        arrays = {v.name: array for v, array in source.arrays}
        heads = pipeline.heads_of(adjoint)
        self.seen["python"] = python_source(adjoint, heads, self.defaults, arrays).rstrip()
        if wanted not in self.seen:
            number = _returns_number(typed)
            taken = pipeline.taking(adjoint, "both" if number else "gradient", number)
            pipeline.lowered(taken, observe=self._observe)

    def _llvm(self) -> str:
        differentiable = Differentiable(self.function, self.selection())
        differentiable._last = self.types()
        number = _returns_number(pipeline.typed(pipeline.surface(self.function), self.types()))
        purpose: Purpose = "both" if number else "pullback"
        return differentiable.inspect_llvm(purpose).rstrip()

    def types(self) -> tuple[Structure, ...]:
        """The argument types: given on the command line, compiled by the decorator, or annotated."""
        listed = ", ".join(self.parameters)
        types = self._types_found()
        if types is None:
            example = ", ".join(["f8[:]", *["f8"] * (len(self.parameters) - 1)])
            raise UsageError(f"`{self.name}` has no argument types; give one for each of ({listed}), "
                             f'as in --types "{example}" ({_NOTATION})')
        if len(types) != len(self.parameters):
            count = "one argument" if len(self.parameters) == 1 else f"{len(self.parameters)} arguments"
            given = "one type is" if len(types) == 1 else f"{len(types)} types are"
            raise UsageError(f"`{self.name}` takes {count} ({listed}), and {given} given")
        return types

    def _types_found(self) -> tuple[Structure, ...] | None:
        if self.types_given is not None:
            try:
                return parse_signature(self.types_given)
            except ValueError as error:
                raise UsageError(str(error)) from None
        if not self.parameters:
            return ()
        last = self.target._last if isinstance(self.target, Differentiable) else None
        try:
            return last or annotated_types(self.function, self.parameters)
        except NameError as error:  # an annotation in quotes that names nothing
            raise UsageError(f"the annotations of `{self.name}` cannot be read: {error}") from None


def _returns_number(typed: Function) -> bool:
    """Whether there is a single head adjoint, the constant 1."""
    return isinstance(typed.result, Scalar)
