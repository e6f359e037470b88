"""Words that tell what a unit does in a task: after its name (牵头), in brackets, or before a colon. Patterns only (plan shapes §4)."""

from __future__ import annotations

import re

LEAD, SUPPORTING, RESPONSIBLE, OFFICES, NOBODY = "lead", "supporting", "responsible", "offices", "nobody"
ROLES = (LEAD, RESPONSIBLE, SUPPORTING, OFFICES)

_ACCORDING = r"(?:(?:按照?|根据|依据|依|结合)(?:各自|工作|部门|本部门|相应|法定){0,3}(?:职责|职能|分工|权限)(?:(?:和|及)?(?:职责|职能|分工|权限)){0,3}(?:范围)?(?:内)?)"
_HOW = r"(?:积极|密切|共同|协同|分别|分工|具体|主要|全力|认真|统一|依法|各自|全面|加强|要|应|主动)"
_WORK = r"(?:负责|抓总|统筹|协调|推进|推动|抓好|做好|贯彻|落实|组织|实施|执行|办理|承办|完成|开展|配合|相关|有关|具体|工作|到位|任务|分别|好|抓)"

ROLE_TAIL = re.compile(
    rf"(?P<lead>{_ACCORDING}?{_HOW}{{0,4}}(?:负责)?总?牵头{_WORK}{{0,6}}|主办|为主|为(?:主要|第一|主责)?(?:牵头|第一责任|主要责任)(?:责任)?(?:单位|部门)|(?:负责)?(?:统筹协调|统筹推进|统筹|总协调))"
    rf"|(?P<supporting>{_ACCORDING}?{_HOW}{{0,4}}(?:负责)?(?:配合|协办|协助|协同|参与|参加|支持){_WORK}{{0,6}}|(?:负责|提供|做好)?技术(?:支撑|支持|保障|服务)|{_HOW}{{0,4}}(?:负责)?(?:业务)?指导"
    r"|为(?:配合|协办|协助|参与)(?:责任)?(?:单位|部门))"
    rf"|(?P<responsible>{_ACCORDING}(?:{_HOW}|{_WORK}){{0,8}}|{_HOW}{{0,4}}(?:负责|落实|组织实施|实施|承办|推进|推动|执行){_WORK}{{0,6}}|分工|为责任(?:单位|部门|主体))"
)
WEAK = re.compile(r"^(?:主办|协办|承办|为主|统筹|参加|支持|推进|推动|执行|实施|落实|分工|指导|业务指导|协同|技术)")
"""Role words that also occur inside names: believed only after a whole name."""

ROLE_LABEL = re.compile(
    r"(?P<nobody>(?:完成|责任|时间|进度)?(?:时限|期限|时间|节点)(?:要求|安排)?|(?:责任|联系|负责)人|(?:分管|牵头|责任|主管)领导|联系电话)"
    r"|(?P<lead>(?:牵头|主办)(?:责任)?(?:单位|部门|科室|处室|机构)?|主责(?:单位|部门))"
    r"|(?P<supporting>(?:配合|协办|协助|参与|参加)(?:责任)?(?:单位|部门|科室|处室|机构)?)"
    r"|(?P<offices>(?:责任|承办)(?:科室|处室|股室))|(?P<responsible>(?:责任|承办|落实|实施|具体)(?:单位|部门|主体|分工|机构)?)"
)
OWN_ROLE = re.compile(
    rf"(?:{ROLE_TAIL.pattern}|(?P<label>(?:牵头|责任|配合|协办|主办|参与)(?:责任)?(?:单位|部门|科室)))"
)
"""What a bracket of its own says of the name before it: （牵头）, （配合单位）."""

EMPHASIS = re.compile(r"[，,]?(?:特别是|尤其是|重点是|主要是)")
REMARK = re.compile(
    r"^(?:按(?:照)?(?:职责)?分工.*|.*排名不分先后|以下简称.*|以下统称.*|下同|略|按职责.*|分别负责.*|以.*为主|(?:特别|尤其|重点|主要)是.*)$"
)
STANDING = re.compile(
    r"[（(，,；;。、]?\s*以下(?:各项|工作|任务|内容)*(?:均|都|也)?(?:需|须|由|要|应)[^；;。]{0,40}?(?:不再(?:一一|逐项|单独|重复)?(?:列出|列举|单列)|下同)[）)]?"
)
"""以下均需各县区负责，不再列出: a word for the tasks that follow, no unit of this one."""
FIRST_LEADS = re.compile(
    r"[（(，,；;。]?(?:注[:：])?(?:其中)?(?:各项)?(?:责任|任务)?(?:单位|部门)?(?:栏)?(?:中|内)?[，,]?(?:排名|排序|排列|排|列|位列)?在?(?:第一|首)(?:个|位|名)?的?(?:单位|部门)?(?:为|是)"
    r"(?:牵头|主要责任|第一责任)(?:责任)?(?:单位|部门)[）)]?"
)
"""列第一位的为牵头单位, in a cell, a column heading or a note."""
JOINT = re.compile(r"会同|(?:商|联合)(?=[省市县区州旗](?![会场])|有关|相关|各)")
