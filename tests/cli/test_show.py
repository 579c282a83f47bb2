"""`tapeless show`: every pass of any function, and one line for every way to ask wrongly."""

from __future__ import annotations

import pytest

from cli.commands import Shell
from tapeless.compiler.pipeline import PASSES
from tapeless.show import STAGES, WITHOUT_TYPES


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_of_a_function_with_a_signature(shell: Shell, stage: str) -> None:
    shown = shell("show", "model.py::loss", "--after", stage)
    assert (shown.status, shown.err) == (0, "")
    assert shown.out.startswith({
        "source": "@differentiate",
        "python": "import numpy as np",
        "llvm": "; ModuleID",
    }.get(stage, "function loss(" if STAGES.index(stage) < STAGES.index("reverse") else "function loss_adjoint("))


def test_without_a_pass_all_are_shown_in_order(shell: Shell) -> None:
    shown = shell("show", "model.py::loss")
    assert (shown.status, shown.err) == (0, "")
    positions = [shown.out.index(f"--- {stage} ---") for stage in STAGES if stage != "llvm"]
    assert positions == sorted(positions)
    assert ", ".join(PASSES) in shown.out.splitlines()[0]


@pytest.mark.parametrize("stage", WITHOUT_TYPES)
def test_types_are_not_needed_before_they_are_inferred(shell: Shell, stage: str) -> None:
    assert shell("show", "model.py::scaled", "--after", stage).status == 0


def test_types_come_from_annotations_or_from_the_command_line(shell: Shell) -> None:
    assert "annotated(x: float, n: int) -> float" in shell("show", "model.py::annotated", "--after", "infer").out
    shown = shell("show", "model.py::annotated", "--after", "infer", "--types", "f4, i4")
    assert "annotated(x: float32, n: int32)" in shown.out


def test_the_choice_of_arguments(shell: Shell) -> None:
    python = ("--after", "python")
    assert "rate_bar" in shell("show", "model.py::loss", *python).out
    assert "theta_bar" not in shell("show", "model.py::loss", *python).out
    assert "theta_bar" in shell("show", "model.py::loss", *python, "--wrt", "theta").out
    both = shell("show", "model.py::loss", *python, "--wrt", "theta, rate").out
    assert "theta_bar" in both and "rate_bar" in both


def test_a_function_behind_a_transform_and_a_method(shell: Shell) -> None:
    assert "def area(r, h=2.0)" in shell("show", "model.py::slope", "--after", "source").out
    assert "function area(self: float, r: float)" in shell(
        "show", "model.py::Model.area", "--after", "infer", "--types", "f8, f8").out


def test_results_that_are_arrays_are_shown_as_pullbacks(shell: Shell) -> None:
    shell.write("arrays.py", "def doubled(x):\n    return x * 2.0\n")
    for stage in ("loops", "llvm"):
        assert shell("show", "arrays.py::doubled", "--types", "f8[:]", "--after", stage).status == 0


def test_files_of_a_package_may_import_each_other(shell: Shell) -> None:
    shell.write("pack/__init__.py", "")
    shell.write("pack/inner/__init__.py", "")
    shell.write("pack/inner/first.py", "def half(x):\n    return 0.5 * x\n")
    shell.write("pack/inner/second.py", "from .first import half\n\n\ndef quarter(x):\n    return half(half(x))\n")
    shown = shell("show", "pack/inner/second.py::quarter", "--types", "f8", "--after", "infer")
    assert shown.status == 0 and "function quarter(x: float)" in shown.out


def test_neighbouring_files_are_found_and_a_known_name_does_not_hide_the_file(shell: Shell) -> None:
    shell.write("helpers_of_mine.py", "def half(x):\n    return 0.5 * x\n")
    shell.write("json.py", "from helpers_of_mine import half\n\n\ndef f(x):\n    return half(x)\n")
    assert "function f(x: float)" in shell("show", "json.py::f", "--types", "f8", "--after", "infer").out


WRONG = {
    "no name": (["model.py"], "`model.py` does not name a function; write FILE.py::NAME"),
    "no file": (["nothing.py::f"], "there is no Python file `nothing.py`"),
    "a close name": (["model.py::los"], "there is no function `los` in model.py; did you mean `loss`?"),
    "no such name": (["model.py::zzz"], "functions there: `area`, `loss`, `annotated`"),
    "a class": (["model.py::Model"], "`Model` in model.py is a class, not a function written in Python"),
    "a builtin": (["model.py::plain"], "`plain` in model.py is a builtin_function_or_method, not a function"),
    "a close pass": (["model.py::loss", "--after", "infr"], "there is no pass `infr`; did you mean `infer`? They are "),
    "no such pass": (["model.py::loss", "--after", "zzz"], "there is no pass `zzz`; they are source, translate, "),
    "no types": (["model.py::area"], '`area` has no argument types; give one for each of (r, h), as in --types "f8[:]'),
    "a wrong type": (["model.py::area", "--types", "f8, quaternion"], "unknown type 'quaternion'"),
    "one type missing": (["model.py::area", "--types", "f8"], "`area` takes 2 arguments (r, h), and one type is given"),
    "no argument": (["model.py::loss", "--wrt", ","], "--wrt names every argument once"),
    "an argument twice": (["model.py::loss", "--wrt", "rate,rate"], "--wrt names every argument once"),
    "an annotation that names nothing": (["model.py::quoted"], "`quoted` has no argument types"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_command_gets_one_line_and_status_2(shell: Shell, case: str) -> None:
    arguments, message = WRONG[case]
    shown = shell("show", *arguments)
    assert (shown.status, shown.out) == (2, "")
    (line,) = shown.err.splitlines()
    assert line.startswith("tapeless show: error: ") and message in line


BROKEN = {
    "def f(:\n": "cannot be imported: SyntaxError: invalid syntax (line 1)",
    "x = 1\ny = x + undefined_name\n": "cannot be imported: NameError: name 'undefined_name' is not defined (line 2)",
    "import sys\nsys.exit(1)\n": 'ends the process when it is imported; put that under `if __name__ == "__main__":`',
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_file_that_cannot_be_imported_gets_one_line_and_status_2(shell: Shell, text: str) -> None:
    shell.write("broken.py", text)
    shown = shell("show", "broken.py::f")
    assert shown.status == 2
    (line,) = shown.err.splitlines()
    assert BROKEN[text] in line


def test_a_refused_function_gets_all_its_findings_and_status_1(shell: Shell) -> None:
    shown = shell("show", "model.py::wrong", "--types", "f8")
    assert (shown.status, shown.out) == (1, "")
    assert "error[A007]: a set" in shown.err
    assert "error[A008]: a string of what is known" in shown.err
    assert "Traceback" not in shown.err


def test_a_refusal_by_a_decorator_in_the_file_gets_status_1(shell: Shell) -> None:
    text = 'from tapeless import differentiate\n\n\n@differentiate("f8")\ndef f(x):\n    return frozenset((x, 1.0))\n'
    shell.write("eager.py", text)
    shown = shell("show", "eager.py::f")
    assert shown.status == 1 and shown.err.startswith("error[A007]")


def test_what_has_no_derivative_is_still_shown_up_to_the_adjoint(shell: Shell) -> None:
    whole = ("show", "model.py::whole", "--types", "i8", "--after")
    assert shell(*whole, "simplify").status == 0
    refused = shell(*whole, "reverse")
    assert refused.status == 1 and "error[D002]" in refused.err
    unknown = shell("show", "model.py::loss", "--after", "reverse", "--wrt", "zzz")
    assert unknown.status == 1 and "error[D003]" in unknown.err
