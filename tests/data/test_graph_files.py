"""Graphs from users' files: what is read, and what is refused by file and place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.io import mmwrite

from infomax.data.graph_files import read_graph

GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="d0" for="edge" attr.name="weight" attr.type="double">{default}</key>
  <key id="d1" for="node" attr.name="weight" attr.type="double"/>
  <graph edgedefault="{edgedefault}">
    <node id="a"><data key="d1">7</data></node><node id="b"/><node id="lone"/><node id="c"/>
    <edge source="a" target="b"><data key="d0">0.5</data></edge>
    <edge source="c" target="b"{own}><data key="d0">{weight}</data></edge>
  </graph>
</graphml>"""

BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">
<!ENTITY lol4 "&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;&lol3;">]>
<graphml><graph edgedefault="directed"><node id="&lol4;"/></graph></graphml>"""

OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE graphml [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<graphml><graph edgedefault="directed"><node id="&secret;"/></graph></graphml>"""


def _read(tmp_path, name, content, **options):
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content, encoding="utf-8")
    return read_graph(path, **options)


def _graphml(**changes) -> str:
    return GRAPHML.format(
        **{"default": "", "edgedefault": "directed", "own": "", "weight": "0.25"} | changes
    )


def _arcs(graph):
    cells = graph.adjacency.tocoo()
    return {
        (graph.nodes[s], graph.nodes[t]): w
        for s, t, w in zip(cells.row, cells.col, cells.data, strict=True)
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("g.csv", "a,b\nb,c\n"),
        ("g.csv", "a;b\r\nb;c\r\n"),
        ("g.tsv", "a\tb\nb\tc"),
        ("g.txt", "# SNAP\n# FromNodeId ToNodeId\na b\n\n  b   c  \n"),
        ("out.konect", "% asym unweighted\na b\nb c\n"),
        ("g.csv", "Source,Target\na,b\nb,c\n"),
        ("g.csv", "\ufeffTo,From\nb,a\nc,b\n"),
        ("g.csv", "a,b\n# a note\nb,c\na,b\n"),
        ("g.csv", '"a","b"\n"b","c"\n'),
    ],
)
def test_closed_form_edge_lists_in_many_hands(tmp_path, name, content):
    graph = _read(tmp_path, name, content)
    assert _arcs(graph) == {("a", "b"): 1, ("b", "c"): 1}
    assert not graph.weighted
    assert set(graph.nodes) == set("abc")


@pytest.mark.parametrize(
    "content",
    [
        "a,b,0.5\nb,c,1e-1\n",
        "x,y,p\na,b,0.5\nb,c,0.1\n",
        "Source,Target,Type,Id,Label,Weight\na,b,Directed,0,,0.5\nb,c,Directed,1,,0.1\n",
        "a b 0.5 1262304000\nb c 0.1 1262304000\n",
    ],
)
def test_closed_form_weights(tmp_path, content):
    graph = _read(tmp_path, "g.csv", content)
    assert graph.weighted
    assert _arcs(graph) == {("a", "b"): 0.5, ("b", "c"): 0.1}


def test_names_with_quotation_marks_spaces_and_commas(tmp_path):
    assert _read(tmp_path, "g.tsv", 'Ann "A"\tBo, jr\n').nodes == ('Ann "A"', "Bo, jr")
    assert _read(tmp_path, "g.csv", '"Bo, jr",Ann\n').nodes == ("Bo, jr", "Ann")


def test_whole_numbers_are_put_in_order_and_words_left_in_theirs(tmp_path):
    graph = _read(tmp_path, "g.csv", "id,follows\n10,9\n9,2\n")
    assert graph.nodes == ("2", "9", "10")
    assert _arcs(graph) == {("10", "9"): 1, ("9", "2"): 1}
    assert _read(tmp_path, "h.csv", "10,9\n9,x\n").nodes == ("10", "9", "x")


