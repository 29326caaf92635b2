import json

import pytest

pytest.importorskip("transformers")

from tests.language.tiny import tiny_folder

from infomax.app.cli import main


@pytest.fixture
def folder(tmp_path):
    return tiny_folder(tmp_path / "lm")


@pytest.fixture
def call(capsys):
    def run(*arguments):
        capsys.readouterr()  # what making the folder said
        with pytest.raises(SystemExit) as ended:
            main(["generate", *map(str, arguments)])
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run


OPTIONS = ("--prompt", "the sea", "--max-new-tokens", 6, "--seed", 1)


@pytest.mark.parametrize(
    "processor", ["typical", "nucleus", "top-k", "min-p", "eta", "none", "greedy"]
)
def test_every_processor_speaks(call, folder, processor):
    more = ("--k", 5) if processor == "top-k" else ()
    code, out, err = call(folder, *OPTIONS, "--processor", processor, "--json", *more)
    assert (code, err) == (0, "")
    (told,) = json.loads(out)
    assert told["prompt"] == "the sea"
    assert 1 <= told["n_tokens"] <= 6
    assert told["perplexity"] >= 1


def test_several_texts_a_prompt_and_the_same_again(call, folder):
    arguments = (folder, *OPTIONS, "--prompt", "we stay", "--n", 2, "--temperature", 0.7)
    code, first, _ = call(*arguments)
    assert code == 0
    assert first.count("tokens, perplexity") == 4
    assert call(*arguments)[1] == first


def test_bad_input_ends_with_one_sentence(call, folder):
    for arguments, word in (
        ((folder, *OPTIONS, "--mass", 0), "`mass`"),
        ((folder, *OPTIONS, "--processor", "beam"), "`processor`"),
        ((folder / "absent", *OPTIONS), "`path`"),
        ((folder, *OPTIONS, "--temperature", 0), "`temperature`"),
        ((folder,), "prompt"),
    ):
        code, out, err = call(*arguments)
        assert (code, out) == (2, "")
        assert word in err
        assert err.count("\n") == 1


def test_pickled_weights_are_refused(call, folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    code, _, err = call(folder, *OPTIONS)
    assert code == 2
    assert "pickled" in err
