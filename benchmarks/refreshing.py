"""Measures what bringing models up to date costs beside building them all.

Usage: python benchmarks/refreshing.py [--size 1000000] [--share 0.01] [--rounds 3] [--asking]

The last part of the webhook logs, by time, comes in a load of its own, round by round; every round
is refreshed, and then everything is built from the same records. Both must give the same rows.

With ``--asking`` nothing is built whole until all rounds are refreshed; then the figures are asked
before and after it, by turns: what many refreshes leave behind must not slow down what is asked.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

from generate import generate
from ours import RULES, measure

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


def rebuilt(shop: cc.Shop) -> float:
    """Build everything; return the seconds of processor it took."""
    shop.database.con.execute("drop table built")
    return built(shop)


def built(shop: cc.Shop) -> float:
    """Build what is not up to date; return the seconds of processor it took."""
    began = time.process_time()
    shop.build()
    return time.process_time() - began


def compare_building(shop: cc.Shop, folders: list[Path]) -> None:
    """Print for each load what refreshing costs beside building, and the median."""
    ratios = []
    for folder in folders:
        loaded = shop.load(folder).loaded
        refreshing = built(shop)
        found = sums(shop.database)
        building = rebuilt(shop)
        wanted = sums(shop.database)
        if found != wanted:
            different = [one for one in found if found[one] != wanted[one]]
            raise SystemExit(f"refreshing gave other rows in {different}")
        ratios.append(refreshing / building)
        print(
            f"{loaded} documents new: refreshed in {refreshing:.2f} s of processor, "
            f"built in {building:.2f} s, ratio {ratios[-1]:.3f}"
        )
    print(f"median ratio {median(ratios):.3f}")


def compare_asking(path: Path, folders: list[Path]) -> None:
    """Print what the figures cost after all loads were refreshed, and after building everything."""
    with opened(path) as shop:
        for folder in folders:
            shop.load(folder)
            shop.build()
    fresh = path.with_name("fresh.duckdb")
    shutil.copy(path, fresh)
    with opened(fresh) as shop:
        rebuilt(shop)
    ratios = []
    for _ in range(5):
        seconds = {}
        for file in (path, fresh):
            with opened(file) as shop:
                began = time.process_time()
                measure(shop)
                seconds[file] = time.process_time() - began
        ratios.append(seconds[path] / seconds[fresh])
        print(
            f"asked in {seconds[path]:.2f} s after {len(folders)} refreshes, "
            f"in {seconds[fresh]:.2f} s after building, ratio {ratios[-1]:.2f}"
        )
    sizes = [file.stat().st_size >> 20 for file in (path, fresh)]
    print(f"median ratio {median(ratios):.2f}; files of {sizes[0]} and {sizes[1]} MiB")


def opened(path: Path) -> cc.Shop:
    """Open a shop under the rules of the benchmark."""
    shop = cc.open(path)
    shop.rules = RULES
    return shop


def main() -> None:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--share", type=float, default=0.01)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--asking", action="store_true", help="compare what asking costs after it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        generate(given.size, work / "exports")
        (work / "parts").mkdir()
        folders = split(work / "exports", work / "parts", given.rounds, given.share)
        path = work / "shop.duckdb"
        with opened(path) as shop:
            shop.load(folders[0])
            shop.build()
            if not given.asking:
                compare_building(shop, folders[1:])
        if given.asking:
            compare_asking(path, folders[1:])


if __name__ == "__main__":
    main()
