"""Papers are discovered: a module beside the catalogue that bears a paper's slug runs."""

from importlib import import_module

from infomax.lab.contract import Experiment, experiment_from
from infomax.papers.catalogue import built_slugs, entry_of, module_name, nearest_built


def load_experiment(slug: str) -> Experiment:
    """Import a paper's module and return its experiment.

    Raises
    ------
    ValueError
        If the catalogue lacks the slug, or the paper does not run yet.
    """
    entry = entry_of(slug)
    if slug not in built_slugs():
        raise ValueError(
            f"{entry.slug} does not run yet; the nearest that does is {nearest_built(slug).slug}"
        )
    return experiment_from(import_module(f"infomax.papers.{module_name(slug)}"))
