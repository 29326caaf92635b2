"""Which code stands behind a run: the paper's file and the files that define what it imports."""

import ast
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

LIBRARIES = ("numpy", "scipy", "numba", "torch")
# The lab carries out and judges, the catalogue describes; neither computes a row.
_LEFT_OUT = ("infomax.lab", "infomax.papers.catalogue")


@dataclass(frozen=True)
class CodeState:
    """Hashes of the files (by their path below the package's parent) and versions of libraries."""

    hash: str
    files: Mapping[str, str]
    versions: Mapping[str, str]

    def changes_since(self, earlier: "CodeState") -> tuple[str, ...]:
        """Say which files and versions differ from an earlier state."""
        told = []
        for old, new in ((earlier.files, self.files), (earlier.versions, self.versions)):
            for name in sorted({*old, *new}):
                if name not in new:
                    told.append(f"{name} is gone")
                elif name not in old:
                    told.append(f"{name} is new")
                elif old[name] != new[name]:
                    versions = f" {old[name]} -> {new[name]}" if new is self.versions else ""
                    told.append(f"{name}{versions or ' changed'}")
        return tuple(told)


def code_state(module: str) -> CodeState:
    """Return the state of the code behind a paper's module.

    Imports are followed as they are written, without running them: ``from infomax.room import
    name`` leads to the file that the room's stub names, never to an ``__init__``; what belongs to
    `lab` or to other distributions is left out, except for the versions of `LIBRARIES`. Layout,
    comments and docstrings do not count.

    Parameters
    ----------
    module : str
        Dotted name, such as ``"infomax.papers.cim"``.

    Examples
    --------
    >>> sorted(code_state("infomax.exceptions").files)
    ['infomax/exceptions.py']
    """
    bases = {top: _base(top) for top in ("infomax", module.partition(".")[0])}
    start = _locate(module, bases)
    if start is None:
        raise ValueError(f"`module` must name a module file, got {module!r}")
    found: dict[str, Path] = {}
    open_ends = [start]
    while open_ends:
        name, path = open_ends.pop()
        if name not in found:
            found[name] = path
            targets = (_locate(dotted, bases) for dotted in _mentioned(name, path))
            open_ends += [t for t in targets if t is not None and not _left_out(t[0])]
    files = {
        path.relative_to(bases[name.partition(".")[0]]).as_posix(): _digest(path)
        for name, path in sorted(found.items())
    }
    versions = {library: version(library) for library in LIBRARIES}
    text = json.dumps([files, versions], sort_keys=True)
    return CodeState(hashlib.sha256(text.encode()).hexdigest(), files, versions)


def _mentioned(module: str, path: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports or reaches through an imported package."""
    tree = ast.parse(path.read_bytes())
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
                top = alias.name.partition(".")[0]
                bound[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")[: -node.level] if node.level else []
            source = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{source}.{alias.name}"
                bound[alias.asname or alias.name] = f"{source}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            chain = ast.unparse(node)
            head, _, rest = chain.partition(".")
            if head in bound:
                yield f"{bound[head]}.{rest}"


def _locate(dotted: str, bases: Mapping[str, Path]) -> tuple[str, Path] | None:
    """Return the module that defines a dotted name, with its file; None if it is not ours."""
    names = dotted.split(".")
    if names[0] not in bases:
        return None
    folder = bases[names[0]]
    for depth, name in enumerate(names, start=1):
        here = ".".join(names[:depth])
        if (folder / name).is_dir():
            folder = folder / name
            continue
        file = folder / f"{name}.py"
        if file.is_file() and name != "__init__":
            return here, file
        source = _stub(folder).get(name)
        return _locate(f"{'.'.join(names[: depth - 1])}.{source}", bases) if source else None
    return None


def _stub(folder: Path) -> dict[str, str]:
    """Return which submodule defines each public name of a lazy package."""
    stub = folder / "__init__.pyi"
    if not stub.is_file():
        return {}
    tree = ast.parse(stub.read_bytes())
    return {
        alias.asname or alias.name: node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module
        for alias in node.names
    }


def _base(top: str) -> Path:
    spec = None if top == "__main__" else find_spec(top)  # a worker could not import it again
    if spec is None:
        raise ValueError(f"`module` must be importable, got {top!r}")
    if spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations))).resolve().parent
    return Path(str(spec.origin)).resolve().parent


def _left_out(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in _LEFT_OUT)


def _digest(path: Path) -> str:
    """Hash what a file does: layout, comments and docstrings do not count."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            documented = ast.get_docstring(node, clean=False) is not None
            node.body = (node.body[1:] or [ast.Pass()]) if documented else node.body
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()
