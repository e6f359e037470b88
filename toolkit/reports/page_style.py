"""How the page looks: one style sheet, sober on the screen and complete on paper."""

from __future__ import annotations

STATE_COLOURS = {
    "已完成": "#3F7A5C",
    "持续推进": "#86B29B",
    "进行中": "#5B86B5",
    "未启动": "#D9B26A",
    "未报送": "#C47A5A",
    "申请调整": "#9A8CB0",
    "不涉及": "#C4C4C4",
}

CSS = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; border-top: 5px solid #1f4e79; background: #f5f6f8; color: #222; line-height: 1.65; font-size: 15px;
  font-family: "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", SimSun, sans-serif; }
header, main, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 24px; }
h1 { font-size: 25px; margin: 0; color: #1f4e79; font-weight: 600; }
h2 { font-size: 19px; margin: 0 0 8px; color: #1f4e79; font-weight: 600; }
h3 { font-size: 15.5px; margin: 18px 0 6px; font-weight: 600; }
h4 { font-size: 14px; margin: 12px 0 2px; font-weight: 600; color: #555; }
.meta { color: #666; margin: 4px 0 14px; }
.quiet { color: #767676; font-size: 13px; }
.mark { display: inline-block; margin-left: 10px; padding: 0 9px; border: 1px solid #a33c1e; border-radius: 3px;
  color: #a33c1e; font-size: 13px; font-weight: 400; line-height: 1.7; vertical-align: middle; }
section { background: #fff; border: 1px solid #dfe3e8; border-radius: 4px; padding: 18px 22px; margin: 0 0 16px; }
.first { border-left: 4px solid #1f4e79; }
.first ul { list-style: none; margin: 0; padding: 0; font-size: 16.5px; }
.first li { display: flex; gap: 14px; padding: 5px 0; border-bottom: 1px dotted #dfe3e8; }
.first li:last-child { border-bottom: 0; }
.first b { flex: 0 0 8.5em; color: #444; font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { border: 1px solid #d5dae0; padding: 5px 9px; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #eef2f7; font-weight: 600; white-space: nowrap; }
td p { margin: 0; }
td.w { white-space: nowrap; }
td.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.hot { color: #a33c1e; font-weight: 600; }
td:first-child { white-space: nowrap; }
.bar { display: block; width: 100%; height: 26px; border-radius: 3px; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 22px; margin: 8px 0 0; padding: 0; font-size: 14px; }
.notes { margin: 0; padding-left: 1.3em; font-size: 14px; }
.files ul { list-style: none; margin: 4px 0; padding: 0; display: grid; gap: 2px 20px;
  grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); font-size: 14px; }
.files li { overflow-wrap: anywhere; }
summary { cursor: pointer; color: #1f4e79; margin: 6px 0; }
a { color: #1a5fa0; text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
footer { color: #767676; font-size: 13px; padding-bottom: 24px; }
@media (max-width: 640px) { header, main, footer { padding-left: 12px; padding-right: 12px; }
  section { padding: 14px 12px; overflow-x: auto; } .first li { display: block; } }
@page { size: A4; margin: 16mm 14mm; }
@media print { body { background: #fff; font-size: 12px; border-top: 0; } header { padding-top: 0; }
  header, main, footer { max-width: none; padding: 0; } section { border: 0; padding: 0; margin: 0 0 14px; }
  .first { border-left: 0; } .first ul { font-size: 13px; } table { font-size: 11.5px; }
  .files { display: none; } tr { break-inside: avoid; } thead { display: table-header-group; } h2, h3 { break-after: avoid; }
  .bar, .legend svg, th { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""
