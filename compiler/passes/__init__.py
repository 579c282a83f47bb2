"""Passes: a verb changes a function, a noun only looks at it. None of them calls another; `pipeline` orders them."""
