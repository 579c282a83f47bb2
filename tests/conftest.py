"""What every test shares."""

import gc
import os
from typing import Any

import pytest

from effort import Effort
from known_gaps import reason_for
from unwritten import spoil

# Set before anything imports matplotlib, and inherited by the subprocesses some tests start.
os.environ.setdefault("MPLBACKEND", "Agg")
# Every test compiles; tests/cache switches the cache on, in folders of its own.
os.environ["TAPELESS_CACHE"] = "0"

spoil()  # before the modules of tests are imported, some of which compile

EFFORT = Effort()
# Compiling makes many small objects that live until it ends: looking for cycles among them as often as Python does
# takes a sixth of the time.
YOUNG = 500_000


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--optimise", choices=("some", "all"), default="some",
                     help="which tests run code that LLVM has optimised; see tests/effort.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Neighbours run in one process, which compiles or builds for all of them; what is left at the end is shared."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of what `known_gaps` lists are expected to fail."""
    for item in items:
        reason = reason_for(item.nodeid)
        if reason is not None:
            item.add_marker(pytest.mark.xfail(reason=reason, strict=False))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Modules and tests live to the end: the collector need not look at them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 5, 10)


def pytest_runtest_setup(item: pytest.Item) -> None:
    EFFORT.choose(item, item.config.getoption("optimise"))
