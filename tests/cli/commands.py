"""Running the command line in this process."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tapeless.__main__ import main


@dataclass(frozen=True)
class Outcome:
    """Exit status and what was written."""

    status: int
    out: str
    err: str


class Shell:
    """A folder with a user's files, and the command line in it."""

    def __init__(self, folder: Path, capture: Any) -> None:
        self.folder = folder
        self.capture = capture

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    def __call__(self, *arguments: str) -> Outcome:
        """Run `tapeless ARGUMENTS`, leaving no trace in `sys.path` and `sys.modules`."""
        path, modules = list(sys.path), set(sys.modules)
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = int(stop.code or 0)
        finally:
            sys.path[:] = path
            for name in set(sys.modules) - modules:
                if str(self.folder) in str(getattr(sys.modules[name], "__file__", "")):
                    del sys.modules[name]
        written = self.capture.readouterr()
        return Outcome(status, written.out, written.err)
