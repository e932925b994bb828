"""A real Spark cluster gives what one machine gives, also when a worker dies."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import convocommerce as cc
from convocommerce import cluster
from convocommerce.cluster import building, running
from convocommerce.cluster.lakes import BUILDS, lake_at
from convocommerce.demo import SAMPLE_RULES
from convocommerce.errors import LakeError
from convocommerce.simulation import simulate
from convocommerce.warehouse import state_hash
from dying import AlwaysDying, Dying
from lakes import model_sums

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Two workers in processes of their own; left out where there is no Spark or no Java."""
    missing = [
        name
        for name, is_there in (("pyspark", find_spec("pyspark")), ("java", shutil.which("java")))
        if not is_there
    ]
    if missing:
        told = f"no {' and no '.join(missing)} here: install convocommerce[spark] and a Java 17"
        if os.environ.get("CONVOCOMMERCE_NEEDS_SPARK"):
            pytest.fail(told)
        pytest.skip(told)
    from pyspark.sql import SparkSession

    source = Path(cc.__file__).parents[1]
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("convocommerce tests")
        .config("spark.ui.enabled", "false")
        .config("spark.executorEnv.PYTHONPATH", f"{source}{os.pathsep}{Path(__file__).parents[1]}")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    return simulate(folder, seed=60317, months=1, conversations_per_day=6).exports


@pytest.fixture(scope="module")
def shop(exports: Path) -> Iterator[cc.Shop]:
    with cc.open(":memory:") as shop:
        shop.rules = SAMPLE_RULES
        shop.load(exports)
        shop.build()
        yield shop


@pytest.fixture(scope="module")
def lake(
    spark: Any, exports: Path, shop: cc.Shop, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("lakes") / "lake"
    report = cluster.load(path, exports, buckets=4, on=spark)
    assert report.loaded > 100
    assert report.loaded == sum(shop.loads()["n_loaded"])
    return path


def test_a_spark_build_equals_the_embedded_one_by_hash(
    spark: Any, lake: Path, shop: cc.Shop
) -> None:
    built = cluster.build(lake, SAMPLE_RULES, on=spark)
    assert built.models == model_sums(shop.database)
    with cc.open(lake) as found:
        assert state_hash(found.database.con) == state_hash(shop.database.con)
        assert model_sums(found.database) == built.models
        for metric in ("first_response_time", "in_chat_conversion", "cart_abandonment"):
            mine, theirs = (one.measure(metric, by="week") for one in (found, shop))
            assert mine.records() == theirs.records()


@pytest.mark.parametrize("with_executor", [False, True])
def test_a_worker_that_dies_changes_nothing(
    with_executor: bool,
    spark: Any,
    lake: Path,
    shop: cc.Shop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    marks = [tmp_path / name for name in ("routed", "built")]
    ahead = iter(marks)

    def run(tasks: Any, on: Any) -> Any:
        return running.run([Dying(tasks[0], str(next(ahead)), with_executor), *tasks[1:]], on)

    monkeypatch.setattr(building, "run", run)
    built = cluster.build(lake, SAMPLE_RULES, on=spark)
    assert all(mark.exists() for mark in marks)
    assert built.models == model_sums(shop.database)
    with cc.open(lake) as found:
        assert model_sums(found.database) == built.models
    assert not list(lake.rglob("*.new"))


def test_a_worker_that_always_dies_leaves_the_lake_as_it_was(
    spark: Any, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.build(lake, SAMPLE_RULES)
    before = lake_at(lake).current(BUILDS)
    monkeypatch.setattr(
        building, "run", lambda tasks, on: running.run([AlwaysDying(), *tasks[1:]], on)
    )
    with pytest.raises(LakeError, match="Spark could not finish"):
        cluster.build(lake, SAMPLE_RULES, on=spark)
    assert before is not None
    assert lake_at(lake).current(BUILDS) == before
    assert lake_at(lake).place.names(BUILDS).count(before.name) == 1


def test_workers_of_another_version_are_refused(
    spark: Any, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver is another one here; what the workers have is what is installed."""
    own = running.versions()
    monkeypatch.setattr(running, "versions", lambda: own | {"package": "0.0.9", "code": "other"})
    with pytest.raises(LakeError, match=r"package .* there and 0\.0\.9 here, code"):
        cluster.build(lake, SAMPLE_RULES, on=spark)


def test_an_unreachable_master_is_named_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(cc.ConvocommerceError, match=r"convocommerce\[spark\] must be installed"):
        running.session_of("spark://somewhere:7077")
