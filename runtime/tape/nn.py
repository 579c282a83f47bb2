"""torch.nn, as far as the notebooks use it: `nn.functional`."""

from . import functional

__all__ = ["functional"]
