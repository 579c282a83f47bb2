"""The errors a kernel can report: a status code is one more than an index into this table.

Two codes are no errors of the user's: -1, an exception is set already; and `AGAIN_STATUS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...ir.nodes import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class ErrorSite:
    """One `Fail`: the exception's name, its message with a brace pair for each value, and where it comes from.

    `kinds` says how to read the context's info slots: integers are sign-extended, `float32` is widened to `float64`
    and floats are kept by their bits. What is printed, and what is raised with more than numbers, is a site as well,
    which is `said`: its kinds are those of `Print`, and instead of an exception's name it may have `PRINT` or `FLUSH`.
    """

    exception: str
    message: str | None
    kinds: tuple[str, ...] = ()
    span: Span = NOWHERE
    said: bool = False


PRINT, FLUSH = "print", "print and flush"
AGAIN_STATUS = -2  # an assumption about the arguments does not hold: call code that does without it

OUT_OF_MEMORY = ErrorSite("MemoryError", "an array does not fit into memory")


@dataclass(slots=True)
class ErrorTable:
    """Sites in the order of their first use. Entry 0 is always the `MemoryError` of allocations."""

    _sites: dict[tuple[ErrorSite, Span], int] = field(default_factory=lambda: {(OUT_OF_MEMORY, NOWHERE): 0})

    def status(self, site: ErrorSite) -> int:
        """The status code that stands for the site."""
        return 1 + self._sites.setdefault((site, site.span), len(self._sites))

    def sites(self) -> tuple[ErrorSite, ...]:
        """The table."""
        return tuple(site for site, _ in self._sites)
