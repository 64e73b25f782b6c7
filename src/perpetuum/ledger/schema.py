"""The forms that case files must have. Unknown keys are errors; every value arrives as text."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, PlainValidator, model_validator
from pydantic_core import PydanticCustomError

from perpetuum.core.adoption import Dated
from perpetuum.core.claim import Reading, Stage
from perpetuum.core.deal import EVENT_WORDS, TRIGGER_WORDS, Apart, Cover, Mode, Side
from perpetuum.core.entity import Outside, Role
from perpetuum.core.errors import UnitError, listed, not_a, one_of
from perpetuum.core.nouns import UNIT
from perpetuum.core.parameter import Ground
from perpetuum.core.quantity import Quantity
from perpetuum.core.scenario import (
    ASSUMED,
    Law,
    Opening,
    Value,
    Verb,
    change_fault,
    read_value,
    shock_fault,
    spread_fault,
)
from perpetuum.core.source import SourceKind
from perpetuum.core.text import Text, both
from perpetuum.core.units import UNITS
from perpetuum.core.when import Quarter, Span, When

T = TypeVar("T")
# No notice runs longer, in days or months.
_LONGEST = 9999
COMPARE = both("Compare with another file of the same folder.", "請對照同一資料夾的其他檔案。")
_WRITE_BOTH = both("Write {en: ..., zh: ...}", "請寫成 {en: ..., zh: ...}")


def _refused(what: Text, repair: Text) -> PydanticCustomError:
    """What a form does not take: pydantic carries both texts to the builder, which knows the line."""
    return PydanticCustomError("refused", "{what}", {"what": what, "repair": repair})


def _reads(parse: Callable[[str], T]) -> Callable[[Any], T]:
    def read(value: Any) -> T:
        if not isinstance(value, str):
            raise _refused(both("this must be a single value.", "這裡只能是一個值。"), COMPARE)
        try:
            return parse(value)
        except UnitError as error:
            raise _refused(error.what, error.repair) from None

    return read


def _exact_day(text: str) -> datetime.date:
    when = When.parse(text)
    if not when.is_exact:
        raise UnitError(
            both(f"'{text}' is not a day.", f"「{text}」不是確切的日期。"),
            both("Write year, month and day: 2026-02-27", "請寫年、月、日：2026-02-27"),
        )
    return when.first


def _share(text: str) -> float:
    quantity = _quantity_or_nothing(text)
    if quantity is None or quantity.unit != "ratio" or not 0 <= quantity.value <= 1:
        raise UnitError(
            both(f"'{text}' is not a share.", f"「{text}」不是比率。"),
            both(
                "Write a percentage from 0 % to 100 %, for example: 20 %",
                "請寫 0 % 到 100 % 的百分比，例如：20 %",
            ),
        )
    return quantity.value


def _gigawatts(text: str) -> float:
    quantity = _quantity_or_nothing(text)
    if quantity is None or quantity.unit != "GW" or quantity.value < 0:
        raise UnitError(
            both(f"'{text}' is not a power.", f"「{text}」不是電力容量。"),
            both("Write it in gigawatts, for example: 4.5 GW", "請以 GW 為單位，例如：4.5 GW"),
        )
    return quantity.value


def _length(text: str) -> Quantity:
    quantity = _quantity_or_nothing(text)
    if (
        quantity is None
        or quantity.unit not in ("days", "months")
        or not 0 < quantity.value <= _LONGEST
        or quantity.value % 1
    ):
        raise UnitError(
            both(f"'{text}' is not a length of days or months.", f"「{text}」不是以日或月計的期間。"),
            both("Write a whole number of days or months, for example: 90 days", "請寫整數的日數或月數，例如：90 days"),
        )
    return quantity


def _day_or_length(text: str) -> When | Quantity:
    """A date, or a length such as `3 months` counted from the start."""
    try:
        return When.parse(text)
    except UnitError:
        pass
    try:
        return _length(text)
    except UnitError as error:
        raise UnitError(
            both(f"'{text}' is neither a date nor a length.", f"「{text}」既不是日期，也不是期間。"),
            both("Write for example: 2026-12-31, or 3 months", "請寫成例如：2026-12-31，或 3 months"),
        ) from error


def _shares(text: str) -> Quantity:
    quantity = _quantity_or_nothing(text)
    if quantity is None or quantity.unit != "shares" or quantity.value <= 0:
        raise UnitError(
            both(f"'{text}' is not a number of shares.", f"「{text}」不是股數。"),
            both("Write for example: 160m shares", "請寫成例如：160m shares"),
        )
    return quantity


def _price(text: str) -> Quantity:
    quantity = _quantity_or_nothing(text)
    if quantity is None or quantity.unit != "USD" or quantity.value < 0:
        raise UnitError(
            both(f"'{text}' is not a price.", f"「{text}」不是價格。"),
            both("Write what one share costs, for example: 0.01 USD", "請寫一股的價格，例如：0.01 USD"),
        )
    return quantity


def _address(text: str) -> str:
    if urlsplit(text).scheme not in ("http", "https") or " " in text:
        raise UnitError(
            both(f"'{text}' is not the address of a page.", f"「{text}」不是網頁的網址。"),
            both("Write it with http:// or https:// in front.", "請在開頭寫上 http:// 或 https://。"),
        )
    return text


def _unit(text: str) -> str:
    if text not in UNITS or UNITS[text].base != text:
        base = [symbol for symbol, unit in UNITS.items() if unit.base == symbol]
        raise UnitError(not_a(UNIT, text, base), one_of(base))
    return text


def _quantity_or_nothing(text: str) -> Quantity | None:
    try:
        return Quantity.parse(text)
    except UnitError:
        return None


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise UnitError(
            both(f"'{text}' is neither true nor false.", f"「{text}」既不是 true 也不是 false。"),
            both("Write true or false.", "請寫 true 或 false。"),
        )
    return text == "true"


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:5]) <= _LONGEST:
        raise UnitError(
            both(f"'{text}' is not a number of quarters.", f"「{text}」不是季數。"),
            both("Write a whole number, for example: 4", "請寫整數，例如：4"),
        )
    return int(text)


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise UnitError(
            both(f"'{text}' is not a whole number.", f"「{text}」不是整數。"),
            both("Write for example: 1000", "請寫成例如：1000"),
        )
    return int(text)


def _ratio(text: str) -> float:
    """A plain number or a percentage; it may be negative."""
    value = read_value(text)
    if isinstance(value, Quantity):
        if value.unit != "ratio":
            raise UnitError(
                both(f"'{text}' is not a ratio.", f"「{text}」不是比率。"),
                both("Write for example: 50 %", "請寫成例如：50 %"),
            )
        return value.value
    return value


def _place(text: str) -> str:
    if not text or any(sign.isspace() for sign in text):
        raise UnitError(
            both(f"'{text}' is not an address.", f"「{text}」不是位址。"),
            both("Write for example: mood_persistence, or lab.churn", "請寫成例如：mood_persistence，或 lab.churn"),
        )
    return text


def _users(text: str) -> float:
    quantity = _quantity_or_nothing(text)
    if quantity is None or quantity.unit != "users" or quantity.value <= 0:
        raise UnitError(
            both(f"'{text}' is not a number of people.", f"「{text}」不是人數。"),
            both("Write for example: 900m users", "請寫成例如：900m users"),
        )
    return quantity.value


def _years(text: str) -> float:
    quantity = _quantity_or_nothing(text)
    if quantity is None or quantity.unit != "years" or quantity.value <= 0:
        raise UnitError(
            both(f"'{text}' is not a number of years.", f"「{text}」不是年數。"),
            both("Write for example: 12 years", "請寫成例如：12 years"),
        )
    return quantity.value


AQuantity = Annotated[Quantity, PlainValidator(_reads(Quantity.parse))]
AValue = Annotated[Value, PlainValidator(_reads(read_value))]
AQuarter = Annotated[Quarter, PlainValidator(_reads(Quarter.parse))]
ACount = Annotated[int, PlainValidator(_reads(_count))]
AnAddressOfMachine = Annotated[str, PlainValidator(_reads(_place))]
AWhen = Annotated[When, PlainValidator(_reads(When.parse))]
ASpan = Annotated[Span, PlainValidator(_reads(Span.parse))]
ADay = Annotated[datetime.date, PlainValidator(_reads(_exact_day))]
AShare = Annotated[float, PlainValidator(_reads(_share))]
AWhole = Annotated[int, PlainValidator(_reads(_whole))]
ARatio = Annotated[float, PlainValidator(_reads(_ratio))]
APower = Annotated[float, PlainValidator(_reads(_gigawatts))]
ALength = Annotated[Quantity, PlainValidator(_reads(_length))]
ADayOrLength = Annotated[When | Quantity, PlainValidator(_reads(_day_or_length))]
Shares = Annotated[Quantity, PlainValidator(_reads(_shares))]
APrice = Annotated[Quantity, PlainValidator(_reads(_price))]
AUsers = Annotated[float, PlainValidator(_reads(_users))]
AYears = Annotated[float, PlainValidator(_reads(_years))]
AnAddress = Annotated[str, PlainValidator(_reads(_address))]
ATruth = Annotated[bool, PlainValidator(_reads(_truth))]


def _both_languages(value: Any) -> Any:
    if isinstance(value, Text):
        return value
    if not isinstance(value, dict):
        raise _refused(both("a text needs both languages.", "文字必須中英文兼備。"), _WRITE_BOTH)
    missing = [language for language in ("en", "zh") if not str(value.get(language) or "").strip()]
    extra = sorted(set(value) - {"en", "zh"})
    if missing or extra:
        wrong = listed(missing or extra)
        raise _refused(
            both(
                f"a text needs both languages; {'missing' if missing else 'unknown'}: {wrong.en}.",
                f"文字必須中英文兼備；{'缺少' if missing else '不認得'}：{wrong.zh}。",
            ),
            _WRITE_BOTH,
        )
    return Text(en=value["en"], zh=value["zh"])


def _reason(value: Any) -> Any:
    if value == "assumed":
        return ASSUMED
    if not isinstance(value, dict):
        raise _refused(
            both("a reason is `assumed`, or a text in both languages.", "理由須為 `assumed`，或中英文兼備的文字。"),
            both(
                "Write because: assumed, or because: {en: ..., zh: ...}",
                "請寫 because: assumed，或 because: {en: ..., zh: ...}",
            ),
        )
    return _both_languages(value)


AText = Annotated[Text, PlainValidator(_both_languages)]
AReason = Annotated[Text, PlainValidator(_reason)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_\-]*$")]
ScenarioId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$")]  # such as mood-1.5


class Form(BaseModel):
    """Base of all forms: a misspelt key is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class SourceForm(Form):
    id: Id
    title: str
    kind: SourceKind
    tier: Annotated[int, Field(ge=1, le=3)]
    url: AnAddress | None = None
    publisher: str | None = None
    published: AWhen | None = None
    retrieved: AWhen | None = None
    through: AnAddress | None = None
    hash: str | None = None


