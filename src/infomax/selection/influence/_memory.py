"""Refuse what would not fit into memory, before it is asked for."""

import os


def check_memory(needed: float, limit: int | None, what: str) -> None:
    """Raise `MemoryError` if `needed` bytes exceed `limit`, or what the machine has left."""
    allowed = available_bytes() if limit is None else limit
    if allowed is not None and needed > allowed:
        named = "available" if limit is None else "allowed by `max_bytes`"
        raise MemoryError(f"{what} would take about {needed:.2g} bytes, {allowed:.2g} are {named}")


def available_bytes() -> int | None:
    """Return the memory a process can still get, `None` where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
