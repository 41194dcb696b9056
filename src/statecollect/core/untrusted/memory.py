"""How much memory a process holds, on every system."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

if sys.platform != "win32":
    import resource


def resident(process: int, *, only_cheaply: bool = False, proc: str = "/proc") -> int:
    """Return the bytes of memory a process holds; 0 where nothing can be said, or (``only_cheaply``) not at once."""
    if sys.platform == "win32":
        import psutil  # a dependency on Windows alone

        try:
            return int(psutil.Process(process).memory_info().rss)
        except psutil.Error:
            return 0
    try:
        return int(Path(proc, str(process), "statm").read_bytes().split()[1]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return 0 if only_cheaply else _listed(process)


def _listed(process: int) -> int:
    """Ask ``ps``, as on macOS, where there is no file to read."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, check=False)
    digits = said.stdout.strip()
    return int(digits) * 1024 if digits.isdigit() else 0
