"""Figures as files."""

from matplotlib.figure import Figure

from infomax.lab.drawing import svg_figures


def test_labels_keep_their_digits_and_coordinates_do_not():
    figure = Figure()
    panel = figure.subplots()
    panel.plot([0.123456, 0.654321], [0.0, 1.0])
    panel.set_xticks([0.125, 0.875], ["0.125", "0.875"])
    drawn = svg_figures({"one": figure})["one"].decode()
    assert ">0.125<" in drawn
    assert ">0.875<" in drawn
    path = max((part.split('"')[0] for part in drawn.split(' d="M ')[1:]), key=len)
    assert all(len(number.partition(".")[2]) <= 2 for number in path.split())


def test_the_same_figure_gives_the_same_file():
    files = []
    for _ in range(2):
        figure = Figure()
        figure.subplots().plot([0, 1], label="both")
        files.append(svg_figures({"one": figure})["one"])
    assert files[0] == files[1]


def test_figures_drawn_without_the_style_are_saved_without_background():
    figure = Figure()
    figure.subplots()
    assert "#ffffff" not in svg_figures({"one": figure})["one"].decode()
