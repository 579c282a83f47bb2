"""Calls of the functions that the library has written in Python, in the words of `cases.py`."""

from __future__ import annotations

import numpy as np

from .cases import WORDS, _each

_RNG = np.random.default_rng(21)
_A = _RNG.normal(size=(3, 3))
WORDS |= {"C": _A @ _A.T + np.eye(3), "B": _RNG.normal(size=(4, 4)), "m": _RNG.normal(size=3),
          "X": _RNG.normal(size=(4, 3)),
          "q": np.array([0.3, 2.0, 1.0, 4.0]), "i": np.array([2, 5, 9]), "g": np.array([0, 3, 1, 5])}

ARRAYS: tuple[tuple[str, str], ...] = (
    ("np.array([a, b])", "x y"), ("np.array([[a, b], [b, a]])", "w w*2"), ("np.asarray((a, 2.0))", "two"),
    ("np.concatenate(a)", "M"), ("np.stack(a, axis=1)", "T"), ("np.vstack(a)", "w"), ("np.hstack(a)", "T"),
    ("np.column_stack(a)", "M"), ("np.concatenate([u * 2.0 for u in [a, b]])", "x v"),
    ("np.block([[a, b], [b, a]])", "M S"), ("np.block([a, 2.0])", "v"), ("np.resize(a, (3, 5))", "v"),
    ("np.trim_zeros(np.append(0.0, a))", "v"), ("np.unravel_index(a, (3, 4))", "k"),
    ("np.ravel_multi_index((a, a), (9, 7))", "k"), ("a[np.tril_indices_from(a)]", "C"),
    ("a[np.triu_indices_from(a, 1)]", "C"), ("a[np.diag_indices_from(a)]", "C"),
    ("np.lib.stride_tricks.sliding_window_view(a, 3)", "v"),
    ("np.lib.stride_tricks.sliding_window_view(a, 2, axis=0)", "M"), ("np.roll(a, (1, 2), axis=(0, 1))", "M"),
    ("np.roll(a, 2)", "v"), ("np.ldexp(a, 3)", "v"), ("np.cumulative_sum(a, axis=1, include_initial=True)", "M"),
    ("np.cumulative_prod(a)", "v"), ("np.r_[a, 1.0, 0:3]", "v"), ("np.r_[0:1:5j] * a[0]", "v"),
    ("np.c_[a, a * a]", "v"),
    ("np.mgrid[0:1:3j, 0:2:0.3] * a[1]", "v"), ("np.mgrid[1:4]", ""), ("np.ogrid[0:3, 0:2:4j]", ""),
    ("a.shape[:-1] + (1,) * 2", "M"),
    ("np.repeat(a, [1, 0, 2], axis=0)", "C"), ("np.repeat(a, b)", "q i[:1]"), ("np.repeat(a, b)", "m k[:3]"),
    ("np.repeat(a, b)", "q i"), ("np.repeat(a, [1, -1, 2])", "m"), ("np.take(a, b)", "M g"), ("np.take(a, -1)", "M"),
    ("np.take(a, b, mode='clip')", "u k"), ("np.delete(a, [0, 2], axis=1)", "M"), ("np.delete(a, b)", "u g"),
    ("np.delete(a, a > 0)", "u"), ("np.cumsum(a, out=np.zeros(3))", "m"),
    ("np.cumprod(a, axis=0, out=np.zeros((3, 3)))", "C"), ("np.matmul(a, a, out=np.zeros((3, 3)))", "C"),
    ("np.cumsum(a, out=np.zeros(4))", "m"), ("np.gcd(a, b)", "g i[:1]"), ("np.gcd(12, b[0] * a)", "i g"),
    ("np.lcm(a, 6)", "i"), ("np.gcd(18, 12)", ""), ("np.gcd.reduce(a * 3)", "i"), ("np.lcm.reduce(a)", "i"),
    ("np.abs(np.roots(a))", "q"), ("np.roots([0.0, 1.0, -3.0, 2.0, 0.0]).real", ""),
)

