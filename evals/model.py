"""What a suite says: cases, what is expected of each, and the bars the suite must reach.

Unknown fields are refused, and so is an expectation that would hold for every reply: a misspelt or
empty line would otherwise switch a test off without anybody noticing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from bot.reply import Level, Place, Region, Status


def _as_list(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


Text = Annotated[str, Field(min_length=1)]
CaseId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
DocumentRef = Annotated[str, Field(pattern=r"^[a-z0-9-]+(#[a-z0-9-]+)?$")]
Alternatives = Annotated[tuple[Text, ...], BeforeValidator(_as_list), Field(min_length=1)]
Phrases = Annotated[tuple[Alternatives, ...], Field(min_length=1)]
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_blank(cls, value: Any) -> Any:
        """A key with nothing after it reads as null and would quietly mean "not asked"."""
        if value is None:
            raise ValueError("is empty: give a value or remove the line")
        return value


class Metric(StrEnum):
    """What a bar can be set on. See `evals.scorers` for the exact definition of each."""

    SENSITIVITY = "sensitivity"
    FALSE_ALARM = "false_alarm"
    URGENT_OVERCALL = "urgent_overcall"
    PASS_RATE = "pass_rate"
    REFUSAL_PRECISION = "refusal_precision"
    REFUSAL_RECALL = "refusal_recall"
    UNACCEPTED_SHARE = "unaccepted_share"
    VERBATIM_SHARE = "verbatim_share"

    @property
    def lower_is_better(self) -> bool:
        """True for shares of things gone wrong, whose bar is an `at_most`."""
        return self in (Metric.FALSE_ALARM, Metric.URGENT_OVERCALL, Metric.UNACCEPTED_SHARE)


class Bar(_Data):
    """A line a suite must reach: `at_least` where higher is better, `at_most` where lower is."""

    metric: Metric
    at_least: Share | None = None
    at_most: Share | None = None

    @model_validator(mode="after")
    def _right_direction(self) -> Bar:
        wanted, other = ("at_most", "at_least") if self.metric.lower_is_better else ("at_least", "at_most")
        if getattr(self, other) is not None or getattr(self, wanted) is None:
            raise ValueError(f"a bar on {self.metric} takes {wanted}, and only that")
        return self

    def met_by(self, value: float) -> bool:
        """Whether a measured share reaches the bar; reaching it exactly is enough."""
        if self.at_least is not None:
            return value >= self.at_least
        return self.at_most is not None and value <= self.at_most

    def __str__(self) -> str:
        sign, share = ("≥", self.at_least) if self.at_least is not None else ("≤", self.at_most)
        return f"{sign} {100 * (share or 0.0):.4g} %"


class Expect(_Data):
    """What must hold of the reply to the last message.

    `level` is a floor, `max_level` a ceiling, `exact_level` both. `status` holds any one of those
    named. Each item of `must_contain` is met by any of its alternatives; no alternative of
    `must_not_contain` may appear. `cites` names the documents (or document#section) an answer may
    draw on: at least one of its sentences must.
    """

    level: Level | None = None
    max_level: Level | None = None
    exact_level: Level | None = None
    status: Annotated[tuple[Status, ...], BeforeValidator(_as_list), Field(min_length=1)] | None = None
    must_contain: Phrases | None = None
    must_not_contain: Phrases | None = None
    cites: Annotated[tuple[DocumentRef, ...], BeforeValidator(_as_list), Field(min_length=1)] | None = None
    card: Text | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> Expect:
        if not self.model_fields_set:
            raise ValueError("asks for nothing: add level, status, must_contain, cites or card")
        if self.level is Level.NONE:
            raise ValueError("level: none holds for every reply: use max_level: none")
        if self.max_level is Level.EMERGENCY:
            raise ValueError("max_level: emergency holds for every reply: remove it or lower it")
        if self.exact_level is not None and (self.level is not None or self.max_level is not None):
            raise ValueError("exact_level already says both: remove level and max_level")
        if self.level and self.max_level and self.level.rank > self.max_level.rank:
            raise ValueError(
                f"level {self.level} is above max_level {self.max_level}: no reply can meet both"
            )
        return self

    @property
    def floor(self) -> Level | None:
        """The level a live red flag must reach; None if the case is not one."""
        required = self.level or self.exact_level
        return None if required is Level.NONE else required

    @property
    def ceiling(self) -> Level | None:
        """The level that must not be exceeded; None if there is no such limit."""
        return self.max_level or self.exact_level

    @property
    def asks_level(self) -> bool:
        """Whether triage alone can say something about this case."""
        return self.floor is not None or self.ceiling is not None

    @property
    def asks_answer(self) -> bool:
        """Whether a whole reply is needed to score everything the case expects."""
        return bool(self.model_fields_set - {"level", "max_level", "exact_level"})


class Case(_Data):
    """One conversation and what is expected of the reply to its last message.

    `id` never changes, whatever is reworded. `cluster` joins paraphrases of one situation: they
    count once in an interval.
    """

    id: CaseId
    messages: Annotated[tuple[str, ...], Field(min_length=1)]
    expect: Expect
    region: Region | None = None
    place: Place | None = None
    rule: Text | None = None
    tags: tuple[Text, ...] = ()
    cluster: Text | None = None
    source: Annotated[tuple[Text, ...], BeforeValidator(_as_list)] = ()
    note: str = ""

    @property
    def group(self) -> str:
        """What the case counts as in an interval: its cluster, or itself."""
        return f"cluster {self.cluster}" if self.cluster else f"case {self.id}"


class Suite(_Data):
    """A named set of cases with the bars it must reach."""

    suite: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: Text
    bar: Annotated[tuple[Bar, ...], BeforeValidator(_as_list), Field(min_length=1)]
    cases: Annotated[tuple[Case, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _bars_differ(self) -> Suite:
        metrics = [bar.metric for bar in self.bar]
        if len(set(metrics)) < len(metrics):
            raise ValueError("two bars on one metric: keep one")
        return self

    @property
    def level_only(self) -> bool:
        """Whether triage alone can score every case."""
        return not any(case.expect.asks_answer for case in self.cases)
