"""What is known to differ from Python or NumPy still: prefixes of test ids, each with a reason."""

from __future__ import annotations

GAPS: dict[str, str] = {}


def reason_for(test: str) -> str | None:
    """Why a test is expected to fail, or None."""
    name = test.removeprefix("tests/")
    return next((reason for prefix, reason in GAPS.items() if name.startswith(prefix)), None)
