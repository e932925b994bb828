"""Run notebooks and keep what they now show: python notebooks/rerun.py [name ...]."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent


def rerun(path: Path) -> None:
    """Run one notebook from its own folder and write it back without times of running."""
    book = nbformat.read(path, as_version=4)
    client = NotebookClient(book, timeout=300, resources={"metadata": {"path": str(HERE)}})
    client.execute()
    for cell in book.cells:
        cell.metadata.pop("execution", None)
    nbformat.write(book, path)


for name in sys.argv[1:] or sorted(path.stem for path in HERE.glob("*.ipynb")):
    rerun(HERE / f"{name.removesuffix('.ipynb')}.ipynb")
    print(name)
