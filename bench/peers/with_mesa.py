"""The toy in Mesa: ten agents, each with its own equations, in three stages a quarter."""

from __future__ import annotations

import sys
from math import exp

import mesa
import model as toy

MODEL = toy.read()


def steps_of(agent: str) -> dict[str, object]:
    """The stages of one agent as methods; what belongs to another is read from that one."""

    def name(word: str) -> str:
        if word in toy.FUNCTIONS:
            return word
        if word in toy.KNOBS:
            return f"self.model.{word}"
        owner = MODEL.owner[word]
        return f"self.{word}" if owner == agent else f"self.model.{owner}.{word}"

    own = [each for each, owner in MODEL.owner.items() if owner == agent]
    decide = [f"self.{each} = {toy.renamed(MODEL.equations[each], name)}" for each in own if each in MODEL.equations]
    stocks = [each for each in own if each in MODEL.changes]
    reckon = [f"self.change_{each} = {toy.renamed(MODEL.changes[each], name)}" for each in stocks]
    advance = [f"self.{each} += self.change_{each}" for each in stocks]
    opened = [f"self.{each} = {MODEL.openings[each]!r}" for each in stocks]
    text = ""
    for stage, lines in (("decide", decide), ("reckon", reckon), ("advance", advance), ("open", opened)):
        text += f"def {stage}(self):\n    " + "\n    ".join(lines or ["pass"]) + "\n"
    made: dict[str, object] = {"exp": exp}
    exec(text, made)
    return {stage: made[stage] for stage in ("decide", "reckon", "advance", "open")}


CLASSES = {agent: type(agent, (mesa.Agent,), steps_of(agent)) for agent in MODEL.agents}


class Toy(mesa.Model):
    def __init__(self, knobs: dict[str, float]):
        super().__init__(seed=0)
        vars(self).update(knobs)
        for agent, kind in CLASSES.items():
            setattr(self, agent, kind(self))
        self.agents.do("open")

    def step(self) -> None:
        self.agents.do("decide")
        self.told.append([getattr(getattr(self, MODEL.owner[name]), name) for name in toy.SERIES])
        self.agents.do("reckon")
        self.agents.do("advance")


def run(knobs: dict[str, float]) -> list[list[float]]:
    world = Toy(knobs)
    world.told = []
    for _ in range(toy.QUARTERS):
        world.step()
    return [list(series) for series in zip(*world.told, strict=True)]


if __name__ == "__main__":
    toy.serve(run, version=f"Mesa {mesa.__version__}", python=sys.version.split()[0])
