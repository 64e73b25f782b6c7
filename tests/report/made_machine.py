"""A case with a machine small enough for tests: the triangle with a second cloud, a second lab, and four sectors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from perpetuum.core.quantity import Quantity
from tests.machine.worlds import CALM, OUTSIDE
from tests.report.made_case import PAGES, as_folder, made_case

# The small world of the machine's tests calls its chip maker otherwise.
_IDS = (("vendor", "maker"), ("all_investors", "investors"))
_FIRM = "id: {id}\nname: {{en: {en}, zh: {zh}}}\nroles: [{role}]\n"
_SECTOR = _FIRM.replace("[{role}]", "[outside]") + "aggregate: true\noutside: {role}\n"
_MACHINE = """\
        machine:
          fuel: [maker]
          gears: [cloud, nimbus]
          engines: [lab, den]
          users: all_users
          suppliers: all_suppliers
          investors: investors
          lenders: all_lenders
        sources:
"""
NEUTRAL = (
    "id: neutral\nname: {en: As it stands, zh: 現況}\nabout: {en: Nothing is changed., zh: 沒有變更。}\nbase: calm\n"
)
# One lab stops paying in the second year.
GLOOM = """\
id: gloom
name: {en: Gloom, zh: 陰霾}
about: {en: A lab stops paying., zh: 一家實驗室停止付款。}
base: calm
shocks:
  - {at: 2027Q2, target: lab, do: default, because: assumed}
"""


def _renamed(text: str) -> str:
    for old, new in _IDS:
        text = text.replace(old, new)
    return text


def _value(value: Quantity | float | None) -> str:
    if isinstance(value, Quantity):
        return f"{100 * value.value!r} %" if value.unit == "ratio" else f"{value.value:.12f} {value.unit}"
    return repr(value)


def _calm() -> str:
    """The calm world as a person would write it down."""
    lines = [
        "id: calm",
        "name: {en: A calm small world, zh: 平靜的小世界}",
        "about: {en: All values by hand., zh: 數值皆為人工設定。}",
        "opening: stated",
        "legs:",
    ]
    lines += [f"  - {{id: {leg.id}, kind: {leg.kind}, payer: {leg.payer}, payee: {leg.payee}, because: assumed}}"
              for leg in CALM.legs]  # fmt: skip
    lines += ["changes:"]
    lines += [f"  - {{set: '{one.target}', to: {_value(one.to)}, because: assumed}}" for one in CALM.changes]
    lines += ["spreads:"]
    for spread in CALM.spreads:
        parts = {"of": spread.of, "law": spread.law} | {
            name: _value(value)
            for name, value in (("sd", spread.sd), ("low", spread.low), ("high", spread.high))
            if value is not None
        }
        lines.append("  - {" + ", ".join(f"{name}: {value}" for name, value in parts.items()) + "}")
    return _renamed("\n".join(lines) + "\n")


def pages() -> dict[str, str]:
    """What the case has more than the triangle."""
    assert PAGES["case.yaml"].count("        sources:\n") == 1
    firms = {"nimbus": ("Nimbus", "雨雲", "gear"), "den": ("Den", "小窩", "engine")}
    sectors = {
        "all_users": ("Users", "用戶"),
        "all_suppliers": ("Suppliers", "供應商"),
        "all_lenders": ("Lenders", "貸款人"),
    }
    entities = {
        f"entities/{id}.yaml": _FIRM.format(id=id, en=en, zh=zh, role=role) for id, (en, zh, role) in firms.items()
    }
    entities |= {
        f"entities/{id}.yaml": _SECTOR.format(id=id, en=en, zh=zh, role=OUTSIDE[id]) for id, (en, zh) in sectors.items()
    }
    scenarios = {"calm": _calm(), "neutral": NEUTRAL, "gloom": GLOOM}
    return {
        "case.yaml": PAGES["case.yaml"].replace("        sources:\n", _MACHINE),
        **entities,
        **{f"scenarios/{id}.yaml": text for id, text in scenarios.items()},
    }


def machine_case(folder: Path, more: Mapping[str, str] | None = None) -> str:
    """The case in a folder, with further files."""
    return str(as_folder(made_case(pages={**pages(), **(more or {})}), folder))