CHOSEN: tuple[tuple[str, str], ...] = (
    ("np.isin(a, b)", "k i"), ("np.isin(a, [2, 5], invert=True)", "k"), ("np.in1d(a, b)", "k i"),
    ("np.union1d(a, b)", "x w"), ("np.intersect1d(a, b)", "k i"), ("np.setdiff1d(a, b)", "k i"),
    ("np.setxor1d(a, b)", "k i"), ("np.lexsort((a, b))", "v k"), ("np.nanquantile(a, 0.3)", "H"),
    ("np.nanquantile(a, 0.3, axis=0)", "H"), ("np.nanpercentile(a, 30, axis=1)", "H"),
    ("np.histogram2d(a, b, bins=3)", "u u**2"), ("np.histogram2d(a, b, bins=(3, 4), weights=a)[0]", "u u**2"),
    ("np.piecewise(a, [a < 0, a > 0.5], [lambda t: t * t, lambda t: t * np.sum(t), 1.0])", "u"),
    ("np.apply_along_axis(lambda r: r * r[0], 0, a)", "M"), ("np.apply_along_axis(np.sum, 1, a)", "T"),
    ("np.fromfunction(lambda i, j: i + j * a, (3, 4))", "half"), ("np.vectorize(lambda t, s: t * s)(a, b)", "M w"),
)

REDUCED: tuple[tuple[str, str], ...] = (
    *_each("add multiply maximum minimum", "np.{}.reduce(a)", "M"), ("np.logical_or.reduce(a > 0, axis=1)", "M"),
    ("np.logical_and.reduce(a > 0)", "M"), ("np.logaddexp.reduce(a, axis=1)", "M"),
    *_each("add multiply maximum minimum", "np.{}.accumulate(a, axis=1)", "M"), ("np.add.reduceat(a, b)", "u g"),
    *_each("add subtract multiply divide maximum minimum hypot arctan2 less less_equal greater greater_equal equal",
           "np.{}.outer(a, b)", "w s"),
    ("np.power.outer(a, b)", "p w"), ("np.multiply.outer(a, 2.0)", "M"),
)

POLYNOMIALS: tuple[tuple[str, str], ...] = (
    ("np.polyval(a, b)", "q x"), ("np.polyval((1, 2.5, a), b)", "two x"), ("np.polyder(a, 2)", "q"),
    ("np.polyint(a)", "q"), ("np.polyadd(a, b)", "q w"), ("np.polysub(a, b)", "w q"), ("np.polymul(a, b)", "q w"),
    ("np.poly(a)", "w"), ("np.polyfit(a, b, 2)", "s v"), ("np.polyfit(a, b, 1, w=c)", "t q q"),
    ("np.polynomial.polynomial.polyval(a, b)", "x q"),
    *_each("chebyshev.chebval legendre.legval hermite.hermval hermite_e.hermeval laguerre.lagval",
           "np.polynomial.{}(a, b)", "x q"),
    *_each("hanning hamming blackman bartlett", "np.{}(len(a)) * a", "v"), ("np.hanning(1)", ""), ("np.hamming(0)", ""),
)

SCIPY: tuple[tuple[str, str], ...] = (
    ("stats.norm(b, scale=c).logpdf(a)", "x two half"), ("stats.norm.ppf(a, b)", "p x"),
    ("stats.norm.cdf(a, b[:, None])", "x w"), ("stats.gamma.logpdf(a, b, scale=c)", "p two half"),
    ("stats.t.logpdf(a, b, c)", "x two half"), ("stats.beta.logpdf(a, b, c)", "p two half"),
    ("stats.poisson.logpmf(b, a)", "two k"), ("stats.binom.logpmf(b, 9, a)", "half k"),
    ("stats.lognorm.logpdf(a, b)", "p half"), ("stats.expon.logpdf(a, scale=b)", "p two"),
    ("stats.uniform.cdf(a)", "p"), ("stats.weibull_min.sf(a, b)", "p two"),
    ("stats.multivariate_normal.logpdf(a, b, c)", "m w C"), ("stats.multivariate_normal(b, c).logpdf(a)", "X w C"),
    ("stats.multivariate_normal.pdf(a, b, c)", "m w w*w+1.0"), ("stats.multivariate_normal.logpdf(a, b, 2.0)", "m w"),
    ("stats.dirichlet.logpdf(a / np.sum(a), b)", "p p+1.0"), ("stats.dirichlet.pdf(a / np.sum(a), b)", "p p+1.0"),
    ("integrate.trapezoid(a, b)", "v s"), ("integrate.simpson(a)", "u"), ("integrate.simpson(a, x=b)", "v s"),
    ("integrate.simpson(a, dx=0.3, axis=0)", "M"), ("integrate.cumulative_trapezoid(a, b, initial=0)", "v s"),
    ("integrate.cumulative_trapezoid(a, axis=0)", "M"), *_each("full same valid", "signal.convolve(a, b, '{}')", "u w"),
    *_each("full same valid", "signal.fftconvolve(a, b, mode='{}')", "u w"),
    ("signal.lfilter(a, b, c)", "w q v"), ("signal.lfilter([1.0], [1.0, -0.3], a)", "v"), ("signal.detrend(a)", "v"),
    ("signal.detrend(a, type='constant')", "v"), ("linalg.toeplitz(a, b)", "v w"), ("linalg.toeplitz(a)", "w"),
    ("linalg.hankel(a, b)", "v w"), ("linalg.circulant(a)", "w"),
)

