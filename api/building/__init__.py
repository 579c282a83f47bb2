"""The offline compile step: functions and their gradients as packages that need NumPy only; see docs/build.md.

    plan       which functions, signatures and purposes
    cpus       processor levels, and how a package tells them apart at run time
    link       objects into an extension module
    package    the files of a package
    stamp      what it was built from, and whether that has changed
"""

from __future__ import annotations
