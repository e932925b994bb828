"""More than one machine: records and models as Parquet, made by many tasks at once.

A *lake* is a folder that every worker reaches. Tasks load export files into it, each by itself,
and build its models, each for some of the contacts, by the same code and the same SQL files as a
database is made by; so both end in the same rows. ``convocommerce.open`` opens a lake to be asked
like any shop. Without a cluster the same tasks run in threads of this process.

>>> from convocommerce import cluster
>>> cluster.build("nowhere-at-all")
Traceback (most recent call last):
convocommerce.errors.LakeError: nothing is loaded into the lake ...; load exports first
"""

from convocommerce.cluster.building import Built, build
from convocommerce.cluster.lakes import is_lake
from convocommerce.cluster.loading import load
from convocommerce.cluster.reading import open_lake

__all__ = ["Built", "build", "is_lake", "load", "open_lake"]
