"""LLVM's text to object code, through llvmlite. The only module of the compiler that loads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from llvmlite import binding

from .llvm import vectormath
from .llvm.text import WHOLE_VECTORS
from .machines import Machine

# Both grow faster than the length of a basic block. The vectoriser of straight-line code takes 40 ms for 1,000
# operations and 270 ms for 4,000; code generation takes up to 0.8 s for 5,000 and 6 s for 16,000, where the simplest
# level takes 16 and 250 ms for code that runs half as fast.
_TOO_LONG_TO_VECTORISE = 1000
_TOO_LONG_TO_SCHEDULE = 4000
_DEFAULT_CODE_LEVEL = 2

# Lines of a module above which a user would wait for level 3: it takes three times as long as level 1, which vectorises
# too and mostly lacks the copies of loops without checks. Such a module has many loops, and that LLVM repeats the body
# of each takes a third of what is left of the time; no gradient of the NumPy kernels among the benchmarks is slower
# without.
_TOO_LONG_TO_LINGER = 1000

_NOT_WORK = re.compile(r"\s*(?:store|br|%\S+ = (?:load|alloca|phi))\b")


@dataclass(frozen=True, slots=True)
class Target:
    """A machine to generate code for. Everything here decides about the bytes of the result."""

    triple: str
    cpu: str
    features: str
    layout: str


@dataclass(frozen=True, slots=True)
class Module:
    """An optimised module. Reading it in any form leaves it unchanged."""

    reference: binding.ModuleRef
    target: Target
    code_level: int


@cache
def host() -> Target:
    """The machine this process runs on."""
    return like_host(binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten())


@cache
def like_host(cpu: str, features: str) -> Target:
    """A machine with the architecture and system of this one, with another processor.

    Args:
        cpu: its name or level, as LLVM calls it.
        features: what it can do, as in "+avx2,+fma", complete: what is not in it is not used.
    """
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    bare = Target(binding.get_process_triple(), cpu, features, "")
    return replace(bare, layout=str(_machine(bare, _DEFAULT_CODE_LEVEL).target_data))


@cache
def of(machine: Machine) -> Target:
    """A machine that this process need not run on.

    Raises:
        LookupError: the LLVM that llvmlite comes with has no code generator for it.
    """
    binding.initialize_all_targets()
    binding.initialize_all_asmprinters()
    try:
        binding.Target.from_triple(machine.triple)
    except RuntimeError as error:
        raise LookupError(f"this llvmlite generates no code for {machine.name}: {error}") from None
    bare = Target(machine.triple, machine.cpu, machine.features, "")
    return Target(bare.triple, bare.cpu, bare.features, str(_machine(bare, _DEFAULT_CODE_LEVEL).target_data))


@cache
def _machine(target: Target, level: int) -> binding.TargetMachine:
    # Small and position-independent: the same object is linked by JITLink and into a shared library. On WebAssembly
    # every module is position-independent, and what has that name there are modules that share a memory.
    reloc = "static" if target.triple.startswith("wasm") else "pic"
    return binding.Target.from_triple(target.triple).create_target_machine(
        cpu=target.cpu, features=target.features, opt=level, reloc=reloc, codemodel="small"
    )


def optimise(text: str, target: Target, level: int = 3) -> Module:
    """Parse, verify and optimise a module.

    Args:
        text: LLVM assembly.
        target: from `host()`.
        level: 0 to 3; the effort spent on code generation is chosen from it and the length of the basic blocks.

    Raises:
        RuntimeError: the text is not valid LLVM.
    """
    if not _masks_lanes(target):
        text = text.replace(WHOLE_VECTORS, WHOLE_VECTORS.replace("true", "false"))
    module = binding.parse_assembly(text)
    module.triple = target.triple
    module.data_layout = target.layout
    module.verify()
    longest = _longest_block(text)
    long = text.count("\n") > _TOO_LONG_TO_LINGER
    level = min(level, 1) if long else level
    code_level = _code_level(level, longest)
    options = binding.create_pipeline_tuning_options(level)
    options.loop_unrolling = options.loop_interleaving = not long
    options.loop_vectorization = level > 0
    options.slp_vectorization = level > 1 and longest <= _TOO_LONG_TO_VECTORISE
    builder = binding.create_pass_builder(_machine(target, code_level), options)
    builder.getModulePassManager().run(module, builder)
    if vectormath.anchored(text):
        _with_elementary_functions(module, builder, target)
    return Module(module, target, code_level)


def _with_elementary_functions(module: binding.ModuleRef, builder: binding.PassBuilder, target: Target) -> None:
    """Write the elementary functions that the optimised code calls into it."""
    found = vectormath.bodies(vectormath.called(str(module)), _multiplies_and_adds(target))
    module.link_in(binding.parse_assembly(found.text))
    for name in found.names:
        module.get_function(name).linkage = "internal"
    module.get_global_variable(vectormath.ANCHOR).linkage = "internal"
    passes = binding.create_new_module_pass_manager()
    passes.add_always_inliner_pass()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, builder)


def _multiplies_and_adds(target: Target) -> bool:
    """Whether the machine has a fused multiply-add; where it is a call of the C library, polynomials do not pay."""
    if target.triple.startswith("wasm"):
        return False
    return not target.triple.startswith("x86_64") or "+fma" in target.features.split(",")


def _masks_lanes(target: Target) -> bool:
    """Whether the machine loads and stores vectors of which not all lanes count. Without, LLVM would use no vectors."""
    return target.triple.startswith("x86_64") and "+avx" in target.features.split(",")


def lanes(target: Target) -> int:
    """How many iterations of a loop run together where LLVM makes no vectors: as many as a vector has doubles.

    None on machines that mask no lanes, or have but two.
    """
    features = target.features.split(",") if target.triple.startswith("x86_64") else []
    return 8 if "+avx512vl" in features else 4 if "+avx2" in features else 0


def _longest_block(text: str) -> int:
    """Operations in the longest run without a label."""
    longest = run = 0
    for line in text.splitlines():
        if line.startswith("  "):
            if not _NOT_WORK.match(line):
                run += 1
        else:
            longest, run = max(longest, run), 0
    return max(longest, run)


def _code_level(level: int, longest: int) -> int:
    if longest > _TOO_LONG_TO_SCHEDULE:
        return 0
    return min(level, _DEFAULT_CODE_LEVEL)


def object_code(module: Module) -> bytes:
    """A relocatable object file."""
    # Generating code changes a module, hence the copy.
    code: bytes = _machine(module.target, module.code_level).emit_object(module.reference.clone())
    return code


def assembly(module: Module) -> str:
    """The machine code, readable."""
    text: str = _machine(module.target, module.code_level).emit_assembly(module.reference.clone())
    return text


def ir_text(module: Module) -> str:
    """The optimised module as LLVM assembly."""
    return str(module.reference)
