"""NumPy beyond what has a rule, and NumPy misspelt."""

import numpy as np

from ..refusal import Refusal

VECTOR = (np.array([1.0, 2.0, 3.0]),)
MATRIX = (np.eye(3) + 0.1,)

REFUSALS = (
    Refusal(
        "keyword_of_no_function",
        """
import numpy as np

def f(x):
    return np.sum(np.clip(x, low=0.0))  #!
""",
        says="low",
        under="low=0.0",
        args=VECTOR,
    ),
    Refusal(
        "tensorsolve",
        """
import numpy as np

def f(a):
    s = np.linalg.tensorsolve(a, a)  #!
    return np.sum(s)
""",
        says="np.linalg.tensorsolve",
        under="np.linalg.tensorsolve(a, a)",
        args=MATRIX,
    ),
    Refusal(
        "tensorinv",
        """
import numpy as np

def f(a):
    return np.sum(np.linalg.tensorinv(a))  #!
""",
        says="np.linalg.tensorinv",
        under="np.linalg.tensorinv(a)",
        args=MATRIX,
    ),
    Refusal(
        "eigenvectors_by_another_routine",
        """
import numpy as np
import scipy.linalg

def f(a):
    w, v = scipy.linalg.eigh(a)  #!
    return np.sum(w)
""",
        says="np.linalg.eigh",
        under="scipy.linalg.eigh(a)",
        args=MATRIX,
    ),
    Refusal(
        "mode_of_a_factorisation",
        """
import numpy as np

def f(a):
    return np.sum(np.linalg.qr(a, mode="raw"))  #!
""",
        says="mode",
        under='np.linalg.qr(a, mode="raw")',
        args=MATRIX,
    ),
    Refusal(
        "matrix_function_without_a_rule",
        """
import numpy as np
import scipy.linalg

def f(a):
    return np.sum(scipy.linalg.sqrtm(a))  #!
""",
        says="sqrtm",
        under="scipy.linalg.sqrtm(a)",
        args=MATRIX,
    ),
    Refusal(
        "power_of_a_matrix_known_only_at_run_time",
        """
import numpy as np

def f(a, n):
    return np.sum(np.linalg.matrix_power(a, n))  #!
""",
        says="known",
        under="np.linalg.matrix_power(a, n)",
        args=(np.eye(3) + 0.1, 3),
    ),
    Refusal(
        "random_numbers",
        """
import numpy as np

def f(x):
    return x * np.random.rand()  #!
""",
        says="argument",
        under="np.random.rand()",
    ),
    Refusal(
        "sum_over_an_axis_that_is_not_there",
        """
import numpy as np

def f(a):
    return np.sum(np.sum(a * a, axis=2))  #!
""",
        says="axis",
        under="np.sum(a * a, axis=2)",
        args=MATRIX,
    ),
    Refusal(
        "index_by_an_array_of_floats",
        """
import numpy as np

def f(x, picks):
    return np.sum(x[picks])  #!
""",
        says="astype",
        under="x[picks]",
        args=(VECTOR[0], np.array([0.0, 2.0])),
    ),
    Refusal(
        "indices_apart",
        """
import numpy as np

def f(a, picks):
    return np.sum(a[0, :, picks])  #!
""",
        says="side by side",
        under="a[0, :, picks]",
        args=(np.ones((2, 2, 2)), np.array([0, 1])),
    ),
    Refusal(
        "misspelt_function",
        """
import numpy as np

def f(x):
    return np.sine(x)  #!
""",
        says="np.sin",
        under="np.sine(x)",
    ),
    Refusal(
        "misspelt_function_of_math",
        """
import math

def f(x):
    return math.logarithm(x)  #!
""",
        says="math.log",
        under="math.logarithm(x)",
    ),
    Refusal(
        "unknown_method",
        """
def f(x):
    return x.total()  #!
""",
        says="total",
        under="x.total()",
        args=VECTOR,
    ),
    Refusal(
        "unknown_attribute",
        """
def f(x):
    return x.length * x[0]  #!
""",
        says="length",
        under="x.length",
        args=VECTOR,
    ),
    Refusal(
        "sorted_as_complex_numbers",
        """
import numpy as np

def f(x):
    y = np.sort_complex(x)  #!
    return np.sum(y.real)
""",
        says="np.sort_complex",
        under="np.sort_complex(x)",
        args=VECTOR,
    ),
    Refusal(
        "math_on_an_array",
        """
import math

def f(x):
    return math.sin(x)  #!
""",
        says="np.sin",
        under="math.sin(x)",
        args=VECTOR,
    ),
    Refusal(
        "scatter_with_ufunc_at",
        """
import numpy as np

def f(x, bins):
    h = np.zeros(4)
    np.divide.at(h, bins, x)  #!
    return np.sum(h * h)
""",
        says="np.divide.at",
        under="np.divide.at(h, bins, x)",
        args=(VECTOR[0], np.array([0, 1, 1])),
    ),
    Refusal(
        "unknown_dtype",
        """
import numpy as np

def f(x):
    y = np.zeros(3, dtype=np.float16)  #!
    return x * x
""",
        says="float16",
        under="np.float16",
    ),
    Refusal(
        "unknown_keyword",
        """
import numpy as np

def f(x):
    return np.ptp(x, where=x > 1.5)  #!
""",
        says="where",
        under="np.ptp(x, where=x > 1.5)",
        args=VECTOR,
    ),
    Refusal(
        "window_of_weights",
        """
import numpy as np

def f(x):
    return np.sum(np.kaiser(len(x), 2.0))  #!
""",
        says="np.kaiser",
        under="np.kaiser(len(x), 2.0)",
        args=VECTOR,
    ),
    Refusal(
        "casting_of_a_ufunc",
        """
import numpy as np

def f(x):
    y = np.exp(x, casting="unsafe")  #!
    return np.sum(y)
""",
        says="casting",
        under='np.exp(x, casting="unsafe")',
        args=VECTOR,
    ),
)
