"""Instants as the pandas rival reads them."""

from __future__ import annotations

import common
import pandas as pd


def ms(column: pd.Series) -> pd.Series:
    """Return instants as epoch milliseconds, missing ones as NA."""
    found = column.astype("datetime64[ms]").astype("int64").astype("Int64")
    return found.mask(column.isna())


def local(column: pd.Series) -> pd.Series:
    """Return epoch milliseconds as the shop's local time."""
    return (
        pd.to_datetime(column, unit="ms", utc=True).dt.tz_convert(common.ZONE).dt.tz_localize(None)
    )


def week(column: pd.Series) -> pd.Series:
    """Return the Monday of each instant's local week."""
    day = local(column).dt.normalize()
    return (day - pd.to_timedelta(day.dt.day_of_week, unit="D")).dt.strftime("%Y-%m-%d")
