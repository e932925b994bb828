"""Measures what bringing models up to date costs beside building them all.

Usage: python benchmarks/refreshing.py [--size 1000000] [--share 0.01] [--rounds 3]

The last part of the webhook logs, by time, comes in a load of its own, round by round; every round
is refreshed, and then everything is built from the same records. Both must give the same rows.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from generate import generate
from ours import RULES

import convocommerce as cc
from convocommerce.sqlfiles import sql_files
from convocommerce.warehouse import Database


def split(exports: Path, out: Path, rounds: int, share: float) -> list[Path]:
    """Write the logs' last lines to folders of their own, one for each round, and the rest to one.

    Returns:
        The folders, the largest first and the newest last.
    """
    folders = [out / str(number) for number in range(rounds + 1)]
    for folder in folders:
        folder.mkdir()
    for path in sorted(exports.iterdir()):
        if path.suffix != ".ndjson":
            shutil.copy(path, folders[0])
            continue
        with path.open(encoding="utf-8") as lines:
            total = sum(1 for _ in lines)
        size = round(total * share)
        with path.open(encoding="utf-8") as lines:
            writers = [(folder / path.name).open("w", encoding="utf-8") for folder in folders]
            for number, line in enumerate(lines):
                writers[max(0, rounds - (total - 1 - number) // size)].write(line)
            for writer in writers:
                writer.close()
    return folders


def sums(database: Database) -> dict[str, tuple[object, ...]]:
    """Return for every model how many rows it has, and a sum over their hashes."""
    return {
        name: database.con.execute(
            f"select count(*), coalesce(sum(hash({name})::hugeint), 0) from {name}"
        ).fetchall()[0]
        for name in sql_files("models")
    }


def main() -> None:
    """Print the ratio of each round and their median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        generate(given.size, work / "exports")
        (work / "parts").mkdir()
        folders = split(work / "exports", work / "parts", given.rounds, given.share)
        ratios = []
        with cc.open(work / "shop.duckdb") as shop:
            shop.rules = RULES
            shop.load(folders[0])
            shop.build()
            for folder in folders[1:]:
                loaded = shop.load(folder).loaded
                seconds = []
                found = []
                for drop in ("", "drop table built"):
                    if drop:
                        shop.database.con.execute(drop)
                    began = time.process_time()
                    shop.build()
                    seconds.append(time.process_time() - began)
                    found.append(sums(shop.database))
                if found[0] != found[1]:
                    different = [one for one in found[0] if found[0][one] != found[1][one]]
                    raise SystemExit(f"refreshing gave other rows in {different}")
                ratios.append(seconds[0] / seconds[1])
                print(
                    f"{loaded} documents new: refreshed in {seconds[0]:.2f} s of processor, "
                    f"built in {seconds[1]:.2f} s, ratio {ratios[-1]:.3f}"
                )
        print(f"median ratio {median(ratios):.3f}")


if __name__ == "__main__":
    main()
