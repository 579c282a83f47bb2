"""Derivatives where there are none: kinks, ties, edges and NaN."""
