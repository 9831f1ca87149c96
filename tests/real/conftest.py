"""Real files: set SIG_REAL_DATA to their folder. Without it nothing is collected."""

from __future__ import annotations

import os

if not os.environ.get("SIG_REAL_DATA"):
    collect_ignore_glob = ["test_*.py"]
