"""Which valuation speaks for which channel."""

from __future__ import annotations

from dataclasses import dataclass, replace

from perpetuum.contagion.named import valuation
from perpetuum.contagion.valuation import Channel, Valuation
from perpetuum.contagion.valuations import eisenberg_noe, limited_liability, stops_when_failed
from perpetuum.core.errors import NetworkError, UnknownName, listed
from perpetuum.core.nouns import CHANNEL
from perpetuum.core.text import both
from perpetuum.maths.claims import Costs

STANDARD_OWED = eisenberg_noe.VALUATION.id
CHANNELS: tuple[Channel, ...] = ("owed", "owned", "revenue", "funding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One valuation for each channel.

    Raises
    ------
    NetworkError
        If a valuation stands in a channel it does not speak for.

    Examples
    --------
    >>> str(Study())
    'STANDARD'
    >>> str(Study.of("owed=rogers_veraart(alpha=0.5, beta=0.7)"))
    'owed=rogers_veraart(alpha=0.5, beta=0.7, beta_shares=1)'
    """

    owed: Valuation = eisenberg_noe.VALUATION
    owned: Valuation = limited_liability.VALUATION
    revenue: Valuation = stops_when_failed.VALUATION
    funding: Valuation = stops_when_failed.VALUATION

    def __post_init__(self) -> None:
        for channel in CHANNELS:
            chosen = self.of_channel(channel)
            among = listed(chosen.channels)
            if channel not in chosen.channels:
                raise NetworkError(
                    both(
                        f"{chosen.id} does not speak for the channel `{channel}`.",
                        f"{chosen.id} 不適用於管道 `{channel}`。",
                    ),
                    both(f"It speaks for: {among.en}.", f"它適用於：{among.zh}。"),
                )
        if self.owned.has_own_solver and self.owed.id != STANDARD_OWED:
            raise NetworkError(
                both(
                    f"{self.owned.id} pays every debt, so {self.owed.id} has nothing to say in it.",
                    f"{self.owned.id} 假定所有債務都會清償，因此 {self.owed.id} 派不上用場。",
                ),
                both("Choose one of the two.", "請擇一使用。"),
            )

    @classmethod
    def of(cls, *channels: str, model: str | None = None) -> Study:
        """Read ``owed=rogers_veraart`` and the like; ``model`` is a valuation that finds its own channel."""
        study = cls()
        for said in channels:
            name, _, what = said.partition("=")
            if name.strip() not in CHANNELS:
                raise UnknownName(name.strip(), CHANNELS, what=CHANNEL)
            study = replace(study, **{name.strip(): valuation(what)})
        if model is not None:
            chosen = valuation(model)
            study = replace(study, **{chosen.channels[0]: chosen})
        return study

    def of_channel(self, channel: Channel) -> Valuation:
        """The valuation of one channel."""
        chosen: Valuation = getattr(self, channel)
        return chosen

    @property
    def changed(self) -> tuple[Channel, ...]:
        """Channels that differ from the standard."""
        return tuple(c for c in CHANNELS if str(self.of_channel(c)) != str(STANDARD.of_channel(c)))

    @property
    def is_process(self) -> bool:
        """Is it a model with a course of its own, such as DebtRank of 2012?"""
        return self.owed.has_own_solver or self.owned.has_own_solver

    @property
    def pays(self) -> bool:
        """Do payments decide, so that the ladder solves it?"""
        return self.owed.pays and not self.is_process

    @property
    def costs(self) -> Costs:
        """The factors of fallen firms, as the ladder wants them."""
        if self.owed.id != "rogers_veraart":
            return Costs()
        said = self.owed.parameter
        return Costs(alpha=said("alpha"), beta_debts=said("beta"), beta_shares=said("beta_shares"))

    def __str__(self) -> str:
        return ", ".join(f"{c}={self.of_channel(c)}" for c in self.changed) or "STANDARD"


STANDARD = Study()
