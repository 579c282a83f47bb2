"""Make a program smaller, one change after another, as long as the judge goes on finding the same thing."""

from __future__ import annotations

import ast
import copy
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from .judge import Verdict, judge
from .programs import Program

Judge = Callable[[Program], Verdict]
SIMPLE = ("1.0", "0", "2")
_CLASS = re.compile(r"\w+Error\b|no exception|Misfit")


def shrink(
    program: Program, verdict: Verdict, check: Judge = judge, patience: int = 1500, seconds: float = 60.0
) -> Program:
    """A small program with the verdict of a large one, after at most `patience` trials and so many seconds."""
    seen, end = {program}, time.monotonic() + seconds
    trials = 0
    changed = True
    while changed:
        changed = False
        for smaller in candidates(program):
            if smaller in seen:
                continue
            seen.add(smaller)
            trials += 1
            if trials > patience or time.monotonic() > end:
                return program
            if same(check_quietly(check, smaller), verdict):
                program, changed = smaller, True
                break
    return program


def check_quietly(check: Judge, program: Program) -> Verdict:
    """The verdict on a change that may have made no sense at all."""
    try:
        return check(program)
    except Exception as error:
        return Verdict(f"{type(error).__name__}")


def same(found: Verdict, wanted: Verdict) -> bool:
    """Crashes are the same when they say the same, exceptions when their classes are."""
    if found.kind != wanted.kind:
        return False
    if "exception" in found.kind:
        return _CLASS.findall(found.detail) == _CLASS.findall(wanted.detail)
    return "crash" not in found.kind or _words(found.detail) == _words(wanted.detail)


def _words(detail: str) -> str:
    return detail.rpartition(" at ")[2] + detail.split(":")[0]  # Python's exception, ours, and where


def candidates(program: Program) -> Iterator[Program]:
    """Smaller programs, the greatest savings first."""
    if program.wrt:
        yield replace(program, wrt=())
    for k in range(len(program.samples)):
        if len(program.samples) > 1:
            yield replace(program, samples=program.samples[:k] + program.samples[k + 1 :])
    tree = ast.parse(program.text)
    yield from _fewer_arguments(program, tree)
    for change in (_statements, _bodies, _expressions):
        for made in change(tree):
            try:
                yield replace(program, text=ast.unparse(ast.fix_missing_locations(made)) + "\n")
            except (ValueError, AttributeError):  # a change that has no text
                continue
    yield from _simpler_arguments(program)


def _fewer_arguments(program: Program, tree: ast.Module) -> Iterator[Program]:
    """Without the parameters that nothing mentions."""
    f = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "f")
    used = {n.id for n in ast.walk(f) if isinstance(n, ast.Name)}
    for k, parameter in enumerate(f.args.args):
        if parameter.arg in used:
            continue
        if k in program.wrt and len(program.wrt) == 1:
            continue
        smaller = copy.deepcopy(tree)
        g = next(n for n in smaller.body if isinstance(n, ast.FunctionDef) and n.name == "f")
        del g.args.args[k]
        samples = tuple(s[:k] + s[k + 1 :] for s in program.samples)
        wrt = tuple(w - (w > k) for w in program.wrt if w != k)
        yield replace(program, text=ast.unparse(smaller) + "\n", samples=samples, wrt=wrt)
    for k in program.wrt:
        if len(program.wrt) > 1:
            yield replace(program, wrt=tuple(w for w in program.wrt if w != k))


def _simpler_arguments(program: Program) -> Iterator[Program]:
    for i, sample in enumerate(program.samples):
        for k, text in enumerate(sample):
            for simple in (text.removesuffix("[::-1]"), _rounded(text)):
                if simple != text:
                    changed = (*sample[:k], simple, *sample[k + 1 :])
                    yield replace(program, samples=(*program.samples[:i], changed, *program.samples[i + 1 :]))


def _rounded(text: str) -> str:
    tree = ast.parse(text)
    for n in ast.walk(tree):
        if isinstance(n, ast.Constant) and isinstance(n.value, float):
            n.value = round(n.value * 2) / 2 or 0.5
    return ast.unparse(tree)


