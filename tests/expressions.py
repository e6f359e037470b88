"""A form that is nothing but formulas: one list, every function of the language as row rules and rules over the list."""

from __future__ import annotations

from tests.forms_kit import form_book

ROWS = 24
FIELDS = """
| 字段 | 标题 | 类型 | 必填 | 选项 | 预填自 | 上期对照 | 对外公开 | 填写说明 | 锁定 |
| n.a | 甲 | 整数 | 否 | | | | | | |
| n.b | 乙 | 金额 | 否 | | | | | | |
| n.c | 丙 | 小数 | 否 | | | | | | |
| 始 | 开始 | 日期 | 否 | | | | | | |
| 词 | 词语 | 文本 | 否 | | | | | | |
| 清.x | 件数 | 整数 | 否 | | | | | | |
| 清.y | 金额 | 金额 | 否 | | | | | | |
| 清.d | 日期 | 日期 | 否 | | | | | | |
| 清.e | 截止 | 日期 | 否 | | | | | | |
| 清.s | 文字 | 文本 | 否 | | | | | | |
| 清.t | 另文 | 长文本 | 否 | | | | | | |
| 清.o | 情形 | 选项 | 否 | 情形 | | | | | |
| 清.m | 多项 | 多选 | 否 | 情形 | | | | | |
| 清.f | 与否 | 是否 | 否 | | | | | | |
"""
OPTIONS = """
| 选项集 | 值 | 说明 |
| 情形 | 甲类 | |
| 情形 | 乙类 | |
| 情形 | Abc | |
"""
SETTINGS = """
| 项 | 值 | 说明 |
| 表单编号 | 算式表 | |
| 标题 | 算式 | |
| 周期 | 月 | |
| 报送期限 | 工作日后(周期末,5) | |
| 填报单位 | 全部 | |
| 填报方 | 单位 | |
| 清单 | 清 | |
| 列表行数.清 | 24 | |
| 区块.数 | n.a、n.b、n.c | |
"""
SHEETS = {
    "单": "\n| 甲 | {{n.a}} |\n| 乙 | {{n.b}} |\n| 丙 | {{n.c}} |\n| 开始 | {{始}} |\n| 词语 | {{词}} |\n",
    "清单": """
| 算式清单 | | | | | | | | |
| 件数 | 金额 | 日期 | 截止 | 文字 | 另文 | 情形 | 多项 | 与否 |
| {{清.x}} | {{清.y}} | {{清.d}} | {{清.e}} | {{清.s}} | {{清.t}} | {{清.o}} | {{清.m}} | {{清.f}} |
""",
}
BY_ROW = (
    "x+y=3", "x-y>=0", "x*2<=y", "y/x>1", "x^2=4", "-x<0", "x%=0.01", "x>=1", "x<>0", 'x=""', 'x<>""', 'd=""', 'd<>""', 's=""',
    's<>""', "s=t", 's<>"abc"', 's&t="abcabc"', 's&x="12"', 'x&""=""', "LEN(s)>=3", "LEN(x&y)=2", 'LEFT(s,1)="A"', 'RIGHT(s,2)="bc"',
    'MID(s,2,1)="b"', 'TRIM(s)=s', 'FIND("b",s)=2', 'SEARCH("B",s)=2', 'SUBSTITUTE(s,"a","x")="xbc"',
    'SUBSTITUTE(s,"b","",1)<>s', "VALUE(s)=12", 'TEXT(x,"0.00")="3.00"', 'TEXT(d,"yyyy-mm-dd")="2024-05-08"',
    'TEXT(y,"#,##0.00")="1,234.50"', 'TEXT(x,"000")="003"', 'TEXT(y,"0%")="250%"', "ABS(x)=3", "ROUND(y,1)=2.5", "ROUND(y*1.005,2)=1.01",
    "ROUNDUP(y,0)=3", "ROUNDDOWN(y,0)=2", "INT(y)=2", "INT(y*10)=25", "MOD(x,3)=0", "MOD(x,-3)<=0", "YEAR(d)=2024", "MONTH(d)=5", "DAY(d)=8",
    "d<=e", "e-d>=10", "d+30<=e", "EDATE(d,1)=e", "EOMONTH(d,0)=e", "DATE(YEAR(d),1,1)<=d", "DATE(x+2020,2,30)<=d",
    "ISBLANK(x)", "ISBLANK(s)", "ISNUMBER(x)", "ISNUMBER(s)", "ISTEXT(x)", "ISTEXT(s)", "ISNUMBER(x+y)", "ISTEXT(s&t)", "ISNUMBER(d)",
    "IF(x>0,y>0,TRUE)", 'IF(x="",TRUE,INT(x)=x)', 'IF(s="",TRUE,VALUE(s)>0)', "IFERROR(y/x>1,FALSE)", "IFERROR(y/x,0)>=0",
    "AND(x>=0,y>=0)", "OR(x=1,x=3)", "NOT(x=1)", "AND(x>0,y/x>=1)", "OR(x=0,y/x>=1)", "SUM(x,y)=3", "MIN(x,y)=1", "MAX(x,y,2)=3", "MIN(d,e)=d",
    "COUNT(x,y,s)=2", "COUNTA(x,y,s)=3", "COUNTBLANK(x)=0", "空格数(x,y)=0", "非负整数(x,y)", "非负整数(x)", 'o="甲类"', 'o<>"乙类"', 'o=m', 'f="是"',
    'IF(o="甲类",d<>"",TRUE)', 'm<>""', "出现次数(清.x,x)=1", "出现次数(清.s,s)<=1", "出现次数(清.o,o)<=6", '出现次数(清.s,"ABC")>=1',
    "工作日数(d,e)>=5", "工作日后(d,5)<=e", "工作日后(d,-3)<d", "工作日后(d,0)=d", "d<=周期末", "DATE(YEAR(周期末),1,1)<=d", "x+n.a>=3", "y<=n.b", "d>=始",
    "(x=1)=(y=1)", "NOT((x=1)=(y=1))", "SUM(x,y,n.a)-n.b>=0", "x*y/2=3", "1/3*3=x", "0.1+0.2=y", "y-0.1-0.2=0",
    "SUM(数)>=x",
)  # fmt: skip
OVER_LIST = (
    "SUM(清.x)>=10", "SUM(清.x,清.y)>20", "MIN(清.x)>=0", "MAX(清.y)<=50", "COUNT(清.x)>=5", "COUNTA(清.s)>=8", "COUNTBLANK(清.s)<=3",
    "COUNTBLANK(清.x)<=2", "空格数(清.x,清.y)<=4", "非负整数(清.x)", 'COUNTIF(清.o,"甲类")>=3', 'COUNTIF(清.o,"<>甲类")>=3', 'COUNTIF(清.s,"")>=2',
    'COUNTIF(清.s,"<>")>=6', "COUNTIF(清.x,3)>=1", 'COUNTIF(清.x,">1")>=4', 'COUNTIF(清.x,"<>0")>=4', 'COUNTIF(清.x,"<=0")<=6',
    'COUNTIFS(清.o,"甲类",清.x,">0")>=1', 'SUMIF(清.o,"甲类",清.x)>=4', 'SUMIF(清.x,">1")>=10', 'SUMIFS(清.y,清.o,"乙类",清.x,">=1")>1',
    '出现次数(清.s,词)>=1', "出现次数(清.x,n.a)>=1", "MAX(清.d)<=周期末", "MIN(清.d)>=始", "SUM(数)=6", "COUNT(数)=3", "COUNTA(数)=3", "COUNTBLANK(数)=0",
    "MIN(数)>=0", "MAX(数)<=3", "非负整数(数)", "空格数(数)=0", 'COUNTIF(数,">1")>=1', "n.a+n.b=n.c", "n.c-n.a-n.b=0", "IF(n.a>0,n.b>0,TRUE)",
    'IF(n.a="",TRUE,n.b<>"")', 'LEN(词)>0', 'n.b*n.c>=n.a', "AND(SUM(清.x)>=n.a,COUNT(清.y)>0)",
)  # fmt: skip


def expression_book() -> bytes:
    """The form workbook."""
    lines = ["| 编号 | 标识 | 级别 | 范围 | 公式 | 提示 | 改法 | 依据 | 试行起 | 生效起 |"]
    for n, (scope, text) in enumerate([("逐行:清", t) for t in BY_ROW] + [("整表", t) for t in OVER_LIST], start=1):
        lines.append(f"| 算-{n:03d} | | 须修改 | {scope} | {text} | 不符。 | 请核对。 | | | |")
    return form_book(settings=SETTINGS, fields=FIELDS, options=OPTIONS, rules="\n".join(lines), sheets=SHEETS)