ITEMS: tuple[tuple[str, str], ...] = (
    ("a[0].item() * a.item(2)", "v"), ("a.item(1, 2) + a.item(5)", "M"), ("np.sum(a).item()", "M"), ("a.mT @ a", "M"),
    ("a.flat[3] * a.T.flat[4]", "M"), ("sum([t * t for t in a.flat])", "M"), ("a.flat[1:4]", "T"), ("a.take(b)", "u k"),
    ("a.clip(min=0.1)", "M"), ("a.clip(max=0.1)", "v"), ("np.iscomplexobj(a)", "v"), ("np.isrealobj(a)", "k"),
)

SPECTRA: tuple[tuple[str, str], ...] = (
    *_each("fftfreq rfftfreq", "np.fft.{}(len(a), 0.3) * a[0]", "v"), ("np.fft.fftfreq(6)", ""),
    *_each("fftshift ifftshift", "np.fft.{}(a)", "v"), ("np.fft.fftshift(a, axes=(1,))", "M"),
    ("np.fft.ifftshift(a, axes=-1)", "M"), ("np.abs(np.fft.rfftn(a))", "M"), ("np.real(np.fft.rfftn(a, (2, 5)))", "M"),
    ("np.imag(np.fft.rfft2(a, norm='ortho'))", "M"), ("np.fft.irfftn(a + 1j * a)", "M"),
    ("np.fft.irfft2(a + 1j * a, s=a.shape)", "M"), ("np.fft.hfft(a + 0.3j * a)", "v"),
    ("np.real(np.fft.ihfft(a, norm='forward'))", "v"),
    *((f"np.abs(fft.{name}(a))", "M") for name in ("fft", "ifft", "rfft", "fft2", "ifft2", "fftn", "ifftn", "rfft2")),
    ("np.real(fft.rfftn(a))", "M"), ("fft.irfftn(a + 1j * a)", "M"), ("fft.irfft(a, 5, norm='ortho')", "M"),
    ("fft.irfft2(a + 1j * a)", "M"), ("fft.fftfreq(len(a), 0.3) * a", "v"), ("fft.rfftfreq(4)", ""),
    *_each("fftshift ifftshift", "fft.{}(a)", "v"),
    *((f"fft.{name}(a, {kind}, norm={norm!r})", "M") for name in ("dct", "idct", "dst", "idst") for kind in (2, 3, 4)
      for norm in (None, "ortho")),
    *_each("dct idct dst idst", "fft.{}(a, 1, axis=0, norm='forward')", "M"), ("fft.dct(a, n=7)", "w"),
    ("fft.dst(a, n=2)", "w"),
)

IMAGES: tuple[tuple[str, str], ...] = (
    *_each("reflect nearest constant wrap mirror", "ndimage.correlate1d(a, b[:4], mode='{}', cval=0.7)", "u q"),
    *_each("reflect mirror", "ndimage.convolve1d(a, b, axis=0, mode='{}')", "M w"),
    ("ndimage.convolve1d(a, b[:2], origin=-1)", "v w"), ("ndimage.gaussian_filter(a, (0.8, 0.5), order=(0, 1))", "M"),
    ("ndimage.gaussian_filter1d(a, 0.9, order=2)", "v"), ("ndimage.gaussian_filter(a, 0.7, mode='wrap')", "T"),
    *_each("uniform_filter laplace sobel prewitt", "ndimage.{}(a)", "M"), ("ndimage.sobel(a, axis=0)", "M"),
    ("ndimage.uniform_filter1d(a, 2)", "v"), ("ndimage.gaussian_laplace(a, 0.8)", "M"),
    ("ndimage.correlate(a, b)", "M C"), ("ndimage.convolve(a, b, mode='nearest')", "M C"),
    ("ndimage.correlate(a, b)", "v w"), *_each("maximum minimum", "ndimage.{}_filter(a, (2, 3))", "M"),
    *_each("maximum minimum", "ndimage.{}_filter1d(a, 3, mode='constant', cval=0.1)", "v"),
    ("ndimage.map_coordinates(a, [b, b[::-1]], order=1)", "C p"),
    ("ndimage.map_coordinates(a, np.array([b, b]), order=1, mode='nearest')", "C p"),
)

