"""The one function that must outlive every compiled function: it frees adopted memory when the last array goes."""

from __future__ import annotations


def support_text() -> str:
    """Text of `@tl_adopted_free`, the destructor of the capsule that keeps an adopted allocation.

    An array that a compiled function returned may live longer than the function's code, so the destructor cannot be
    part of that code. A module that is never unloaded includes this text; the engine has the same function in a
    library of its own.
    """
    return """\
define void @tl_adopted_free(ptr %capsule) {
  %header = call ptr @PyCapsule_GetPointer(ptr %capsule, ptr null)
  call void @free(ptr %header)
  ret void
}
declare ptr @PyCapsule_GetPointer(ptr, ptr)
"""
