"""Same input, same bytes: whatever the order in which Python happens to iterate over sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1]
SCRIPT = """
from golden.programs import GOLDEN
from golden.test_golden import native
from passes.test_cases import CASES, cases, text_of

for path in sorted(CASES.glob("*.txt")):
    for case in cases(path):
        print(case.title, text_of(path.stem, case), sep="\\n")
for case in GOLDEN:
    compiled = case.compiled()
    native(case, compiled)
    print(compiled.adjoint_source)
    if case.name in ("recurrence", "leaves_early", "views"):
        print(compiled.inspect_llvm("value"))
"""


def printed(seed: int) -> str:
    """Everything that the compiler prints for the stored programs, in a process with its own hashes."""
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(TESTS)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_hashes_do_not_matter() -> None:
    pairs = zip(printed(1).splitlines(), printed(2).splitlines(), strict=True)
    assert not [pair for pair in pairs if pair[0] != pair[1]]