class AmountForm(Form):
    says: AQuantity
    stage: Stage | None = None
    source: Id
    at: str | None = None
    reading: Reading | None = None
    period: ASpan | None = None
    known_from: ADay | None = None
    definition: str | None = None
    note: str | None = None


class ScheduleForm(Form):
    start: AWhen | None = None
    end: AWhen | None = None


class UnlockForm(Form):
    stock: str
    of: Id
    pays: AQuantity


class TriggerForm(Form):
    """One of the trigger words, or `all` / `any` with a list."""

    default: Id | None = None
    milestone: str | None = None
    price: AQuantity | None = None
    unsold: Id | None = None
    walks_away: Id | None = None
    sold_below: str | None = None
    date: AWhen | None = None
    all: tuple[TriggerForm, ...] = ()
    any: tuple[TriggerForm, ...] = ()
    of: Id | None = None
    reaches: AQuantity | None = None

    @model_validator(mode="after")
    def _one_word(self) -> TriggerForm:
        words = [word for word in (*TRIGGER_WORDS, "all", "any") if getattr(self, word)]
        if len(words) != 1:
            raise _refused(
                both(
                    f"a trigger has exactly one word, this has {len(words)}.",
                    f"觸發條件只能有一個詞，這裡有 {len(words)} 個。",
                ),
                one_of((*TRIGGER_WORDS, "all", "any")),
            )
        if self.of and words[0] not in ("milestone", "price", "sold_below"):
            raise _refused(
                both(f"`of` has no meaning beside `{words[0]}`.", f"`of` 與 `{words[0]}` 並列沒有意義。"),
                both(f"Name the firm after `{words[0]}:` itself.", f"請把公司直接寫在 `{words[0]}:` 之後。"),
            )
        if self.reaches and words[0] != "milestone":
            raise _refused(
                both(f"`reaches` has no meaning beside `{words[0]}`.", f"`reaches` 與 `{words[0]}` 並列沒有意義。"),
                both("Use it with `milestone`.", "請與 `milestone` 一起使用。"),
            )
        return self


