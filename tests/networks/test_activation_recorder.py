"""Recorder and monitor: what is kept, when, and in which shape."""

import math
import warnings

import pytest
import torch

from infomax.exceptions import EstimatorCeilingWarning, PrecisionWarning
from infomax.networks import (
    MLP,
    ActivationMonitor,
    ActivationRecorder,
    Batches,
    ConvNet,
    Projector,
    train,
)

X = torch.linspace(-1, 1, 40)[:, None]


def mse(model, batch):
    return (model(batch[0]) - batch[1]).square().mean()


def trained(callback_of, n_epochs=12):
    model = MLP(1, (6, 4), 1, random_state=0)
    callback = callback_of(model)
    batches = Batches(X, X.abs(), batch_size=8, random_state=0)
    train(model, batches, loss=mse, n_epochs=n_epochs, callback=callback)
    return model, callback


@pytest.mark.parametrize(
    ("epochs", "expected"),
    [("log", [0, 1, 2, 3, 5, 8, 12]), ("all", list(range(13))), ([0, 4], [0, 4]), ({7}, [7])],
)
def test_epochs_recorded(epochs, expected):
    _, recorder = trained(lambda m: ActivationRecorder(m, ["features"], X, epochs=epochs))
    assert sorted(recorder.activations) == expected


def test_naive_twin_activations_are_those_of_the_layers():
    model, recorder = trained(
        lambda m: ActivationRecorder(m, ["features.2", "features", "head"], X, batch_size=7)
    )
    found = recorder.activations[12]
    torch.testing.assert_close(found["features"], model.features(X).detach())
    torch.testing.assert_close(found["features.2"], model.features[:3](X).detach())
    torch.testing.assert_close(found["head"], model(X).detach())
    assert not torch.equal(recorder.activations[0]["head"], found["head"])


def test_recording_leaves_no_trace_on_training():
    plain, _ = trained(lambda _m: None)
    watched, recorder = trained(lambda m: ActivationRecorder(m, ["features"], X, epochs="all"))
    for a, b in zip(plain.parameters(), watched.parameters(), strict=True):
        assert torch.equal(a, b)
    assert not any(module._forward_hooks for module in watched.modules())
    assert not recorder.activations[3]["features"].requires_grad


def test_layers_of_more_axes_are_flattened():
    model = ConvNet(1, 3, widths=(4,), random_state=0)
    recorder = ActivationRecorder(model, ["features.0"], torch.zeros(5, 1, 8, 8))
    assert recorder.record(0)["features.0"].shape == (5, 4 * 8 * 8)


def test_the_mode_is_kept_and_evaluation_is_used():
    model = Projector(3, 4, 2, random_state=0).train()
    probe = torch.arange(6.0).reshape(2, 3)
    means = model.layers[1].running_mean.clone()
    recorder = ActivationRecorder(model, ["layers"], probe)
    recorder.record(0)
    assert model.training
    assert torch.equal(model.layers[1].running_mean, means)


def test_a_model_that_raises_leaves_no_hook():
    model = MLP(2, (3,), 1, random_state=0)
    recorder = ActivationRecorder(model, ["features"], torch.zeros(4, 5))
    with pytest.raises(RuntimeError):
        recorder.record(0)
    assert not any(module._forward_hooks for module in model.modules())


def test_monitor_measures_each_layer_and_streams():
    told = []
    measures = {"mean": lambda z: z.mean(), "units": lambda z: z.shape[1]}
    model, monitor = trained(
        lambda m: ActivationMonitor(
            ActivationRecorder(m, ["features.2", "features"], X, epochs=[0, 12]),
            measures=measures,
            on_reading=told.append,
        )
    )
    assert told == monitor.readings
    assert [(r.epoch, r.layer, r.measure) for r in told] == [
        (epoch, layer, measure)
        for epoch in (0, 12)
        for layer in ("features.2", "features")
        for measure in measures
    ]
    assert monitor.series("units", layer="features") == {0: 4.0, 12: 4.0}
    assert monitor.series("mean", layer="features")[12] == pytest.approx(
        float(model.features(X).detach().mean())
    )
    assert not monitor.recorder.activations


def test_monitor_keeps_activations_if_asked():
    _, monitor = trained(
        lambda m: ActivationMonitor(
            ActivationRecorder(m, ["features"], X, epochs=[1]),
            measures={"mean": torch.mean},
            keep_activations=True,
        )
    )
    assert list(monitor.recorder.activations) == [1]


def test_monitor_notes_ceilings_and_lets_other_warnings_pass():
    def measure(_z):
        warnings.warn("at the top", EstimatorCeilingWarning, stacklevel=1)
        warnings.warn("ties", PrecisionWarning, stacklevel=1)

    recorder = ActivationRecorder(MLP(1, (3,), 1, random_state=0), ["features"], X)
    monitor = ActivationMonitor(recorder, measures={"a": measure, "b": torch.mean})

    class End:
        epoch, n_epochs = 0, 1

    with pytest.warns(PrecisionWarning, match="ties") as caught:
        monitor(End)
    assert [w.category for w in caught] == [PrecisionWarning]
    assert [reading.near_ceiling for reading in monitor.readings] == [True, False]
    assert math.isnan(monitor.readings[0].value)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((["body"], X), {}, r"`layers` must name modules among .*head, got \['body'\]"),
        (("features", X), {}, "`layers` must name modules"),
        (([], X), {}, "`layers` must name modules"),
        ((["features"], X[:0]), {}, "`probe` must not be empty"),
        ((["features"], X), {"epochs": "some"}, "`epochs` must be 'log', 'all' or"),
        ((["features"], X), {"epochs": [-1]}, "`epochs` must be a whole number"),
        ((["features"], X), {"batch_size": 0}, "`batch_size`"),
    ],
)
def test_bad_input_is_refused_by_name(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        ActivationRecorder(MLP(1, (3,), 1, random_state=0), *arguments, **options)


def test_a_monitor_without_measures_is_refused():
    recorder = ActivationRecorder(MLP(1, (3,), 1, random_state=0), ["features"], X)
    with pytest.raises(ValueError, match="`measures` must name at least one"):
        ActivationMonitor(recorder, measures={})
