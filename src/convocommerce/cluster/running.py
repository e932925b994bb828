"""Where tasks run: in this process, or on a Spark cluster.

Spark only decides where and how often: the data goes through the lake, and every task comes back
with an answer, exactly one for each.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import convocommerce.errors
from convocommerce.cluster.tasks import perform, versions
from convocommerce.errors import ConvocommerceError, LakeError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from convocommerce.cluster.tasks import Task


def run(tasks: Sequence[Task], on: Any = None) -> list[dict[str, Any]]:
    """Run tasks and return their answers, in their order.

    Args:
        tasks: What to do, in any order.
        on: A ``SparkSession`` or the address of a Spark master; left out, threads of this
            process; a number says how many.

    Raises:
        LakeError: A task failed for good, did not come back, or another version of the package is
            installed where it ran.
        ConvocommerceError: What a task found wrong with what it was given.
    """
    if not tasks:
        return []
    told = _here(tasks, on) if on is None or isinstance(on, int) else _on_spark(tasks, on)
    found: dict[int, dict[str, Any]] = {}
    for text in told:
        one = json.loads(text)
        if one["versions"] != versions():
            raise LakeError(_mixed(one["versions"]))
        if "error" in one:
            kind = getattr(convocommerce.errors, one["error"], ConvocommerceError)
            raise cast("type[ConvocommerceError]", kind)(one["message"])
        if one["number"] in found:
            raise LakeError(f"task {one['number']} came back twice; nothing was changed")
        found[one["number"]] = one["answer"]
    if missing := [number for number in range(len(tasks)) if number not in found]:
        raise LakeError(f"{len(missing)} of {len(tasks)} tasks did not come back; start again")
    return [found[number] for number in range(len(tasks))]


def _mixed(theirs: dict[str, Any]) -> str:
    own = versions()
    apart = [
        f"{name} {theirs.get(name)} there and {value} here"
        for name, value in own.items()
        if theirs.get(name) != value
    ]
    return (
        f"a worker has other versions than this process ({', '.join(apart)}); nothing was "
        "changed, install the same everywhere"
    )


def _here(tasks: Sequence[Task], threads: int | None) -> list[str]:
    own = versions()
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        waiting = [
            pool.submit(perform, number, own, partial(_itself, task))
            for number, task in enumerate(tasks)
        ]
        try:
            return [one.result() for one in waiting]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _itself(task: Task) -> Task:
    return task


def session_of(on: Any) -> Any:
    """Return a Spark session, started for the address of a master where none was given.

    Raises:
        UsageError: PySpark is not installed.
    """
    if not isinstance(on, str):
        return on
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise UsageError(
            f"{on} is the address of a Spark cluster, for which convocommerce[spark] must be "
            "installed"
        ) from None
    return SparkSession.builder.appName("convocommerce").master(on).getOrCreate()


def _on_spark(tasks: Sequence[Task], on: Any) -> list[str]:
    """Run one task in each partition, by ``mapInArrow``.

    What a worker is sent is a number; the tasks travel with the function, pickled together, for
    they name the same many files, and apart from it, so that a worker of another version says so
    instead of stumbling over what it cannot read.
    """
    session = session_of(on)
    from py4j.protocol import Py4JError
    from pyspark import cloudpickle
    from pyspark.errors import PySparkException

    own = versions()
    pickled = cloudpickle.dumps(list(tasks))  # type: ignore[no-untyped-call]

    def answers(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pickle

        import pyarrow

        from convocommerce.cluster.tasks import perform

        def task(number: int) -> Any:
            return pickle.loads(pickled)[number]  # noqa: S301  # made by who runs the job

        for batch in batches:
            numbers = batch.column(0).to_pylist()
            told = [perform(number, own, partial(task, number)) for number in numbers]
            yield pyarrow.RecordBatch.from_pydict({"answer": told})

    numbers = session.range(0, len(tasks), 1, len(tasks))
    try:
        return [row.answer for row in numbers.mapInArrow(answers, "answer string").collect()]
    except (PySparkException, Py4JError) as error:
        # A task's own words say nothing of the data; whatever else stands there might.
        said = re.search(r"LakeError: (task \d+: [^\n]*)", str(error))
        why = (
            f"{said[1]}; nothing was changed"
            if said
            else (f"{type(error).__name__}; nothing was changed, the log of the cluster says why")
        )
        raise LakeError(f"Spark could not finish the {len(tasks)} tasks: {why}") from None
