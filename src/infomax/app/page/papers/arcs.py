"""The map: papers in a column, an arc between any two that share parts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from infomax.papers.catalogue import CatalogueEntry

ROW = 34  # pixels from one paper to the next
REACH = 15.0  # how far an arc goes out for each row that it spans


@dataclass(frozen=True)
class Arc:
    """Two papers and the parts that they share; `path` draws it beside the column."""

    upper: int
    lower: int
    parts: tuple[str, ...]
    path: str

    @property
    def width(self) -> float:
        """More parts, a thicker line."""
        return 1.0 + 0.9 * (len(self.parts) - 1)


@dataclass(frozen=True)
class Neighbour:
    """A paper that shares parts with another."""

    entry: CatalogueEntry
    parts: tuple[str, ...]


@dataclass(frozen=True)
class PaperMap:
    """The papers that share parts with others, in the catalogue's order, and the arcs."""

    entries: Sequence[CatalogueEntry]
    arcs: Sequence[Arc]
    neighbours: Sequence[Sequence[Neighbour]]

    @property
    def height(self) -> int:
        """Height of the drawing."""
        return ROW * len(self.entries)

    @property
    def width(self) -> float:
        """Width of the drawing."""
        return max((REACH * (arc.lower - arc.upper) ** 0.72 + 14 for arc in self.arcs), default=0.0)

    def of(self, slug: str) -> Sequence[Neighbour]:
        """Return the papers that share parts with one, those with the most first."""
        places = {entry.slug: place for place, entry in enumerate(self.entries)}
        return self.neighbours[places[slug]] if slug in places else ()


def paper_map(entries: Iterable[CatalogueEntry]) -> PaperMap:
    """Return the map of papers through the parts that they share."""
    all_entries = list(entries)
    users = defaultdict(list)
    for place, entry in enumerate(all_entries):
        for part in dict.fromkeys(entry.parts):
            users[part].append(place)
    shared = defaultdict(list)
    for part, places in users.items():
        for i, upper in enumerate(places):
            for lower in places[i + 1 :]:
                shared[upper, lower].append(part)
    linked = sorted({place for pair in shared for place in pair})
    row = {place: number for number, place in enumerate(linked)}
    arcs = [
        Arc(row[upper], row[lower], tuple(parts), _path(row[upper], row[lower]))
        for (upper, lower), parts in sorted(shared.items())
    ]
    chosen = [all_entries[place] for place in linked]
    return PaperMap(
        chosen, arcs, [_neighbours(number, chosen, arcs) for number in range(len(chosen))]
    )


def _neighbours(
    number: int, entries: Sequence[CatalogueEntry], arcs: Sequence[Arc]
) -> list[Neighbour]:
    found = [
        Neighbour(entries[arc.lower if arc.upper == number else arc.upper], arc.parts)
        for arc in arcs
        if number in (arc.upper, arc.lower)
    ]
    return sorted(found, key=lambda neighbour: -len(neighbour.parts))


def _path(upper: int, lower: int) -> str:
    """Return an arc from row to row, further out the more rows it spans."""
    top, bottom = ROW * (upper + 0.5), ROW * (lower + 0.5)
    reach = REACH * (lower - upper) ** 0.72 * 4 / 3  # a cubic goes three quarters of the way
    return f"M0 {top:g}C{reach:.1f} {top:g} {reach:.1f} {bottom:g} 0 {bottom:g}"
