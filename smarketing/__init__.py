"""The agreement between Sales and Marketing, made to run."""

import atexit
import gc
import os

# Before numpy and polars are loaded: threads that wait for each other over small frames cost an
# import a twentieth more CPU and end it no sooner.
for _name in ("OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(_name, "1")  # noqa: TID251  (nothing of ours is read here)

# The libraries alone are 100,000 objects: to look through them all takes 60 ms each time, and
# Python would do so three times more while it ends.
gc.set_threshold(50_000, 20, 20)
atexit.register(gc.freeze)
