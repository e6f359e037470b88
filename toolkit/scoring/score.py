"""Scheme × facts → scorecards. Exact decimals throughout, rounded once: the total, half up, to two places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from toolkit.findings import Finding, finding
from toolkit.model import Indicator, IndicatorScore, Period, Roster, Scorecard, Unit, Value
from toolkit.scoring.facts import Event, UnitFacts, build_facts
from toolkit.scoring.formulas import (
    FULL,
    POINTS,
    compute,
    holds,
    indicator_schema,
    stage_schema,
    tidy,
    to_points,
    used,
)
from toolkit.scoring.scheme import OUTSIDE, ManualScore, Scheme, applies_by_formula, applies_to

if TYPE_CHECKING:
    from toolkit.rules.python import Compiled

__all__ = ["UnitFacts", "build_facts", "pending", "score"]

_PLACES = Decimal("0.01")


def score(
    scheme: Scheme,
    roster: Roster,
    facts: Mapping[str, UnitFacts],
    period: Period,
    ranking: bool,
    extra: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> dict[str, Scorecard]:
    """Scorecards of the units that have facts, in roster order. `extra` and `labels` as given to read_scheme.

    With `ranking`, places are counted inside each 类别; equal totals share a place and the next one is left free.
    """
    if not scheme.indicators:
        return {}
    plan = _Plan(scheme, roster, period, extra or {}, labels or {})
    cards = {u.name: _Card(plan, u, facts[u.name]).scored() for u in roster.units if u.name in facts}
    return {name: replace(c, rank=_rank(c, cards)) for name, c in cards.items()} if ranking else cards


def pending(scheme: Scheme, roster: Roster, facts: Mapping[str, UnitFacts], period: Period) -> tuple[Finding, ...]:
    """SCO-102 for every judgement that is due and not given yet. Blocks outside the base wait for nobody."""
    plan = _Plan(scheme, roster, period, {}, {})
    found = []
    for unit in roster.units:
        card = _Card(plan, unit, facts[unit.name]) if unit.name in facts else None
        if card is not None:
            card.scored()
            found += [finding("SCO-102", no=no, unit=unit.name) for no in card.waiting]
    return tuple(found)


def _rank(card: Scorecard, cards: Mapping[str, Scorecard]) -> int | None:
    if card.total is None:
        return None
    peers = [c.total for c in cards.values() if c.group == card.group and c.total is not None]
    return 1 + sum(t > card.total for t in peers)


class _Plan:
    """Everything that does not differ from unit to unit: formulas compiled once, judgements by (unit, indicator)."""

    def __init__(
        self, scheme: Scheme, roster: Roster, period: Period, extra: Mapping[str, str], labels: Mapping[str, str]
    ) -> None:
        from toolkit.rules.python import compile_formula

        self.scheme, self.roster = scheme, roster
        self.formulas: dict[str, Compiled] = {}
        self.applies: dict[str, Compiled] = {}
        for i in scheme.indicators:
            schema = indicator_schema(scheme, i, extra, labels)
            if i.formula:
                self.formulas[i.no] = compile_formula(i.formula, schema)
            if applies_by_formula(i):
                self.applies[i.no] = compile_formula(i.applies, schema)
        schema = stage_schema(scheme, extra, labels)
        self.stages: list[_Step] = []
        for s in scheme.stages:
            condition = compile_formula(s.condition, schema) if s.condition else None
            formula = compile_formula(s.formula, schema) if s.formula and s.name != "否决" else None
            self.stages.append(_Step(s.name, s.formula, condition, formula))
        roots = scheme.children("")
        self.base = tuple(i for i in roots if i.method not in OUTSIDE)
        self.outside = {name: tuple(i for i in roots if i.method == name) for name in OUTSIDE}
        self.full = scheme.full_points(self.base) if self.base else Decimal(0)
        self.manual: dict[tuple[str, str], list[ManualScore]] = {}
        for m in scheme.manual:
            unit = roster.resolve(m.unit)
            if unit is not None and m.period == period.text:
                self.manual.setdefault((unit.name, m.indicator), []).append(m)


@dataclass(frozen=True)
class _Step:
    """One stage, compiled."""

    name: str
    text: str
    condition: Compiled | None
    formula: Compiled | None


class _Card:
    """One unit's way through the tree and then the stages."""

    def __init__(self, plan: _Plan, unit: Unit, facts: UnitFacts) -> None:
        self.plan, self.unit, self.facts = plan, unit, facts
        self.scores: dict[str, IndicatorScore] = {}
        self.reachable: dict[str, Decimal] = {}  # the most that what applies below a node can give
        self.waiting: list[str] = []  # judgements that are due and not given

    def scored(self) -> Scorecard:
        for root in (*self.plan.base, *(i for name in OUTSIDE for i in self.plan.outside[name])):
            self._node(root, applies=True)
        given = [self.scores[i.no].points for i in self.plan.base]
        applying = [p for p in given if p is not None]
        total, grade = self._staged(sum(applying, Decimal(0)) if applying else None)
        if total is not None:
            total = total.quantize(_PLACES, ROUND_HALF_UP)
            total = tidy(total)
            fitting = [g for g in self.plan.scheme.grades if g.floor <= total]
            grade = grade or max(fitting, key=lambda g: g.floor).name if fitting else grade
        ordered = {i.no: self.scores[i.no] for i in self.plan.scheme.indicators}
        return Scorecard(self.unit.name, total, grade, self.unit.unit_class, None, ordered)

    # ------------------------------------------------------------ the tree

    def _node(self, i: Indicator, applies: bool) -> None:
        """Scores an indicator after everything below it; what does not apply takes all below with it."""
        compiled = self.plan.applies.get(i.no)
        values = self._values(i)
        applies = applies and self._applies(i, values)
        children = self.plan.scheme.children(i.no)
        for child in children:
            self._node(child, applies)
        seen = used(compiled, values) if compiled else {}
        uncut, facts, basis = self._uncut(i, children) if applies else (None, {}, ())
        points = None if uncut is None else _cut(uncut, i)
        below = sum((self.reachable[c.no] for c in children), Decimal(0))
        summed = bool(children) and not i.formula
        self.reachable[i.no] = Decimal(0) if points is None else below if summed else i.points
        out_of = below if summed and below else i.points  # of a sum: what its applying parts can give
        lost = points is not None and points < out_of
        self.scores[i.no] = IndicatorScore(
            i.no, i.name, points, out_of, uncut, {**seen, **facts}, basis if lost else ()
        )

    def _values(self, i: Indicator) -> dict[str, Value]:
        """Facts, 分值, and the points so far; what does not apply counts 0 where another formula names it."""
        points: dict[str, Value] = {f"{POINTS}{no}": s.points or Decimal(0) for no, s in self.scores.items()}
        return {**self.facts.numbers, **points, FULL: i.points}

    def _applies(self, i: Indicator, values: Mapping[str, Value]) -> bool:
        if (compiled := self.plan.applies.get(i.no)) is not None:
            return holds(compiled, values)
        names = applies_to(i)
        return not names or any(n == self.unit.unit_class or self.plan.roster.resolve(n) is self.unit for n in names)

    def _uncut(
        self, i: Indicator, children: Sequence[Indicator]
    ) -> tuple[Decimal | None, dict[str, Value], tuple[Event, ...]]:
        """Points before floor and cap, the facts used, and what may have cost points; None = nothing to score."""
        if (compiled := self.plan.formulas.get(i.no)) is not None:
            values = self._values(i)
            return to_points(compute(compiled, values), i.points), used(compiled, values), self._evidence(i)
        if self.plan.scheme.is_manual(i):
            return self._judged(i)
        given = [p for c in children if (p := self.scores[c.no].points) is not None]
        return (sum(given, Decimal(0)) if given else None), {}, ()

    def _evidence(self, i: Indicator) -> tuple[Event, ...]:
        return tuple(e for name in i.basis.split("、") for e in self.facts.evidence.get(name, ()))

    def _judged(self, i: Indicator) -> tuple[Decimal | None, dict[str, Value], tuple[Event, ...]]:
        entries = self.plan.manual.get((self.unit.name, i.no), [])
        if not entries:
            if self.plan.scheme.root(i).method not in OUTSIDE:
                self.waiting.append(i.no)
            return None, {}, ()
        events = tuple((_judgement(m), None) for m in entries)
        return sum((m.points for m in entries), Decimal(0)), {}, events

    # ------------------------------------------------------------ the stages

    def _staged(self, total: Decimal | None) -> tuple[Decimal | None, str]:
        """The total after all stages, and the grade where a veto gave one."""
        reach = sum((self.reachable[i.no] for i in self.plan.base), Decimal(0))
        for step in self.plan.stages:
            values: dict[str, Value] = {**self.facts.numbers, "满分": self.plan.full, "适用满分": reach}
            values |= {f"{POINTS}{no}": s.points or Decimal(0) for no, s in self.scores.items()}
            values["总分"] = total if total is not None else Decimal(0)
            if step.condition is not None and not holds(step.condition, values):
                continue
            if step.name == "否决":
                return None, step.text.strip('"“”＂= ')
            if total is not None:
                total = self._stepped(step, total, reach, values)
        return total, ""

    def _stepped(self, step: _Step, total: Decimal, reach: Decimal, values: Mapping[str, Value]) -> Decimal:
        given = to_points(compute(step.formula, values), total) if step.formula is not None else None
        match step.name:
            case "折算" if step.formula is None:
                return total * self.plan.full / reach if reach else total
            case "折算" | "门槛":
                return total if given is None else given
            case "加分" | "倒扣":
                block = [self.scores[i.no].points or Decimal(0) for i in self.plan.outside[step.name]]
                change = given if given is not None else sum(block, Decimal(0))
                return total + change if step.name == "加分" else total - change
            case _:
                return total


def _cut(uncut: Decimal, i: Indicator) -> Decimal:
    points = uncut if i.floor is None else max(uncut, i.floor)
    return points if i.cap is None else min(points, i.cap)


def _judgement(m: ManualScore) -> str:
    proof = f"，佐证：{m.evidence}" if m.evidence else ""
    return f"{m.reason}（{m.by}，{m.day.isoformat()}{proof}）"
