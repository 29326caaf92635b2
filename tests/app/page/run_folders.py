"""Run folders on the disk, made up, as `infomax run` leaves them."""

import json
from pathlib import Path

from tests.app.fake_runs import SETTING, fake_records, fake_run

from infomax.lab.folder import RunFolder
from infomax.lab.frames import rows_frame, spend_frame
from infomax.lab.parts import SCHEMA, pack_frame
from infomax.lab.storage import write_json, write_whole
from infomax.lab.verdict_store import write_verdicts


def write_run(
    out: Path,
    slug: str,
    *,
    scale: str = "laptop",
    finished: str | None = "2026-11-24T09:30:00+00:00",
) -> Path:
    """Write a run of a paper below `out`, with every kind of verdict, and return its folder."""
    path = out / slug
    folder = RunFolder(path, slug, scale, SETTING.n_seeds)
    path.mkdir(parents=True)
    run = fake_run(slug, path, scale=scale, finished=finished is not None)
    for seed in range(SETTING.n_seeds):
        rows, spends = fake_records(seed)
        frames = {"rows": rows_frame(rows, seed), "spend": spend_frame(spends, seed)}
        for kind, frame in frames.items():
            notes = {"artifacts": []} if kind == "rows" else {"seconds": 1.0}
            content = pack_frame(frame, folder.stamp(kind, seed), **notes)
            write_whole(folder.part(kind, seed), content)
    if finished is not None:
        write_verdicts(folder.verdicts_file, run.verdicts)
    info = {**json.loads(json.dumps(dict(run.info))), "schema": SCHEMA, "finished": finished}
    write_json(folder.info_file, info)
    return path
