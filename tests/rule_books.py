"""Form workbooks for tests about rules: fields and rules as Markdown tables, the layout made from them."""

from __future__ import annotations

from tests.forms_kit import form_book, rows_of

RULE_HEAD = "| 编号 | 标识 | 级别 | 范围 | 公式 | 提示 | 改法 | 依据 | 试行起 | 生效起 |"
_FIELD_HEAD = "| 字段 | 标题 | 类型 | 必填 | 选项 | 预填自 | 上期对照 | 对外公开 | 填写说明 | 锁定 |"


def rule_line(no: str, level: str, scope: str, formula: str, trial: str = "", effective: str = "", id: str = "") -> str:
    return f"| {no} | {id} | {level} | {scope} | {formula} | {no}不符。 | 请核对{no}。 | 本级制度 | {trial} | {effective} |"


def form_of(
    form_id: str, fields: str, rules: str, *, kind: str = "月", filers: str = "全部", settings: str = ""
) -> bytes:
    """`fields`: lines | 字段 | 标题 | 类型 | 预填自 | 对外公开 |; a name with a dot belongs to the list before the dot.
    Fields that take their value from other workbooks (预填自 他表.… or 成员….…) get no cell."""
    rows = [(row + [""] * 5)[:5] for row in rows_of(fields)]
    lists = list(dict.fromkeys(name.partition(".")[0] for name, *_ in rows if "." in name))
    table = [_FIELD_HEAD]
    for name, label, type_, prefill, public in rows:
        table.append(f"| {name} | {label} | {type_} | 否 | | {prefill} | 否 | {public} | | |")
    sheets = {"表": "| {{周期}}登记（{{单位.名称}}） | |\n"}
    for name, label, _, prefill, _ in rows:
        if "." not in name and not prefill.startswith(("他表", "成员")):
            sheets["表"] += f"| {label} | {{{{{name}}}}} |\n"
    for list_name in lists:
        own = [(name, label) for name, label, *_ in rows if name.startswith(f"{list_name}.")]
        head, tags = "|".join(label for _, label in own), "|".join(f"{{{{{name}}}}}" for name, _ in own)
        sheets[list_name] = f"| {list_name}登记 |\n|{head}|\n|{tags}|\n"
    listed = f"| 清单 | {'、'.join(lists)} |\n" if lists else ""
    sizes = "".join(f"| 列表行数.{x} | 5 |\n" for x in lists)
    return form_book(
        settings=f"| 项 | 值 |\n| 表单编号 | {form_id} |\n| 标题 | {form_id} |\n| 周期 | {kind} |\n| 报送期限 | 工作日后(周期末,5) |\n"
        f"| 填报单位 | {filers} |\n| 填报方 | 单位 |\n{listed}{sizes}{settings}",
        fields="\n".join(table), options="| 选项集 | 值 |", rules=f"{RULE_HEAD}\n{rules}", sheets=sheets,
    )  # fmt: skip
