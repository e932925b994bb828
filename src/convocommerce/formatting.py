"""Values as people read them, in English and Dutch: 61.5%, 3 min 20 s, €1,234.50, 9 Mar 2026.

One place decides how a value looks, so that a table, a picture and a page never differ. Nothing
is computed here. A value that is unknown, undefined or infinite is shown as an en dash.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from convocommerce.errors import UnknownNameError

if TYPE_CHECKING:
    import datetime as dt

MISSING: Final = "–"
"""What stands where there is no value."""

LANGUAGES: Final = ("en", "nl")
"""The languages that values can be written in."""

UNITS: Final = ("share", "seconds", "count", "number")
"""The named units; any ISO 4217 currency code, such as ``EUR``, is a unit too."""

# Plain "en" would be American and put the month before the day.
_LOCALES: Final = {"en": "en_GB", "nl": "nl_NL"}
_POINTS: Final = {"en": "pp", "nl": "%\u2011punt"}
_HOUR_SIGN: Final = {"en": "h", "nl": "u"}

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


def is_missing(value: object) -> bool:
    """Tell whether a value is unknown, undefined (NaN, NaT, NA) or infinite.

    >>> is_missing(None), is_missing(float("nan")), is_missing(0)
    (True, True, False)
    """
    if value is None:
        return True
    if isinstance(value, int | str):
        return False
    try:
        if value != value:  # only NaN and NaT differ from themselves
            return True
    except TypeError:  # pandas.NA has no truth value
        return True
    if isinstance(value, Decimal):
        return not value.is_finite()
    try:
        return not math.isfinite(value)  # type: ignore[arg-type]  # dates raise, numbers do not
    except TypeError:
        return False


def is_currency(unit: str) -> bool:
    """Tell whether a unit has the shape of an ISO 4217 currency code.

    >>> is_currency("EUR"), is_currency("share")
    (True, False)
    """
    return len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()


def check_unit(unit: str) -> str:
    """Return the unit when it is known.

    Raises:
        UnknownNameError: It is neither a named unit nor shaped like a currency code.
    """
    if unit in UNITS or is_currency(unit):
        return unit
    raise UnknownNameError("unit", unit, (*UNITS, "EUR"))


@dataclass(frozen=True)
class Formatter:
    """Writes values in one language.

    Every method takes a value that may be missing and then returns `MISSING`. Numbers may be
    int, float, Decimal or numpy scalars. The space in Dutch money is Babel's own, which does not
    break at the end of a line.

    Attributes:
        language: ``"en"`` (British) or ``"nl"``.

    Raises:
        UnknownNameError: The language is not one of `LANGUAGES`.

    >>> Formatter("nl").share(0.615), Formatter("en").duration(200)
    ('61,5%', '3 min 20 s')
    """

    language: str = "en"

    def __post_init__(self) -> None:
        if self.language not in _LOCALES:
            raise UnknownNameError("language", self.language, LANGUAGES)

    @property
    def locale(self) -> str:
        """The Babel locale behind the language."""
        return _LOCALES[self.language]

    def share(self, value: object, digits: int = 1) -> str:
        """Write a share of 1 as a percentage.

        >>> Formatter().share(0.615), Formatter().share(1, digits=0)
        ('61.5%', '100%')
        """
        if is_missing(value):
            return MISSING
        from babel.numbers import format_percent

        return format_percent(_number(value), _pattern(digits) + "%", locale=self.locale)

    def count(self, value: object) -> str:
        """Write a whole number with its thousands marked.

        >>> Formatter("en").count(1234), Formatter("nl").count(1234)
        ('1,234', '1.234')
        """
        return self._decimal(value, "#,##0")

    def number(self, value: object, digits: int = 2) -> str:
        """Write a plain number with at most ``digits`` decimals.

        >>> Formatter("en").number(1234.5), Formatter("nl").number(1234.5)
        ('1,234.5', '1.234,5')
        """
        return self._decimal(value, "#,##0." + "#" * digits if digits else "#,##0")

    def money(self, value: object, currency: str, digits: int | None = None) -> str:
        """Write an amount of money, with the currency's own number of decimals unless told.

        >>> Formatter("en").money(1234.5, "EUR"), Formatter("en").money(1234.5, "EUR", digits=0)
        ('€1,234.50', '€1,234')
        """
        if is_missing(value):
            return MISSING
        from babel import Locale
        from babel.numbers import format_currency

        if digits is None:
            return format_currency(_number(value), currency, locale=self.locale)
        own = Locale.parse(self.locale).currency_formats["standard"].pattern
        return format_currency(
            _number(value),
            currency,
            format=own.replace("#,##0.00", _pattern(digits)),
            locale=self.locale,
            currency_digits=False,
        )

    def duration(self, seconds: object) -> str:
        """Write a span of time with its two largest units, rounded to the smaller of them.

        >>> [Formatter().duration(s) for s in (45, 200, 7500, 273600)]
        ['45 s', '3 min 20 s', '2 h 05 min', '3 d 4 h']
        >>> Formatter("nl").duration(7500), Formatter().duration(0.2)
        ('2 u 05 min', '< 1 s')
        """
        if is_missing(seconds):
            return MISSING
        exact = float(_number(seconds))
        sign, size = ("-" if exact < 0 else ""), abs(exact)
        if 0 < size < 0.5:
            return "< 1 s"
        hour = _HOUR_SIGN[self.language]
        # Rounding comes before choosing the units: 59.7 s is 1 min, never 60 s.
        if (whole := _round(size)) < _HOUR:
            large, small = divmod(whole, _MINUTE)
            return sign + _pair(large, "min", small, "s", pad=False)
        if (whole := _round(size / _MINUTE)) < _DAY // _MINUTE:
            large, small = divmod(whole, 60)
            return sign + _pair(large, hour, small, "min", pad=True)
        large, small = divmod(_round(size / _HOUR), 24)
        return sign + _pair(large, "d", small, hour, pad=False)

    def date(self, value: dt.date | None) -> str:
        """Write a day.

        >>> from datetime import date
        >>> Formatter("en").date(date(2026, 3, 9)), Formatter("nl").date(date(2026, 3, 9))
        ('9 Mar 2026', '9 mrt 2026')
        """
        return self._date(value, "d MMM y")

    def day(self, value: dt.date | None) -> str:
        """Write a day without its year, for axes.

        >>> from datetime import date
        >>> Formatter("nl").day(date(2026, 3, 9))
        '9 mrt'
        """
        return self._date(value, "d MMM")

    def month(self, value: dt.date | None) -> str:
        """Write a month.

        >>> from datetime import date
        >>> Formatter("en").month(date(2026, 3, 9))
        'Mar 2026'
        """
        return self._date(value, "MMM y")

    def week(self, value: dt.date | None) -> str:
        """Write the ISO week that a day lies in; the year is the week's, not the day's.

        >>> from datetime import date
        >>> Formatter().week(date(2026, 3, 4)), Formatter().week(date(2027, 1, 1))
        ('week 10, 2026', 'week 53, 2026')
        """
        if value is None or is_missing(value):
            return MISSING
        year, week, _ = value.isocalendar()
        return f"week {week}, {year}"

    def weekday(self, number: int, *, is_short: bool = True) -> str:
        """Write a day of the week; 0 is Monday.

        >>> Formatter("en").weekday(0), Formatter("nl").weekday(6, is_short=False)
        ('Mon', 'zondag')
        """
        from babel.dates import get_day_names

        names = get_day_names("abbreviated" if is_short else "wide", locale=self.locale)
        return str(names[number])

    def value(self, value: object, unit: str) -> str:
        r"""Write a value by its unit.

        Args:
            value: The value, in the unit's own measure: a share of 1, seconds, an amount.
            unit: One of `UNITS` or an ISO 4217 currency code.

        Raises:
            UnknownNameError: The unit does not exist.

        >>> Formatter("nl").value(1234.5, "EUR").replace("\xa0", " ")
        '€ 1.234,50'
        """
        match check_unit(unit):
            case "share":
                return self.share(value)
            case "seconds":
                return self.duration(value)
            case "count":
                return self.count(value)
            case "number":
                return self.number(value)
            case currency:
                return self.money(value, currency)

    def signed(self, value: object, unit: str) -> str:
        """Write a difference with its sign; one of shares in percentage points.

        >>> Formatter("en").signed(-200, "seconds"), Formatter("nl").signed(0.115, "share")
        ('−3 min 20 s', '+11,5 %‑punt')
        """
        check_unit(unit)
        if is_missing(value):
            return MISSING
        exact: Any = _number(value)
        sign = "+" if exact > 0 else "−" if exact < 0 else "±"
        if unit == "share":
            return f"{sign}{self.number(abs(exact) * 100, 1)} {_POINTS[self.language]}"
        size = self.value(abs(exact), unit)
        return f"{sign} {size}" if size.startswith("<") else sign + size

    def interval(self, low: object, high: object, unit: str) -> str:
        """Write an interval in brackets; an end that is missing leaves it open on that side.

        >>> Formatter("en").interval(0.551, 0.674, "share")
        '(55.1–67.4%)'
        >>> Formatter("en").interval(45, None, "seconds")
        '(≥ 45 s)'
        """
        check_unit(unit)
        if is_missing(low) and is_missing(high):
            return MISSING
        if is_missing(low):
            return f"(≤ {self.value(high, unit)})"
        if is_missing(high):
            return f"(≥ {self.value(low, unit)})"
        first, last = self.value(low, unit), self.value(high, unit)
        if unit == "share":
            first = first.removesuffix("%")
        # A dash without spaces reads as a minus beside a sign, and as one word beside a unit.
        tight = unit != "seconds" and not first.startswith("-") and "-" not in last
        return f"({first}–{last})" if tight else f"({first} – {last})"

    def _decimal(self, value: object, pattern: str) -> str:
        if is_missing(value):
            return MISSING
        from babel.numbers import format_decimal

        return format_decimal(_number(value), pattern, locale=self.locale)

    def _date(self, value: dt.date | None, pattern: str) -> str:
        if value is None or is_missing(value):
            return MISSING
        from babel.dates import format_date

        return format_date(value, pattern, locale=self.locale)


def format_value(value: object, unit: str, language: str = "en") -> str:
    """Write one value by its unit in a language; see `Formatter.value`.

    >>> format_value(0.615, "share", "nl"), format_value(None, "count")
    ('61,5%', '–')
    """
    return Formatter(language).value(value, unit)


def format_interval(low: object, high: object, unit: str, language: str = "en") -> str:
    """Write one interval by its unit in a language; see `Formatter.interval`.

    >>> format_interval(0.551, 0.674, "share", "nl")
    '(55,1–67,4%)'
    """
    return Formatter(language).interval(low, high, unit)


def _number(value: object) -> int | float | Decimal:
    if isinstance(value, int | float | Decimal):
        return value
    number: Any = value
    return float(number)


def _pattern(digits: int) -> str:
    return "#,##0." + "0" * digits if digits else "#,##0"


def _round(value: float) -> int:
    return math.floor(value + 0.5)


def _pair(large: int, large_sign: str, small: int, small_sign: str, *, pad: bool) -> str:
    if not large:
        return f"{small} {small_sign}"
    if not small:
        return f"{large} {large_sign}"
    return (
        f"{large} {large_sign} {small:02d} {small_sign}"
        if pad
        else (f"{large} {large_sign} {small} {small_sign}")
    )
