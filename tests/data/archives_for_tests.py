"""Tiny archives and clients that stand in for the registries'."""

import gzip
import hashlib
import io
import lzma
import struct
import subprocess
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

from infomax.data import sets


def wheel(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def tar(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        folder = tarfile.TarInfo("./folder")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in members.items():
            info = tarfile.TarInfo(f"./{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def deb(members: dict[str, bytes]) -> bytes:
    parts = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": lzma.compress(tar({"control": b"odd"})),
        "data.tar.xz": lzma.compress(tar(members)),
    }
    out = b"!<arch>\n"
    for name, content in parts.items():
        out += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
        out += content + b"\n" * (len(content) % 2)
    return out


def gt(rows: list[list[int]], *, directed: bool, order: str = "<", width: int = 1) -> bytes:
    comment = b"a graph"
    out = b"\xe2\x9b\xbe gt\x01" + (b"\x01" if order == ">" else b"\x00")
    out += struct.pack(f"{order}Q", len(comment)) + comment
    out += struct.pack(f"{order}?Q", directed, len(rows))
    kind = {1: "B", 2: "H", 4: "I"}[width]
    for row in rows:
        out += struct.pack(f"{order}Q{len(row)}{kind}", len(row), *row)
    return out + b"properties that nobody reads"


class FakeClient:
    """Answers as pip and apt do: puts files where they would put them, or fails."""

    def __init__(self, content: bytes = b"", *, error: str = "") -> None:
        self.content = content
        self.error = error
        self.commands: list[list[str]] = []
        self.settings = ""
        self.source = "bookworm main mirror:/debian/"

    def __call__(self, command, *, cwd, **_options) -> subprocess.CompletedProcess[str]:
        self.commands.append(command)
        self.before(command, Path(cwd))
        if self.error:
            return subprocess.CompletedProcess(command, 1, "", self.error)
        if "indextargets" in command:
            return subprocess.CompletedProcess(command, 0, f"other x u:/\n{self.source}\n", "")
        if "update" in command:
            self.settings = Path(command[2]).read_text()
            lists = Path(cwd) / "state/lists"
            for ending in ("Packages", "Translation-de", "Translation-en"):
                (lists / f"mirror_main_{ending}").write_bytes(self.content)
        elif command[0] == "apt-get":
            (Path(cwd) / "brought.deb").write_bytes(self.content)
        else:
            (Path(command[command.index("--dest") + 1]) / "brought.whl").write_bytes(self.content)
        return subprocess.CompletedProcess(command, 0, "", "")

    def before(self, command: list[str], folder: Path) -> None:
        """Run what a test wants to happen while the client runs."""


def use(monkeypatch, name: str, content: bytes, **changes) -> FakeClient:
    """Make `content` the archive of the set `name`, brought by a fake client."""
    source = sets.SOURCES[name]
    pinned = source.package.sha256 and hashlib.sha256(content).hexdigest()
    package = replace(source.package, sha256=pinned, size=len(content), **changes)
    monkeypatch.setitem(sets.SOURCES, name, replace(source, package=package))
    client = FakeClient(content)
    monkeypatch.setattr("infomax.data.clients.subprocess.run", client)
    return client


def collection(**graphs: bytes) -> bytes:
    folder = "usr/lib/python3/dist-packages/graph_tool/collection"
    return deb({f"{folder}/{name}.gt.gz": gzip.compress(graph) for name, graph in graphs.items()})