DISTANCES: tuple[tuple[str, str], ...] = (
    *_each("euclidean sqeuclidean cityblock chebyshev cosine correlation braycurtis", "distance.{}(a, b)", "x p"),
    *_each("euclidean sqeuclidean cityblock cosine correlation", "distance.{}(a, b, c)", "x p p"),
    ("distance.minkowski(a, b, 3)", "x p"), ("distance.mahalanobis(a, b, c)", "m w C"),
    *_each("euclidean sqeuclidean cityblock chebyshev cosine", "distance.cdist(a, b, '{}')", "X C"),
    ("distance.cdist(a, b, 'minkowski', p=3)", "X C"), ("distance.pdist(a)", "X"),
    ("distance.squareform(distance.pdist(a, 'cosine'))", "X"), ("distance.squareform(distance.squareform(a))", "m"),
)

SAMPLES: tuple[tuple[str, str], ...] = (
    *_each("zscore skew kurtosis sem variation iqr", "stats.{}(a)", "v"),
    *_each("gmean hmean entropy", "stats.{}(a)", "p"),
    ("stats.zscore(a, axis=1, ddof=1)", "M"), ("stats.skew(a, axis=1, bias=False)", "X"),
    ("stats.kurtosis(a, axis=None, bias=False)", "M"), ("stats.moment(a, 3)", "M"), ("stats.pmean(a, 3)", "p"),
    ("stats.moment(a, 2, center=0.3)", "v"), ("stats.entropy(a, b, base=2)", "p p[::-1]"),
    ("stats.iqr(a, axis=0)", "M"),
    ("stats.trim_mean(a, 0.2)", "v"), ("stats.rankdata(a)", "k"), ("stats.rankdata(a) * a", "v"),
    ("stats.gmean(a, weights=b)", "p p[::-1]"),
)

SPECIALS: tuple[tuple[str, str], ...] = (
    ("special.factorial(a)", "k"), ("special.factorial(a)", "p"), ("special.comb(a + 4.0, b)", "p p[::-1]"),
    ("special.comb(5, a)", "k"), ("special.perm(a + 4.0, b)", "p p[::-1]"),
    ("special.multigammaln(a + 3.0, 3)", "half"),
    ("special.polygamma(3, a)", "q"), ("special.polygamma(0, a)", "q"),
    *_each("boxcox boxcox1p inv_boxcox inv_boxcox1p", "special.{}(a, b)", "p half"),
    *_each("boxcox boxcox1p inv_boxcox inv_boxcox1p", "special.{}(a, 0.0)", "p"), ("special.softplus(a)", "v"),
    *((f"special.eval_{name}({degree}, a)", "v") for degree in (0, 1, 4)
      for name in ("legendre", "chebyt", "chebyu", "hermite", "hermitenorm", "laguerre")),
    ("special.eval_genlaguerre(3, b, a)", "v half"), ("special.yn(1, a)", "p"), ("special.kn(2, a)", "p"),
    *_each("jvp yvp ivp kvp", "special.{}(1, a, 2)", "p"), *_each("chdtr chdtrc pdtr pdtrc", "special.{}(3.0, a)", "p"),
    *_each("gdtr gdtrc fdtr fdtrc", "special.{}(3.0, 2.0, a)", "p"),
)

