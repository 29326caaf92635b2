"""Methods on the user's own files: whom to start with in a graph, how to couple distributions."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infomax._arguments import check_choice
from infomax.app.commands.options import AsJson
from infomax.app.console import print_json, print_table

if TYPE_CHECKING:
    from infomax.data.distribution_files import Distributions
    from infomax.data.graph_files import GraphFile

METHODS = ("opim-c", "imm", "celf")
Seed = Annotated[int | None, typer.Option("--seed", help="Makes the answer repeatable.")]


def influence(
    file: Annotated[Path, typer.Argument(help="Edge list (CSV, TSV), GraphML, .mtx or .npz.")],
    k: Annotated[
        int, typer.Option("--k", help="How many to start with; friends each, with --participants.")
    ] = 10,
    model: Annotated[
        str, typer.Option(help="ic (independent cascade) or lt (linear threshold).")
    ] = "ic",
    method: Annotated[str, typer.Option(help="opim-c, imm or celf.")] = "opim-c",
    probability: Annotated[
        str, typer.Option(help="file, weighted-cascade, or one number for every edge.")
    ] = "",
    undirected: Annotated[bool, typer.Option(help="An edge carries influence both ways.")] = False,
    participants: Annotated[
        str, typer.Option(help="Names, by commas: they invite k friends each, instead.")
    ] = "",
    epsilon: Annotated[float, typer.Option(help="How close the certificate must come.")] = 0.1,
    seed: Seed = None,
    as_json: AsJson = False,
) -> None:
    """Find whom to start with so that most of a network is reached, with a certificate.

    Probabilities come from the file's third column where it has one, else weighted cascade.

    Examples:  infomax influence friends.csv --k 10  |  infomax influence web.mtx --model lt --k 5
    """
    from infomax import selection
    from infomax.data.graph_files import read_graph

    check_choice("method", method, METHODS)
    file_read = read_graph(file, directed=False if undirected else None)
    graph = _with_probabilities(file_read, probability)
    names = file_read.nodes
    if participants:
        inviters = [_node(names, name.strip(), file) for name in participants.split(",")]
        friends = selection.capacity_constrained_im(
            graph, inviters, k, model=model, epsilon=epsilon, random_state=seed
        )
        pairs = [[names[int(who)], names[int(friend)]] for who, friend in friends.pairs]
        _tell_pairs(pairs, friends, as_json=as_json)
        return
    solvers: dict[str, Callable[..., Any]] = {
        "opim-c": selection.opim_c,
        "imm": selection.imm,
        "celf": selection.celf,
    }
    options: dict[str, Any] = {} if method == "celf" else {"epsilon": epsilon}
    chosen = solvers[method](graph, k, model=model, random_state=seed, **options)
    picked = [names[int(index)] for index in chosen.indices]
    if as_json:
        print_json(
            {
                "nodes": picked,
                "gains": chosen.gains,
                "spread": chosen.value,
                "upper_bound": chosen.bound,
            }
        )
        return
    rows = [
        [str(rank), name, f"{gain:.1f}"]
        for rank, (name, gain) in enumerate(zip(picked, chosen.gains, strict=True), 1)
    ]
    print_table(["", "node", "adds"], rows)
    typer.echo(
        f"Reaches {chosen.value:.1f} of {len(names)}; no choice of {k} reaches more than {chosen.bound:.1f}."
    )


def couple(
    file: Annotated[
        Path, typer.Argument(help="CSV, TSV, parquet or NPZ: a column a distribution.")
    ],
    method: Annotated[
        str, typer.Option(help="greedy, zero_seeking or successive_linearization.")
    ] = "greedy",
    max_entropy: Annotated[
        float | None, typer.Option(help="Rate limit in nats: couple through a bottleneck.")
    ] = None,
    counts: Annotated[
        bool, typer.Option(help="The columns hold counts: divide by their sum.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write the joint law to this CSV file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Couple distributions with as little randomness as possible; with a rate limit, through a code.

    Examples:  infomax couple letters.csv --counts  |  infomax couple laws.csv --max-entropy 1.5
    """
    from infomax.coding import bottleneck_coupling, minimum_entropy_coupling
    from infomax.data.distribution_files import read_distributions
    from infomax.measures import mutual_information

    laws = read_distributions(file, normalize=counts)
    if max_entropy is not None:
        if len(laws.probabilities) != 2:
            raise ValueError(
                f"--max-entropy couples two distributions, got {len(laws.probabilities)} columns"
            )
        joint = bottleneck_coupling(*laws.probabilities, max_entropy=max_entropy).joint
        rows = _pairs(laws, *_entries(joint))
    else:
        coupling = minimum_entropy_coupling(*laws.probabilities, method=method)
        rows = _pairs(laws, coupling.indices, coupling.masses)
    frame = _frame(laws, rows)
    told = _numbers(frame, laws, mutual_information)
    if out is not None:
        frame.to_csv(out, index=False)
    if as_json:
        print_json({**told, "joint": frame.to_dict(orient="records")})
        return
    if out is None:
        print_table(list(frame.columns), [[*map(str, row[:-1]), f"{row[-1]:.6f}"] for row in rows])
    typer.echo(
        ", ".join(f"{name.replace('_', ' ')} {value:.4f} nats" for name, value in told.items())
    )


