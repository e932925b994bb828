"""A light publisher that can be killed, and a reader that polls all the while.

Pages are texts that say their own hash, so a reader can tell a whole one from a part of one.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import errno
import hashlib
import os
import random
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from convocommerce.errors import ConvocommerceError
from convocommerce.periods import Period
from convocommerce.publishing import Edition, Keep, Site

FIRST = dt.date(2026, 1, 5)
KEEP = Keep(periods=4, editions=2)


def week(number: int) -> Period:
    """Return a week by its number, from the first one of 2026 on."""
    return Period("{}-W{:02d}".format(*(FIRST + dt.timedelta(weeks=number)).isocalendar()))


def page(text: str) -> bytes:
    """Return a page that says its own hash at its end."""
    body = (text + "\n") * 400
    return f"{body}{hashlib.sha256(body.encode()).hexdigest()}".encode()


def is_whole(data: bytes) -> bool:
    """Tell whether a page is all there."""
    body, _, told = data.decode().rpartition("\n")
    return hashlib.sha256(f"{body}\n".encode()).hexdigest() == told


def edition(
    period: Period | str,
    text: str = "",
    *,
    kind: str = "weekly",
    languages: Sequence[str] = ("en", "nl"),
    formats: Sequence[str] = ("html",),
    about: dict[str, Any] | None = None,
) -> Edition:
    """Return an edition of a few pages."""
    days = Period(period) if isinstance(period, str) else period
    files = {
        f"{kind}-{days.name}-{language}.{ending}": page(f"{days.name} {language} {ending} {text}")
        for language in languages
        for ending in formats
    }
    titles = {language: f"{kind} {days.name} {language}" for language in languages}
    as_of = dt.datetime.combine(days.end, dt.time(6))
    return Edition(kind, days, as_of, files, titles, about or {})


def site_at(folder: Path, **options: Any) -> Site:
    """Return the site that the light publisher writes."""
    return Site(folder, "Light", ("nl", "en"), keep=options.pop("keep", KEEP), **options)


def publish_on(folder: Path, start: int) -> None:
    """Publish one edition after another until somebody stops it: new weeks, restated ones, old."""
    site = site_at(folder)
    for number in range(start, start + 10_000):
        week_no = number // 3
        restated = max(0, week_no - (number % 3))
        site.publish([edition(week(restated), str(number)), edition(week(week_no), kind="other")])


class Reader:
    """Somebody who reads a site at any moment, and says what was not right.

    Attributes:
        faults: What was not right.
        n_reads: How many pages were read.
        n_looks: How many times the whole site was looked at.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []
        self.n_reads = self.n_looks = 0
        self._names: set[str] = set()
        self._indexes: set[str] = set()
        self._newest = ""

    def look(self) -> None:
        """Read the index and everything it points to, and every name under latest."""
        self.n_looks += 1
        for name in ("index.html", "index-en.html"):
            for link in self._links(name):
                if self._page(link) is None and link in self._links(name):
                    self.faults.append(f"{name} points to nothing: {link}")
        with contextlib.suppress(FileNotFoundError):
            self._names |= {
                one.name for one in (self.folder / "latest").iterdir() if one.name[0] != "."
            }
        for name in self._names:
            data = self._page(f"latest/{name}")
            if data is None:
                self.faults.append(f"latest/{name} is missing")
            elif name == "weekly-en.html":
                told = data.decode().split(" ", 1)[0]
                if told < self._newest:
                    self.faults.append(f"latest went back from {self._newest} to {told}")
                self._newest = told

    def _links(self, name: str) -> list[str]:
        try:
            text = (self.folder / name).read_text("utf-8")
        except FileNotFoundError:
            if name in self._indexes:
                self.faults.append(f"{name} is missing")
            return []
        self.n_reads += 1
        self._indexes.add(name)
        if not text.endswith("</html>\n"):
            self.faults.append(f"{name} is a part")
        return [link for link in re.findall(r'href="([^"]+)"', text) if "index" not in link]

    def _page(self, place: str) -> bytes | None:
        try:
            data = (self.folder / place).read_bytes()
        except FileNotFoundError:
            return None
        self.n_reads += 1
        if not is_whole(data):
            self.faults.append(f"{place} is a part")
        return data


def in_child(work: Callable[[], None]) -> int:
    """Start work in a process of its own, without running anything of this one's ending."""
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            work()
        os._exit(0)
    return pid


