"""Regenerate what the pages of the documentation show: `python docs/refresh.py`, or with --check only compare.

In a page, a block of code that follows one of these comments is output, and is replaced:

    <!-- tapeless show docs/walk.py::follow --after infer -->    of the command line
    <!-- output -->                                              of the Python block before it

The Python blocks of a page run in order, in one namespace. docs/support.md and docs/python.md are
generated as a whole.
"""

from __future__ import annotations

import linecache
import math
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from tapeless.__main__ import main as tapeless

sys.path.insert(0, str(Path(__file__).resolve().parent))
import language
import support

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/architecture.md", "docs/native.md", "docs/cache.md", "docs/support.md",
         "docs/python.md")
_BLOCK = re.compile(r"(?P<before>(?:<!-- (?P<command>.*?) -->\n+)?```(?P<language>\w*)\n)(?P<text>.*?)(?P<end>^```$)",
                    re.DOTALL | re.MULTILINE)
_NUMBER = re.compile(r"\d+\.\d+(?:e[+-]?\d+)?")


def regenerated(name: str) -> str:
    """The page as it should be."""
    if name in ("docs/support.md", "docs/python.md"):
        return (support if name == "docs/support.md" else language).text()
    page = Page()
    return _BLOCK.sub(page.block, (ROOT / name).read_text(encoding="utf-8"))


class Page:
    """The blocks of one page, in order: the namespace of its Python blocks and what the last one printed."""

    def __init__(self) -> None:
        self.namespace: dict[str, Any] = {"__name__": "__main__"}
        self.printed = ""
        self.count = 0

    def block(self, match: re.Match[str]) -> str:
        """The block, with fresh output if it is output."""
        command = match["command"]
        if command is None:
            if match["language"] == "python":
                self.run(match["text"])
            return match[0]
        text = (self.printed if command == "output" else shown(command)).rstrip() + "\n"
        return match[0] if alike(text, match["text"]) else f"{match['before']}{text}{match['end']}"

    def run(self, text: str) -> None:
        """Run a Python block; its functions have source, as in a notebook."""
        self.count += 1
        file = f"example_{self.count}.py"
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        self.printed = captured(lambda: exec(compile(text, file, "exec"), self.namespace))


def alike(one: str, other: str) -> bool:
    """Whether two outputs differ in the last digits of numbers at most, which depend on the processor."""
    numbers = zip(_NUMBER.findall(one), _NUMBER.findall(other), strict=False)
    return _NUMBER.split(one) == _NUMBER.split(other) and all(
        math.isclose(float(a), float(b), rel_tol=1e-12) for a, b in numbers
    )


def shown(command: str) -> str:
    """What a command of the command line prints."""
    program, *arguments = shlex.split(command)
    assert program == "tapeless", command
    return captured(lambda: tapeless(arguments))


def captured(call: Any) -> str:
    """What a call writes to standard output, from the root of the repository."""
    out = StringIO()
    with redirect_stdout(out), chdir(ROOT):
        call()
    return out.getvalue()


def stale() -> Iterator[str]:
    """The pages that are not as they should be."""
    for name in PAGES:
        path = ROOT / name
        if not path.exists() or regenerated(name) != path.read_text(encoding="utf-8"):
            yield name


def main() -> int:
    """Write the pages that changed; with --check, list them and fail."""
    names = list(stale())
    for name in names:
        print(name)
        if "--check" not in sys.argv[1:]:
            (ROOT / name).write_text(regenerated(name), encoding="utf-8")
    return int(bool(names) and "--check" in sys.argv[1:])


if __name__ == "__main__":
    os.environ.setdefault("TAPELESS_VERIFY", "1")
    sys.exit(main())