def _with_probabilities(file: "GraphFile", probability: str) -> Any:
    from infomax.selection import uniform_probability, weighted_cascade

    chosen = probability or ("file" if file.weighted else "weighted-cascade")
    if chosen == "weighted-cascade":
        return weighted_cascade(file.adjacency)
    if chosen == "file":
        if not file.weighted:
            raise ValueError("--probability file needs a third column, the file has none")
        return file.adjacency
    try:
        return uniform_probability(file.adjacency, float(chosen))
    except ValueError as error:
        raise ValueError(
            f"--probability must be file, weighted-cascade or a number in [0, 1], got {chosen!r}"
        ) from error


def _node(names: tuple[str, ...], name: str, file: Path) -> int:
    if name not in names:
        raise ValueError(f"--participants names {name!r}, which is no node of {file}")
    return names.index(name)


def _tell_pairs(pairs: list[list[str]], friends: Any, *, as_json: bool) -> None:
    if as_json:
        told = {"spread": friends.value, "lower_bound": friends.lower, "upper_bound": friends.bound}
        print_json({"invitations": pairs, **told})
        return
    print_table(["who", "invites"], pairs)
    typer.echo(
        f"Reaches {friends.value:.1f}, surely {friends.lower:.1f}; nothing reaches more than {friends.bound:.1f}."
    )


def _entries(joint: Any) -> tuple[Any, Any]:
    import numpy as np

    table = joint.tocoo() if hasattr(joint, "tocoo") else None
    if table is not None:
        return np.column_stack([table.row, table.col]), table.data
    where = np.argwhere(joint > 0)
    return where, joint[tuple(where.T)]


def _pairs(laws: "Distributions", indices: Any, masses: Any) -> list[list[Any]]:
    label = laws.outcomes
    order = sorted(range(len(masses)), key=lambda i: tuple(indices[i]))
    return [
        [*(label[int(j)] if label else int(j) for j in indices[i]), float(masses[i])] for i in order
    ]


def _frame(laws: "Distributions", rows: list[list[Any]]) -> Any:
    import pandas as pd

    return pd.DataFrame(rows, columns=[*laws.names, "probability"])


def _numbers(frame: Any, laws: "Distributions", mutual_information: Any) -> dict[str, float]:
    from infomax.measures import entropy

    told = {"joint_entropy": entropy(frame["probability"].to_numpy() / frame["probability"].sum())}
    if len(laws.names) == 2:
        table = frame.pivot_table(
            index=laws.names[0],
            columns=laws.names[1],
            values="probability",
            aggfunc="sum",
            fill_value=0.0,
        ).to_numpy()
        told["mutual_information"] = mutual_information(table / table.sum())
    return told
