"""Native gradients of plain Python functions."""

__version__ = "0.1.0"
