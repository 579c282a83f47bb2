"""The example scripts, run as a reader would run them."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

# What each script must print; the numbers are those of the notebooks, or follow from them by hand.
EXPECTED = {
    "control_flow": (
        "2 xᵀx on the tape: 28.0 MulBackward0 [ 0.  4.  8. 12.]",
        "2 xᵀx compiled:    28.0 [ 0.  4.  8. 12.]",
        "both are 4x: True",
        "at 0.1136: compiled [16384.], tape [16384.], f(a)/a [16384.]",
        "at -0.1136: compiled [1638400.], tape [1638400.], f(a)/a [1638400.]",
        "-> compiled [0.   4.   0.8  0.12] tape [0.   4.   0.8  0.12]",
        "-> compiled [ 0.  4.  8. 12.] tape [ 0.  4.  8. 12.]",
    ),
    "curves": (
        "square: 301 points",
        "slope at -3 is -6.000000",
        f"slope at -3 is {-6.0 * math.cos(9.0):.6f}",
        "recorded: True True inside no_grad: False",
    ),
    "one_layer_net": (
        "nodes: AddBackward0 BinaryCrossEntropyWithLogitsBackward0",
        "rows of w_bar equal b_bar: True",
        "compiled and tape agree: True",
        "requires_grad: True False False",
        "tape, first call:   [4. 2. 2. 2. 2.]",
        "tape, second call:  [8. 4. 4. 4. 4.]",
        "tape, after zero_:  [4. 2. 2. 2. 2.]",
        "pullback, twice:    [4. 2. 2. 2. 2.] [4. 2. 2. 2. 2.]",
    ),
    "polynomial": (
        "grad_fn=<AddBackward0>",
        "tensor(1059., ",
        "[[ 13.  31.  61.]\n [103. 157. 223.]]",
        "tape, compiled and by hand agree: True",
    ),
    "scalars_and_tensors": (
        "x = -5.00: f(x) = 12.00, by hand = -7.00, compiled = -7.00, tape = -7.00",
        "x =  4.00: f(x) = 30.00, by hand = 11.00, compiled = 11.00, tape = 11.00",
        "before backward(): None None",
        "compiled, with respect to t1: [[7.0, 8.0, 9.0], [10.0, 11.0, 12.0]]",
        "compiled, with respect to t2: [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]",
        "t2[0, 1] + 3 changes the sum by 6.0, and 3 * t2_bar[0, 1] is 6.0",
    ),
}
PLOTS = {"curves": ("square.png", "sine_of_square.png")}


def test_every_example_is_expected_to_print_something() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.py")) == sorted(EXPECTED)


def run(arguments: list[str], folder: Path) -> str:
    """Output of a Python process that has to succeed."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Warning" not in done.stderr
    return done.stdout


def assert_is_picture(path: Path) -> None:
    """A PNG that shows something: one colour alone compresses to far less than this."""
    from matplotlib import image

    pixels = image.imread(path)
    assert path.stat().st_size > 5_000
    assert pixels.std() > 0.02


@pytest.mark.parametrize("name", EXPECTED)
def test_example(name: str, tmp_path: Path) -> None:
    output = run([str(EXAMPLES / f"{name}.py")], tmp_path)
    for text in EXPECTED[name]:
        assert text in output
    for plot in PLOTS.get(name, ()):
        assert_is_picture(tmp_path / plot)


def parameter(output: str, name: str) -> tuple[float, float, float]:
    """Start, fit and published value of one parameter."""
    (row,) = re.findall(rf"^  {name} .* ([\d.]+) +([\d.]+) +([\d.]+)$", output, re.MULTILINE)
    start, fit, published = map(float, row)
    return start, fit, published


def test_demo(tmp_path: Path) -> None:
    """The fit must reach the optimum, near the means that Carpenter (2018) reports for the same data."""
    output = run(["-m", "tapeless", "demo"], tmp_path)
    fitted = {
        "alpha": 0.5402,
        "beta": 0.0272,
        "gamma": 0.7964,
        "delta": 0.0237,
        "u0": 34.6024,
        "v0": 5.8445,
    }
    for name, value in fitted.items():
        _, fit, published = parameter(output, name)
        assert fit == pytest.approx(value, abs=2e-3)
        assert fit == pytest.approx(published, rel=0.05)
    assert "loss 9.9622 -> 1.0093" in output
    assert "loss.adjoint_source, lines 1 to 25 of" in output
    (native,) = [line for line in output.splitlines() if "the native adjoint" in line]
    assert float(native.split()[-1]) < 1e-12
    assert_is_picture(tmp_path / "lynx_hare.png")
