"""A run as it lies on the disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from infomax.lab.contract import Artifacts
from infomax.lab.folder import Failure, RunFolder, load_info
from infomax.lab.frames import expand
from infomax.lab.parts import ArtifactFiles, join_parts, read_part
from infomax.lab.verdict import Verdict
from infomax.lab.verdict_store import read_verdicts


@dataclass(frozen=True, eq=False)
class Run:
    """What a run left behind.

    Parameters
    ----------
    path : Path
        The run folder.
    slug, scale : str
        Paper and setting.
    n_seeds : int
        Planned seeds; a seed that failed or is still to come has no rows.
    info : mapping
        ``run.json``: setting, data, versions, code and its hashes, times, the command.
    rows, spend : DataFrame
        By seed, then in the order in which the trial gave them; one column a coordinate.
    artifacts : mapping
        Seed -> name -> key -> array; read when asked for.
    failures : tuple of Failure
        What raised: trials, and the figures.
    verdicts : tuple of Verdict
        One a claim; empty while the run is unfinished.
    figures : tuple of Path
        The figures drawn; empty while the run is unfinished.
    """

    path: Path
    slug: str
    scale: str
    n_seeds: int
    info: Mapping[str, Any]
    rows: pd.DataFrame
    spend: pd.DataFrame
    artifacts: Artifacts
    failures: tuple[Failure, ...]
    verdicts: tuple[Verdict, ...]
    figures: tuple[Path, ...]

    @property
    def finished(self) -> bool:
        """Whether every planned trial was carried out and judged, failed ones included."""
        return self.info["finished"] is not None


def read_run(path: str | Path) -> Run:
    """Read a run folder, also one that another process is still filling.

    Raises
    ------
    RunFolderError
        If the folder holds no run, or a file in it is truncated, foreign or of another schema
        version; the message names the file.
    """
    path = Path(path)
    info = load_info(path)
    folder = RunFolder(path, info["slug"], info["scale"], info["n_seeds"])
    folder.check_names()
    finished = info["finished"] is not None
    rows, spend, artifacts = read_records(folder)
    return Run(
        path=path,
        slug=folder.slug,
        scale=folder.scale,
        n_seeds=folder.n_seeds,
        info=info,
        rows=rows,
        spend=spend,
        artifacts=artifacts,
        failures=folder.failures(),
        verdicts=read_verdicts(folder.verdicts_file) if finished else (),
        figures=tuple(sorted(folder.figures.glob("*.svg"))) if finished else (),
    )


def read_records(folder: RunFolder) -> tuple[pd.DataFrame, pd.DataFrame, Artifacts]:
    """Return rows, spends and artifacts of the seeds that have both rows and spends."""
    seeds = [
        seed
        for seed in range(folder.n_seeds)
        if folder.part("rows", seed).exists() and folder.part("spend", seed).exists()
    ]
    rows, spend = (
        expand(
            join_parts(
                kind, [read_part(folder.part(kind, s), folder.stamp(kind, s))[0] for s in seeds]
            )
        )
        for kind in ("rows", "spend")
    )
    files = {
        seed: (folder.part("artifacts", seed), folder.stamp("artifacts", seed))
        for seed in seeds
        if folder.part("artifacts", seed).exists()
    }
    return rows, spend, ArtifactFiles(files)
