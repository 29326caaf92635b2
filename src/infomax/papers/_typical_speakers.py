"""Who speaks in typical's experiment: a Markov chain that is known, or a language model."""

import json
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from infomax.language import (
    CausalLM,
    Continuations,
    ScoredTexts,
    load_causal_lm,
    sample_continuations,
    score_continuations,
)
from infomax.measures import categorical_entropy
from infomax.papers._typical_texts import Pairs, Texts

Arms = Mapping[str, Sequence[Any]]
N_KEPT = 32  # width of the features that are kept for the figures


class Speaker(Protocol):
    """Draws what follows a prompt, and tells how likely a text of people is."""

    @property
    def cases(self) -> tuple[str, ...]:
        """The kinds of text."""

    def pairs(self, case: str, generator: np.random.Generator) -> Pairs:
        """Return prompts with their true continuations, as tokens."""

    def sample(self, pairs: Pairs, arms: Arms, seed: int) -> dict[str, Continuations]:
        """Continue every prompt in every arm."""

    def score(self, pairs: Pairs) -> ScoredTexts:
        """Return what the speaker thinks of the true continuations."""

    def next_logits(self, pairs: Pairs) -> NDArray[np.float64]:
        """Return the logits of what follows the first prompt."""

    def features(self, tokens: Sequence[NDArray[np.int64]]) -> NDArray[np.float64] | None:
        """Return a vector a text, or None where there is no encoder."""