class ReleaseForm(Form):
    stock: str
    of: Id
    full: Annotated[FiniteFloat, Field(gt=0)]


class ContingentForm(Form):
    when: TriggerForm
    cap: AQuantity | None = None
    from_: AWhen | None = Field(default=None, alias="from")
    until: AWhen | None = None
    covers: tuple[Id, ...] = ()
    share: AShare = 1.0
    form: Cover | None = None
    cap_follows: ReleaseForm | None = None
    count: Shares | None = None
    strike: APrice | None = None
    says: str | None = None


class ExitForm(Form):
    by: Side
    notice: ALength | None = None
    after: ADayOrLength | None = None


class SupersedesForm(Form):
    leg: Id
    mode: Mode


class StandsApartForm(Form):
    why: Apart
    of: tuple[Id, ...] = ()
    note: str | None = None


class LegForm(Form):
    id: Id
    kind: str
    payer: Id
    payee: Id
    amounts: tuple[AmountForm, ...] = ()
    schedule: ScheduleForm | None = None
    unlock: UnlockForm | None = None
    contingent: ContingentForm | None = None
    exit: ExitForm | None = None
    share: AShare | None = None
    compute_gw: APower | None = None
    supersedes: SupersedesForm | None = None
    stands_apart: StandsApartForm | None = None
    note: str | None = None


