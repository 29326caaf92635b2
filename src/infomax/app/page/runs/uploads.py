"""Files of people's own: limited, looked at before they are kept, gone when their run is over."""

import contextlib
import secrets
import zipfile
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from infomax.app.page.errors import RefusedError

ENDINGS = (".csv", ".tsv", ".txt", ".edges", ".npz", ".graphml", ".mtx")
INFLATION = 8  # an archive may unpack to so many times the limit
LOOK = 65_536
STEM = "upload-"


def checked_ending(name: str) -> str:
    """Return the ending of a file's name, or refuse it; nothing else of the name is used."""
    base = PurePosixPath(PureWindowsPath(name).name).name.lower()
    ending = PurePosixPath(base).suffix
    if ending not in ENDINGS:
        raise RefusedError(f"The file must end with {', '.join(ENDINGS)}.", status=415)
    return ending


def keep(stream: BinaryIO, ending: str, folder: Path, *, megabytes: int) -> str:
    """Copy an upload into a folder under a name of our own, and return that name.

    Raises
    ------
    RefusedError
        If it is empty, larger than the limit, or not what its ending says; nothing is kept then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{STEM}{secrets.token_hex(8)}{ending}"
    try:
        with file.open("xb") as kept:
            _copy(stream, kept, limit=megabytes * 1_000_000, megabytes=megabytes)
        _check_content(file, ending, limit=megabytes * 1_000_000)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return file.name


def discard(folder: Path) -> None:
    """Remove the uploads of a folder."""
    for file in folder.glob(f"{STEM}*"):
        with contextlib.suppress(OSError):
            file.unlink()


def keep_only(folder: Path, names: set[str]) -> None:
    """Remove the uploads of all folders but those named."""
    if folder.is_dir():
        for place in folder.iterdir():
            if place.name not in names:
                discard(place)


def _copy(stream: BinaryIO, kept: BinaryIO, *, limit: int, megabytes: int) -> None:
    size = 0
    while block := stream.read(LOOK):
        size += len(block)
        if size > limit:
            raise RefusedError(f"The file is larger than {megabytes} MB.", status=413)
        kept.write(block)
    if size == 0:
        raise RefusedError("The file is empty.")


def _check_content(file: Path, ending: str, *, limit: int) -> None:
    if ending == ".npz":
        _check_archive(file, limit=limit)
        return
    with file.open("rb") as stream:
        start = stream.read(LOOK)
    if b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RefusedError(f"The file is no text, though it ends with {ending}.", status=415)
    if ending == ".graphml":
        _check_graphml(file)
    if ending == ".mtx" and not start.startswith(b"%%MatrixMarket"):
        raise RefusedError("The file does not begin as Matrix Market does.", status=415)


def _check_archive(file: Path, *, limit: int) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise RefusedError("The file is no NPZ archive.", status=415) from None
    if not members or not all(member.filename.endswith(".npy") for member in members):
        raise RefusedError("An NPZ archive holds .npy arrays and nothing else.", status=415)
    if len(members) > 64 or sum(member.file_size for member in members) > INFLATION * limit:
        raise RefusedError("The archive unpacks to more than is allowed.", status=413)


def _check_graphml(file: Path) -> None:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    try:
        for _event, element in iterparse(file, forbid_dtd=True):
            element.clear()
    except DefusedXmlException:
        raise RefusedError("GraphML with entities or a DTD is refused.", status=415) from None
    except (ParseError, ValueError):
        raise RefusedError("The file is no GraphML.", status=415) from None
