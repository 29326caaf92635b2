"""A tiny random language model and a tokenizer of words, made without a network."""

from pathlib import Path
from typing import Any

TEXT = "the sea is wide and green but cold so we stay here and read a book"


def tiny_tokenizer(**tokens: str) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = {word: i for i, word in enumerate(["<end>", *dict.fromkeys(TEXT.split())])}
    split = Tokenizer(models.WordLevel(words, unk_token="the"))
    split.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=split, **tokens)


def tiny_model(kind: str = "llama", *, n_tokens: int = 17, **more: Any) -> Any:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    if kind == "gpt2":
        sizes = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_positions": 64}
        config = GPT2Config(vocab_size=n_tokens, bos_token_id=0, eos_token_id=0, **sizes, **more)
        model: Any = GPT2LMHeadModel(config)
    else:
        sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2}
        heads = {"num_attention_heads": 4, "num_key_value_heads": 2, "initializer_range": 0.5}
        ids = {"bos_token_id": 0, "eos_token_id": 0} | more
        model = LlamaForCausalLM(LlamaConfig(vocab_size=n_tokens, **sizes, **heads, **ids))
    return model.eval()


def tiny_folder(path: Path, kind: str = "llama", *, n_tokens: int = 17, **tokens: str) -> Path:
    tiny_model(kind, n_tokens=n_tokens).save_pretrained(path)
    tiny_tokenizer(**tokens).save_pretrained(path)
    return path
