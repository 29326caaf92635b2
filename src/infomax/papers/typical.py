"""Locally typical sampling: whose texts repeat themselves as people do."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from infomax.data.models import minilm, smollm2
from infomax.lab.claims import Bound, Comparison
from infomax.lab.contract import Artifact, Artifacts, Record, Row, Setting, Spend
from infomax.language import (
    EtaSampling,
    MinPSampling,
    NucleusSampling,
    Temperature,
    TopKSampling,
    TypicalSampling,
    entropy_gap,
    ngram_diversity,
    nucleus_mask,
    perplexity,
    repetition,
    typical_mask,
    zipf_coefficient,
)
from infomax.measures import mauve
from infomax.papers._typical_figures import (
    GAP_EDGES,
    draw_distances,
    draw_gaps,
    draw_plane,
    draw_step,
)
from infomax.papers._typical_speakers import (
    MarkovSpeaker,
    Speaker,
    model_speaker,
    narrowed,
    read_pairs,
)
from infomax.papers._typical_texts import SOURCES, own
from infomax.papers.catalogue import catalogue

paper = catalogue["typical"]
CHAINS: Mapping[str, Sequence[Any]] = {
    "typical .95": (TypicalSampling(mass=0.95),),
    "typical .2": (TypicalSampling(mass=0.2),),
    "nucleus .95": (NucleusSampling(mass=0.95),),
    "nucleus .9": (NucleusSampling(mass=0.9),),
    "top-k 30": (TopKSampling(k=30),),
    "min-p .1": (MinPSampling(min_p=0.1),),
    "η": (EtaSampling(epsilon=3e-4),),
    "temperature .7": (Temperature(temperature=0.7),),
    "ancestral": (),
    "greedy": (TopKSampling(k=1),),
}
METHODS = ("typical .95", "typical .2")
arms = {arm: "method" if arm in METHODS else "baseline" for arm in CHAINS}
arms |= {"globally typical": "baseline", "people": "oracle"}
MASSES = {"typical .95": 0.95, "typical .2": 0.2}
ENOUGH = 200  # texts, below which MAUVE is mostly noise

claims = [
    Comparison(
        "typical sampling (.95) repeats itself more nearly as people do than nucleus sampling",
        metric="distance in repetition",
        arm="typical .95",
        baseline="nucleus .95",
        better="lower",
        equal=("tokens",),
        every=("case",),
        smallest=0.005,
    ),
    Comparison(
        "typical sampling (.2) repeats itself more nearly as people do than top-k",
        metric="distance in repetition",
        arm="typical .2",
        baseline="top-k 30",
        better="lower",
        equal=("tokens",),
        every=("case",),
        smallest=0.005,
    ),
    Comparison(
        "its texts are no further from those of people by MAUVE than those of nucleus sampling",
        metric="MAUVE",
        arm="typical .95",
        baseline="nucleus .95",
        better="higher",
        equal=("tokens",),
        every=("case",),
        non_inferiority=0.05,
    ),
    Comparison(
        "what people write is as surprising as the model expects, within a quarter of a nat",
        metric="mean gap",
        arm="people",
        baseline="ancestral",
        equal=("tokens",),
        every=("case",),
        equivalence=0.25,
    ),
    Comparison(
        "words of typical sampling (.2) say more nearly what is expected than other truncations'",
        metric="distance from the entropy",
        arm="typical .2",
        baseline=("nucleus .9", "top-k 30", "min-p .1"),
        better="lower",
        equal=("tokens",),
        every=("case",),
        smallest=0.05,
    ),
    Bound(
        "what the model draws is, on average, as surprising as it expects",
        arm="ancestral",
        measured="mean gap, either way",
        at_most=0.0,
        standard_error="standard error of the mean gap",
    ),
    Bound(
        "the words that are kept have the mass that was asked for",
        arm="typical .95",
        measured="missing mass",
        at_most=0.0,
        tolerance=1e-5,
    ),
]

SEED = ("texts", "draws")
MODEL = {"speaker": "model", "sources": ["Wikipedia"], "encoder": False, "n_prompt_tokens": 32}
settings = {
    "smoke": Setting(
        n_seeds=3,
        varies=SEED,
        options={"speaker": "chain", "n_words": 200, "n_texts": 200, "n_tokens": 60},
    ),
    "demo": Setting(n_seeds=3, varies=SEED, options=MODEL | {"n_prompts": 6, "n_tokens": 32}),
    "laptop": Setting(
        n_seeds=5,
        varies=SEED,
        options=MODEL
        | {"sources": ["Wikipedia", "descriptions"], "encoder": True}
        | {"n_prompts": 20, "n_tokens": 96},
    ),
    "full": Setting(
        n_seeds=10,
        varies=SEED,
        options=MODEL
        | {"sources": ["Wikipedia", "descriptions"], "encoder": True}
        | {"n_prompts": 240, "n_tokens": 128, "n_prompt_tokens": 64},
    ),
    "own": Setting(n_seeds=5, varies=SEED, options=MODEL | {"n_prompts": 20, "n_tokens": 64}),
}


def prepare(setting: Setting, data: str | None = None) -> Speaker:
    """Load the model and the texts once a process.

    `data` is a file of JSON lines with `prompt` and `reference`, or a folder of such files with,
    if need be, a language model in its subfolder ``model``.
    """
    if setting["speaker"] == "chain":
        names = ("n_words", "n_texts", "n_tokens")
        return MarkovSpeaker(**{name: setting[name] for name in names})
    texts, model = _own(Path(data)) if data is not None else (None, None)
    if texts is None:
        texts = {name: SOURCES[name]() for name in setting["sources"]}
    sizes = {name: setting[name] for name in ("n_prompts", "n_prompt_tokens", "n_tokens")}
    encoder = minilm() if setting["encoder"] else None
    return model_speaker(texts, model or smollm2(), encoder, sizes=sizes)


def _own(path: Path) -> tuple[dict[str, Any], Path | None]:
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise ValueError(f"`data` must hold files of JSON lines (*.jsonl), {path} has none")
    model = path / "model"
    return {file.stem: own(read_pairs(file)) for file in files}, model if model.is_dir() else None


def trial(setting: Setting, seed: int, context: Speaker) -> Iterator[Record]:
    """Let every arm go on from the same prompts with the same luck, and set it beside people."""
    generator = np.random.default_rng(seed)
    for case in context.cases:
        pairs = context.pairs(case, generator)
        told: dict[str, Any] = context.sample(pairs, CHAINS, seed)
        told["people"] = context.score(pairs)
        for arm, mass in MASSES.items():
            missing = mass - min(kept.min() for kept in told[arm].kept_mass)
            yield Row(arm, "missing mass", float(missing), "1", case=case)
        measured = {arm: _measured(found) for arm, found in told.items()}
        for arm, values in measured.items():
            yield from _rows(arm, values, measured["people"], case)
            yield Spend(arm, "tokens", sum(map(len, told[arm].tokens)), case=case)
        for arm in CHAINS:
            dropped = 1 - np.concatenate(told[arm].kept_mode).mean()
            yield Row(arm, "likeliest word dropped", float(dropped), "1", case=case)
        nucleus = told["nucleus .95"].tokens
        pairs_of_texts = zip(told["typical .95"].tokens, nucleus, strict=True)
        unlike = np.mean([not np.array_equal(a, b) for a, b in pairs_of_texts])
        yield Row("typical .95", "texts unlike the nucleus's", float(unlike), "1", case=case)
        yield from _globally_typical(told["ancestral"], measured["people"], case)
        yield from _mauves(context, told, case, seed)
        yield _gap_counts(told, case)
        yield _one_step(context.next_logits(pairs), case)


UNITS = {"repetition": "1", "zipf": "1", "diversity": "1", "log perplexity": "nats"}


def _measured(found: Any) -> dict[str, float]:
    gaps = [
        entropy_gap(said, expected)
        for said, expected in zip(found.token_log_probs, found.entropies, strict=True)
    ]
    means = np.array([gap.mean() for gap in gaps])
    return {
        "repetition": float(np.mean([repetition(text) for text in found.tokens])),
        "zipf": zipf_coefficient(np.concatenate(found.tokens)),
        "diversity": float(np.mean([ngram_diversity(text) for text in found.tokens])),
        "log perplexity": float(np.log(perplexity(np.concatenate(found.token_log_probs)))),
        "mean gap": float(means.mean()),
        "standard error of the mean gap": float(means.std(ddof=1) / np.sqrt(len(means))),
        "distance from the entropy": float(np.mean(np.abs(np.concatenate(gaps)))),
    }


def _rows(
    arm: str, values: Mapping[str, float], people: Mapping[str, float], case: str
) -> Iterator[Record]:
    for name, value in values.items():
        yield Row(arm, name, value, UNITS.get(name, "nats"), case=case)
    yield Row(arm, "mean gap, either way", abs(values["mean gap"]), "nats", case=case)
    if arm != "people":
        for name, unit in UNITS.items():
            distance = abs(values[name] - people[name])
            yield Row(arm, f"distance in {name}", distance, unit, case=case)


def _globally_typical(ancestral: Any, people: Mapping[str, float], case: str) -> Iterator[Record]:
    """Keep the half of plain samples whose mean gap is nearest to zero; all were paid for."""
    arm = "globally typical"
    means = [
        abs(entropy_gap(said, expected).mean())
        for said, expected in zip(ancestral.token_log_probs, ancestral.entropies, strict=True)
    ]
    kept = [ancestral.tokens[i] for i in np.argsort(means)[: max(1, len(means) // 2)]]
    for name, measure in (("repetition", repetition), ("diversity", ngram_diversity)):
        value = float(np.mean([measure(text) for text in kept]))
        yield Row(arm, name, value, "1", case=case)
        yield Row(arm, f"distance in {name}", abs(value - people[name]), "1", case=case)
    yield Spend(arm, "tokens", sum(map(len, ancestral.tokens)), case=case)


def _mauves(context: Speaker, told: Mapping[str, Any], case: str, seed: int) -> Iterator[Record]:
    """Yield MAUVE where there are texts enough, and features small enough to keep."""
    features = {arm: context.features(found.tokens) for arm, found in told.items()}
    people = features["people"]
    if people is None:
        return
    kept: dict[str, NDArray[Any]] = {}
    for arm, vectors in features.items():
        assert vectors is not None
        kept[arm] = narrowed(vectors)
        if arm != "people" and len(vectors) >= ENOUGH:
            score = mauve(vectors, people, random_state=seed)
            yield Row(arm, "MAUVE", score, "1", case=case)
    yield Artifact(f"features, {case}", kept)


def _gap_counts(told: Mapping[str, Any], case: str) -> Artifact:
    counts = {}
    for arm, found in told.items():
        gaps = entropy_gap(np.concatenate(found.token_log_probs), np.concatenate(found.entropies))
        clipped = np.clip(gaps, GAP_EDGES[0], GAP_EDGES[-1])
        counts[arm] = np.histogram(clipped, GAP_EDGES)[0].astype(np.int32)
    return Artifact(f"gaps, {case}", counts)


def _one_step(logits: NDArray[np.float64], case: str) -> Artifact:
    """Return the likeliest words of one step, and which of them each truncation keeps."""
    p = np.exp(logits - logits.max())
    first = np.argsort(-p)[:60]
    masks = {
        "typical .95": typical_mask(logits, mass=0.95),
        "typical .2": typical_mask(logits, mass=0.2),
        "nucleus .95": nucleus_mask(logits, mass=0.95),
    }
    kept = {arm: mask[first] for arm, mask in masks.items()}
    return Artifact(f"step, {case}", {"probability": (p / p.sum())[first], **kept})


def figures(rows: pd.DataFrame, artifacts: Artifacts) -> Mapping[str, Figure]:
    """Draw gaps, distances from people, repetition beside MAUVE, and one step with what is kept."""
    return {
        "gaps": draw_gaps(artifacts, arms),
        "distances": draw_distances(rows, arms, tuple(UNITS)),
        "plane": draw_plane(rows, artifacts, arms, enough=ENOUGH),
        "step": draw_step(artifacts),
    }
