"""The adjoint, and what it needs of the forward part."""