class EventForm(Form):
    """`{announced: 2025-09-22, leg: ..., source: ..., note: ...}`"""

    rumoured: AWhen | None = None
    announced: AWhen | None = None
    signed: AWhen | None = None
    paid: AWhen | None = None
    amended: AWhen | None = None
    done: AWhen | None = None
    ended: AWhen | None = None
    defaulted: AWhen | None = None
    impaired: AWhen | None = None
    cured: AWhen | None = None
    leg: Id | None = None
    source: Id | None = None
    binding: ATruth = True
    note: str | None = None

    @property
    def word(self) -> str:
        """The one event word that is filled in."""
        return next(word for word in EVENT_WORDS if getattr(self, word))

    @model_validator(mode="after")
    def _one_word(self) -> EventForm:
        words = [word for word in EVENT_WORDS if getattr(self, word)]
        if len(words) != 1:
            raise _refused(
                both(
                    f"an event has exactly one word with its date, this has {len(words)}.",
                    f"事件只能有一個詞並附日期，這裡有 {len(words)} 個。",
                ),
                one_of(EVENT_WORDS),
            )
        return self


class DealForm(Form):
    id: Id
    name: AText
    legs: Annotated[tuple[LegForm, ...], Field(min_length=1)]
    events: tuple[EventForm, ...] = ()
    story: str | None = None
    sources: tuple[SourceForm, ...] = ()


class IdentifiersForm(Form):
    listed: ATruth | None = None
    ticker: str | None = None
    sec_cik: str | None = None
    country: str | None = None
    epoch: str | None = None  # the name in the tables of Epoch AI, where it is another


class MergedForm(Form):
    entity: Id
    on: ADay


class EntityForm(Form):
    id: Id
    name: AText
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    identifiers: IdentifiersForm | None = None
    group: Id | None = None
    vehicle: ATruth = False
    of: Id | None = None
    aggregate: ATruth = False
    outside: Outside | None = None
    merged_into: MergedForm | None = None
    note: str | None = None
    url: AnAddress | None = None


class DateForm(Form):
    """A date the case is asked about by name."""

    id: Id
    on: ADay
    name: AText


class SeriesForm(Form):
    """The one series a single dial reads."""

    entity: Id
    metric: Id
    product: str | None = None


class EpisodeForm(Form):
    """An earlier time at which a dial stood in a band, and what came of it within two years."""

    gauge: Id
    who: AText
    read: Literal["running", "watch", "alarm"]
    began: AWhen
    came: AText
    ended: bool
    url: str
    came_url: str | None = None


class TopicForm(Form):
    """A subject of numbers that is no firm of the network."""

    id: Id
    name: AText


class SectorForm(Form):
    """A kind of firm that the case sorts its collapses by."""

    id: Id
    name: AText