@dataclass(frozen=True)
class MarkovSpeaker:
    """People are a Markov chain of words; the model is that chain with an unreliable tail.

    The model gives `tail` of its probability to words that people hardly say there, as a language
    model does; its entropy at each word is known exactly.
    """

    n_words: int
    n_texts: int
    n_tokens: int
    tail: float = 0.05
    cases: tuple[str, ...] = ("Markov chain",)

    def pairs(self, case: str, generator: np.random.Generator) -> Pairs:
        """Draw first words and texts of the true chain."""
        del case
        people, _ = self.chains()
        starts = generator.integers(self.n_words, size=self.n_texts)
        uniforms = generator.random((self.n_texts, self.n_tokens))
        states, texts = starts, []
        for u in uniforms.T:
            states = _inverted(people[states], u)
            texts.append(states)
        return Pairs([[int(s)] for s in starts], np.stack(texts, axis=1).tolist())

    def sample(self, pairs: Pairs, arms: Arms, seed: int) -> dict[str, Continuations]:
        """Draw from the model's chain; what each arm keeps after each word is found once."""
        _, model = self.chains()
        uniforms = np.random.default_rng(seed).random((self.n_texts, self.n_tokens))
        starts = np.array([prompt[-1] for prompt in pairs.prompts])
        return {arm: _walk(model, chain, starts, uniforms) for arm, chain in arms.items()}

    def score(self, pairs: Pairs) -> ScoredTexts:
        """Return the true texts' probabilities under the model."""
        _, model = self.chains()
        tokens = np.array(pairs.references)
        before = np.column_stack([[p[-1] for p in pairs.prompts], tokens[:, :-1]])
        said = np.log(model[before, tokens])
        return ScoredTexts(tuple(tokens), tuple(said), tuple(categorical_entropy(model)[before]))

    def next_logits(self, pairs: Pairs) -> NDArray[np.float64]:
        """Return the model's row of the first word."""
        return np.asarray(np.log(self.chains()[1][pairs.prompts[0][-1]]))

    def features(self, tokens: Sequence[NDArray[np.int64]]) -> NDArray[np.float64]:
        """Count the words of each text."""
        counts = [np.sqrt(np.bincount(text, minlength=self.n_words)) for text in tokens]
        return np.array(counts, dtype=np.float64)

    def chains(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the chain of people and the model's; one language for all seeds."""
        generator = np.random.default_rng(0)
        frequent = 1 / np.arange(1, self.n_words + 1)
        people = generator.gamma(5 * frequent / frequent.sum(), size=(self.n_words, self.n_words))
        people = (people + 1e-6) / (people + 1e-6).sum(axis=1, keepdims=True)
        return people, (1 - self.tail) * people + self.tail / self.n_words


@dataclass(frozen=True)
class ModelSpeaker:
    """A causal language model, with texts of people."""

    lm: CausalLM
    texts: Texts
    encoder: Any
    n_prompts: int
    n_prompt_tokens: int
    n_tokens: int

    @property
    def cases(self) -> tuple[str, ...]:
        """The kinds of text."""
        return tuple(self.texts)

    def pairs(self, case: str, generator: np.random.Generator) -> Pairs:
        """Draw passages and cut each into a prompt and what people wrote after it."""
        prompts, references = [], []
        for before, after in self.texts[case](generator):
            first = self.lm.tokenizer(before)["input_ids"]
            rest = self.lm.tokenizer(after)["input_ids"] if after else []
            if not after:  # one passage: the first tokens are the prompt
                first, rest = first[: self.n_prompt_tokens], first[self.n_prompt_tokens :]
            if first and len(rest) >= self.n_tokens:
                prompts.append(first[-self.n_prompt_tokens :])
                references.append(rest[: self.n_tokens])
            if len(prompts) == self.n_prompts:
                return Pairs(prompts, references)
        raise ValueError(
            f"`data` must hold {self.n_prompts} texts of {self.n_tokens} tokens after their "
            f"prompts in {case!r}, got {len(prompts)}"
        )

    def sample(self, pairs: Pairs, arms: Arms, seed: int) -> dict[str, Continuations]:
        """Continue every prompt; the end is barred, so that all texts are equally long."""
        return sample_continuations(
            self.lm.model,
            self.lm.tokenizer,
            pairs.prompts,
            processors=arms,
            max_new_tokens=self.n_tokens,
            stop_at_end=False,
            random_state=seed,
            batch_size=64,
        )

    def score(self, pairs: Pairs) -> ScoredTexts:
        """Return the true texts' probabilities under the model."""
        return score_continuations(
            self.lm.model, self.lm.tokenizer, pairs.prompts, pairs.references, stop_at_end=False
        )

    def next_logits(self, pairs: Pairs) -> NDArray[np.float64]:
        """Return the logits after the first prompt."""
        import torch

        with torch.inference_mode():
            ids = torch.tensor([pairs.prompts[0]], device=self.lm.model.device)
            logits = self.lm.model(input_ids=ids).logits[0, -1]
        return np.asarray(logits.double().cpu().numpy())

    def features(self, tokens: Sequence[NDArray[np.int64]]) -> NDArray[np.float64] | None:
        """Encode the texts with MiniLM."""
        if self.encoder is None:
            return None
        lists = [text.tolist() for text in tokens]
        texts = self.lm.tokenizer.batch_decode(lists, skip_special_tokens=True)
        return np.asarray(self.encoder(texts))


def model_speaker(
    texts: Texts, model: Path, encoder: Path | None, *, sizes: Mapping[str, int]
) -> ModelSpeaker:
    """Load a model, and the encoder where there is one."""
    return ModelSpeaker(
        load_causal_lm(model),
        texts,
        None if encoder is None else sentence_encoder(encoder),
        **sizes,
    )


def sentence_encoder(path: Path) -> Any:
    """Return a function from texts to vectors: the mean of the last layer, of length one."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(path, local_files_only=True)
    with redirect_stderr(StringIO()):  # a bar of progress
        model: Any = AutoModel.from_pretrained(path, local_files_only=True, use_safetensors=True)
    model.eval()

    def encode(texts: Sequence[str]) -> NDArray[np.float64]:
        vectors = []
        for start in range(0, len(texts), 32):
            batch = tokenizer(
                [text or " " for text in texts[start : start + 32]],
                padding=True,
                truncation=True,
                max_length=256,
                return_tensors="pt",
            )
            with torch.inference_mode():
                hidden = model(**batch).last_hidden_state
            mask = batch["attention_mask"][..., None]
            mean = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
            vectors.append(torch.nn.functional.normalize(mean, dim=1).double().numpy())
        return np.concatenate(vectors)

    return encode


def narrowed(features: NDArray[np.float64]) -> NDArray[np.int8]:
    """Return features in few dimensions and one byte a number, for what is kept of a run."""
    spread = np.random.default_rng(0).normal(size=(features.shape[1], N_KEPT))
    small = (features / np.linalg.norm(features, axis=1, keepdims=True)) @ spread
    return np.clip(np.round(small * 32), -127, 127).astype(np.int8)  # type: ignore[no-any-return]


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Read JSON lines with `prompt` and `reference`."""
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                told = json.loads(line)
                pairs.append((str(told["prompt"]), str(told["reference"])))
            except (ValueError, TypeError, KeyError) as error:
                raise ValueError(
                    f"`data` must hold JSON lines with `prompt` and `reference`; {path}, line "
                    f"{number}: {type(error).__name__} {error}"
                ) from None
    return pairs


def _walk(
    model: NDArray[np.float64],
    chain: Sequence[Any],
    starts: NDArray[np.int64],
    uniforms: NDArray[np.float64],
) -> Continuations:
    scores = np.log(model)
    for processor in chain:
        scores = processor(None, scores)
    kept = scores > -np.inf
    drawn_from = np.exp(scores - scores.max(axis=1, keepdims=True))
    drawn_from /= drawn_from.sum(axis=1, keepdims=True)
    entropies = categorical_entropy(model)
    mass = (model * kept).sum(axis=1)
    mode = np.take_along_axis(kept, model.argmax(axis=1)[:, None], axis=1)[:, 0]
    states, steps = starts, []
    for u in uniforms.T:
        following = _inverted(drawn_from[states], u)
        said = np.log(model[states, following])
        steps.append((following, said, entropies[states], mass[states], mode[states]))
        states = following
    columns = [tuple(np.stack(column, axis=1)) for column in zip(*steps, strict=True)]
    return Continuations(tuple("" for _ in starts), *columns)


def _inverted(p: NDArray[np.float64], u: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the first outcome of each row whose cumulated probability lies above u."""
    cumulated = p.cumsum(axis=1)
    return np.asarray((cumulated <= u[:, None] * cumulated[:, -1:]).sum(axis=1), dtype=np.int64)
