"""The tables of a configuration file: which keys there are, what they take and what they mean.

The page of the documentation is made from these descriptions and examples, and so are the ways out
in errors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    Strict,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails

from convocommerce.configuration import figures, kinds, names
from convocommerce.configuration.kinds import wrong, wrong_whole
from convocommerce.reports.options import OWN_FIGURES

Languages = Annotated[kinds.Names, AfterValidator(names.check_languages)]
Limit = Annotated[float | None, PlainValidator(figures.limit)]


class Table(BaseModel):
    """A table of the file: unknown keys are refused, and nothing changes once it is read."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, validate_default=True
    )


class Business(Table):
    """Whose figures these are, and where they are kept."""

    name: kinds.Text = Field(
        description="What the business is called on its pages.", examples=['"Slof & Stukje"']
    )
    database: kinds.Placed = Field(
        default=Path("shop.duckdb"),
        description="The database file, seen from the folder of this file; made when new.",
        examples=['"shop.duckdb"'],
    )
    languages: Languages = Field(
        default=("en",),
        description="The languages of pages: `en`, `nl`. A report may name its own.",
        examples=['["nl", "en"]'],
    )


class Source(Table):
    """Exports to load: a file, a folder or a pattern, and what is demanded of them."""

    path: Annotated[kinds.Placed, AfterValidator(kinds.check_pattern)] = Field(
        description="A file, a folder, or a pattern such as `exports/*.json`.",
        examples=['"exports/messenger"'],
    )
    platform: Annotated[kinds.Text, AfterValidator(names.check_platform)] | None = Field(
        default=None,
        description="The platform, or the kind of export, that everything there must be.",
        examples=['"messenger"'],
    )
    max_age: kinds.Age | None = Field(
        default=None,
        description="How old the newest record may be when a build begins: `90m`, `36h`, `2d`, "
        "`1w`. An older one means that the export stopped. Sources of one kind of export share "
        "their newest record.",
        examples=['"2d"'],
    )
    min_documents: kinds.Count | None = Field(
        default=None,
        description="How many documents there must be at least.",
        examples=["100"],
    )
    mapping: Annotated[kinds.File, AfterValidator(names.check_mapping)] | None = Field(
        default=None,
        description="The mapping that reads files which no platform writes.",
        examples=['"calls.mapping.toml"'],
    )

    def paths(self) -> list[Path]:
        """Return the paths to load now: the path itself, or what its pattern fits, by name."""
        base, rest = kinds.split_pattern(self.path)
        return sorted(base.glob("/".join(rest))) if rest else [self.path]


class Report(Table):
    """A page to build."""

    kind: Annotated[kinds.Text, AfterValidator(names.check_report)] = Field(
        description="Which report: `weekly`, `monthly` or `campaign`.", examples=['"weekly"']
    )
    languages: Languages | None = Field(
        default=None,
        description="Its languages; those of the business when left out.",
        examples=['["nl"]'],
    )
    campaign: kinds.Text | None = Field(
        default=None,
        description="The one campaign that a report of the kind `campaign` is about; all when left "
        "out.",
        examples=['"Summer slippers"'],
    )
    formats: Annotated[kinds.Names, AfterValidator(names.check_formats)] = Field(
        default=("html",),
        description="What it is written as: `html` for people, `json`, `csv` and `parquet` for "
        "machines, `mail` to send it.",
        examples=['["html", "json"]'],
    )

    @model_validator(mode="after")
    def _campaign_fits(self) -> Report:
        if self.kind != "campaign" and self.campaign is not None:
            raise wrong_whole(
                f"reports.campaign is set for a report of the kind {self.kind!r}, which is not "
                'about a campaign; leave it out or write kind = "campaign"'
            )
        return self


