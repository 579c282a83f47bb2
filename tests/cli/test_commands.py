"""`python -m tapeless`, its help, `explain`, and the installed script."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import tapeless
from cli.commands import Shell
from tapeless.compiler.catalogue import CATALOGUE


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`python -m tapeless` in a process of its own."""
    command = [sys.executable, "-m", "tapeless", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120)


def test_without_arguments_it_prints_a_short_help(tmp_path: Path) -> None:
    done = run(folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) < 20
    for command in ("demo", "show", "explain", "--version"):
        assert command in done.stdout


def test_version(tmp_path: Path) -> None:
    done = run("--version", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"tapeless {tapeless.__version__}\n")


@pytest.mark.parametrize("arguments", [["shw"], ["show"], ["demo", "extra"], ["explain", "A002", "A003"]])
def test_a_wrong_command_gets_one_line_and_status_2(shell: Shell, arguments: list[str]) -> None:
    done = shell(*arguments)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1 and done.err.startswith("tapeless")


def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "square.py").write_text("def f(x: float):\n    return x * x\n" + "#\n" * 20_000, encoding="utf-8")
    show = f"'{sys.executable}' -m tapeless show square.py::f --after llvm | head -n 1"
    done = subprocess.run(["bash", "-c", show], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith("; ModuleID") and done.stderr == ""


@pytest.mark.parametrize("code", CATALOGUE)
def test_explain_prints_every_message_without_braces(shell: Shell, code: str) -> None:
    done = shell("explain", code)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"error[{code}]: ")
    assert "why:" in done.out and "help:" in done.out
    assert "{" not in done.out.replace("{}", "")


def test_explain_takes_small_letters_and_lists_all_without_a_code(shell: Shell) -> None:
    assert shell("explain", "a004").out == shell("explain", "A004").out
    listed = shell("explain").out
    assert [code for code in CATALOGUE if f"  {code}  " not in listed] == []


def test_explain_of_an_unknown_code(shell: Shell) -> None:
    done = shell("explain", "Z999")
    assert (done.status, done.out) == (2, "")
    assert done.err == "tapeless explain: error: there is no message `Z999`; `tapeless explain` lists them all\n"
