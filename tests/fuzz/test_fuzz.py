"""Random programs: short ones by default, all of them in the long run; and the generator and the shrinker."""

from __future__ import annotations

import ast
import itertools
import os
import runpy
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from .judge import Verdict, judge
from .programs import Program, write
from .runner import Report, described, main, run
from .shrink import shrink

SHORT = 900  # characters: programs up to this length are compiled and compared in 80 milliseconds on average
DEFAULT = 500
SHARES = 5
COUNT = int(os.environ.get("FUZZ_COUNT", 20_000))
SEED = int(os.environ.get("FUZZ_SEED", 1))
PARTS = 20

# A program that nobody can compare is no test; most of the refusals are types that differ from path to path.
AT_LEAST = 0.9


def short(part: int) -> Iterator[int]:
    """The numbers of programs that are short, of one share."""
    return (k for k in itertools.count(part, SHARES) if len(write(k).text) <= SHORT)


def assert_agreement(numbers: Iterator[int] | range) -> None:
    report = Report()
    for number, program, verdict in run(numbers):
        report.add(number, program, verdict)
    assert not report.wrong, "\n".join(itertools.starmap(described, report.wrong[:3]))
    compared = report.counts["agree"] + report.counts["raises"]
    assert compared >= AT_LEAST * report.total, report.counts


@pytest.mark.parametrize("part", range(SHARES))
def test_short_programs(part: int) -> None:
    """In parts, so that several processes share them."""
    assert_agreement(itertools.islice(short(part), DEFAULT // SHARES))


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_many_programs(part: int) -> None:
    """`FUZZ_COUNT` programs beginning with number `FUZZ_COUNT * FUZZ_SEED`."""
    start, stop = (COUNT * SEED + COUNT * k // PARTS for k in (part, part + 1))
    assert_agreement(range(start, stop))


def test_a_number_stands_for_one_program() -> None:
    assert [write(k) for k in range(20)] == [write(k) for k in range(20)]


CONSTRUCTS = {
    "with records": (ast.ClassDef, ast.Dict), "with lists": (ast.List, ast.ListComp), "with match": (ast.Match,),
    "with walrus": (ast.NamedExpr,), "with nonlocal": (ast.Nonlocal,), "with lambda": (ast.Lambda,),
    "with generators": (ast.GeneratorExp,), "with exceptions": (ast.Raise, ast.Assert), "with while": (ast.While,),
    "with del": (ast.Delete,), "with breaks": (ast.Break,), "with starred names": (ast.Starred,),
}  # fmt: skip


WORDS = ("np.float32(", "1e200", "-0.0", "Mode.", "partial(", "def deeper(", "complex", "np.fft.", "np.linalg.solve",
         "keepdims=True", "* 1e-19", "np.zeros(0)", "\"inner\"", "lambda g_", "nonlocal", "shared[")  # fmt: skip


def test_every_construct_is_written() -> None:
    found: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for k in range(600):
        program = write(k)
        words.update(w for w in WORDS if w in program.text or w in str(program.samples))
        nodes = list(ast.walk(ast.parse(program.text)))
        found.update(name for name, kinds in CONSTRUCTS.items() if any(isinstance(n, kinds) for n in nodes))
        if any(isinstance(n, ast.For | ast.While) and n.orelse for n in nodes):
            found["with else of loops"] += 1
    assert all(found[name] >= 5 for name in (*CONSTRUCTS, "with else of loops")), found
    assert all(words[w] for w in WORDS), words


def test_a_disagreement_is_printed_as_a_test(tmp_path: Path) -> None:
    program = Program("import math\ndef f(x):\n    return math.sin(x)\n", (("0.3",),), (0,))
    file = tmp_path / "found.py"
    file.write_text(described(7, program, Verdict("gradient", "one\nand another", wrong=True)))
    world = runpy.run_path(str(file))
    world["test_program_7"]()


def test_a_run_goes_on_where_it_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = str(tmp_path / "kept.json")
    short_run = ["--seed", "3", "--resume", kept, "--chunk", "1"]
    assert main([*short_run, "--count", "2"]) == 0
    assert main([*short_run, "--count", "2"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.split()[0] == "2" and last.endswith("0 wrong")


def test_programs_are_shrunk() -> None:
    """A judge that objects to every `while` leaves nothing else."""

    def check(program: Program) -> Verdict:
        functions = [n for n in ast.parse(program.text).body if isinstance(n, ast.FunctionDef) and n.name == "f"]
        found = any(isinstance(n, ast.While) for f in functions for n in ast.walk(f))
        return Verdict("while", wrong=True) if found else Verdict("agree")

    program = next(p for p in map(write, itertools.count()) if check(p).wrong)
    smaller = shrink(program, Verdict("while", wrong=True), check)
    statements = [n for n in ast.walk(ast.parse(smaller.text)) if isinstance(n, ast.stmt)]
    assert [type(n) for n in statements] in ([ast.FunctionDef, ast.While, ast.Pass], [ast.FunctionDef, ast.While])


def test_a_wrong_gradient_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge is not blind: a derivative of `sin` that is off by a little is found in a short program."""
    from . import judge as module
    from .driver import build

    def wrong(*args: object, **options: object) -> object:
        built = build(*args, **options)  # type: ignore[arg-type]
        gradient = built.gradient
        scaled = lambda *a: tuple(g * (1.0 + 1e-6) for g in gradient(*a))  # type: ignore[misc]  # noqa: E731
        return type(built)(built.value, scaled, built.generated, built.source, built.heads, built.result)

    program = Program("import math\ndef f(x):\n    return math.sin(x)\n", (("0.3",),), (0,))
    assert judge(program).kind == "agree"
    monkeypatch.setattr(module, "build", wrong)
    assert judge(program).wrong
