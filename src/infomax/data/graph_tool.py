"""graph-tool's binary format of graphs, read without graph-tool."""

import struct

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"\xe2\x9b\xbe gt"


def read_gt(content: bytes) -> tuple[bool, int, NDArray[np.int64]]:
    """Return whether a graph is directed, its number of nodes and its edges.

    The format: magic, version, byte order, a comment, whether directed, the number of nodes, then
    for each node the number of its out-neighbours and these, in the smallest unsigned type that
    holds every node. Properties of nodes and edges follow and are left unread.

    Parameters
    ----------
    content : bytes
        The uncompressed file.

    Returns
    -------
    tuple of bool, int and array of shape (n_edges, 2)
        An undirected edge stands once.

    Raises
    ------
    ValueError
        If `content` is no such file or ends too early.
    """
    if content[:6] != _MAGIC:
        raise ValueError("`content` must be a graph-tool file, got other first bytes")
    order = ">" if content[7:8] == b"\x01" else "<"
    try:
        (length,) = struct.unpack_from(f"{order}Q", content, 8)
        directed, n_nodes = struct.unpack_from(f"{order}?Q", content, 16 + length)
        neighbours = _neighbours(content, 25 + length, n_nodes, order)
    except (struct.error, ValueError):
        raise ValueError("`content` must be a whole graph-tool file, got one cut short") from None
    sources = np.repeat(np.arange(n_nodes), [len(row) for row in neighbours])
    targets = np.concatenate(neighbours) if neighbours else np.empty(0)
    return directed, n_nodes, np.stack([sources, targets.astype(np.int64)], axis=1)


def _neighbours(
    content: bytes, start: int, n_nodes: int, order: str
) -> list[NDArray[np.unsignedinteger]]:
    """Return one array of out-neighbours a node."""
    width = 1 if n_nodes < 2**8 else 2 if n_nodes < 2**16 else 4 if n_nodes < 2**32 else 8
    kind = np.dtype(f"{order}u{width}")
    rows = []
    for _ in range(n_nodes):
        (degree,) = struct.unpack_from(f"{order}Q", content, start)
        rows.append(np.frombuffer(content, kind, degree, start + 8))
        start += 8 + degree * width
    return rows
