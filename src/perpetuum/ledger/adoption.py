"""From adoption.yaml to the words of the core: every name must stand for something, and time must go forward."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from perpetuum.core.adoption import Adoption, Announced, Between, Launch, Population, Seen, Spread, Technology
from perpetuum.core.errors import not_a
from perpetuum.core.nouns import LAUNCH, POPULATION, SOURCE_OF_FILE, TECHNOLOGY
from perpetuum.core.record import Where
from perpetuum.core.source import Source
from perpetuum.core.text import Text, both
from perpetuum.core.when import When
from perpetuum.ledger import schema
from perpetuum.ledger.yaml_text import Document, Path

_CORRECT = both("Correct the name, or add what it stands for.", "請更正名稱，或補上它所指的內容。")
_NO_SOURCE = Source(id="unknown", title="unknown", kind="essay", tier=3)


def build_adoption(document: Document, form: schema.AdoptionForm, shared: Sequence[Source]) -> Adoption:
    """What a case knows of adoption; every fault is noted with its line."""
    return _Builder(document, form, shared).build()


class _Builder:
    """One adoption file on its way to core words."""

    def __init__(self, document: Document, form: schema.AdoptionForm, shared: Sequence[Source]) -> None:
        self.document, self.form = document, form
        own = [
            Source(**{name: getattr(each, name) for name in type(each).model_fields}, where=self._where("sources", i))
            for i, each in enumerate(form.sources)
        ]
        self.sources = {source.id: source for source in (*shared, *own)}
        self.names: dict[str, tuple[set[str], Text]] = {
            "technology": ({each.id for each in form.technologies}, TECHNOLOGY),
            "population": ({each.id for each in form.populations}, POPULATION),
            "launch": ({each.id for each in form.launches}, LAUNCH),
        }

    def build(self) -> Adoption:
        """Everything, with all faults noted."""
        form = self.form
        for key in ("technologies", "populations", "launches", "sources"):
            self._once(key, [each.id for each in getattr(form, key)])
        return Adoption(
            technologies=tuple(
                Technology(id=each.id, name=each.name, article_years=each.article_years,
                           where=self._where("technologies", i))
                for i, each in enumerate(form.technologies)
            ),
            populations=tuple(self._population(i, each) for i, each in enumerate(form.populations)),
            launches=tuple(self._launch(i, each) for i, each in enumerate(form.launches)),
            spreads=tuple(self._spread(i, each) for i, each in enumerate(form.spreads)),
            announced=tuple(self._announced(i, each) for i, each in enumerate(form.announced)),
            where=self.document.where(),
        )  # fmt: skip

    def _where(self, *path: str | int) -> Where:
        return self.document.where(path)

    def _population(self, i: int, form: schema.PopulationForm) -> Population:
        path: Path = ("populations", i)
        source = self._source((*path, "source"), form.source) if form.source else None
        return Population(
            id=form.id, name=form.name, people=form.people, source=source, where=self.document.where(path)
        )

    def _launch(self, i: int, form: schema.LaunchForm) -> Launch:
        path: Path = ("launches", i)
        self._known(path, "technology", form.technology)
        return Launch(
            id=form.id, technology=form.technology, on=form.on, name=form.name,
            source=self._source((*path, "source"), form.source), where=self.document.where(path),
        )  # fmt: skip

    def _spread(self, i: int, form: schema.SpreadOfForm) -> Spread:
        path: Path = ("spreads", i)
        self._known(path, "technology", form.technology)
        self._known(path, "population", form.population)
        self._forward((*path, "seen"), [(n, each.at) for n, each in enumerate(form.seen) if not each.beside])
        seen = tuple(self._seen((*path, "seen", n), each, form.source) for n, each in enumerate(form.seen))
        return Spread(
            technology=form.technology, population=form.population, measure=form.measure, dated=form.dated,
            seen=seen, inferred=self._inferred(path, form.inferred), note=form.note, where=self.document.where(path),
        )  # fmt: skip

    def _inferred(self, path: Path, form: schema.InferredForm | None) -> Between | None:
        if form is None:
            return None
        if form.last.last < form.first.first:
            self.document.problem((*path, "inferred"), *_BACKWARD)
        where = self.document.where((*path, "inferred"))
        return Between(first=form.first, last=form.last, share=form.share, because=form.because, where=where)

    def _announced(self, i: int, form: schema.AnnouncedForm) -> Announced:
        path: Path = ("announced", i)
        self._known(path, "technology", form.technology)
        self._known(path, "launch", form.launch)
        people = {each.id for each in self.form.populations if each.people is not None}
        for n, population in enumerate(form.populations):
            self._known((*path, "populations"), n, population, "population")
            if population in self.names["population"][0] - people:
                self.document.problem(
                    (*path, "populations", n),
                    both(f"`{population}` has no number of people.", f"`{population}` 沒有人數。"),
                    both("Add people: to that population, with its source.", "請在該母體加上 people: 及其來源。"),
                )
        self._after_launch(path, form)
        self._forward((*path, "seen"), [(n, When.day(each.at)) for n, each in enumerate(form.seen) if not each.beside])
        seen = tuple(
            Seen(at=When.day(each.at), value=each.says, beside=each.beside, note=each.note,
                 source=self._source((*path, "seen", n, "source"), each.source),
                 where=self.document.where((*path, "seen", n)))
            for n, each in enumerate(form.seen)
        )  # fmt: skip
        series = (form.series.entity, form.series.metric, form.series.product) if form.series else None
        return Announced(
            technology=form.technology, launch=form.launch, measure=form.measure, populations=form.populations,
            seen=seen, series=series, where=self.document.where(path),
        )  # fmt: skip

    def _after_launch(self, path: Path, form: schema.AnnouncedForm) -> None:
        launch = next((each for each in self.form.launches if each.id == form.launch), None)
        if launch is None:
            return
        known = self.names["technology"][0]
        if launch.technology != form.technology and {launch.technology, form.technology} <= known:
            self.document.problem(
                (*path, "launch"),
                both(
                    f"`{launch.id}` is a launch of `{launch.technology}`.",
                    f"`{launch.id}` 是 `{launch.technology}` 的問世事件。",
                ),
                both(f"Name a launch of `{form.technology}`.", f"請寫 `{form.technology}` 的問世事件。"),
            )
        for n, each in enumerate(form.seen):
            if each.at <= launch.on.last:
                self.document.problem(
                    (*path, "seen", n, "at"),
                    both("this lies before the launch, or on its day.", "這早於問世日，或就在當天。"),
                    both("Correct the date, or count from an earlier launch.", "請更正日期，或改從較早的事件起算。"),
                )

    def _seen(self, path: Path, form: schema.SeenForm, source: str | None) -> Seen:
        named = form.source or source
        if named is None:
            self.document.problem(
                path,
                both("this observation has no source.", "這筆觀察沒有來源。"),
                both("Add source: here, or once beside `seen`.", "請在這裡加上 source:，或在 `seen` 旁寫一次。"),
            )
        found = self._source((*path, "source"), named) if named else _NO_SOURCE
        return Seen(
            at=form.at, value=form.says, source=found, beside=form.beside, note=form.note,
            where=self.document.where(path),
        )  # fmt: skip

    def _source(self, path: Path, id: str) -> Source:
        if id in self.sources:
            return self.sources[id]
        self.document.problem(path, not_a(SOURCE_OF_FILE, id, self.sources), _CORRECT)
        return _NO_SOURCE

    def _known(self, path: Path, key: str | int, name: str, kind: str | None = None) -> None:
        known, what = self.names[kind or str(key)]
        if name not in known:
            self.document.problem((*path, key), not_a(what, name, known), _CORRECT)

    def _once(self, key: str, ids: Sequence[str]) -> None:
        for i, id in enumerate(ids):
            if id in ids[:i]:
                self.document.problem(
                    (key, i, "id"),
                    both(f"`{id}` stands here twice.", f"`{id}` 在這裡出現了兩次。"),
                    both("Keep one of the two.", "請只留一個。"),
                )

    def _forward(self, path: Path, dates: Iterable[tuple[int, When]]) -> None:
        before: When | None = None
        for n, at in dates:
            if before is not None and at.last <= before.last:
                self.document.problem((*path, n, "at"), *_BACKWARD)
            before = at


_BACKWARD = (
    both("the dates do not go forward.", "日期沒有依先後排列。"),
    both(
        "Put them in order, each date once; mark a contradicting one `beside: true`.",
        "請依先後排列，每個日期只寫一次；互相矛盾的請標上 `beside: true`。",
    ),
)
