"""The peak memory of a process of its own."""

from __future__ import annotations

import subprocess
import sys

__all__ = ["peak_memory"]

PEAK = """
from pathlib import Path

def peak():
    # getrusage knows what the parent of the process had when it was started: too much on Linux.
    status = Path("/proc/self/status")
    if status.is_file():
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024
    import resource, sys
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
"""


def peak_memory(imports: str, code: str) -> tuple[int, int]:
    """The largest resident size of a process that runs ``code``, and that before, in MB.

    >>> whole, before = peak_memory("", "b = bytearray(300 * 10**6); b[::4096] = b[::4096]")
    >>> 280 < whole - before < 400
    True
    """
    script = "\n".join([PEAK, imports, "before = peak()", code, "print(peak(), before)"])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    whole, before = (int(word) // 10**6 for word in done.stdout.split())
    return whole, before
