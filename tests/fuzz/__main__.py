"""`python -m tests.fuzz`, from the root of the repository."""

import os
import sys
from pathlib import Path

os.environ.setdefault("TAPELESS_VERIFY", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the tests import each other from there

from fuzz.runner import main
from unwritten import spoil

spoil()
sys.exit(main())
