"""Text of a tensor, as torch prints it: four digits, columns aligned, long arrays summarised."""

from __future__ import annotations

import numpy as np

from .memory import Array

PRECISION = 4
THRESHOLD = 1000
EDGE = 3
LINE_WIDTH = 80
_UNMARKED = ("float32", "float64", "int64", "bool", "complex64", "complex128")


class _Numbers:
    """The common format of all the numbers shown."""

    def __init__(self, shown: Array) -> None:
        self.floating = shown.dtype.kind == "f"
        self.whole = True
        self.scientific = False
        self.width = 1
        if not self.floating:
            self.width = max((len(str(v)) for v in shown.ravel().tolist()), default=1)
            return
        values = shown[np.isfinite(shown) & (shown != 0)].astype(np.float64)
        if values.size == 0:
            return
        low, high = float(np.abs(values).min()), float(np.abs(values).max())
        self.whole = bool((values == np.ceil(values)).all())
        with np.errstate(over="ignore"):
            self.scientific = bool(np.float64(high) / low > 1000.0) or high > 1.0e8 or (not self.whole and low < 1.0e-4)
        self.width = max(len(self._text(float(v))) for v in values)

    def _text(self, value: float) -> str:
        if self.scientific:
            return f"{value:.{PRECISION}e}"
        if self.whole:
            return f"{value:.0f}" + ("." if np.isfinite(value) else "")
        return f"{value:.{PRECISION}f}"

    def __call__(self, value: float) -> str:
        return (self._text(value) if self.floating else str(value)).rjust(self.width)


def _edges(array: Array) -> Array:
    """Keep the elements that a summary shows."""
    for axis, extent in enumerate(array.shape):
        if extent > 2 * EDGE:
            array = np.take(array, [*range(EDGE), *range(extent - EDGE, extent)], axis=axis)
    return array


def _row(array: Array, numbers: _Numbers, indent: int, summarise: bool) -> str:
    per_line = max(1, (LINE_WIDTH - indent) // (numbers.width + 2))
    if summarise and array.size > 2 * EDGE:
        cells = [numbers(v) for v in array[:EDGE].tolist()] + [" ..."] + [numbers(v) for v in array[-EDGE:].tolist()]
    else:
        cells = [numbers(v) for v in array.tolist()]
    lines = [", ".join(cells[k : k + per_line]) for k in range(0, len(cells), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def _block(array: Array, numbers: _Numbers, indent: int, summarise: bool) -> str:
    if array.ndim == 0:
        return numbers(array.item())
    if array.ndim == 1:
        return _row(array, numbers, indent, summarise)
    if summarise and len(array) > 2 * EDGE:
        parts = [_block(part, numbers, indent + 1, True) for part in array[:EDGE]] + ["..."]
        parts += [_block(part, numbers, indent + 1, True) for part in array[-EDGE:]]
    else:
        parts = [_block(part, numbers, indent + 1, summarise) for part in array]
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def tensor_text(array: Array, notes: list[str]) -> str:
    """Write `tensor(...)` with the notes (`requires_grad=True`, `grad_fn=<...>`) that follow the numbers.

    float32, float64, int64 and bool carry no dtype note; any other dtype does.
    """
    if array.dtype.name not in _UNMARKED:
        notes = [f"dtype={array.dtype.name}", *notes]
    if array.size == 0:
        body = "[]"
        if array.ndim != 1:
            notes = [f"size={tuple(array.shape)}", *notes]
    else:
        summarise = array.size > THRESHOLD
        body = _block(array, _Numbers(_edges(array) if summarise else array), len("tensor("), summarise)
    text = "tensor(" + body
    last = len(text) - text.rfind("\n") + 1
    for note in notes:
        if last + len(note) + 2 > LINE_WIDTH:
            text += ",\n" + " " * len("tensor(") + note
            last = len("tensor(") + len(note)
        else:
            text += ", " + note
            last += len(note) + 2
    return text + ")"
