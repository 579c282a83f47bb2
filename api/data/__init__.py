"""Data shipped with the demo; `README.md` in this folder cites the source."""
