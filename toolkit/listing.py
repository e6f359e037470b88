"""`zwgk list`: what is defined. One function per kind of thing, each giving lines for people and JSON."""

from __future__ import annotations

from typing import Any

from toolkit.desk import open_desk
from toolkit.wording import fields_json, forms_json, rules_json
from toolkit.workspace import Workspace


def listing(workspace: Workspace, what: str) -> tuple[list[str], list[dict[str, Any]]]:
    desk = open_desk(workspace)
    if what == "forms":
        body = forms_json(desk.forms)
        return [
            f"{b['form']}  {b['title']}  周期：{b['period_kind']}  字段 {b['fields']}  规则 {b['rules']}" for b in body
        ], body
    if what == "fields":
        body = fields_json(desk.forms)
        return [f"{b['form']}  {b['field']}  {b['label']}  {b['type']}" for b in body], body
    if what == "rules":
        body = rules_json(desk.forms)
        return [f"{b['no']}  [{b['level']}]  {b['message']}  {b['formula']}" for b in body], body
    if what == "indicators":
        body = [
            {
                "no": i.no, "name": i.name, "points": str(i.points), "method": i.method, "formula": i.formula,
                "applies": i.applies, "basis": i.basis,
            }
            for i in desk.reference.scheme.indicators
        ]  # fmt: skip
        return [f"{b['no']}  {b['name']}  {b['points']} 分  {b['formula'] or b['method']}" for b in body], body
    return _reports(workspace)


def _reports(workspace: Workspace) -> tuple[list[str], list[dict[str, Any]]]:
    fixed = [("总台账.xlsx", "周期"), ("报送情况.xlsx", "周期"), ("考核评分.xlsx", "周期"), ("index.html", "全部")]
    body = [{"report": name, "scope": scope, "template": ""} for name, scope in fixed]
    for path in sorted(workspace.documents.glob("*@*.docx")):
        name, _, scope = path.stem.rpartition("@")
        body.append({"report": name, "scope": scope, "template": f"templates/docx/{path.name}"})
    return [f"{b['report']}  按{b['scope']}  {b['template']}".rstrip() for b in body], body
