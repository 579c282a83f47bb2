"""The command line: `python -m tapeless`, or `tapeless`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from . import CompileError, __version__
from .loading import UsageError

_SHOW = """\
Print a function after a pass of the compiler.

  tapeless show model.py::loss                                 after every pass
  tapeless show model.py::loss --after storage                 after one
  tapeless show model.py::loss --after python                  the generated adjoint
  tapeless show model.py::loss --types "f8[:], f8" --wrt dt    with types, and another argument

The types are those of the decorator's signature or the annotations; --types gives others, in Numba's notation:
f8 a float, i8 an int, b1 a bool, f8[:] an array of floats, f8[::1] a contiguous one, f8[:,:] a matrix.
"""


_BUILD = """\
Compile functions and their derivatives into a package that needs NumPy only; see docs/build.md.

  tapeless build model.py                                      every decorated function that has a signature
  tapeless build model.py::loss,step -o built                  some functions
  tapeless build model.py --example "loss(np.zeros(3), 0.1)"   a signature from a call, besides those in the file
  tapeless build model.py --cpu native                         for this processor only
  tapeless build model.py --emit static,shared                 a library and a header for C in place of the package
  tapeless build model.py --check                              whether the sources have changed since it was built
"""


class _Parser(argparse.ArgumentParser):
    """Errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def _parser() -> argparse.ArgumentParser:
    plain = argparse.RawDescriptionHelpFormatter
    parser = _Parser(prog="tapeless", description="Native gradients of plain Python functions.")
    parser.add_argument("--version", action="version", version=f"tapeless {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("demo", help="fit the Lotka-Volterra equations to lynx and hare pelts",
                        description="Fit the Lotka-Volterra equations to the lynx and hare pelts of 1900-1920; "
                                    "prints the fit and timings and writes a plot.")
    show = commands.add_parser("show", help="print a function after a pass of the compiler", description=_SHOW,
                               formatter_class=plain)
    show.add_argument("place", metavar="FILE.py::NAME", help="a function in a file, decorated or not")
    show.add_argument("--after", metavar="PASS",
                      help="a pass, or `source`, `python`, `llvm`; without it all passes are printed")
    show.add_argument("--types", metavar="TYPES", help='argument types, as in "f8[:], i8"')
    show.add_argument("--wrt", metavar="NAME", help="differentiate with respect to this argument (or: a,b)")
    explain = commands.add_parser("explain", help="what an error code means, and what to write instead",
                                  description="What an error code means, and what to write instead.")
    explain.add_argument("code", metavar="CODE", nargs="?", help="as in error[A004]; without it all are listed")
    _build_options(commands.add_parser("build", help="compile functions into a package that needs NumPy only",
                                       description=_BUILD, formatter_class=plain))
    kept = commands.add_parser("cache", help="where compiled code is kept, and how to empty it",
                               description="Compiled code that is kept for later processes; see docs/cache.md.")
    kept.add_argument("action", choices=("info", "clear"), help="show the folder and its size, or remove all entries")
    return parser


def _build_options(build: argparse.ArgumentParser) -> None:
    build.add_argument("place", metavar="FILE.py[::NAME,NAME]", help="a file, or functions in it")
    build.add_argument("-o", "--out", metavar="FOLDER", default="built", help="where the package goes; `built`")
    build.add_argument("--name", metavar="NAME", help="the package; the name of the file unless given")
    build.add_argument("--example", metavar="CALL", action="append", default=[],
                       help='a call whose arguments give a signature, as in "f(np.zeros(3), 0.1)"; may be repeated')
    build.add_argument("--cpu", metavar="LEVELS", default="portable",
                       help="processor levels, of which the best is chosen at run time: `portable` for several, "
                            "`native`, `baseline`, or names such as x86-64-v3, with commas between them")
    build.add_argument("--linker", metavar="NAME", help="`ld`, `cc` or `ziglang`; the first that there is")
    build.add_argument("--emit", metavar="KINDS",
                       help="write for C in place of a package: `source`, `llvm`, `asm`, `obj`, `static`, `shared`, "
                            "with commas between them; each comes with a header")
    build.add_argument("--target", metavar="TARGET",
                       help="the machine that --emit is for, such as aarch64-linux-gnu or wasm32; else this one")
    build.add_argument("--prefix", metavar="TEXT", default="", help="what the names of C functions begin with")
    build.add_argument("--blas", choices=("system", "loops"),
                       help="for C: `system` calls BLAS and LAPACK, which the user of the library then links; with "
                            "`loops` products of matrices are loops")
    build.add_argument("--check", action="store_true", help="build nothing; fail when the package is stale")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return the exit status: 0, 1 for a function that is refused, 2 for a wrong command."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help()
        return 0
    try:
        return _run(arguments)
    except CompileError as error:
        print(error, file=sys.stderr)
        return 1
    except UsageError as error:
        print(f"tapeless {arguments.command}: error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader, `head` for instance, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "demo":
        from . import demo

        return demo.main()
    if arguments.command == "show":
        from .show import show

        print(show(arguments.place, arguments.after, arguments.types, arguments.wrt))
    elif arguments.command == "build":
        from .building.command import run

        return run(arguments)
    elif arguments.command == "cache":
        from . import cache

        print(cache.info() if arguments.action == "info" else cache.clear())
    else:
        from .explain import explain

        print(explain(arguments.code))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
