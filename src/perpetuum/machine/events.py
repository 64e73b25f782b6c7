"""What can happen in a quarter, by name: the events a run counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from perpetuum.core.text import Text
from perpetuum.machine.world import Happened
from perpetuum.maths.compiled import inlined
from perpetuum.maths.lanes import LANES, anywhere, lane


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of event, and whether it happens to a firm or on a leg."""

    id: str
    to: Literal["firm", "leg"]
    name: Text


def _event(id: str, to: Literal["firm", "leg"], en: str, zh: str) -> Event:
    return Event(id, to, Text(en=en, zh=zh))


EVENTS: tuple[Event, ...] = (
    _event("default", "firm", "stops paying in full", "無法足額付款而倒下"),
    _event("unpaid", "leg", "is not paid in full", "未足額付款"),
    _event("write_off", "firm", "writes off equipment", "沖銷設備"),
    _event("loan_lost", "firm", "its loans are written down", "貸款遭減記"),
    _event("line_drawn", "firm", "draws its credit line to pay what is due", "動用信用額度支付到期款"),
    _event("milestone_reached", "leg", "reaches another gigawatt", "達成 1 GW 里程碑"),
    _event("tranche_paid", "leg", "is paid a tranche", "撥付一期資金"),
    _event("tranche_exhausted", "leg", "is paid up", "全數撥付完畢"),
    _event("deal_cancelled", "leg", "ends early", "提前終止"),
    _event("round_cut", "firm", "raises less than it wanted", "募資不足"),
    _event("need_unserved", "firm", "finds too little compute", "算力不足"),
    _event("share_issue", "firm", "issues shares", "發行新股"),
    _event("gap_closed", "firm", "pays its way four quarters running", "連續四季自給自足"),
    _event("vendor_loan_drawn", "leg", "is drawn on", "動用供應商貸款"),
    _event("guarantee_called", "leg", "is called", "擔保被要求履行"),
    _event("takeover", "firm", "is taken over and pays what it owed", "被接管並補足欠款"),
)
(
    DEFAULTED, NOT_PAID, WROTE_OFF, LOST_LOAN, LINE_DRAWN, MILESTONE, TRANCHE_PAID, TRANCHE_EXHAUSTED,
    DEAL_CANCELLED, ROUND_CUT, NEED_UNSERVED, ISSUED_SHARES, GAP_CLOSED, LOAN_DRAWN, GUARANTEE_CALLED, TAKEN_OVER,
) = range(len(EVENTS))  # fmt: skip


@inlined
def happens(holds: bool, happened: Happened, event: int, subject: int, quarter: int) -> None:
    """Write down that an event happens, in each draw in which it does."""
    if anywhere(holds):
        for k in range(LANES):
            if lane(holds, k):
                write_down(happened, k, event, subject, quarter)


@inlined
def write_down(happened: Happened, k: int, event: int, subject: int, quarter: int) -> None:
    """Write an event of one draw down, once a quarter; its first quarter is kept."""
    count = happened.now[k, 0]
    for i in range(count):
        if happened.now[k, 1 + 2 * i] == event and happened.now[k, 2 + 2 * i] == subject:
            return
    happened.now[k, 1 + 2 * count] = event
    happened.now[k, 2 + 2 * count] = subject
    happened.now[k, 0] = count + 1
    if happened.first[k, event, subject] < 0:
        happened.first[k, event, subject] = quarter