def test_a_header_may_be_announced_or_denied(tmp_path):
    assert _read(tmp_path, "g.csv", "ann,bo\nbo,cy\n", header=True).nodes == ("bo", "cy")
    assert len(_read(tmp_path, "g.csv", "from,to\nto,from\n", header=False).nodes) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_foreign_encodings_with_a_mark_are_read(tmp_path, encoding):
    assert _read(tmp_path, "g.csv", "Žižka,Łódź\n".encode(encoding)).nodes == ("Žižka", "Łódź")


def test_other_encodings_are_refused_unless_named(tmp_path):
    content = "a,b\nZoë,c\n".encode("latin-1")
    with pytest.raises(ValueError, match=r"g.csv must be text in utf-8, got the byte 0xeb .*name"):
        _read(tmp_path, "g.csv", content)
    assert _read(tmp_path, "g.csv", content, encoding="latin-1").nodes[2] == "Zoë"


def test_undirected_on_request(tmp_path):
    graph = _read(tmp_path, "g.csv", "a,b,.5\nb,a,.5\nc,c,.2\n", directed=False)
    assert _arcs(graph) == {("a", "b"): 0.5, ("b", "a"): 0.5, ("c", "c"): 0.2}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "must hold data, got an empty file"),
        ("# nothing\n\n", "must hold data"),
        ("source,target\n", "at least one edge, got none"),
        ("alone\n", "line 1: an edge needs two columns or more, got 1"),
        ("a,b\nb\n", "line 2: must have as many columns as the first line, 2, got 1"),
        ("a,b\n\nb,c,d\n", "line 3: must have as many columns as the first line, 2, got 3"),
        ("a,b\nb,\n", "line 2: an edge needs a name at both ends"),
        ("a,b,1\nb,c,high\n", "line 2: the weight must be a number, got 'high'"),
        ("a,b,1\nb,c,\n", "line 2: the weight must be a number, got ''"),
        ("a,b,1\nb,c,nan\n", "line 2: the weight must be finite, got nan"),
        ("a,b,1\nb,c,-inf\n", "line 2: the weight must be finite, got -inf"),
        ("a,b,1\nb,c,2\na,b,3\n", r"from 'a' to 'b' has the weight 1 \(line 1\) and 3 \(line 3\)"),
        ('a,b\n"b,c\n', "line 2: unexpected end of data"),
        ("a,b\n\0,c\n", "line 2: must be text, got a zero byte"),
    ],
)
def test_a_bad_edge_list_is_refused_by_file_and_line(tmp_path, content, what):
    with pytest.raises(ValueError, match=rf"g\.csv.*{what}") as caught:
        _read(tmp_path, "g.csv", content)
    assert "\n" not in str(caught.value)


def test_an_absent_file_is_told_as_such(tmp_path):
    for name in ("no.csv", "no.graphml", "no.mtx", "no.npz"):
        with pytest.raises(FileNotFoundError, match=name):
            read_graph(tmp_path / name)


def test_closed_form_graphml(tmp_path):
    graph = _read(tmp_path, "g.graphml", _graphml())
    assert graph.nodes == ("a", "b", "lone", "c")
    assert graph.weighted
    assert _arcs(graph) == {("a", "b"): 0.5, ("c", "b"): 0.25}


def test_graphml_says_which_edges_are_undirected(tmp_path):
    both = {("a", "b"): 0.5, ("b", "a"): 0.5, ("c", "b"): 0.25}
    mixed = _read(tmp_path, "g.xml", _graphml(edgedefault="undirected", own=' directed="true"'))
    assert _arcs(mixed) == both
    every = _read(tmp_path, "g.xml", _graphml(edgedefault="undirected"))
    assert _arcs(every) == both | {("b", "c"): 0.25}
    assert _arcs(_read(tmp_path, "g.xml", _graphml(), directed=False)) == _arcs(every)


def test_graphml_without_weights_and_with_a_default(tmp_path):
    default = _graphml(default="<default>0.75</default>").replace(
        '<data key="d0">0.25</data></edge>', "</edge>"
    )
    assert _arcs(_read(tmp_path, "g.xml", default))["c", "b"] == 0.75
    plain = _graphml().replace('attr.name="weight"', 'attr.name="colour"')
    assert not _read(tmp_path, "g.xml", plain).weighted


