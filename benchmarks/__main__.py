"""`python -m benchmarks [--size small|full] [--only TEXT]`."""

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

import benchmarks
from benchmarks.report import write
from benchmarks.runner import Workload, run


def workloads() -> list[Workload]:
    """Return the workloads of every room, in the order of the rooms' names."""
    found: list[Workload] = []
    for module in sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__)):
        if module not in ("__main__", "runner", "report", "estimators"):
            found += importlib.import_module(f"benchmarks.{module}").WORKLOADS
    return found


def main() -> int:
    """Run the workloads; "small" compares values only, "full" writes RESULTS.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=("small", "full"), default="full")
    parser.add_argument(
        "--only", default="", help="workloads whose name holds this text; no page is written"
    )
    options = parser.parse_args()
    outcomes = []
    for workload in workloads():
        if options.only in workload.name:
            outcome = run(workload, options.size)
            outcomes.append(outcome)
            told = outcome.disagreement or outcome.absent
            timed = f"{outcome.ours.cpu:.4g} s" + (
                f", ratio {outcome.ratio:.2f}" if outcome.ratio else ""
            )
            print(
                f"{workload.name}: {told or ('values agree' if options.size == 'small' else timed)}",
                flush=True,
            )
    if options.size == "full" and not options.only:
        write(outcomes, Path(__file__).with_name("RESULTS.md"))
    failed = sum(o.disagreement is not None for o in outcomes)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