class Alert(Table):
    """A figure to be told of when it leaves its bounds."""

    metric: Annotated[kinds.Text, AfterValidator(figures.check_metric)] = Field(
        description="The metric, by its name in the [catalogue](metrics.md).",
        examples=['"first_response_time"'],
    )
    statistic: kinds.Text | None = Field(
        default=None,
        description="Which figure of it; its headline when left out.",
        examples=['"median"'],
    )
    below: Limit = Field(
        default=None,
        description="Tell when it is lower: a share such as `0.8`, a count, or a time in seconds "
        "or such as `15m`.",
        examples=["0.1"],
    )
    above: Limit = Field(default=None, description="Tell when it is higher.", examples=['"15m"'])
    unusual: kinds.Flag = Field(
        default=False,
        description="Tell when it is outside what earlier periods of the kind make likely.",
        examples=["true"],
    )
    by: Annotated[kinds.Text, AfterValidator(figures.check_dimension)] | None = Field(
        default=None,
        description="Look at each value of this column apart.",
        examples=['"channel"'],
    )

    @field_validator("statistic", mode="after")
    @classmethod
    def _statistic_is_of_metric(cls, value: str | None, info: ValidationInfo) -> str | None:
        metric = info.data.get("metric")
        return value if metric is None else figures.check_statistic(metric, value)

    @field_validator("by", mode="after")
    @classmethod
    def _metric_can_be_cut(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and (metric := info.data.get("metric")) in OWN_FIGURES:
            raise wrong(f"is {value!r}, and {metric} cannot be cut; leave it out")
        return value

    @field_validator("below", "above", mode="after")
    @classmethod
    def _limit_fits(cls, value: float | None, info: ValidationInfo) -> float | None:
        metric, statistic = info.data.get("metric"), info.data.get("statistic")
        if value is None or metric is None or statistic is None:
            return value
        return figures.check_limit(metric, statistic, value)

    @model_validator(mode="after")
    def _tells_something(self) -> Alert:
        if self.below is None and self.above is None and not self.unusual:
            raise wrong_whole(
                "an alert says when to tell: give it below, above or unusual, such as below = 0.1"
            )
        if self.below is not None and self.above is not None and self.below > self.above:
            raise wrong_whole(
                f"alerts.below is {self.below:g} and alerts.above {self.above:g}: every value "
                "would be told; below must be the lower one"
            )
        return self


class Brand(Table):
    """How pages are made to look like the business."""

    accent: kinds.Colour | None = Field(
        default=None,
        description="The colour of headings and of what stands out.",
        examples=['"#0b6e4f"'],
    )
    logo: Annotated[kinds.File, AfterValidator(names.check_logo)] | None = Field(
        default=None,
        description="A PNG or JPEG picture of at most 200 kB for the top of pages.",
        examples=['"logo.png"'],
    )


class Publish(Table):
    """Where pages go."""

    folder: kinds.Placed = Field(
        default=Path("site"),
        description="The folder that pages are published into; made when new.",
        examples=['"site"'],
    )
    keep: kinds.Count | None = Field(
        default=None,
        description="How many periods of each report are kept; all when left out.",
        examples=["53"],
    )
    keep_editions: kinds.Count = Field(
        default=3,
        description="How many editions of one period are kept, the latest first; a period is "
        "restated when orders or messages of it come in later.",
        examples=["3"],
    )
    smallest_group: Annotated[int, Strict(), Field(ge=2)] = Field(
        default=5,
        description="The fewest that a figure of a group may rest on to be shown.",
        examples=["5"],
    )
    base_address: kinds.WebAddress | None = Field(
        default=None,
        description="Where people find the folder on the web, for links in mails.",
        examples=['"https://figures.example/shop"'],
    )


class Audit(Table):
    """What data must be like before anything is published; a build ends with exit code 3 if not."""

    min_coverage: kinds.Share = Field(
        default=0.0,
        description="The least share of the period's days on which there are messages.",
        examples=["0.9"],
    )
    max_volume_drop: kinds.Share = Field(
        default=1.0,
        description="How much fewer messages there may be than are usual on the same weekdays of "
        "the eight weeks before, as a share.",
        examples=["0.5"],
    )
    max_quarantined: kinds.Share = Field(
        default=0.01,
        description="The largest share of documents read that may be quarantined.",
        examples=["0.01"],
    )
    max_unknown_senders: kinds.Share = Field(
        default=0.0,
        description="The largest share of the business's messages that may come from apps that "
        "the rules do not name.",
        examples=["0.05"],
    )


class Mail(Table):
    """Who is sent the reports whose formats name `mail`."""

    to: Annotated[
        tuple[kinds.Address, ...],
        BeforeValidator(kinds.one_or_more),
        AfterValidator(kinds.check_distinct),
    ] = Field(
        description="Addresses, or `env:NAME` of a variable that holds one.",
        examples=['["owner@shop.example", "env:SHOP_MANAGER"]'],
        json_schema_extra={"secret": True},
    )
    sender: kinds.Address = Field(
        alias="from",
        description="The address it comes from.",
        examples=['"figures@shop.example"'],
        json_schema_extra={"secret": True},
    )
    server: kinds.SecretName = Field(
        description="`env:NAME` of the variable with the server's address, such as "
        "`smtps://name:password@host:465`.",
        examples=['"env:SHOP_SMTP"'],
        json_schema_extra={"secret": True},
    )


class File(Table):
    """Everything that a configuration file can hold; tables without required keys may be empty."""

    business: Business
    rules: dict[str, Any] = {}
    sources: tuple[Source, ...] = ()
    reports: tuple[Report, ...] = ()
    targets: Annotated[dict[str, float], PlainValidator(figures.targets)] = {}
    alerts: tuple[Alert, ...] = ()
    brand: Brand
    publish: Publish
    audit: Audit
    mail: Mail | None = Field(default=None, json_schema_extra={"secret": True})

    @model_validator(mode="after")
    def _reports_fit(self) -> File:
        mistakes = []
        seen: set[tuple[str, str]] = set()
        for number, report in enumerate(self.reports):
            # Letters and digits make the name of a page; what differs in neither is one page.
            about = "".join(filter(str.isalnum, (report.campaign or "").lower()))
            told = []
            if (report.kind, about) in seen:
                told.append(
                    f"the report {report.kind!r} is there already and would replace it; name "
                    "languages and formats in one table"
                )
            if "mail" in report.formats and self.mail is None:
                told.append(
                    "reports.formats names 'mail' and nobody to send it to; write [mail] with to, "
                    "from and server"
                )
            seen.add((report.kind, about))
            mistakes += [
                InitErrorDetails(type=wrong_whole(one), loc=("reports", number), input=None)
                for one in told
            ]
        if mistakes:
            raise ValidationError.from_exception_data("reports", mistakes)
        return self
