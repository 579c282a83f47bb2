"""docs/build.md: its files are written, its commands run, and what they print is what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.scripts import ROOT

PAGE = ROOT / "docs" / "build.md"
BLOCK = re.compile(r"^(?:<!-- (?P<note>[^>]*) -->\n)?```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def steps() -> Iterator[tuple[str, str, str]]:
    """Note, language and text of each block."""
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        yield block["note"] or "", block["kind"], block["text"]


def alike(text: str) -> str:
    """A text without what depends on the machine: sizes, processors, the linker."""
    return re.sub(r": \d+ kB, code for .*", ": built", text)


def needs(note: str) -> bool:
    """Whether this machine has what a command needs: a system, or programs."""
    wanted = note.removeprefix("needs: ").split()
    return all(sys.platform == w if w == "linux" else shutil.which(w) is not None for w in wanted)


@pytest.mark.skipif(sys.platform == "win32", reason="packages are linked on Linux and macOS")
def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    folder = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": folder, "TAPELESS_CACHE": "0"}
    printed: str | None = ""
    commands = 0
    for note, kind, text in steps():
        if note.startswith("file: "):
            (tmp_path / note.removeprefix("file: ")).write_text(text, encoding="utf-8")
        elif note == "prints":
            assert printed is None or alike(printed) == alike(text)
        elif note.startswith("needs: ") and not needs(note):
            printed = None
        elif kind == "sh":
            command = re.sub(r"^tapeless ", "python -m tapeless ", text, flags=re.MULTILINE)
            done = subprocess.run(["bash", "-ec", command], cwd=tmp_path, env=environment, text=True, timeout=300,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
            assert done.returncode == 0, f"{text}\n{done.stdout}"
            printed, commands = done.stdout, commands + 1
    assert commands > 5


def test_its_headings_are_listed() -> None:
    text = re.sub(r"^```.*?^```$", "", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    anchors = [re.sub(r"[^\w\- ]", "", h).lower().replace(" ", "-") for h in headings]
    assert re.findall(r"^- \[.*\]\(#(.*)\)$", text, re.MULTILINE) == anchors