FURTHER: tuple[tuple[str, str], ...] = (
    ("np.reshape(a, (2, 6), order='F')", "M"), ("np.reshape(a, -1, order='F')", "T"), ("np.ravel(a, order='F')", "T"),
    ("a.reshape(2, 6, order='F')", "M"), ("a.reshape((-1, 4), order='F')", "T"), ("a.ravel('F') * a.ravel()", "M"),
    ("a.flatten(order='F')", "S"), ("a.flatten('C')", "F"), ("a.ravel(order='C')", "F"),
    ("np.diff(a, prepend=0.5)", "v"), ("np.diff(a, 2, append=b)", "v w"), ("np.diff(a, prepend=1)", "k"),
    ("np.diff(a, prepend=1.0, append=2.0, axis=0)", "M"), ("np.ediff1d(a, to_begin=0.3, to_end=b)", "v w"),
    ("np.interp(a, b, c, left=0.3)", "w np.sort(p) p"),
    ("np.interp(a, b, c, right=-1.0, left=1.0)", "w np.sort(p) p"), ("np.interp(a, b, c, period=1.7)", "v p p"),
    ("np.linspace(a[0], a[1], 5, endpoint=False)", "v"), ("np.linspace(a[0], 2.0, 5, retstep=True)", "v"),
    ("np.angle(a + 0.5j, deg=True)", "v"), ("np.size(a, 1)", "M"), ("np.where(a > 0)[0]", "v"),
    ("np.take(a, b + 6, mode='clip')", "v k"), ("np.take(a, b - 9, mode='wrap')", "v k"),
    ("np.meshgrid(a, b, sparse=True)[0] * np.meshgrid(a, b, sparse=True, indexing='ij')[1]", "w w"),
    ("np.unique(a, return_counts=True)", "k"), ("np.unique(a, return_inverse=True, return_index=True)", "k"),
    ("np.cov(a.T, aweights=b)", "M q"), ("np.cov(a, fweights=[1, 2, 1], ddof=0)", "M"),
    ("np.cov(a, aweights=b, rowvar=False)", "X q"), ("np.vecdot(a, b)", "C C"), ("np.matvec(a, b)", "C w"),
    ("np.vecmat(a, b)", "w C"), *_each("diagonal trace matrix_norm vector_norm", "np.linalg.{}(a)", "C"),
    *_each("vecdot outer cross", "np.linalg.{}(a, b)", "m w"), ("np.linalg.matmul(a, b)", "C C"),
    ("np.linalg.tensordot(a, b, axes=1)", "C C"),
    ("np.linalg.vector_norm(a, axis=1, ord=1)", "M"), *_each("isreal iscomplex", "np.{}(a)", "v"),
    ("np.array_equiv(a, b)", "w w"), ("np.polydiv(a, b)", "q w"), ("np.polydiv(b, a)", "q w"),
    *((f"np.polynomial.{name}vander(a, 3)", "v") for name in ("polynomial.poly", "chebyshev.cheb", "legendre.leg")),
    *((f"np.polynomial.{name}fit(a, b, 2)", "p p") for name in ("polynomial.poly", "chebyshev.cheb", "legendre.leg")),
    ("np.polynomial.legendre.leggauss(4)", ""),
)

SUMS: tuple[tuple[str, str], ...] = (
    ("np.einsum('...ij,...jk->...ik', a, a.mT)", "T"), ("np.einsum('...ij,jk', a, b)", "T M"),
    ("np.einsum('...i->...', a)", "T"), ("np.einsum('b...->...b', a)", "T"), ("np.einsum('...i,...i', a, b)", "M w"),
    ("np.einsum('...ii->...i', a)", "C"), ("np.einsum('ij,kj,kl->il', a, b, a, optimize=True)", "C C"),
    ("np.einsum('...,...', a, 2.0)", "M"), ("np.einsum('i...,i...->...', a, a)", "M"),
)

SIGNALS: tuple[tuple[str, str], ...] = (
    *_each("full same valid", "signal.convolve2d(a, b, '{}')", "M C[:2]"),
    *_each("full same valid", "signal.correlate2d(a, b, '{}')", "M C[:2]"), ("signal.correlate2d(a, b, 'same')", "M C"),
    *_each("full same valid", "signal.correlate(a, b, '{}')", "v w"), ("signal.correlate(a, b, 'same')", "v q"),
    ("signal.sosfilt(np.array([[a[0], 0.2, 0.1, 1.0, 0.1, a[1]], [0.5, 0.2, a[2], 1.0, 0.3, 0.2]]), b)", "p v"),
    ("np.abs(signal.hilbert(a))", "v"), ("np.imag(signal.hilbert(a, axis=0))", "M"),
    ("signal.savgol_filter(a, 5, 2)", "u"), ("signal.savgol_coeffs(5, 3, deriv=1, delta=0.5)", ""),
    ("signal.savgol_filter(a, 3, 1)", "p"), *_each("sawtooth square", "signal.{}(a * 5.0, 0.3)", "v"),
    *_each("sawtooth square", "signal.{}(a)", "p"), ("signal.unit_impulse(5, 2)", ""),
    ("signal.unit_impulse(4, 'mid') * a", "q"),
    *_each("hann hamming blackman boxcar cosine tukey", "signal.windows.{}(len(a)) * a", "v"),
    *_each("hann hamming blackman boxcar cosine tukey", "signal.windows.{}(7, sym=False)", ""),
    *_each("gaussian kaiser", "signal.windows.{}(6, a)", "two"), ("signal.windows.hann(1)", ""),
)