class ParameterForm(Form):
    """A number that studies need and no filing prints."""

    id: Id
    value: FiniteFloat
    unit: Annotated[str, PlainValidator(_reads(_unit))]
    low: FiniteFloat
    high: FiniteFloat
    basis: Ground
    because: AText
    url: str | None = None

    @model_validator(mode="after")
    def _inside_its_range(self) -> ParameterForm:
        if not self.low <= self.value <= self.high:
            raise _refused(
                both(
                    f"{self.value:g} is not between {self.low:g} and {self.high:g}.",
                    f"{self.value:g} 不在 {self.low:g} 與 {self.high:g} 之間。",
                ),
                both("Correct the value, or widen its range.", "請更正數值，或放寬範圍。"),
            )
        return self


class CastForm(Form):
    """Who plays which part when the case is simulated."""

    fuel: tuple[Id, ...] = ()
    gears: tuple[Id, ...] = ()
    engines: tuple[Id, ...] = ()
    users: Id
    suppliers: Id
    investors: Id
    lenders: Id
    stands_for: dict[str, Id] = {}
    fold_unknown: ATruth = False


class CaseForm(Form):
    id: Id
    name: AText
    newest: ADay
    ends: ADay | None = None
    policy: str = "best_source"
    about: AText | None = None
    missing: AText | None = None
    dates: tuple[DateForm, ...] = ()
    loop: tuple[Id, ...] = ()
    focus: tuple[Id, ...] = ()
    shocks: tuple[str, ...] = ()
    groups: dict[str, tuple[Id, ...]] = {}
    series: dict[str, SeriesForm] = {}
    topics: tuple[TopicForm, ...] = ()
    sectors: tuple[SectorForm, ...] = ()
    parameters: tuple[ParameterForm, ...] = ()
    episodes: tuple[EpisodeForm, ...] = ()
    machine: CastForm | None = None
    sources: tuple[SourceForm, ...] = ()
    article: Id | None = None
    credits: tuple[AText, ...] = ()


class SaidForm(Form):
    """A value as printed: a number in text, a range, or words; with its unit."""

    value: str | None = None
    unit: str | None = None
    words: AText | None = None


class ProofForm(Form):
    """Arithmetic that needs no source: an expression of numbers, and what it gives."""

    compute: str
    gives: FiniteFloat
    within: FiniteFloat = 0.01
    says: AText


class StatementForm(Form):
    id: Id
    subject: Id
    what: AText
    printed: SaidForm
    public: SaidForm
    verdict: Literal["confirmed", "contradicted", "unit_slip", "stale", "unverifiable"]
    as_of: str | None = None
    quote: str | None = None
    url: AnAddress | None = None
    explanation: AText
    proofs: tuple[ProofForm, ...] = ()
    amount: dict[str, str] | None = None


class ArticleForm(Form):
    source: Id
    on: ADay
    statements: tuple[StatementForm, ...]


class ExpectForm(Form):
    """What a query must answer on a date."""

    asof: ADay
    gives: Any
    within: str = "0"


class FindingForm(Form):
    """A query of the ledger, what it must answer, and the sentence that tells it."""

    id: Id
    query: str
    ask: dict[str, Any] = {}
    expect: tuple[ExpectForm, ...] = ()
    sentence: AText
    knowledge: str = "our arithmetic"
    note: AText | None = None


class FindingsForm(Form):
    findings: tuple[FindingForm, ...]


class TechnologyForm(Form):
    id: Id
    name: AText
    article_years: AYears | None = None


class PopulationForm(Form):
    """Who is counted; with a number of people, a number of users becomes a share."""

    id: Id
    name: AText
    people: AUsers | None = None
    source: Id | None = None

    @model_validator(mode="after")
    def _has_its_source(self) -> Self:
        if self.people is not None and self.source is None:
            raise _refused(
                both("a number of people needs its source.", "人數必須註明來源。"),
                both(
                    "Add source: with the id of one of the sources of this file.",
                    "請加上 source:，寫本檔案某個來源的 id。",
                ),
            )
        return self


class LaunchForm(Form):
    id: Id
    technology: Id
    on: AWhen
    name: AText
    source: Id


class SeenForm(Form):
    """A share or a number of users at a date; `beside` for one that contradicts the others."""

    at: AWhen
    says: AShare
    source: Id | None = None
    beside: ATruth = False
    note: AText | None = None


