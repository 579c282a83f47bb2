"""The ways to run a program and its gradient, each brought to one form: a value and a tuple of gradients."""

from __future__ import annotations

import cmath
import copy
import functools
import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from types import NoneType
from typing import Any

import numpy as np

from tapeless import records as api_records
from tapeless.compiler.ir.records import Built, Growing, Options, Perhaps, RecordOf
from unwritten import spoilt_numpy

from .compare import leaves
from .complex_step import directional
from .program import Program
from .structures import as_tuples, parts, rebuilt

Gradients = tuple[Any, ...]

# A sixth-order central difference (Fornberg, Mathematics of Computation 51(184), 1988, table 1).
DIFFERENCE_WEIGHTS = {1: 45.0 / 60.0, 2: -9.0 / 60.0, 3: 1.0 / 60.0}
DIFFERENCE_STEP = 1e-3


@contextmanager
def floating_point(program: Program) -> Iterator[None]:
    """Warnings are errors, except in the programs that provoke them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if program.warns else "error")
        yield


def python(program: Program, args: tuple[Any, ...]) -> Any:
    with floating_point(program):
        return program.fn(*args)


@functools.cache
def head(program: Program, sample: int) -> Any:
    """The head gradient: None for a real number, else fixed random numbers in the structure of the result."""
    value = python(program, program.arguments(sample))
    if parts(value) is None and np.ndim(value) == 0 and not np.iscomplexobj(value):
        return None
    return random_like(value, np.random.default_rng(sample))


def random_like(value: Any, rng: np.random.Generator) -> Any:
    if parts(value) is not None:
        return rebuilt(value, lambda part: random_like(part, rng))
    if value is None or isinstance(value, str):
        return value
    drawn = normal(rng, value).astype(np.asarray(value).dtype)
    return drawn if isinstance(value, np.ndarray) else drawn.item()


def normal(rng: np.random.Generator, like: Any) -> np.ndarray:
    """Normal numbers in the shape of a value; of a complex one in both parts."""
    drawn = np.asarray(rng.normal(size=np.shape(like)))
    return drawn + 1j * rng.normal(size=np.shape(like)) if np.iscomplexobj(like) else drawn


# --- the compiler ---------------------------------------------------------------------------------------------------


@functools.cache
def compiled(program: Program) -> Any:
    """One decorated function per program, whatever the number of samples and checks."""
    from tapeless import differentiate

    return differentiate(program.fn, argnums=program.argnums) if program.wrt else differentiate(program.fn)


def native_gradient(program: Program, args: tuple[Any, ...], seed: Any) -> tuple[Any, Gradients]:
    if seed is None:
        value, gradient = compiled(program).value_and_grad(*args)
    else:
        value, pullback = compiled(program).vjp(*args)
        gradient = pullback(seed)
    return value, as_gradients(program, gradient)


def as_gradients(program: Program, gradient: Any) -> Gradients:
    return (gradient,) if len(program.wrt) == 1 else gradient


@functools.cache
def generated_function(program: Program) -> Callable[..., Any]:
    """The adjoint that the compiler prints, run as ordinary Python."""
    import tapeless.runtime

    native_gradient(program, program.arguments(0), head(program, 0))
    world: dict[str, Any] = {"np": np, "math": math, "cmath": cmath, "tapeless": tapeless}
    exec(compile(compiled(program).adjoint_source, f"<adjoint of {program.id}>", "exec"), world)
    world["np"] = spoilt_numpy()
    adjoints = [name for name in world if name.endswith("_adjoint")]
    named = f"{program.fn.__name__}_adjoint"
    return world[named if named in adjoints else adjoints[-1]]


def generated_gradient(program: Program, args: tuple[Any, ...], seed: Any) -> tuple[Any, Gradients]:
    adjoint = generated_function(program)
    parameters = adjoint.__code__.co_varnames[: adjoint.__code__.co_argcount]
    built, named = list_in_result(program), constant_in_result(program)
    options = {} if seed is None else {parameters[-1]: as_generated(program, args, seed, built or named)}
    types, given = compiled(program)._last, args
    long = any(map(has_long_list, types))
    args = tuple(leaf for a in (api_records.opened(types, args) if long else args) for leaf in leaves(a))
    assert parameters[-1].endswith("_bar"), f"the last parameter of the adjoint is {parameters[-1]}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # A string or None has chosen the code: it is no argument of the adjoint. Items of tuples are.
        value, gradient = adjoint(*(a for a in args if not isinstance(a, str | Enum | NoneType)), **options)
    if built is not None:
        value = as_tuples(api_records.rebuilt(built, as_native(built, value), given))
    elif named is not None:  # strings among the numbers
        value = as_tuples(value)
    gradients = as_gradients(program, gradient)
    if long:  # generated Python has an array in place of a list of any length
        gradients = tuple(api_records.like(types[k], g, given[k]) for k, g in zip(program.wrt, gradients, strict=True))
    return value, gradients


def has_long_list(s: Any) -> bool:
    return isinstance(s, RecordOf) and (s.cls is Growing or any(map(has_long_list, s.items)))


def list_in_result(program: Program) -> Any:
    """How the result is put together, where there is a list in it whose length only the call tells; else None.

    Generated Python has an array for each number in the items of such a list, and tuples for all other records.
    """
    return built_with(program, Growing)


def constant_in_result(program: Program) -> Any:
    """How the result is put together, where there are strings, enum members or what may be None in it; else None."""
    return built_with(program, Options, Perhaps)


def built_with(program: Program, *classes: type) -> Any:
    f = compiled(program)
    built = f._current(f._last).variant(f._last).built
    return built if built is not None and has(built, classes) else None


def has(built: Any, classes: tuple[type, ...]) -> bool:
    return built.cls in classes or any(has(b, classes) for b in built.items if isinstance(b, Built))


def as_generated(program: Program, args: tuple[Any, ...], seed: Any, built: Any) -> Any:
    """A head gradient as generated Python takes it."""
    if built is None:
        return as_tuples(seed)
    own = copy.deepcopy(args)
    f, types = compiled(program), compiled(program)._types(own)
    leaves = api_records.opened(types, own)
    _, raw = f._run("value", types, leaves, leaves)
    return without_flags(built, api_records.nested(built, seed, raw, f.__name__))


def as_native(built: Any, value: Any) -> Any:
    """A value that generated Python returns, as native code does: numbers for strings, pairs for what may be None."""
    if not isinstance(built, Built) or built.cls is Growing:
        return value
    if built.cls is Options:
        texts = [item if isinstance(item, str) else item.identity for item in built.items]
        return built.keys[texts.index(value)]
    if built.cls is Perhaps:
        return value is None, None if value is None else as_native(built.items[1], value)
    inner = [item for item in built.items if not isinstance(item, str)]
    return tuple(as_native(b, v) for b, v in zip(inner, value, strict=True))


def without_flags(built: Any, head: Any) -> Any:
    """A head gradient with that of the value, or None, in place of each pair that says whether there is one."""
    if not isinstance(built, Built) or built.cls in (Options, Growing):
        return head
    if built.cls is Perhaps:
        return None if head[0] else without_flags(built.items[1], head[1])
    inner = [item for item in built.items if not isinstance(item, str)]
    return tuple(without_flags(b, h) for b, h in zip(inner, head, strict=True))


# --- the oracles ----------------------------------------------------------------------------------------------------


@functools.cache
def tape_gradient(program: Program, sample: int) -> tuple[Any, Gradients]:
    from tapeless import tape

    with floating_point(program):
        return tape.value_and_grad(program.fn, program.arguments(sample), wrt=program.wrt, seed=head(program, sample))


def paired_with_head(value: Any, seed: Any) -> float:
    """`<seed, value>`, with the seed 1 for a scalar; of complex numbers the real part."""
    seeds = [1.0] if seed is None else leaves(seed)
    return float(sum(np.sum(np.real(np.conj(s) * v)) for s, v in zip(seeds, leaves(value), strict=True)))


def complex_step_gradient(program: Program, sample: int) -> Gradients:
    return tuple(complex_step_partial(program, sample, position) for position in program.wrt)


def complex_step_partial(program: Program, sample: int, position: int) -> Any:
    """The gradient by one argument, an entry at a time."""
    argument = program.arguments(sample)[position]
    still = rebuilt(argument, lambda x: np.zeros(np.shape(x)) if is_float(x) else None)
    gradient = rebuilt(still, lambda x: None if x is None else np.zeros(x.shape))
    for x, direction, result in zip(filter(is_float, leaves(argument)), leaves(still), leaves(gradient), strict=True):
        for entry in np.ndindex(direction.shape):
            direction[entry] = scale = np.abs(np.asarray(x, dtype=np.float64)[entry]) or 1.0
            result[entry] = complex_step_directional(program, sample, {position: still}) / scale
            direction[entry] = 0.0
    return gradient


def is_float(x: Any) -> bool:
    return not isinstance(x, str) and np.issubdtype(np.asarray(x).dtype, np.inexact)


def complex_step_directional(program: Program, sample: int, directions: dict[int, Any]) -> float:
    steps = {k: rebuilt(d, lambda x: None if x is None else x[()]) for k, d in directions.items()}
    with floating_point(program), np.errstate(all="ignore"):
        tangent = directional(program.fn, program.arguments(sample), steps)
    return paired_with_head(tangent, head(program, sample))


def difference_directional(program: Program, sample: int, directions: dict[int, Any]) -> float:
    def along(step: float) -> float:
        args = list(program.arguments(sample))
        for position, direction in directions.items():
            args[position] = rebuilt(
                args[position], lambda x, d: x if d is None else x + (step * d)[()], direction
            )
        return paired_with_head(python(program, tuple(args)), head(program, sample))

    h = DIFFERENCE_STEP
    return sum(weight * (along(k * h) - along(-k * h)) / h for k, weight in DIFFERENCE_WEIGHTS.items())


def random_directions(program: Program, sample: int, seed: int = 0) -> dict[int, Any]:
    """A direction for every differentiated argument, of the argument's own magnitude."""
    rng = np.random.default_rng(seed)
    args = program.arguments(sample)

    def direction(x: Any) -> Any:
        return normal(rng, x) * magnitude(x) if is_float(x) else None

    return {k: rebuilt(args[k], direction) for k in program.wrt}


def magnitude(x: Any) -> np.ndarray:
    size = np.abs(np.asarray(x)).astype(np.float64)
    return np.where(size == 0.0, 1.0, size)