SYSTEMS: tuple[tuple[str, str], ...] = (
    ("linalg.solve_banded((1, 1), a, b)", "C w"), ("linalg.solve_banded((2, 1), a, b)", "B M"),
    ("linalg.solve_banded((1, 0), a[:2], b)", "C w"), ("linalg.solve_toeplitz(a, b)", "m w"),
    ("linalg.solve_toeplitz((a, b), b)", "m w"), ("linalg.matmul_toeplitz(a, b)", "m w"),
    ("linalg.matmul_toeplitz((a, b), b)", "m w"), ("linalg.solve_sylvester(a, a, b)", "C X[:3]"),
    ("linalg.solve_continuous_lyapunov(a, b)", "C X[:3]"), ("linalg.solve_discrete_lyapunov(a * 0.05, b)", "C X[:3]"),
    ("linalg.khatri_rao(a, b)", "M C"), ("linalg.companion(a)", "q"), ("linalg.hilbert(4)", ""),
    ("linalg.convolution_matrix(a, 4)", "w"), ("linalg.polar(a)", "X"), ("linalg.polar(a, 'left')", "C"),
    ("linalg.orthogonal_procrustes(a, b)", "X M"), ("linalg.issymmetric(a)", "C"),
    ("np.abs(linalg.dft(3, 'n') @ a)", "w"),
    ("linalg.eigvalsh(a, b)", "X[:3] C"), ("linalg.eigh(a, b, eigvals_only=True, lower=False)", "X[:3] C"),
    ("integrate.romb(a[:5], dx=0.3)", "u"), ("integrate.romb(a[:3], axis=0)", "M"),
    ("integrate.fixed_quad(lambda t: np.exp(-t * b[0]), a, 2.0, n=4)[0]", "half w"),
)

CASES = (*SUMS, *SIGNALS, *SYSTEMS, *FURTHER, *SAMPLES, *SPECIALS, *IMAGES, *DISTANCES, *ITEMS, *SPECTRA, *ARRAYS,
         *CHOSEN, *REDUCED, *POLYNOMIALS, *SCIPY)

ERRORS: tuple[tuple[str, str], ...] = (
    ("linalg.solve_banded((1, 1), a * 0.0, b)", "C w"), ("linalg.solve_banded((1, 0), a, b)", "C w"),
    ("np.einsum('...i,...i', a, b)", "M x"), ("distance.squareform(a)", "M"),
    ("ndimage.convolve1d(a, b, mode='x')", "v w"),
    ("signal.savgol_filter(a, 9, 2)", "v"), ("fft.dct(a, n=0)", "v"), ("integrate.romb(a)", "v"),
    ("np.polyder(a, -1)", "q"), ("np.polyfit(a, b, 1)", "x w"), ("np.polyfit(a, b, -1)", "x x"),
    ("np.unravel_index(a, (2, 2))", "k"), ("np.ravel_multi_index((a, a), (3, 4))", "k"),
    ("np.lib.stride_tricks.sliding_window_view(a, 9)", "v"), ("np.cumulative_sum(a)", "M"),
    ("np.add.reduceat(a, b)", "w g"), ("np.vectorize(math.sin)(a)", "none"), ("np.block([[a, b]])", "M C"),
    ("integrate.cumulative_trapezoid(a, b)", "v w"), ("integrate.simpson(a, x=b)", "v w"),
    ("stats.multivariate_normal.logpdf(a, b, c)", "m w -C"), ("stats.dirichlet.logpdf(a, b)", "x p"),
    ("signal.convolve(a, b, 'other')", "u w"), ("signal.detrend(a, type='other')", "v"),
    ("signal.lfilter(a * 0.0, a * 0.0, b)", "w v"), ("np.diag_indices_from(a)", "M"),
    ("np.polynomial.chebyshev.chebval(a, b)", "x none"), ("np.array([a, b])", "x w"),
)
