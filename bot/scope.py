"""Whether a question is answered from the guides, and if not, who can answer it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.evidence import Evidence, Model
from bot.guidance.data import read_model
from bot.reply import Status
from index.retriever import Hit

PACKAGED = Path(__file__).with_name("scope.yaml")
_NAME = re.compile(r"<([a-z]+)>")
# People ask what they should do, and what something is, of films too; and all of these of grown-ups and
# other illnesses, where the child's team is not who can tell.
_ASKED_OF_ANYTHING = ("decision", "diagnosis")
_ASKED_OF_ILLNESS = (*_ASKED_OF_ANYTHING, "prognosis", "result")
Text = Annotated[str, Field(min_length=1)]


class CareTeamPatterns(BaseModel):
    """Questions for the child's own team, by the fixed text they get."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    disagreement: tuple[Text, ...]
    dose: tuple[Text, ...]
    result: tuple[Text, ...]
    prognosis: tuple[Text, ...]
    decision: tuple[Text, ...]
    diagnosis: tuple[Text, ...]


class ScopeData(BaseModel):
    """`scope.yaml`: each list is explained where it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: dict[str, Text]
    care_team: CareTeamPatterns
    not_care_team: tuple[Text, ...]
    myths: tuple[Text, ...]
    out_of_scope: tuple[Text, ...]
    other_conditions: tuple[Text, ...]
    evidence: Model

    @model_validator(mode="after")
    def _patterns_compile(self) -> ScopeData:
        lists = [self.not_care_team, self.myths, self.out_of_scope, self.other_conditions]
        for patterns in [*lists, *(topic for _, topic in self.care_team)]:
            for pattern in patterns:
                self.compiled(pattern)
        return self

    def compiled(self, pattern: str) -> re.Pattern[str]:
        """A pattern with its names filled in."""
        try:
            return re.compile(self._filled(pattern), re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"not a regular expression ({error}): {pattern[:60]!r}") from None

    def _filled(self, pattern: str) -> str:
        def fill(match: re.Match[str]) -> str:
            if match[1] not in self.names:
                raise ValueError(f"unknown name <{match[1]}> in {pattern[:60]!r}: add it under `names`")
            return self._filled(self.names[match[1]])

        return _NAME.sub(fill, pattern)


@dataclass(frozen=True)
class Verdict:
    """What becomes of a question. `wording` names the fixed text, if any; `evidence` is why."""

    status: Status
    wording: str = ""
    evidence: Evidence | None = None
    probability: float = 0.0

    @property
    def may_cite(self) -> bool:
        """Whether sentences of the guides may follow."""
        return self.status in (Status.GROUNDED, Status.CARE_TEAM) and self.probability > 0.0


class Scope:
    """Compiled patterns and the calibrated model of evidence."""

    def __init__(self, data: ScopeData) -> None:
        self._care_team = {topic: _compiled(data, patterns) for topic, patterns in data.care_team}
        self._not_care_team = _compiled(data, data.not_care_team)
        self._myths = _compiled(data, data.myths)
        self._out_of_scope = _compiled(data, data.out_of_scope)
        self._other_conditions = _compiled(data, data.other_conditions)
        self.model = data.evidence

    @classmethod
    def load(cls, path: Path = PACKAGED) -> Scope:
        """Read and validate patterns and weights.

        Raises:
            CardsError: naming the file, the place in it and the remedy.
        """
        return cls(read_model(path, ScopeData))

    def team_topic(self, text: str) -> str | None:
        """Which kind of question for the child's own team this is, if it is one."""
        plain = " ".join(text.replace("’", "'").split())
        if _matches(self._not_care_team, plain):
            return None
        return next((topic for topic, found in self._care_team.items() if _matches(found, plain)), None)

    def judge(self, text: str, search: str, hits: Sequence[Hit], evidence: Evidence) -> Verdict:
        """The verdict on a question.

        Args:
            text: the question as the family wrote it.
            search: its stand-alone form, for which `hits` were found.
            hits: best first.
            evidence: of the first hit.
        """
        probability = self.model.probability(evidence)
        answerable = probability >= self.model.line
        plain = " ".join(search.replace("’", "'").split())
        elsewhere = _matches(self._out_of_scope, plain) and probability < self.model.certain
        other = self._names_other_condition(plain, hits)
        topic = self.team_topic(text) or self.team_topic(search)
        not_ours = (elsewhere and topic in _ASKED_OF_ANYTHING) or (other and topic in _ASKED_OF_ILLNESS)
        if topic and not not_ours:
            # A fact beside the point hurts more after a refusal than after a question it nearly answers.
            cited = probability if probability >= self.model.care_team_line else 0.0
            return Verdict(Status.CARE_TEAM, topic, evidence, cited)
        if _matches(self._myths, plain):
            return Verdict(Status.INSUFFICIENT_EVIDENCE, "myth", evidence)
        if other:
            return Verdict(Status.INSUFFICIENT_EVIDENCE, "other_condition", evidence)
        if elsewhere:
            return Verdict(Status.OUT_OF_SCOPE, "out_of_scope", evidence)
        if answerable:
            return Verdict(Status.GROUNDED, "", evidence, probability)
        if probability < self.model.off_topic and not evidence.ours:
            return Verdict(Status.OUT_OF_SCOPE, "out_of_scope", evidence)
        return Verdict(Status.INSUFFICIENT_EVIDENCE, "insufficient", evidence)

    def _names_other_condition(self, text: str, hits: Sequence[Hit]) -> bool:
        """It names an illness or medicine that the section found does not."""
        held = f"{hits[0].passage.title} {hits[0].passage.section} {hits[0].passage.text}" if hits else ""
        named = [match.group(0) for pattern in self._other_conditions for match in pattern.finditer(text)]
        return any(name.casefold() not in held.casefold() for name in named)


def _compiled(data: ScopeData, patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(data.compiled(pattern) for pattern in patterns)


def _matches(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)
