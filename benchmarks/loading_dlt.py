"""The measured work done by dlt: documents, one to a line, into a new DuckDB database.

Usage: python benchmarks/loading_dlt.py DOCUMENTS

Run by an interpreter that has ``dlt[duckdb]``. Prints the seconds of processor that loading took;
importing is not counted.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt


def main(documents: Path) -> None:
    """Load the documents and print the seconds."""

    def rows() -> Iterator[dict[str, Any]]:
        with documents.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)

    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "loading",
            destination=dlt.destinations.duckdb(f"{folder}/dlt.duckdb"),
            dataset_name="raw",
            pipelines_dir=f"{folder}/pipelines",
        )
        began = time.process_time()
        pipeline.run(rows(), table_name="documents").raise_on_failed_jobs()
        print(time.process_time() - began)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
