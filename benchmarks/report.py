"""Write benchmarks/RESULTS.md: where we are slower first, then every workload."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.runner import Outcome

PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "numba",
    "torch",
    "cynetdiff",
    "pynetim",
    "dse-dsmi",
    "infomeasure",
    "npeet-plus",
    "transformers",
)
HEADER = (
    "| workload | peer | target | threads | ours, CPU s (wall) | peer, CPU s (wall) "
    "| peer / ours | peak MB, ours / peer |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
)


def write(outcomes: list[Outcome], path: Path) -> None:
    """Write the page."""
    slower = [o for o in outcomes if o.ratio is not None and o.ratio < 1]
    lines = [
        "# Benchmarks",
        "",
        "Ours and the peer run alternately in one process on the same data and threads; values are",
        "compared before times; times are the best of the repeats, after compilation. Ratios are of",
        "CPU seconds, on several threads of wall seconds, and only those of one run mean anything.",
        "Made by `make bench`.",
        "",
        "## Where we are slower",
        "",
        *(
            [
                f"- {o.workload.name}: {o.ratio:.2f} of the speed of {o.workload.peer_name}"
                for o in slower
            ]
            or ["Nowhere among the workloads below."]
        ),
        "",
        "## All workloads",
        "",
        HEADER,
        *(_row(o) for o in outcomes),
        "",
        "## Where it was measured",
        "",
        f"{_processor()}, {os.cpu_count()} cores; {platform.system()}, Python {platform.python_version()}; "
        + ", ".join(_versions())
        + ".",
        "",
    ]
    path.write_text("\n".join(lines))


def _row(outcome: Outcome) -> str:
    work = outcome.workload
    cells = [work.name, work.peer_name, work.target or "–", str(work.n_threads)]
    if outcome.disagreement:
        return f"| {' | '.join(cells)} | values disagree: {outcome.disagreement} | – | – | – |"
    cells.append(f"{outcome.ours.cpu:.4g} ({outcome.ours.wall:.4g})")
    if outcome.ratio is None:
        cells += [f"absent: {outcome.absent}" if outcome.absent else "–", "–"]
        cells.append(f"{outcome.ours.peak_mb:.0f} / –")
    else:
        cells.append(f"{outcome.peer.cpu:.4g} ({outcome.peer.wall:.4g})")
        cells.append(f"**{outcome.ratio:.1f}**")
        cells.append(f"{outcome.ours.peak_mb:.0f} / {outcome.peer.peak_mb:.0f}")
    return f"| {' | '.join(cells)} |"


def _versions() -> list[str]:
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
