"""Processor levels: what code may use, and how a package finds out at run time whether it is there.

NumPy knows what the processor can do, and whether the operating system lets it; a package asks NumPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tapeless.compiler.backend.machines import CPUS

from ..loading import UsageError

if TYPE_CHECKING:
    from tapeless.compiler.backend.target import Target

PORTABLE = "portable"
NATIVE = "native"


@dataclass(frozen=True, slots=True)
class Level:
    """A processor level.

    Attributes:
        name: what the command line calls it.
        cpu, features: what LLVM calls it.
        needs: NumPy's names of what the processor must have; names that every NumPy knows.
        also: the same, for names that not every NumPy knows.
    """

    name: str
    cpu: str
    features: str
    needs: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """The extension module with code for this level."""
        return "_" + self.name.replace("-", "_")

    def target(self) -> Target:
        """The machine to compile for."""
        from tapeless.compiler.backend.target import host, like_host

        return host() if self.name == NATIVE else like_host(self.cpu, self.features)


_FEATURES = CPUS["x86_64"]
_NEEDS_V2 = ("SSE3", "SSSE3", "SSE41", "POPCNT", "SSE42")
_NEEDS_V3 = (*_NEEDS_V2, "AVX", "F16C", "FMA3", "AVX2")
_NEEDS_V4 = (*_NEEDS_V3, "AVX512F", "AVX512CD", "AVX512_SKX")
_ALSO_V2 = ("CX16", "LAHF")
_ALSO_V3 = (*_ALSO_V2, "BMI", "BMI2", "LZCNT", "MOVBE")
_ALSO_V4 = (*_ALSO_V3, "AVX512BW", "AVX512DQ", "AVX512VL")
_X86 = (
    Level("x86-64", "x86-64", _FEATURES["x86-64"]),
    Level("x86-64-v2", "x86-64-v2", _FEATURES["x86-64-v2"], _NEEDS_V2, _ALSO_V2),
    Level("x86-64-v3", "x86-64-v3", _FEATURES["x86-64-v3"], _NEEDS_V3, _ALSO_V3),
    Level("x86-64-v4", "x86-64-v4", _FEATURES["x86-64-v4"], _NEEDS_V4, _ALSO_V4),
)
_NEEDS_ARM = ("ASIMD", "NEON")
_PORTABLE_X86 = ("x86-64", "x86-64-v3", "x86-64-v4")


def levels(text: str, architecture: str) -> tuple[Level, ...]:
    """The levels that `--cpu` names, the most capable first.

    Args:
        text: names with commas between them: `portable`, `native`, `baseline`, or levels such as `x86-64-v3`.
        architecture: of the machine, the first part of its triple.

    Raises `UsageError` for a name that this architecture does not have.
    """
    known = {level.name: level for level in _X86} if architecture == "x86_64" else {}
    lowest = _X86[0] if known else Level("baseline", "generic", "")
    portable = tuple(known[name] for name in _PORTABLE_X86) if known else (lowest,)
    found: list[Level] = []
    for name in filter(None, (part.strip() for part in text.split(","))):
        if name == PORTABLE:
            found += portable
        elif name == NATIVE:
            found.append(_native())
        elif name == "baseline":
            found.append(lowest)
        elif name in known:
            found.append(known[name])
        else:
            listed = ", ".join((PORTABLE, NATIVE, "baseline", *known))
            raise UsageError(f"there is no processor level `{name}` on {architecture}; there are {listed}")
    if not found:
        raise UsageError("--cpu names no processor level")
    order = [*known, "baseline", NATIVE]
    return tuple(sorted(dict.fromkeys(found), key=lambda level: order.index(level.name), reverse=True))


def _native() -> Level:
    """This processor, with everything that NumPy knows it to have."""
    there = sorted(name for name, found in known_features().items() if found)
    lasting = {*_NEEDS_V4, *_NEEDS_ARM}
    return Level(NATIVE, "", "", tuple(n for n in there if n in lasting), tuple(n for n in there if n not in lasting))


def known_features() -> dict[str, bool]:
    """What NumPy says of the processor of this machine."""
    from .face import processor

    return processor()
