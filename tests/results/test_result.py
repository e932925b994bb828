"""Results say what they mean, export what they show, and lead back to what lies behind them."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

import convocommerce as cc
from convocommerce.errors import PeriodError, RulesError, UnknownNameError, UsageError
from convocommerce.metrics import CATALOGUE, DIMENSIONS
from convocommerce.rules import Rules
from convocommerce.wording import languages
from tables import SENDERS, T0, database_of, fill, thread

DAY = 86400
HOSTILE = "=cmd|'<script>alert(1)</script>"


@pytest.fixture
def shop() -> Iterator[cc.Shop]:
    """Forty conversations of forty people over two months, one of them never answered."""
    shop = cc.open(":memory:")
    messages, orders, identities = [], [], []
    for number in range(40):
        start = number * 1.5 * DAY
        reply = [] if number == 39 else [(start + 60 * (number % 7 + 1), "h")]
        channel = "messenger" if number % 2 else "instagram"
        name = f"c{number}"
        messages += thread([(start, "c"), *reply], customer=name, channel=channel, text="geheim")
        if number % 4 == 0:
            orders.append({"order_id": name, "created_at": T0 + dt.timedelta(seconds=start + 3600)})
            identities += [
                {
                    "subject_kind": kind,
                    "subject_id": subject,
                    "key_kind": "chat_id",
                    "key_value": f"psid-{name}",
                }
                for kind, subject in (
                    ("customer", f"{channel}:page:{name}"),
                    ("order", f"shopify:{name}"),
                )
            ]
    for message in messages:
        if message["direction"] == "out":
            message["agent_id"] = HOSTILE
    fill(shop.database, "messages", messages)
    fill(shop.database, "orders", orders)
    fill(shop.database, "identities", identities)
    shop.rules = Rules(senders=SENDERS)
    yield shop
    shop.close()


def test_a_figure_is_found_by_its_cell(shop: cc.Shop) -> None:
    result = shop.measure("in_chat_conversion", by="channel")
    found = result.figure("rate", channel="instagram")
    assert (found.value, found.n, found.n_open) == (10 / 19, 19, 1)
    assert result.figure(channel="messenger").value == 0.0
    assert result.figure(channel="messenger").statistic == "settled_rate"
    with pytest.raises(UsageError, match="2 figures fit"):
        result.figure("rate")
    with pytest.raises(UnknownNameError, match="did you mean 'rate'"):
        result.figure("rates")
    with pytest.raises(UnknownNameError, match="column of this result"):
        result.figure("rate", week=1)


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ({"metrics": "first_response_tme"}, "did you mean 'first_response_time'"),
        ({"metrics": "conversion", "by": "chanel"}, "did you mean 'channel'"),
        ({"metrics": "conversion", "where": {"chanel": "x"}}, "did you mean 'channel'"),
        ({"metrics": "first_response_time", "clock": "humn"}, "did you mean 'human'"),
        ({"metrics": "first_response_time", "clocks": "any"}, "did you mean 'clock'"),
        ({"metrics": "conversion", "clock": "any"}, "unknown option 'clock'; known: none"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest(
    shop: cc.Shop, call: dict[str, str], wanted: str
) -> None:
    with pytest.raises(UnknownNameError, match=wanted):
        shop.measure(**call)


def test_what_is_no_name_is_refused_in_words(shop: cc.Shop) -> None:
    for wrong in ({"metrics": 5}, {"metrics": "conversion", "by": 5}):
        with pytest.raises(UsageError, match="5 is given where a name"):
            shop.measure(**wrong)  # type: ignore[arg-type]  # what people do
    with pytest.raises(UsageError, match=r"write where=\{'channel': ...\}.*by='channel'"):
        shop.measure("conversion", channel="messenger")
    with pytest.raises(UnknownNameError, match="known: none"):
        shop.measure("conversion", clok="any")
    with pytest.raises(RulesError, match=r"set to a dict and must be Rules"):
        shop.rules = {"time_zone": "UTC"}  # type: ignore[assignment]  # what people do


def test_a_table_wider_than_a_terminal_is_written_as_a_list(shop: cc.Shop) -> None:
    for by in ((), "channel"):
        shown = shop.measure("first_response_time", by=by)
        table = repr(shown).partition("\n\n")[0]
        assert max(map(len, table.splitlines())) <= 120
        for row in shown.rows:
            assert f"n = {row.n}" in table
        assert [line for line in table.splitlines() if "Within 5 min" in line]
    assert len(repr(shop.measure("in_chat_conversion", by="channel")).splitlines()[1].split()) > 2


def test_of_several_metrics_each_meaning_says_whose_it_is(shop: cc.Shop) -> None:
    both = ("first_response_time", "in_chat_conversion")
    told = shop.measure(both).caption.splitlines()
    for name, line in zip(both, told, strict=False):
        assert line.startswith(f"{CATALOGUE[name].title}: ")
    (alone, *_) = shop.measure(both[0]).caption.splitlines()
    assert told[0] == f"{CATALOGUE[both[0]].title}: {alone}"


def test_typing_a_dot_offers_what_people_look_for(shop: cc.Shop) -> None:
    offered = dir(shop)
    assert {"load", "measure", "ads", "rules", "report"} <= set(offered)
    assert not {"answer_about", "noted", "built", "days_if_any"} & set(offered)
    assert dir(cc) == sorted([*cc.__all__, "__version__"])


def test_a_period_that_is_none_is_refused(shop: cc.Shop) -> None:
    with pytest.raises(PeriodError, match="did you mean 'last-week'"):
        shop.measure("conversion", period="last-wek")
    with pytest.raises(PeriodError, match="begins after the as-of"):
        shop.measure("conversion", period="2027-01")
    with pytest.raises(UsageError, match="twice"):
        shop.measure("conversion", by=["channel", "channel"])


@pytest.mark.parametrize("name", sorted(DIMENSIONS))
def test_every_cut_shows_itself(shop: cc.Shop, name: str) -> None:
    for language in languages():
        shop.language = language
        result = shop.measure(["conversion", "first_response_time"], by=name)
        assert result.rows
        assert repr(result)
        assert "<table" in result._repr_html_()
        assert result.plot("settled_rate").svg.startswith("<svg")


def test_weekdays_are_called_by_their_names(shop: cc.Shop) -> None:
    whole = shop.measure("conversations", by="weekday")
    lines = repr(whole).splitlines()
    assert [line.split()[0] for line in lines[2:9]] == [
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
    ]


def test_overlapping_periods_are_not_compared(shop: cc.Shop) -> None:
    with pytest.raises(UsageError, match="overlap"):
        shop.measure("conversion", period="2026-03").compare("2026-Q1")
    with pytest.raises(UsageError, match="overlap"):
        shop.measure("conversion").compare("2026-03")


def test_a_share_that_open_cases_bias_is_never_beyond_noise(shop: cc.Shop) -> None:
    weeks = shop.measure("conversion", period="2026-04-06..2026-04-26", as_of="2026-04-28")
    late = weeks.compare("2026-03-09..2026-03-29")
    changes = {change.now.statistic: change for change in late.changes}
    assert changes["rate"].now.n_open > 0
    assert changes["rate"].low is None
    assert not changes["rate"].is_beyond_noise
    assert changes["settled_rate"].low is not None


def test_filters_take_days_and_numbers_as_text(shop: cc.Shop) -> None:
    whole = shop.measure("conversations", by="weekday")
    monday = whole.figure(weekday=1).value
    for value in (1, "1"):
        assert shop.measure("conversations", where={"weekday": value}).figure().value == monday
    week = shop.measure("conversations", where={"week": ["2026-03-02", dt.date(2026, 3, 9)]})
    assert week.figure().value == 10
    with pytest.raises(UsageError, match="where week is 'soon'"):
        shop.measure("conversations", where={"week": "soon"})


def test_every_export_holds_the_same_figures(shop: cc.Shop) -> None:
    result = shop.measure(["first_response_time", "conversion"], by=["channel", "week"])
    records = result.records()
    assert len(records) == len(result.rows) > 20
    frame = result.to_pandas()
    assert list(frame.columns) == result.columns()
    assert frame["n"].tolist() == [record["n"] for record in records]
    assert result.to_arrow().to_pylist() == records
    read = pd.read_csv(io.StringIO(result.to_csv()))
    assert read["value"].fillna(-1).tolist() == pytest.approx(frame["value"].fillna(-1).tolist())


def test_csv_runs_no_formula(shop: cc.Shop) -> None:
    text = shop.measure("conversion", by="agent").to_csv()
    assert f",'{HOSTILE}," in text.replace('"', "")


def test_html_shows_hostile_names_as_text(shop: cc.Shop) -> None:
    html = shop.measure("conversion", by="agent")._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_sql_of_a_result_runs_on_its_own(shop: cc.Shop) -> None:
    result = shop.measure(
        "conversion", period="2026-03", by="channel", where={"channel": "instagram"}
    )
    first = result.queries[0].pasted()
    found = shop.database.con.execute(first).fetchall()
    row = result.figure("settled_rate", channel="instagram")
    assert [(k, n) for _, k, n, *_ in found] == [(round((row.value or 0) * row.n), row.n)]
    assert "$" not in result.sql


def test_conversations_behind_a_cell_are_as_many_as_it_counts(shop: cc.Shop) -> None:
    result = shop.measure("first_response_time", by=["channel", "week"])
    for row in result.rows:
        if row.statistic == "median":
            cell = dict(zip(result.by, row.group, strict=True))
            assert len(result.conversations(**cell)) == row.n + row.n_open
    assert result.conversations()["conversation_id"].is_unique
    with pytest.raises(UnknownNameError):
        result.conversations(hour=3)


def test_a_filter_that_fits_nothing_says_so_with_the_nearest_value(shop: cc.Shop) -> None:
    mistaken = shop.measure("first_response_time", where={"channel": ["mesenger", "instagram"]})
    assert "No conversation has channel 'mesenger'; the nearest is 'messenger'." in mistaken.notes
    assert mistaken.figure().n + mistaken.figure().n_open == 20
    # A value that is there, on days without it, is no mistake.
    right = shop.measure("conversations", where={"channel": "instagram"}, period="2026-01")
    assert not [note for note in right.notes if note.startswith("No conversation has")]
    with pytest.raises(UnknownNameError, match="did you mean 'answered late'"):
        shop.measure("conversion", where={"answer_state": "answerd late"})
    carts = shop.measure("cart_abandonment", where={"answer_state": "no conversation"})
    assert carts.figure().n == 0


@pytest.mark.parametrize("metric", list(CATALOGUE))
def test_every_metric_leads_back_to_as_many_rows_as_it_rests_on(shop: cc.Shop, metric: str) -> None:
    result = shop.measure(metric, by="channel")
    heads = {row.group: row for row in reversed(result.rows) if row.unit in ("share", "seconds")}
    for group, row in heads.items():
        behind = result.conversations(channel=group[0], text=True)
        assert len(behind) == row.n + row.n_open
        assert {"conversation_id", "contact", "channel", "started_local"} <= {*behind.columns}


def test_what_lies_behind_a_duration_shows_that_duration() -> None:
    talk = [(0, "c"), (60, "h"), (100, "c"), (400, "h"), (500, "c")]
    with database_of(messages=thread(talk)) as database:
        shop = cc.Shop(database)
        shop.rules = Rules(senders=SENDERS)
        later = shop.measure("next_reply_time").conversations()
        whole = shop.measure("requester_wait").conversations()
        opening = shop.measure("first_response_time", clock="any", hours="opening")
        assert list(later["reply_seconds"].dropna()) == [300.0]
        assert later["waiting_seconds"].notna().tolist() == [False, True]
        assert whole["n_waiting"].tolist() == [1]
        assert opening.conversations()["any_opening_seconds"].tolist() == [60.0]


def test_text_is_shown_only_when_asked_for(shop: cc.Shop) -> None:
    result = shop.measure("first_response_time")
    assert "geheim" not in result.conversations().to_string()
    texts = result.conversations(text=True)["text"]
    assert texts.str.contains("customer: geheim").all()
    for shown in (repr(result), result._repr_html_(), result.to_csv(), result.caption):
        assert "geheim" not in shown


@pytest.mark.parametrize(
    ("metrics", "asked", "kind"),
    [
        ("first_response_time", {}, "Distribution"),
        ("first_response_time", {"by": "channel"}, "Distribution"),
        ("first_response_time", {"by": "week"}, "Trend"),
        ("conversion", {"by": ["month", "channel"]}, "Trend"),
        ("conversion", {"by": ["weekday", "hour"]}, "HeatMap"),
        ("conversion", {"by": "entry_point"}, "Bars"),
        ("conversion", {}, "Bars"),
    ],
)
def test_the_picture_fits_the_result(
    shop: cc.Shop, metrics: str, asked: dict[str, str], kind: str
) -> None:
    for language in languages():
        shop.language = language
        picture = shop.measure(metrics, **asked).plot()
        assert type(picture.chart).__name__ == kind
        bundle = picture._repr_mimebundle_()
        assert set(bundle) == {"application/vnd.plotly.v1+json", "image/svg+xml", "text/plain"}
        json.dumps(bundle)


def test_more_groups_than_anybody_can_read_are_counted_with_the_way_to_get_them(
    shop: cc.Shop,
) -> None:
    many = shop.measure("conversations", by=["day", "hour", "channel"])
    assert len(many.rows) < 60
    days = [thread([(n * (DAY + 3600), "c")], customer=f"d{n}") for n in range(-70, 0)]
    fill(shop.database, "messages", [one for day in days for one in day])
    many = shop.measure("conversations", by="day")
    assert len(many.rows) > 100
    more = len(many.rows) - 60
    for shown in (repr(many), many._repr_html_()):
        assert f"and {more} more rows: use to_pandas(), or the format csv" in shown
    bars = shop.measure("conversations", by=["hour", "weekday", "channel"]).plot()
    left_out = len(shop.measure("conversations", by=["hour", "weekday", "channel"]).rows) - 30
    assert len(bars.chart.categories) == 30  # type: ignore[attr-defined]  # bars
    assert f"{left_out} smaller groups are not drawn" in bars.chart.caption
    lines = shop.measure("conversations", by=["week", "hour"]).plot().chart
    assert len(lines.series) == 8  # type: ignore[attr-defined]  # a trend
    assert "smaller groups are not drawn" in lines.caption
    shop.language = "nl"
    assert f"en nog {more} rijen" in repr(shop.measure("conversations", by="day"))


def test_the_answered_curve_ends_where_the_shares_say(shop: cc.Shop) -> None:
    result = shop.measure("first_response_time")
    curve = result.plot().chart.curves[0]  # type: ignore[attr-defined]  # a distribution
    share = result.figure("within_5_minutes")
    assert curve.at(300) == pytest.approx(share.value, abs=0.03)
    assert curve.n == 40


def test_as_of_hides_what_came_later(shop: cc.Shop) -> None:
    early = shop.measure("conversations", as_of="2026-03-10")
    assert early.figure().value == 6
    assert shop.measure("conversations").figure().value == 40


def test_nothing_loaded_says_what_to_do() -> None:
    with cc.open(":memory:") as empty, pytest.raises(UsageError, match="call load"):
        empty.measure("conversion")


def test_notes_tell_what_is_missing() -> None:
    with cc.open(":memory:") as shop:
        fill(shop.database, "messages", thread([(0, "c"), (60, "h")]))
        result = shop.measure("conversion")
        assert any("No orders are loaded" in note for note in result.notes)
        settled = result.figure("settled_rate")
        assert (settled.value, settled.low, settled.n, settled.n_open) == (None, None, 0, 0)
        assert any("apps that the rules do not name" in note for note in result.notes)
        assert "bot" in result.caption


def test_rules_are_kept_in_the_database(tmp_path: pytest.TempPathFactory) -> None:
    path = f"{tmp_path}/shop.duckdb"
    with cc.open(path) as shop:
        shop.rules = Rules(time_zone="Asia/Tokyo", senders=SENDERS)
    with cc.open(path, read_only=True) as shop:
        assert shop.rules == Rules(time_zone="Asia/Tokyo", senders=SENDERS)


def test_other_rules_rebuild_the_models(shop: cc.Shop) -> None:
    assert shop.measure("conversations").figure().value == 40
    assert not shop.build()
    shop.rules = Rules(senders=SENDERS, exclude_customers=("c1", "c2"))
    assert shop.measure("conversations").figure().value == 38


def test_a_slip_of_the_pen_is_told_when_something_is_set(shop: cc.Shop) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown setting of a shop 'rule'.*rules"):
        shop.rule = Rules(senders=SENDERS)  # type: ignore[attr-defined]
    shop.language = "nl"
    assert shop.measure("conversations").language == "nl"
    shop.language = "en"


def test_a_cell_that_is_not_there_is_told_with_those_that_are(shop: cc.Shop) -> None:
    result = shop.measure("conversations", by=["channel", "week"])
    assert len(result.conversations(channel="messenger")) > 0
    with pytest.raises(UnknownNameError, match=r"unknown channel of this result 'fax'.*messenger"):
        result.conversations(channel="fax")


def test_duckdb_stays_usable_beside_results(shop: cc.Shop) -> None:
    shop.measure("conversion")
    assert isinstance(shop.database.con, duckdb.DuckDBPyConnection)
    found = shop.database.con.execute("select count(*) from conversations").fetchall()
    assert found == [(40,)]
