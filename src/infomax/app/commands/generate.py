"""Text from a language model of the user's own, with a choice of what may be said next."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from infomax._arguments import check_choice
from infomax.app.commands.options import AsJson
from infomax.app.console import print_json

PROCESSORS = ("typical", "nucleus", "top-k", "min-p", "eta", "none", "greedy")


def generate(
    folder: Annotated[Path, typer.Argument(help="Model folder: config.json, *.safetensors.")],
    prompt: Annotated[list[str], typer.Option(help="Text to go on from; may be given again.")],
    processor: Annotated[str, typer.Option(help=f"{', '.join(PROCESSORS)}.")] = "typical",
    mass: Annotated[float, typer.Option(help="For typical and nucleus: what to cover.")] = 0.95,
    k: Annotated[int, typer.Option("--k", help="For top-k: how many words.")] = 50,
    min_p: Annotated[float, typer.Option(help="For min-p: share of the likeliest word's.")] = 0.1,
    epsilon: Annotated[float, typer.Option(help="For eta: the threshold.")] = 3e-4,
    temperature: Annotated[float, typer.Option(help="Divides the scores first.")] = 1.0,
    max_new_tokens: Annotated[int, typer.Option(help="Length at most.")] = 64,
    n: Annotated[int, typer.Option("--n", help="How many texts a prompt.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Makes the answer repeatable.")] = None,
    as_json: AsJson = False,
) -> None:
    """Continue prompts with a model of your own, and tell how surprising the text is to it.

    Examples:  infomax generate my-model --prompt "The sea" --processor typical --mass 0.95
    """
    from infomax import language

    check_choice("processor", processor, PROCESSORS)
    chain: list[Any] = [] if temperature == 1 else [language.Temperature(temperature=temperature)]
    make: dict[str, Callable[[], Any]] = {
        "typical": lambda: language.TypicalSampling(mass=mass),
        "nucleus": lambda: language.NucleusSampling(mass=mass),
        "top-k": lambda: language.TopKSampling(k=k),
        "min-p": lambda: language.MinPSampling(min_p=min_p),
        "eta": lambda: language.EtaSampling(epsilon=epsilon),
        "greedy": lambda: language.TopKSampling(k=1),
    }
    if processor != "none":
        chain.append(make[processor]())
    lm = language.load_causal_lm(folder)
    prompts = [text for text in prompt for _ in range(n)]
    found = language.sample_continuations(
        lm.model,
        lm.tokenizer,
        prompts,
        processors={processor: chain},
        max_new_tokens=max_new_tokens,
        random_state=seed,
    )[processor]
    rows = [
        {
            "prompt": text,
            "text": found.texts[i],
            "n_tokens": len(found.tokens[i]),
            "perplexity": language.perplexity(found.token_log_probs[i]),
            "mean_gap": language.entropy_gap(found.token_log_probs[i], found.entropies[i]).mean(),
            "repetition": language.repetition(found.tokens[i]),
        }
        for i, text in enumerate(prompts)
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['prompt']}{row['text']}")
        typer.echo(
            f"  [{row['n_tokens']} tokens, perplexity {row['perplexity']:.1f}, "
            f"{row['mean_gap']:+.2f} nats from expected, {row['repetition']:.0%} repeated]"
        )
