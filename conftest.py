"""Set before anything loads NumPy: threads for small matrices make tests four times as slow, and slower where others work beside them."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
