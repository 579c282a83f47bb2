"""Functions with C's calling convention around kernels, for callers without Python.

Read `signature.py` first (what a C function takes), then `wrapper.py` (the order of a call); `memory.py` has the
allocator and the other functions that kernels call here, `messages.py` the table of errors.
"""

from .memory import prelude
from .messages import FIRST_SITE, Message, general_messages, message_text
from .products import LOOPS, product_text
from .signature import CParameter, Input, Output, c_identifier, parameters
from .wrapper import Checked, Wrapper, shim, wrap

__all__ = [
    "FIRST_SITE", "LOOPS", "CParameter", "Checked", "Input", "Message", "Output", "Wrapper", "c_identifier",
    "general_messages", "message_text", "parameters", "prelude", "product_text", "shim", "wrap",
]  # fmt: skip
