"""Findings, the error that carries them, and the catalogue of every message.

A finding says what, where, why and what to write instead. Codes are stable: `F` source and names, `A` constructs that
are not accepted, `T` types and operations, `D` derivatives. The catalogue is data, so that a test can compile an
example for every code and the documentation can be printed from it.
"""

from __future__ import annotations

import linecache
from dataclasses import dataclass, field

from .catalogue import CATALOGUE
from .ir.span import Span


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a function is refused."""

    code: str
    text: str
    span: Span
    label: str = ""
    helps: tuple[str, ...] = ()

    def render(self) -> str:
        """The message in full: location, the user's line, a caret under the construct, and the remedies."""
        line = linecache.getline(self.span.file, self.span.line).rstrip("\n")
        number = str(self.span.line)
        gutter = " " * len(number)
        last = self.span.end_col if self.span.end_line == self.span.line else len(line)
        carets = "^" * max(1, last - self.span.col)
        rows = [
            f"error[{self.code}]: {self.text}",
            f"{gutter}--> {self.span.file}:{self.span.line}:{self.span.col + 1}",
            f"{gutter} |",
            f"{number} | {line}",
            f"{gutter} | {' ' * self.span.col}{carets} {self.label}".rstrip(),
            *(f"{gutter} = help: {text}" for text in self.helps),
        ]
        return "\n".join(rows)


class CompileError(SyntaxError):
    """The one class of refusals: the function, or this use of it, is outside what can be differentiated exactly.

    A `SyntaxError`, so that Python, editors and pytest show the line and the caret of the first finding.

    Attributes:
        findings: every `Finding` of the function, in source order.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        first = findings[0]
        span = first.span
        text = linecache.getline(span.file, span.line)
        rest = "".join(f"\n\n{finding.render()}" for finding in findings[1:])
        helps = "".join(f"\n  = help: {h}" for h in first.helps)
        reason = f"\n  = {first.label}" if first.label else ""
        super().__init__(
            f"error[{first.code}]: {first.text}{reason}{helps}{rest}",
            (span.file, span.line, span.col + 1, text, span.end_line, span.end_col + 1),
        )

    def __str__(self) -> str:
        return "\n\n".join(finding.render() for finding in self.findings)

    def __reduce__(self) -> tuple[type[CompileError], tuple[tuple[Finding, ...]]]:
        return CompileError, (self.findings,)


@dataclass(slots=True)
class Findings:
    """Collects findings so that a function's mistakes are reported all at once."""

    items: list[Finding] = field(default_factory=list)

    def add(self, code: str, span: Span, **words: object) -> None:
        """Report the catalogue's message `code` at `span`; `words` fill its braces.

        Once per place and code; a mistake in a name (`F`) once, however often the name is read.
        """
        entry = CATALOGUE[code]
        helps = tuple(h.format(**words) for h in entry.helps)
        extra = words.get("hint")
        if extra:
            helps = (str(extra), *helps)
        finding = Finding(code, entry.text.format(**words), span, entry.label.format(**words), helps)
        told = [f.span for f in self.items if (f.code, f.text) == (code, finding.text)]
        if span not in told and not (code.startswith("F") and span.file in {s.file for s in told}):
            self.items.append(finding)

    def check(self) -> None:
        """Raise `CompileError` if anything was found."""
        if self.items:
            raise CompileError(tuple(sorted(self.items, key=lambda f: (f.span.file, f.span.line, f.span.col))))
