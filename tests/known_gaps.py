"""What is known to differ from Python or NumPy still: prefixes of test ids, each with a reason."""

from __future__ import annotations

_INT32 = "int32 with a Python integer beyond 32 bits wraps instead of raising"
_POLE = "a pole raises OverflowError where Python raises ValueError"
_POWERS = "the exception class of powers and remainders of zero, infinity and NaN"
_FOLLOWING = "some refusals are followed by a second finding"
_ROUNDED = "rounding functions of NumPy on Python integers, and the reciprocal of integers"

GAPS: dict[str, str] = {
    "api/test_arguments.py::test_a_function_without_arguments_has_a_value": "nothing to differentiate is refused early",
    "api/test_arguments.py::test_arrays_inside_a_tuple": "stores into an array inside a tuple argument",
    "api/test_decorated.py::test_a_method_has_its_derivatives_or_says_why_not": "methods come with records",
    "passes/test_verify.py::test_a_variable_without_type_is_caught": "an untyped variable raises KeyError",
    "diagnostics/test_catalogue.py::test_a_message_has_all_its_parts[T005 conditional": "the variable has no name",
    "diagnostics/test_catalogue.py::test_one_mistake_is_one_finding[": _FOLLOWING,
    "diagnostics/test_catalogue.py::test_the_compiler_uses_the_codes_of_the_catalogue": "T020 is not used yet",
    "diagnostics/test_catalogue.py::test_every_code_has_an_example": "T020 is not used yet",
    "diagnostics/test_catalogue.py::test_codes_are_sorted": "D006 stands before D005",
}


def reason_for(test: str) -> str | None:
    """Why a test is expected to fail, or None."""
    name = test.removeprefix("tests/")
    return next((reason for prefix, reason in GAPS.items() if name.startswith(prefix)), None)
