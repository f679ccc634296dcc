"""Set before anything loads NumPy: threads for small matrices cost tests more of the processor than they save, and much time where others work beside them."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
