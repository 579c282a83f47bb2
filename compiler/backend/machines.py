"""Machines that code can be built for without being there: their names, and what LLVM is told about them.

A target is an architecture and a system, such as `aarch64-linux-gnu`; a processor level says which instructions it has.
LLVM takes a processor that it does not know for the most general one, without an error, so only these names are taken.
"""

from __future__ import annotations

from dataclasses import dataclass

_V1 = "+cx8,+fxsr,+mmx,+sse,+sse2,+x87"
_V2 = f"{_V1},+cx16,+popcnt,+sahf,+sse3,+sse4.1,+sse4.2,+ssse3"
_V3 = f"{_V2},+avx,+avx2,+bmi,+bmi2,+f16c,+fma,+lzcnt,+movbe,+xsave"
_V4 = f"{_V3},+avx512bw,+avx512cd,+avx512dq,+avx512f,+avx512vl"

# Instructions are spelled out: what code is written with depends on them (`target.py`).
CPUS: dict[str, dict[str, str]] = {
    "x86_64": {"x86-64": _V1, "x86-64-v2": _V2, "x86-64-v3": _V3, "x86-64-v4": _V4, "haswell": _V3, "skylake": _V3,
               "skylake-avx512": _V4, "icelake-server": _V4, "sapphirerapids": _V4, "znver2": _V3, "znver3": _V3,
               "znver4": _V4},
    "aarch64": {"generic": "", "cortex-a72": "", "cortex-a76": "", "neoverse-n1": "", "neoverse-v1": "",
                "apple-m1": ""},
    "wasm32": {"generic": "", "simd128": "+simd128"},
}  # fmt: skip

TRIPLES: dict[str, str] = {
    "x86_64-linux-gnu": "x86_64-unknown-linux-gnu",
    "aarch64-linux-gnu": "aarch64-unknown-linux-gnu",
    "x86_64-linux-musl": "x86_64-unknown-linux-musl",
    "aarch64-linux-musl": "aarch64-unknown-linux-musl",
    "x86_64-macos": "x86_64-apple-macosx11.0.0",
    "aarch64-macos": "arm64-apple-macosx11.0.0",
    "x86_64-windows": "x86_64-pc-windows-msvc",
    "aarch64-windows": "aarch64-pc-windows-msvc",
    "wasm32": "wasm32-unknown-unknown",
}


@dataclass(frozen=True, slots=True)
class Machine:
    """A target and a processor level, by their names, with what LLVM calls them."""

    name: str
    level: str
    triple: str
    cpu: str
    features: str

    @property
    def pointer_bits(self) -> int:
        """The width of an address and of C's `size_t`."""
        return 32 if self.architecture == "wasm32" else 64

    @property
    def architecture(self) -> str:
        """One of the keys of `CPUS`."""
        return self.name.partition("-")[0]

    @property
    def system(self) -> str:
        """`linux`, `macos`, `windows`, or the name of a target without a system."""
        return self.name.partition("-")[2].partition("-")[0] or self.name


class UnknownMachine(ValueError):
    """There is no target or processor level of this name; the message lists those there are."""


def machine(name: str, level: str = "") -> Machine:
    """A target by its name, and by a processor level if not the most general one.

    Raises `UnknownMachine`.
    """
    if name not in TRIPLES:
        raise UnknownMachine(f"there is no target `{name}`; there are {', '.join(TRIPLES)}")
    levels = CPUS[name.partition("-")[0]]
    level = level or next(iter(levels))
    if level not in levels:
        raise UnknownMachine(f"there is no processor `{level}` for {name}; there are {', '.join(levels)}")
    cpu = "generic" if level == "simd128" else level
    return Machine(name, level, TRIPLES[name], cpu, levels[level])
