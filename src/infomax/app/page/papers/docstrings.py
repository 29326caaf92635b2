"""What the library's parts say of themselves, read from their files without importing them."""

import ast
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from infomax.papers.catalogue import ROOMS

PLACES = (*ROOMS, "networks", "data")
_parsing = threading.Lock()  # CPython's parser of trees is not for two threads at once


@dataclass(frozen=True)
class Part:
    """A public name of the library."""

    name: str
    docstring: str = ""

    @property
    def first_line(self) -> str:
        """What it is, in one line; empty where it is still to come."""
        return self.docstring.split("\n", 1)[0].strip().rstrip(".")

    @property
    def prose(self) -> str:
        """Its words without examples, formulas and headings."""
        text = re.sub(r"(?ms)^Examples\n-+\n.*", "", self.docstring)
        text = re.sub(r"(?m)^-+$|:[a-z]+:`[^`]*`|^\.\. .*$", " ", text)
        return re.sub(r"\\[A-Za-z]+|[`*]", " ", text)


def documented_parts() -> dict[str, Part]:
    """Return the public names of all rooms with their docstrings, as in "coding.greedy_map"."""
    with _parsing:
        return _documented()


@cache
def _documented() -> dict[str, Part]:
    return {part.name: part for place in PLACES for part in _parts(place)}


def _parts(place: str) -> Iterator[Part]:
    folder = files("infomax").joinpath(place)
    stub = folder.joinpath("__init__.pyi")
    if not stub.is_file():
        yield from _modules(place, folder)
        return
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            file = _file(folder, node.module)
            texts = _docstrings(file) if file is not None else {}
            for alias in node.names:
                yield Part(f"{place}.{alias.asname or alias.name}", texts.get(alias.name, ""))


def _modules(place: str, folder: Traversable) -> Iterator[Part]:
    """Yield the public functions and classes of a room that imports by plain modules."""
    if not folder.is_dir():
        return
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".py") and not file.name.startswith("_"):
            module = file.name.removesuffix(".py")
            for name, text in _docstrings(file).items():
                if not name.startswith("_"):
                    yield Part(f"{place}.{module}.{name}", text)


def _file(folder: Traversable, module: str) -> Traversable | None:
    *folders, name = module.split(".")
    found = folder.joinpath(*folders, f"{name}.py")
    return found if found.is_file() else None


def _docstrings(file: Traversable) -> dict[str, str]:
    kinds = (ast.FunctionDef, ast.ClassDef)
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return {node.name: ast.get_docstring(node) or "" for node in body if isinstance(node, kinds)}
