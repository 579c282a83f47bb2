"""What every test shares."""

import os

# Set before anything imports matplotlib, and inherited by the subprocesses some tests start.
os.environ.setdefault("MPLBACKEND", "Agg")
