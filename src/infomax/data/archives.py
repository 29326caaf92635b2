"""Members of archives, opened in place with the standard library: wheels, tars and Debian packages."""

import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

_AR_MAGIC = b"!<arch>\n"
_AR_HEADER = 60


def read_member(path: Path, member: str) -> bytes:
    """Return the content of one member of an archive.

    Raises
    ------
    KeyError
        If the archive has no such member.
    """
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return archive.read(member)
    with _tar(path) as tar:
        for info in tar:
            if info.isfile() and info.name.removeprefix("./") == member:
                stream = tar.extractfile(info)
                assert stream is not None
                return stream.read()
    raise KeyError(f"there is no {member!r} in {path.name}")


def member_names(path: Path) -> list[str]:
    """Return the names of all files in an archive, in its own order."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return [info.filename for info in archive.infolist() if not info.is_dir()]
    with _tar(path) as tar:
        return [info.name.removeprefix("./") for info in tar if info.isfile()]


@contextmanager
def _tar(path: Path) -> Iterator[tarfile.TarFile]:
    """Open a tar, or the data of a Debian package, as a stream that ends where the reader stops."""
    with path.open("rb") as file:
        debian = file.read(len(_AR_MAGIC)) == _AR_MAGIC
        stream: BinaryIO = file
        if debian:
            stream = BytesIO(_ar_member(file, "data.tar"))
        else:
            file.seek(0)
        with tarfile.open(fileobj=stream, mode="r|*") as tar:
            yield tar


def _ar_member(file: BinaryIO, prefix: str) -> bytes:
    """Return the first member of an `ar` archive whose name begins with `prefix`."""
    while len(header := file.read(_AR_HEADER)) == _AR_HEADER:
        size = int(header[48:58])
        if header[:16].decode("ascii").startswith(prefix):
            return file.read(size)
        file.seek(size + size % 2, 1)
    raise KeyError(f"there is no {prefix!r} in this Debian package")