class CountedForm(Form):
    at: ADay
    says: AUsers
    source: Id
    beside: ATruth = False
    note: AText | None = None


class InferredForm(Form):
    first: AWhen
    last: AWhen
    share: AShare
    because: AText


class SpreadOfForm(Form):
    technology: Id
    population: Id
    measure: AText
    dated: Dated
    source: Id | None = None
    seen: Annotated[tuple[SeenForm, ...], Field(min_length=1)]
    inferred: InferredForm | None = None
    note: AText | None = None


class AnnouncedForm(Form):
    technology: Id
    launch: Id
    measure: AText
    seen: Annotated[tuple[CountedForm, ...], Field(min_length=1)]
    populations: tuple[Id, ...] = ()
    series: SeriesForm | None = None


class AdoptionForm(Form):
    """How far technologies have spread, in adoption.yaml."""

    technologies: Annotated[tuple[TechnologyForm, ...], Field(min_length=1)]
    populations: Annotated[tuple[PopulationForm, ...], Field(min_length=1)]
    launches: tuple[LaunchForm, ...] = ()
    spreads: tuple[SpreadOfForm, ...] = ()
    announced: tuple[AnnouncedForm, ...] = ()
    sources: tuple[SourceForm, ...] = ()


class GroundForm(Form):
    """Why something is as it is: a reason, a source, and whether it is assumed or stands in the source."""

    because: AReason | None = None
    source: Id | None = None
    basis: Ground | None = None

    @model_validator(mode="after")
    def _sourced_needs_a_source(self) -> Self:
        if self.basis == "sourced" and self.source is None:
            raise _refused(
                both("`basis: sourced` needs a source.", "`basis: sourced` 需要來源。"),
                both("Add source:, or write basis: assumed", "請加上 source:，或寫 basis: assumed"),
            )
        return self


class ScenarioLegForm(GroundForm):
    """A contract or stake that no deal file has."""

    id: Id
    kind: str
    payer: Id
    payee: Id


class ChangeForm(GroundForm):
    """`{set: lab.churn, to: 1 %, because: assumed}` or `{leg: some_leg, include: true}`"""

    set: AnAddressOfMachine | None = None
    to: AValue | None = None
    low: AValue | None = None
    high: AValue | None = None
    leg: Id | None = None
    include: ATruth | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> ChangeForm:
        fault = change_fault(self.to, self.include, self.low, self.high)
        if fault is None and ((self.set is None) != (self.to is None) or (self.leg is None) != (self.include is None)):
            fault = change_fault(None, None, None, None)
        if fault is None and self.set is not None and self.because is None and self.source is None:
            fault = (
                both("a value without a reason does not exist.", "數值一定有理由。"),
                both(
                    "Add because: assumed, or because: {en: ..., zh: ...}",
                    "請加上 because: assumed，或 because: {en: ..., zh: ...}",
                ),
            )
        if fault is not None:
            raise _refused(*fault)
        return self


class SpreadForm(Form):
    """`{of: imitation, law: lognormal, sd: 0.10}`"""

    of: AnAddressOfMachine
    law: Law
    sd: AValue | None = None
    low: AValue | None = None
    high: AValue | None = None
    together: str | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> SpreadForm:
        if fault := spread_fault(self.law, self.sd, self.low, self.high):
            raise _refused(*fault)
        return self


class ShockForm(GroundForm):
    """`{at: 2028Q1, target: mood, do: add, value: -2.5}`"""

    at: AQuarter
    target: AnAddressOfMachine
    do: Verb
    value: AValue | None = None
    ramp: ACount = 1
    lasts: ACount | None = None
    by: Id | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> ShockForm:
        if fault := shock_fault(self.do, self.value, self.ramp, self.lasts, self.by):
            raise _refused(*fault)
        return self


class ScenarioForm(Form):
    id: ScenarioId
    name: AText
    about: AText
    base: ScenarioId | None = None
    opening: Opening | None = None
    opens: ADay | None = None
    legs: tuple[ScenarioLegForm, ...] = ()
    changes: tuple[ChangeForm, ...] = ()
    spread_ranges: ATruth | None = None
    spreads: tuple[SpreadForm, ...] = ()
    shocks: tuple[ShockForm, ...] = ()
    sources: tuple[SourceForm, ...] = ()
