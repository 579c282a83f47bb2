"""Tests of native entry points, the engine and errors, with kernels written by hand."""
