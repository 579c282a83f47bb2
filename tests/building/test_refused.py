"""What cannot be built, and what is said then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import tapeless
from building.models import MODEL, fresh, write
from tapeless import CompileError
from tapeless.__main__ import main
from tapeless.loading import UsageError

HEAD = "import numpy as np\nfrom dataclasses import dataclass\nfrom tapeless import differentiate\n\n"
RECORDS = HEAD + '''
@dataclass
class Point:
    x: float


@differentiate
def f(p):
    return p.x


@differentiate("float64")
def g(x):
    return Point(x)


@differentiate("float64[::1]")
def h(x):
    return np.linalg.eigvals(x)


@differentiate
def with_default(x: float, scale=len):
    return x


@differentiate("int64, float64")
def of_an_integer(n, x):
    return n * x


@differentiate("float64")
def _hidden(x):
    return x


def plain(x):
    return x * x
'''


@pytest.fixture
def build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run `tapeless build` on a file; status and what is said."""

    def run(text: str, names: str, *more: str) -> tuple[int, str]:
        source = write(tmp_path, text)
        capsys.readouterr()
        with fresh(tmp_path):
            status = main(["build", f"{source}{names}", "-o", str(tmp_path / "built"), "--cpu", "native", *more])
        assert not (tmp_path / "built").exists()
        return status, capsys.readouterr().err.replace(str(source), "model.py")

    return run


@pytest.mark.parametrize(
    ("names", "more", "message"),
    [
        ("::nowhere", (), "there is no function `nowhere` in model.py; functions there: `inner`, `loss`, `untyped`"),
        ("::los", (), "did you mean `loss`?"),
        ("::SCALE", (), "`SCALE` in model.py is a float, not a function written in Python"),
        ("::untyped", (), "`untyped` has no signature; annotate (x), give the decorator one, as in"),
        ("::inner", (), "`inner` has no signature"),
        ("", ("--example", "loss(1.0"), "the example `loss(1.0` is not Python: "),
        ("", ("--example", "loss"), "the example `loss` is not a call; write one, as in `f(np.zeros(3), 0.1)`"),
        ("", ("--example", "nowhere(1.0)"), "there is no function `nowhere` in model.py"),
        ("::loss", ("--example", "untyped(1.0)"), "no call of a function that is built; these are `loss`"),
        ("", ("--example", "untyped(1.0 / 0.0)"), "cannot be evaluated: ZeroDivisionError: float division by zero"),
        ("", ("--example", "untyped()"), "does not fit: untyped() missing 1 required positional argument: 'x'"),
        ("", ("--example", "untyped({1.0})"), "does not fit: argument `x` is a set; pass a number, an array"),
        ("", ("--cpu", "z80"), "there is no processor level `z80`"),
        ("", ("--linker", "gold"), "there is no linker `gold`; known are ld, cc, ziglang"),
        ("", ("--name", "my-model"), "a package cannot be called `my-model`; give it another name with --name"),
        ("", ("--name", "class"), "a package cannot be called `class`"),
    ],
)
def test_what_is_asked_for_is_not_there(
    build: Callable[..., tuple[int, str]], names: str, more: tuple[str, ...], message: str
) -> None:
    status, said = build(MODEL, names, *more)
    assert status == 2
    assert said.startswith("tapeless build: error: ")
    assert message in said


@pytest.mark.parametrize(
    ("names", "more", "message"),
    [
        ("::f", ("--example", "f(Point(1.0))"), "`f` takes instances of `Point`, which a package without the source"),
        ("::g", (), "`g` returns an instance of `Point`, which a package cannot make; return numbers, arrays"),
        ("::with_default", ("--example", "with_default(1.0, 2.0)"), "the default of `scale` in `with_default` is a"),
        ("::_hidden", (), "`_hidden` begins with an underscore, and a package offers only public names"),
    ],
)
def test_what_a_package_cannot_hold(
    build: Callable[..., tuple[int, str]], names: str, more: tuple[str, ...], message: str
) -> None:
    status, said = build(RECORDS.replace('@differentiate("float64[::1]")\ndef h', "def h"), names, *more)
    assert (status, message in said) == (2, True), said


@pytest.mark.parametrize(
    ("names", "message"),
    [("::h", "np.linalg.eigvals"), ("::of_an_integer", "error[D002]")],
)
def test_functions_that_are_refused(build: Callable[..., tuple[int, str]], names: str, message: str) -> None:
    text = RECORDS.replace('@differentiate("float64[::1]")\ndef h', "@differentiate\ndef h")
    more = ("--example", "h(np.ones(3))") if names == "::h" else ()
    status, said = build(text, names, *more)
    assert (status, message in said) == (1, True), said


def test_a_plain_function_is_built_when_it_is_named(tmp_path: Path) -> None:
    source = write(tmp_path, RECORDS.replace('@differentiate("float64[::1]")\ndef h', "def h"))
    with fresh(tmp_path):
        built = tapeless.build(f"{source}::plain", tmp_path / "built", examples=["plain(2.0)"], cpu="native")
    assert str(built).splitlines()[1] == "  plain(float): value, gradient, both, pullback"


def test_functions_without_a_signature_are_left_out_and_named(tmp_path: Path) -> None:
    source = write(tmp_path)
    with fresh(tmp_path):
        built = tapeless.build(source, tmp_path / "built", cpu="native")
    assert [p.name for p in built.plan.functions] == ["loss"]
    assert "  untyped has no signature and is left out" in str(built).splitlines()


def test_a_folder_of_somebody_elses_is_not_replaced(tmp_path: Path) -> None:
    source = write(tmp_path)
    theirs = write(tmp_path / "built" / "model", "", "precious.py")
    with fresh(tmp_path), pytest.raises(UsageError, match="is there, and was not built by Tapeless"):
        tapeless.build(source, tmp_path / "built", cpu="native")
    assert theirs.exists()


def test_a_package_does_not_hide_the_source(tmp_path: Path) -> None:
    source = write(tmp_path)
    with fresh(tmp_path), pytest.raises(UsageError, match=r"would hide .*model\.py; choose another folder or --name"):
        tapeless.build(source, tmp_path, cpu="native")


def test_functions_given_as_objects(tmp_path: Path) -> None:
    def local(x: float) -> float:
        return x * x

    built = tapeless.build(tapeless.differentiate(local), tmp_path, cpu="native")
    assert built.folder == tmp_path / "local"
    text = (built.folder / "__init__.py").read_text()
    assert text.startswith('"""`local` with its derivatives, compiled by Tapeless')
    with pytest.raises(UsageError, match="is a class, not a function"):
        tapeless.build(int, tmp_path)
    with pytest.raises(UsageError, match="examples as tuples of arguments are those of one function"):
        tapeless.build([local, local], tmp_path, examples=[(1.0,)])


def test_a_function_that_a_decorator_refuses(tmp_path: Path) -> None:
    source = write(tmp_path, HEAD + '@differentiate("float64")\ndef f(x):\n    return open(x)\n')
    with fresh(tmp_path), pytest.raises(CompileError):
        tapeless.build(source, tmp_path / "built")
