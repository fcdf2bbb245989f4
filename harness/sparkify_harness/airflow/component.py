"""`python -m sparkify_harness.airflow.component ...`: an Airflow command on a busy machine.

It is `airflow ...` with two things done before, neither of which changes what it does:

- garbage is collected more rarely: the api-server makes a million objects that stay while it
  starts, and looking through them again and again takes a fifth of that time;
- modules that every task needs are imported, so that the scheduler's workers, which are forks of
  it, have them already. `SPARKIFY_PRELOAD` names them, separated by commas.
"""

import gc
import importlib
import os
import sys

PRELOAD = "SPARKIFY_PRELOAD"

_ALLOCATIONS = 100_000
"""Objects that must be made between two looks at the youngest; Python's default is 700."""


def main() -> None:
    """Becomes the command of the arguments."""
    gc.set_threshold(_ALLOCATIONS, 50, 100)
    airflow = importlib.import_module("airflow.__main__")

    for name in filter(None, os.environ.get(PRELOAD, "").split(",")):
        importlib.import_module(name)
    sys.argv[0] = "airflow"
    airflow.main()


if __name__ == "__main__":
    main()
