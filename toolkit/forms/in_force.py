"""试行起 and 生效起: what a rule weighs on a day, and a form without the rules that are silent then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from toolkit.findings import Level
from toolkit.forms.form import Form, Rule


def level_at(rule: Rule, as_of: date) -> Level | None:
    """The rule's weight on a day: None before its trial, 提示 on trial, its own level once it is in force."""
    if rule.effective_from is None:
        if rule.trial_from is None:
            return rule.level
        return Level.NOTE if rule.trial_from <= as_of else None
    if rule.effective_from <= as_of:
        return rule.level
    return Level.NOTE if rule.trial_from is not None and rule.trial_from <= as_of else None


def speaking(form: Form, day: date) -> Form:
    """The form without the rules that are silent on a day (试行起 and 生效起 lie ahead); the same one where none is."""
    rules = tuple(r for r in form.rules if level_at(r, day) is not None)
    if len(rules) == len(form.rules):
        return form
    silent = sorted({r.no for r in form.rules} - {r.no for r in rules})
    return replace(form, rules=rules, digest=f"{form.digest}-{'|'.join(silent)}" if form.digest else "")


def from_when(rule: Rule) -> str:
    """The message of a rule with a 生效起, which says the day: on trial it asks for nothing yet, and a sheet, which knows no
    day, may weigh it early."""
    day = rule.effective_from
    if day is None:
        return rule.message
    return f"{rule.message.removesuffix('。')}（自{day.year}年{day.month}月{day.day}日起执行）。"
