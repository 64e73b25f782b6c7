"""The words of an address: those of the terminal's options, with what they may be."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from perpetuum.report import verbs
from perpetuum.report.words import say

CASE = r"^[a-z0-9][a-z0-9._-]{0,63}$"
Word = Annotated[str, StringConstraints(max_length=200)]
Id = Annotated[str, StringConstraints(max_length=100)]


def option(key: str, default: Any = None, **more: Any) -> Any:
    """An option with the sentence that the terminal's help gives it."""
    if "default_factory" not in more:
        more["default"] = default
    return Field(description=say(f"help.{key}").en, **more)


class Words(BaseModel):
    """What every verb is asked with."""

    model_config = ConfigDict(populate_by_name=True)

    case: str = Field("ai", description=say("web.help.case").en, pattern=CASE)
    policy: Id | None = option("policy")

    def key(self) -> dict[str, Any]:
        """The question without the case, whose content is hashed beside it."""
        return self.model_dump(mode="json", by_alias=True, exclude={"case"})


class Dated(Words):
    """The same for what is asked of a date."""

    at: Id | None = option("at")
    asof: Id | None = option("asof")

    @property
    def asked(self) -> verbs.Asked:
        """What the verbs are asked with."""
        return verbs.Asked(at=self.at, asof=self.asof, policy=self.policy)