def kill_often(folder: Path, kills: int, seed: int, longest: float) -> dict[str, int]:
    """Start the publisher and kill it at a random moment, many times over.

    Returns:
        How many kills there were, how many fell in the middle of publishing, how many editions
        there are in the end, and what is left over once a last run has ended well.
    """
    chance = random.Random(seed)
    amid, number = 0, 0
    # Once in this process, so that its children need not import anything first.
    site_at(folder).publish([edition(week(0))])
    for _ in range(kills):
        told, tell = os.pipe()

        def work(start: int = number, tell: int = tell) -> None:
            os.write(tell, b"!")
            publish_on(folder, start)

        pid = in_child(work)
        os.read(told, 1)
        os.close(told)
        os.close(tell)
        time.sleep(chance.uniform(0.0, longest))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        amid += any(folder.glob(".build-*"))
        number += chance.randrange(5)
    site_at(folder).publish([edition(week(number), "the last")])
    left = [one for one in folder.rglob(".*") if one.name != ".lock"]
    manifests = list(folder.glob("archive/*/*/*/manifest.json"))
    return {"kills": kills, "amid": amid, "editions": len(manifests), "left": len(left)}


STEPS = {
    "open",
    "os.rename",
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.symlink",
    "os.listdir",
    "os.scandir",
}
"""What a publisher does to a file system, as the interpreter tells it."""


def at_step(step: int, folder: Path, happens: Callable[[], None]) -> None:
    """Have something happen just before this process touches a folder for the given time."""
    seen = 0

    def hook(event: str, words: tuple[object, ...]) -> None:
        nonlocal seen
        if event in STEPS and any(str(folder) in str(word) for word in words):
            seen += 1
            if seen == step:
                happens()

    sys.addaudithook(hook)


def die() -> None:
    """Be killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(number: int) -> Callable[[], None]:
    """Return what fails as the system does: for want of room, or of permission."""

    def fail() -> None:
        raise OSError(number, os.strerror(number), "a file")

    return fail


UNDISTURBED = 99
"""How a run ends that has fewer steps than were counted."""


def tree(folder: Path) -> dict[str, str]:
    """Return everything in a folder: links by where they lead, files by their hash."""
    return {
        one.relative_to(folder).as_posix(): (
            f"-> {one.readlink()}"
            if one.is_symlink()
            else "folder"
            if one.is_dir()
            else hashlib.sha256(one.read_bytes()).hexdigest()
        )
        for one in sorted(folder.rglob("*"))
        if one.name != ".lock"
    }


def disturb_everywhere(folder: Path, happens: Callable[[], None], every: int) -> dict[str, Any]:
    """Disturb a run before what it does, step by step, and look at what readers and runs find.

    The run publishes an edition, moves two names, writes two indexes and drops an old week.

    Returns:
        How each run ended, by step, and what was not right.
    """
    start = folder / "start"
    for number in range(5):
        site_at(start).publish([edition(week(number))])

    def run(where: Path) -> None:
        site_at(where).publish([edition(week(5))])

    def settle(where: Path) -> dict[str, str]:
        site_at(where).publish([])
        return tree(where)

    shutil.copytree(start, folder / "whole", symlinks=True)
    run(folder / "whole")
    wanted = settle(folder / "whole")
    faults: list[str] = []
    ends: list[int] = []
    while not ends or ends[-1] != UNDISTURBED:
        step = len(ends) * every + 1
        there = folder / f"step{step}"
        shutil.copytree(start, there, symlinks=True)
        reader = Reader(there)
        reader.look()

        def work(there: Path = there, step: int = step) -> None:
            was_reached = []
            at_step(step, there, lambda: (was_reached.append(1), happens())[1])
            try:
                run(there)
            except ConvocommerceError as error:
                os._exit(error.exit_code)
            os._exit(0 if was_reached else UNDISTURBED)

        ends.append(os.waitstatus_to_exitcode(os.waitpid(in_child(work), 0)[1]))
        reader.look()
        run(there)
        reader.look()
        found = settle(there)
        differing = [one for one in found.keys() | wanted if found.get(one) != wanted.get(one)]
        faults += [f"step {step}: {one} is not as after an uninterrupted run" for one in differing]
        reader.look()
        faults += [f"step {step}: {fault}" for fault in reader.faults]
        shutil.rmtree(there)
    return {"ends": ends, "faults": faults}


def main() -> None:
    """Kill in this process, so that another one can read."""
    import json

    words = argparse.ArgumentParser()
    words.add_argument("folder", type=Path)
    words.add_argument("--everywhere", choices=("killed", "full", "forbidden"))
    words.add_argument("--every", type=int, default=1)
    words.add_argument("--kills", type=int, default=15)
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--longest", type=float, default=0.3)
    given = words.parse_args()
    if given.everywhere:
        happens = {"killed": die, "full": refuse(errno.ENOSPC), "forbidden": refuse(errno.EACCES)}
        told = disturb_everywhere(given.folder, happens[given.everywhere], given.every)
    else:
        told = kill_often(given.folder, given.kills, given.seed, given.longest)
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    sys.exit(main())