@pytest.mark.parametrize("content", [BOMB, OUTSIDE])
def test_entities_are_refused(tmp_path, content):
    with pytest.raises(ValueError, match=r"g\.graphml declares entities, which are refused"):
        _read(tmp_path, "g.graphml", content)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "no sound XML"),
        (_graphml()[:-40], "no sound XML"),
        ("<svg/>", "must hold a GraphML graph, got none"),
        ("<graphml><graph><graph/></graph></graphml>", "one graph, got several"),
        ("<graphml><graph><hyperedge/></graph></graphml>", "got a hyperedge"),
        ("<graphml><graph><node/></graph></graphml>", "a GraphML node must have 'id'"),
        ('<graphml><graph><edge source="a"/></graph></graphml>', "edge must have 'target'"),
        (
            '<graphml><graph><node id="a"/><edge source="a" target="z"/></graph></graphml>',
            "must list every node, got an edge at unlisted 'z'",
        ),
        ('<graphml><graph><node id="a"/></graph></graphml>', "at least one edge"),
        (
            _graphml(weight="much"),
            "edge 2 from 'c' to 'b': the weight must be a number, got 'much'",
        ),
        (_graphml(weight="NaN"), "edge 2 from 'c' to 'b': the weight must be finite, got nan"),
    ],
)
def test_a_bad_graphml_file_is_refused_by_file_and_place(tmp_path, content, what):
    with pytest.raises(ValueError, match=rf"g\.graphml.*{what}"):
        _read(tmp_path, "g.graphml", content)


def test_closed_form_matrix_market(tmp_path):
    head = "%%MatrixMarket matrix coordinate"
    graph = _read(tmp_path, "g.mtx", f"{head} real general\n% note\n3 3 2\n1 2 0.5\n3 1 2\n")
    assert graph.nodes == ("1", "2", "3")
    assert _arcs(graph) == {("1", "2"): 0.5, ("3", "1"): 2}
    graph = _read(tmp_path, "h.mtx", f"{head} pattern symmetric\n3 3 1\n2 1\n")
    assert not graph.weighted
    assert _arcs(graph) == {("1", "2"): 1, ("2", "1"): 1}


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "no sound Matrix Market file"),
        ("%%MatrixMarket matrix coordinate real general\n3 3 2\n1 2 0.5\n", "no sound Matrix"),
        ("%%MatrixMarket matrix coordinate real general\n3 3 1\n4 2 0.5\n", "no sound Matrix"),
        ("%%MatrixMarket matrix coordinate real general\n3 2 1\n1 2 0.5\n", r"square .*\(3, 2\)"),
        (
            "%%MatrixMarket matrix coordinate real general\n3 3 1\n1 2 nan\n",
            r"entry \(1, 2\): .*nan",
        ),
        ("%%MatrixMarket matrix coordinate complex general\n2 2 1\n1 2 1 1\n", "sparse real"),
        ("%%MatrixMarket matrix array real general\n1 1\n1\n", "sparse real"),
        ("%%MatrixMarket matrix coordinate real general\n3 3 0\n", "at least one edge"),
        (
            "%%MatrixMarket matrix coordinate real general\n3 3 2\n1 2 1\n1 2 3\n",
            r"'1' to '2' has the weight 1 \(entry \(1, 2\)\) and 3",
        ),
    ],
)
def test_a_bad_matrix_market_file_is_refused_by_file(tmp_path, content, what):
    with pytest.raises(ValueError, match=rf"g\.mtx.*{what}"):
        _read(tmp_path, "g.mtx", content)


