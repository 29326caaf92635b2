"""Adjacency matrices: Matrix Market and SciPy's NPZ."""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from infomax.data.arcs import Arcs


def read_matrix_market(path: Path) -> Arcs:
    """Return the arcs of a Matrix Market file, its nodes named from 1."""
    from scipy.io import mminfo, mmread

    try:
        with path.open("rb"):
            _, _, _, form, field, _ = mminfo(str(path))
            matrix: Any = mmread(str(path)) if form == "coordinate" else None
    except (ValueError, OverflowError, StopIteration) as error:
        raise ValueError(f"{path} is no sound Matrix Market file: {error}") from None
    if matrix is None or field == "complex":
        raise ValueError(f"{path} must be a sparse real matrix, got {form} and {field}")
    return _arcs(path, matrix, first=1, weighted=field != "pattern")


def read_npz(path: Path) -> Arcs:
    """Return the arcs of a matrix that SciPy saved, its nodes named from 0."""
    from scipy.sparse import load_npz

    with path.open("rb") as file:
        try:
            matrix: Any = load_npz(file)  # refuses pickles
        except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile, zlib.error) as error:
            raise ValueError(f"{path} is no sound sparse matrix of SciPy: {error}") from None
    if np.iscomplexobj(matrix):
        raise ValueError(f"{path} must be a real matrix, got {matrix.dtype}")
    matrix = matrix.tocoo()
    return _arcs(path, matrix, first=0, weighted=bool((matrix.data != 1).any()))


def _arcs(path: Path, matrix: Any, *, first: int, weighted: bool) -> Arcs:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"{path} must be a square matrix, got shape {matrix.shape}")
    sources, targets = matrix.row.astype(np.int64), matrix.col.astype(np.int64)
    return Arcs(
        sources=sources,
        targets=targets,
        weights=matrix.data.astype(np.float64) if weighted else None,
        undirected=np.zeros(len(sources), dtype=np.bool_),
        nodes=tuple(str(node) for node in range(first, matrix.shape[0] + first)),
        place=lambda arc: f"entry ({sources[arc] + first}, {targets[arc] + first})",
    )
