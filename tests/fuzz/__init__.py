"""Random programs against Python itself, the complex step and the tape.

    python -m tests.fuzz --count 1000 --seed 0          in the root of the repository

writes 1,000 programs (numbers 0 to 999, the same on every machine), runs each in every execution, and prints what
disagrees, shrunk to a few lines. `--minutes M` ends after a while, `--only N` looks at one program, `--level 3`
compiles as the decorator does, `--no-shrink` prints the programs as they were written. In pytest,
`pytest tests/fuzz` runs 500 short programs, `pytest -m long tests/fuzz` 20,000, and `FUZZ_COUNT=100000 FUZZ_SEED=7
pytest -m long tests/fuzz` as many as wanted.

kinds                                  what is known of a name, a function, a class
expressions, arrays                    expressions of a kind and a shape, near one and away from kinks
statements, lists, records             statements without control flow
control, loops, author                 branches and loops; which statement comes next
programs                               whole modules and arguments: the program of a number
driver                                 compiles a text, quickly
oracles                                what it should give: the tape, the complex step, differences
judge                                  compares the executions and says what is wrong
shrink                                 makes a program smaller as long as the judge says the same
runner                                 many of them, and statistics
"""
