"""``run.json``: what a run is, settled before its first trial."""

import json
import platform
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from infomax.lab.code_hash import CodeState, code_state
from infomax.lab.contract import Experiment, Setting
from infomax.lab.errors import AnotherRunError
from infomax.lab.parts import SCHEMA
from infomax.lab.storage import file_sha256

ADVICE = "use another folder, or start afresh (--fresh changed)"


@dataclass(frozen=True)
class Plan:
    """What a run is to be: an experiment at a scale, on data, over so many seeds."""

    experiment: Experiment
    scale: str
    n_seeds: int
    data: str | None
    out: Path

    @property
    def setting(self) -> Setting:
        """The setting of the scale."""
        return self.experiment.setting(self.scale)

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.out / self.experiment.slug

    def info(self) -> dict[str, Any]:
        """Return the content of ``run.json`` before the first trial."""
        setting = setting_json(self.setting)
        content = {
            "schema": SCHEMA,
            "slug": self.experiment.slug,
            "title": self.experiment.title,
            "module": self.experiment.module,
            "scale": self.scale,
            "n_seeds": self.n_seeds,
            "n_seeds_differs": self.n_seeds != self.setting.n_seeds,
            "setting": setting,
            "data": self._data(),
            "command": self.command(),
            "code": asdict(code_state(self.experiment.module)),
            "versions": {"infomax": version("infomax"), "python": platform.python_version()},
            "started": now(),
            "finished": None,
        }
        return dict(json.loads(json.dumps(content)))

    def command(self) -> str:
        """Return the command that repeats the run."""
        words = ["infomax", "run", self.experiment.slug, "--scale", self.scale]
        if self.n_seeds != self.setting.n_seeds:
            words += ["--seeds", str(self.n_seeds)]
        if self.data is not None:
            words += ["--data", self.data]
        return shlex.join([*words, "--out", str(self.out)])

    def _data(self) -> dict[str, Any] | None:
        if self.data is None:
            return None
        file = Path(self.data)
        return {"argument": self.data, "sha256": file_sha256(file) if file.is_file() else None}


def refuse_another_run(path: Path, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Raise `AnotherRunError` if a folder's ``run.json`` is not of the run that is wanted."""
    for key in ("slug", "scale", "n_seeds", "data", "setting"):
        if found[key] != wanted[key]:
            raise AnotherRunError(
                f"{path} holds a run with {key} {_short(found[key])}, not {_short(wanted[key])}; "
                f"{ADVICE}"
            )
    changes = CodeState(**wanted["code"]).changes_since(CodeState(**found["code"]))
    if changes:
        raise AnotherRunError(f"{path} holds a run of other code ({'; '.join(changes)}); {ADVICE}")


def setting_json(setting: Setting) -> dict[str, Any]:
    """Return a setting as JSON values."""
    return {
        "n_seeds": setting.n_seeds,
        "n_threads": setting.n_threads,
        "varies": list(setting.varies),
        "options": dict(setting.options),
    }


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _short(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
