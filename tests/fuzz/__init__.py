"""Random programs against Python itself, the complex step and the tape.

    python -m tests.fuzz --count 1000 --seed 0          in the root of the repository

writes 1,000 programs (numbers 0 to 999, the same on every machine), runs each in every execution, and prints what
disagrees, as a test that can be run, shrunk to a few lines; the last line is a summary, and the exit status is 1 if
anything disagreed. One program in sixteen is compiled as the decorator does, the others at the lowest level of
optimisation; `--level` sets that for all. `--minutes M` ends after a while, `--only N` looks at one program,
`--no-shrink` prints the programs as they were written. A long run can be made in pieces: `--chunk N` prints a line
after every N programs, and `--resume FILE` keeps what has been done in a file and goes on from there. In pytest,
`pytest tests/fuzz` runs 500 short programs, `pytest -m long tests/fuzz` 20,000, and `FUZZ_COUNT=100000 FUZZ_SEED=7
pytest -m long tests/fuzz` as many as wanted.

kinds                                  what is known of a name, a function, a class
expressions, arrays, library           expressions of a kind and a shape, near one and away from kinks
complexes                              complex numbers, and arrays of them
statements, lists, records             statements without control flow
control, loops, functions, author      branches and loops; functions as values; which statement comes next
modules, programs                      whole modules and arguments, some of them special: the program of a number
driver                                 compiles a text, quickly
oracles                                what it should give: the tape, the complex step, differences
judge                                  compares the executions and says what is wrong
shrink                                 makes a program smaller as long as the judge says the same
runner                                 many of them, and statistics
"""
