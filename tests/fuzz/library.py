"""Random calls of NumPy's functions: one line for each, so that every function of the table is written now and then."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .arrays import Arrays
from .expressions import Form
from .kinds import Shape

# In these lines $f, $g are floats, $k an integer, $v, $w vectors of one extent $n, $u a vector of any extent $m, $p a
# vector of positive numbers, $o a vector in order, $A, $B matrices of $n rows and $c columns, $S a regular matrix of $q
# rows, $t a vector for it, and $b a truth value.

FLOATS = (
    "np.median($v)", "np.std($v)", "np.ptp($v)", "np.average($v)", "np.average($v, weights=$p)",
    "np.quantile($v, 0.3)", "np.percentile($v, 70.0)", "np.trapezoid($v)", "np.trapezoid($v, dx=0.3)",
    "np.interp($f, $o, $w)", "np.inner($v, $w)", "np.vdot($v, $w)", "np.hypot($f, $g)", "np.cbrt(1.2 + ($f) ** 2)",
    "np.square($f)", "np.log1p(($f) ** 2)", "np.expm1(0.3 * np.tanh($f))", "np.logaddexp($f, $g)",
    "np.sinc(0.3 * np.tanh($f))", "np.sinh(np.tanh($f))", "np.cosh(np.tanh($f))", "np.tan(np.tanh($f))",
    "np.arcsinh($f)", "np.arcsin(0.7 * np.tanh($f))", "np.arccosh(1.5 + ($f) ** 2)", "np.arctanh(0.6 * np.sin($f))",
    "np.exp2(np.tanh($f))", "np.log2(1.4 + ($f) ** 2)", "np.log10(1.4 + ($f) ** 2)", "np.copysign($f, $g)",
    "np.fmax($f, $g)", "np.fmin($f, $g)", "np.heaviside($f, 0.5) * $g", "np.sign($f) * $g", "np.float_power(1.3, $f)",
    "np.nansum($v)", "np.nanmax($v)", "np.nanmean($v)", "np.linalg.norm($v, 1)", "np.linalg.norm($v, np.inf)",
    "np.linalg.norm($A, 'fro')", "np.argmax($v) * $f", "np.argmin($A) * $f", "np.searchsorted($o, $f) * $g",
    "np.linalg.det($S)", "np.sum(np.linalg.inv($S))", "np.prod($v)",
    "np.sum(np.linalg.cholesky($S @ $S.T + np.eye($q)))", "np.sum(np.linalg.eigvalsh($S + $S.T))",
    "np.linalg.cond($S)", "np.sum(np.linalg.svd($A + 0.3, compute_uv=False) ** 2)", "np.sum(np.nan_to_num($v))",
    "np.count_nonzero($v > $f) * $g", "np.sum(np.isfinite($v)) * $f", "np.rint($f) * $g", "np.floor($f) * $g",
    "np.trunc($f) + $g", "np.fabs($f)", "np.degrees($f) * 0.01", "np.reciprocal(1.5 + ($f) ** 2)", "np.add($f, $g)",
    "np.multiply($f, $g)", "np.true_divide($f, 1.5 + ($g) ** 2)", "np.negative($f)", "np.power(1.2 + ($f) ** 2, $g)",
    "np.einsum('i,i->', $v, $w)", "np.max($A, axis=0)[0]", "np.float64($f)", "math.hypot($f, $g)", "math.fabs($f)",
    "math.expm1(math.tanh($f))", "math.log1p(($f) ** 2)", "math.copysign($f, $g)", "math.erf($f)",
    "math.pow(1.3 + ($f) ** 2, 0.4)", "math.radians($f)", "math.fmod($f, 1.7)", "math.sqrt(abs($f) + 0.3)",
    "math.cosh(math.sin($f))", "(math.inf if $f > 9.0 else $f)", "np.linalg.matrix_rank($S) * $f",
    "np.linalg.matrix_power($S, 2)[0, 0]", "np.sum(np.linalg.pinv($S))", "np.sum(np.linalg.qr($S)[1] ** 2)",
    "np.sum(np.linalg.lstsq($S, $t)[0])", "np.cov($v, $w)[0, 1]", "np.sum(np.linalg.eigh($S + $S.T)[0])",
)  # fmt: skip
VECTORS = (
    "np.add($v, $w)", "np.subtract($v, $f)", "np.multiply($v, $w)", "np.divide($v, 1.5 + ($w) ** 2)", "np.square($v)",
    "np.hypot($v, $w)", "np.arctan2($v, 1.5 + ($w) ** 2)", "np.cosh(np.tanh($v))", "np.log1p(($v) ** 2)",
    "np.logaddexp($v, $w)", "np.cbrt(1.1 + ($v) ** 2)", "np.sinc(0.4 * np.tanh($v))", "np.power($p, $f)",
    "np.power($p, $w)", "np.fmax($v, $f)", "np.copysign($v, $w)", "np.sign($v) * $w", "np.heaviside($v, 0.5) * $w",
    "np.append($v, [])", "np.insert(($v)[1:], 0, $f)", "np.flipud($v)", "np.ones_like($v) * $f",
    "np.zeros_like($v) * 0.5", "np.select([$v > 0.4, $v > -0.2], [$v, $w], $f)",
    "np.choose(np.arange($n) % 2, [$v, $w])", "np.nan_to_num($v)", "np.interp($v, $o, $w)",
    "np.convolve($v, [0.5, 0.2], 'same')", "np.partition($v, 0)[:1] * $w", "np.square($v) - $w",
    "np.take_along_axis($v, np.argsort($w), 0)", "np.where($v > $w, $v, $f) * $b", "np.expand_dims($v, 0)[0]",
    "np.diagonal(np.outer($v, $w))", "np.average($A, axis=1)", "np.median($A, axis=1)", "np.std($A, axis=1)",
    "np.ptp($A, axis=-1)", "np.trapezoid($A, axis=1)", "np.inner($A, np.ones($c))", "np.einsum('ij,ij->i', $A, $B)",
    "np.linalg.norm(1.5 + np.tanh($A), axis=1)", "np.argmax($A, axis=1) * $v", "np.max($A, 1, keepdims=True)[:, 0]",
    "np.sum($A, axis=1, keepdims=True).ravel()", "np.cumsum($A, axis=0)[:, 0]", "np.pad(($v)[1:], (1, 0))",
    "np.clip($v, $f - 2.0, 2.0)", "np.minimum(np.maximum($v, -0.7), $f)", "np.matmul($A, np.ones($c))",
    "np.dot($A, ($A)[0])", "np.array($v)", "np.asarray($v) * $f", "np.split($v, 1)[0]", "np.float64(0.5) * $v",
    "np.unwrap($v)", "np.gradient(np.concatenate(($v, $w)))[:$n]", "np.quantile($A, 0.4, axis=1)",
    "np.kron($v, [$f])", "np.logical_and($v > $f, $w < 0.6) * $v", "np.round($v) * $w", "np.cumsum($v[::-1])[::-1]",
    "np.sort($v) - np.mean($v)", "np.sort($v)[np.argsort($w)]",
    "np.exp($v - np.max($v)) / np.sum(np.exp($v - np.max($v)))", "np.argsort($v) * $w",
    "np.bincount(np.arange($n) % 3, weights=$v, minlength=3)[np.arange($n) % 3]", "np.delete(np.append($v, $f), 0)",
)  # fmt: skip
MATRICES = (
    "np.add($A, $B)", "np.multiply($A, $f)", "np.square($A)", "np.hypot($A, $B)", "np.log1p(($A) ** 2)",
    "np.cosh(np.tanh($A))", "np.logaddexp($A, $B)", "np.outer($v, np.ones($c)) * $A", "np.rot90($A, 2)",
    "np.moveaxis($A, 0, 1).T", "np.matrix_transpose(($A).T)", "np.select([$A > 0.1], [$A], $f)", "np.ones_like($A)",
    "np.kron($A, [[$f]])", "np.pad(($A)[1:], ((1, 0), (0, 0)))", "np.insert(($A)[:, 1:], 0, $f, axis=1)",
    "np.flipud($A)", "np.take_along_axis($A, np.argsort($B, axis=1), 1)", "np.expand_dims($A, 2)[:, :, 0]",
    "np.concatenate([$A[:1], $A[1:]])", "np.concatenate((($A)[:, :1], ($A)[:, 1:]), axis=1)",
    "np.broadcast_to($f, ($n, $c))", "np.sort($A, axis=1)", "np.meshgrid(np.arange($c) * $f, $v)[1]",
    "np.diagflat($v) @ $A", "np.where(($v)[:, None] > 0.2, $A, $B)", "$A - np.max($A, axis=1, keepdims=True)",
    "$A / np.sum(1.0 + ($A) ** 2, axis=0, keepdims=True)", "np.cumprod(np.tanh($A), axis=1)", "np.tri($n, $c) * $A",
    "np.split($A, 1, axis=1)[0]", "np.einsum('ij,i->ij', $A, $v)", "np.einsum('i,j->ij', $v, ($A)[0])",
    "np.identity($n) @ $A", "np.linalg.solve(np.eye($n) * 3.0 + np.outer($v, $v), $A)", "($A).reshape(-1, $c)",
    "np.swapaxes($A, 0, 1).T", "np.clip($A, -0.6, 0.9)", "np.diff(np.vstack([$A, $A[:1]]), axis=0)",
    "np.tile($v, ($c, 1)).T", "$A[::-1, ::-1]",
)  # fmt: skip
_WORD = re.compile(r"\$[a-zA-Z]")


@dataclass
class Library(Arrays):
    """Adds the forms of the lists above."""

    def filled(self, line: str, n: int, columns: int) -> str:
        """A line with its places filled in."""
        size = self.rng.randint(1, 3)
        fill: dict[str, Form] = {
            "$f": self.floating, "$g": self.floating, "$k": self.integer, "$b": lambda d: f"({self.boolean(d)})",
            "$v": lambda d: f"({self.vector(n, d)})", "$w": lambda d: f"({self.vector(n, d)})",
            "$p": lambda d: f"(1.2 + ({self.vector(n, d)}) ** 2)", "$n": lambda d: str(n), "$c": lambda d: str(columns),
            "$o": lambda d: f"np.cumsum(0.3 + ({self.vector(n, d)}) ** 2)", "$q": lambda d: str(size),
            "$A": lambda d: f"({self.matrix((n, columns), d)})", "$B": lambda d: f"({self.matrix((n, columns), d)})",
            "$S": lambda d: matrix, "$t": lambda d: f"({self.vector(size, d)})",
        }  # fmt: skip
        matrix = self.regular(size) if "$S" in line else ""
        return _WORD.sub(lambda found: fill[found.group()](0), line)

    def more_floats(self) -> list[Form]:
        n, columns = self.extents()
        line = self.pick(*FLOATS)
        return [*super().more_floats()] + [lambda d: self.filled(line, n, columns)] * 3

    def extents(self) -> Shape:
        """Those of a vector that there is, and of the rows of a matrix."""
        found = [k.shape[0] for k in self.names.values() if k.kind == "array" and 0 not in k.shape]
        return self.rng.choice([*found, self.rng.randint(1, 4)]), self.rng.randint(1, 3)

    def more_vectors(self, n: int) -> list[Form]:
        line = self.pick(*VECTORS)
        columns = self.rng.randint(1, 3)
        return [*super().more_vectors(n)] + ([lambda d: self.filled(line, n, columns)] * 3 if n else [])

    def more_matrices(self, shape: Shape) -> list[Form]:
        line = self.pick(*MATRICES)
        return [*super().more_matrices(shape)] + ([lambda d: self.filled(line, *shape)] * 3 if 0 not in shape else [])