def _lists(tree: ast.AST) -> Iterator[tuple[ast.AST, str, list[ast.stmt]]]:
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            found = getattr(node, field, None)
            if isinstance(found, list):
                yield node, field, found


def _edited(tree: ast.Module, number: int, edit: Callable[[list[ast.stmt]], list[ast.stmt]]) -> ast.Module:
    """A copy of the tree with its list of statements of that number changed."""
    made = copy.deepcopy(tree)
    node, field, found = list(_lists(made))[number]
    kept = edit(found)
    if not kept and field == "body":
        kept = [ast.Pass()]
    setattr(node, field, kept)
    return made


def _statements(tree: ast.Module) -> Iterator[ast.Module]:
    """Without a run of statements: all, halves, and down to one."""
    sizes = [len(found) for _, _, found in _lists(tree)]
    for number, size in enumerate(sizes):
        width = size
        while width:
            for start in range(size - width, -1, -max(width // 2, 1)):
                found = list(_lists(tree))[number][2][start : start + width]
                if not (width == 1 and isinstance(found[0], ast.Pass)):
                    yield _edited(tree, number, lambda s, a=start, b=start + width: s[:a] + s[b:])  # type: ignore[misc]
            width //= 2


def _bodies(tree: ast.Module) -> Iterator[ast.Module]:
    """A branch or a loop replaced by what is inside it."""
    for number, (_, _, found) in enumerate(list(_lists(tree))):
        for k, s in enumerate(found):
            if isinstance(s, ast.If | ast.For | ast.While):
                for field in ("body", "orelse"):
                    yield _edited(tree, number, lambda x, k=k, f=field: x[:k] + getattr(x[k], f) + x[k + 1 :])  # type: ignore[misc]
            if isinstance(s, ast.Match):
                for c in range(len(s.cases)):
                    yield _edited(tree, number, lambda x, k=k, c=c: x[:k] + x[k].cases[c].body + x[k + 1 :])  # type: ignore[misc]
                    yield _edited(tree, number, lambda x, k=k, c=c: [*x[:k], _without_case(x[k], c), *x[k + 1 :]])  # type: ignore[misc]


def _without_case(match: ast.Match, number: int) -> ast.stmt:
    cases = match.cases[:number] + match.cases[number + 1 :]
    return ast.Match(match.subject, cases) if cases else ast.Pass()


def _expressions(tree: ast.Module) -> Iterator[ast.Module]:
    """An expression replaced by a part of it or by a number."""
    count = sum(1 for _ in _slots(tree))
    for number in range(count):
        _, _, _, node = list(_slots(tree))[number]
        parts = [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)]
        if isinstance(node, ast.Call):
            parts = [*node.args, *(k.value for k in node.keywords)]
        if not isinstance(node, ast.Name | ast.Constant | ast.Slice):
            parts += [ast.parse(text, mode="eval").body for text in SIMPLE]
        for part in parts:
            if isinstance(part, ast.Slice):
                continue
            made = copy.deepcopy(tree)
            owner, field, place, _ = list(_slots(made))[number]
            if place is None:
                setattr(owner, field, copy.deepcopy(part))
            else:
                getattr(owner, field)[place] = copy.deepcopy(part)
            yield made


def _slots(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
    """Every place that holds an expression to be read."""
    for owner in ast.walk(tree):
        if isinstance(owner, ast.Call):
            fields = ["args"]
        elif isinstance(owner, ast.Subscript):
            fields = ["slice"] if isinstance(owner.ctx, ast.Store) else ["value", "slice"]
        elif isinstance(owner, ast.Attribute):
            fields = []
        else:
            fields = [f for f in owner._fields if f not in ("targets", "target", "func", "decorator_list", "returns")]
        for field in fields:
            value = getattr(owner, field, None)
            if isinstance(value, ast.expr):
                yield owner, field, None, value
            elif isinstance(value, list):
                for k, item in enumerate(value):
                    if isinstance(item, ast.expr):
                        yield owner, field, k, item
