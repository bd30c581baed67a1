"""Loaded by pytest before the settings: each run has a data folder of its own and no operator's values."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

KEPT = {"HEARTHSIDE_DATABASE_URL", "HEARTHSIDE_CHROMIUM"}

for name in [name for name in os.environ if name.startswith("HEARTHSIDE_") and name not in KEPT]:
    del os.environ[name]

folder = tempfile.mkdtemp(prefix="hearthside-tests-")
atexit.register(shutil.rmtree, folder, ignore_errors=True)
os.environ["HEARTHSIDE_DATA"] = folder
os.environ["HEARTHSIDE_DEMO"] = "1"
os.environ["HEARTHSIDE_CLASSIFIER"] = "rules"  # who wants a model in this process brings one

# Playwright brings a Node.js that wants a library which a small Debian lacks: lend it ours.
node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
if node:
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node)