@pytest.mark.parametrize("kind", ["csr", "csc", "dia", "bsr"])
def test_closed_form_npz(tmp_path, kind):
    matrix = sparse.coo_array(([0.5, 1.0], ([0, 2], [1, 0])), shape=(3, 3)).asformat(kind)
    sparse.save_npz(tmp_path / "g.npz", matrix)
    graph = read_graph(tmp_path / "g.npz")
    assert graph.nodes == ("0", "1", "2")
    assert graph.weighted
    assert (graph.adjacency.toarray() == matrix.toarray()).all()
    assert not read_graph_of_ones(tmp_path).weighted


def read_graph_of_ones(tmp_path):
    sparse.save_npz(tmp_path / "ones.npz", sparse.eye_array(3, format="csr"))
    return read_graph(tmp_path / "ones.npz")


def test_a_bad_npz_is_refused_by_file(tmp_path):
    path = tmp_path / "g.npz"
    sparse.save_npz(path, sparse.eye_array(30, format="csr"))
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[len(whole) // 3] ^= 255
    for content in (b"", b"no archive", whole[: len(whole) // 2], bytes(damaged)):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"g\.npz is no sound sparse matrix"):
            read_graph(path)
    np.savez(path, other=np.ones(3))
    with pytest.raises(ValueError, match=r"g\.npz is no sound sparse matrix"):
        read_graph(path)
    sparse.save_npz(path, sparse.csr_array(np.ones((2, 3))))
    with pytest.raises(ValueError, match=r"g\.npz must be a square matrix, got shape \(2, 3\)"):
        read_graph(path)
    sparse.save_npz(path, sparse.csr_array(np.full((2, 2), 1j)))
    with pytest.raises(ValueError, match=r"g\.npz must be a real matrix"):
        read_graph(path)


def test_pickles_are_refused(tmp_path):
    class Harm:
        def __reduce__(self):
            return (pytest.fail, ("a pickle was loaded",))

    np.savez(tmp_path / "g.npz", format="csr", data=np.array([Harm()], dtype=object))
    with pytest.raises(ValueError, match="no sound sparse matrix"):
        read_graph(tmp_path / "g.npz")


ARC = st.tuples(st.integers(0, 9), st.integers(0, 9))


@given(st.dictionaries(ARC, st.floats(-5, 5, allow_subnormal=False), min_size=1))
def test_law_every_format_tells_the_same_graph(tmp_path_factory, arcs):
    folder = tmp_path_factory.mktemp("formats")
    sources, targets = np.array(list(arcs)).T
    weights = np.array(list(arcs.values()))
    matrix = sparse.coo_array((weights, (sources, targets)), shape=(10, 10))
    mmwrite(folder / "g.mtx", matrix, precision=17, symmetry="general")
    sparse.save_npz(folder / "g.npz", matrix)
    rows = "".join(f"{s},{t},{w!r}\n" for (s, t), w in arcs.items())
    (folder / "g.csv").write_text(rows)
    text = read_graph(folder / "g.csv")
    assert _arcs(text) == {(str(s), str(t)): w for (s, t), w in arcs.items()}
    market, npz = read_graph(folder / "g.mtx"), read_graph(folder / "g.npz")
    assert (market.adjacency.toarray() == matrix.toarray()).all()
    assert (npz.adjacency.toarray() == matrix.toarray()).all()


@pytest.mark.peer
def test_peer_graphml_of_networkx_and_igraph(tmp_path):
    networkx = pytest.importorskip("networkx")
    club = networkx.karate_club_graph()
    networkx.write_graphml(club, tmp_path / "g.graphml")
    graph = read_graph(tmp_path / "g.graphml")
    expected = networkx.to_scipy_sparse_array(club, weight="weight")
    assert (graph.adjacency.toarray() == expected.toarray()).all()
    igraph = pytest.importorskip("igraph")
    directed = igraph.Graph([(0, 1), (2, 1)], directed=True)
    directed.es["weight"] = [0.5, 0.25]
    directed.write_graphml(str(tmp_path / "h.graphml"))
    assert read_graph(tmp_path / "h.graphml").adjacency.toarray().tolist() == [
        [0, 0.5, 0],
        [0, 0, 0],
        [0, 0.25, 0],
    ]
