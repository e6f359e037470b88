"""What a cell of a plan table looks like: a heading name, a serial, units, a deadline, a person, a label, a text.

Every judgement is by content, because the same heading means different things in different documents (catalogue, 1).
Pure text in, small answers out; no cell ever raises.
"""

from __future__ import annotations

import re
from functools import lru_cache

from toolkit.plan.words.channels import like_channel, without_brackets
from toolkit.plan.words.labels import chinese_number
from toolkit.plan.words.times import says_time
from toolkit.plan.words.units import ENDS, PREFIXED

SERIAL, CATEGORY, REQUIREMENT, MEASURE = "serial", "category", "requirement", "measure"
LEAD, RESPONSIBLE, SUPPORTING, OFFICE, PERSON = "lead", "responsible", "supporting", "office", "person"
DEADLINE, OTHER = "deadline", "other"
UNIT_ROLES = (LEAD, RESPONSIBLE, SUPPORTING, OFFICE)

_HEADINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"序号|编号|序|号|项号|任务编号|任务序号|事项编号|事项编码|编码|代码|No\.?", (SERIAL,)),
    (
        r"(?:牵头|主办|主责|第一责任|牵头责任|责任牵头)(?:单位|部门|责任单位|责任部门|主体|机构)|牵头(?:和|及)?责任单位|牵头(?:科室|处室)",
        (LEAD,),
    ),
    (r"(?:配合|协助|协办|参与|协同|参加|协作|配合责任)(?:单位|部门|责任单位|主体|科室)", (SUPPORTING,)),
    (
        r"(?:责任|承办|经办|具体责任|落实)(?:科室|处室|股室|科股室|科（处）室|处（科）室|内设机构|科|处)|(?:科室|处室|股室)",
        (OFFICE,),
    ),
    (
        r"(?:单位|部门)?(?:分管|牵头|责任|主管|包保|挂帅)(?:领导|负责人|负责同志|县领导|区领导|市领导)|责任人|联系人|具体负责人|负责人|经办人|第一责任人|直接责任人|领导",
        (PERSON,),
    ),
    (
        r"(?:责任|落实|承办|实施|承担|公开|负责|执行|发布|维护|报送|主管|公开责任)(?:单位|部门|主体|机构)(?:（.*）)?|单位|部门|责任分工|工作分工|职责分工|任务分工|公开主体|责任单位及责任人",
        (RESPONSIBLE,),
    ),
    (
        r"(?:完成|责任|公开|时间|工作|办理|更新|维护|落实|整改|任务|进度|推进)?(?:时限|时间|期限|时间节点|时间要求|时限要求|时限要求及方式|完成时间|进度安排|进度要求)(?:（.*）)?|时间安排|进度|(?:完成|时间)节点|公开时限|更新频率|更新周期",
        (DEADLINE,),
    ),
    (
        r"备注|说明|(?:公开|发布)(?:形式|渠道|依据|对象|方式|层级|载体|范围|程序|类型|属性)|公开渠道和载体|公开渠道及载体|渠道|依据|来源|分值|权重|全社会|特定群体|特定人群|主动|依申请公开|[省市县区乡镇村、]+级|街道|社区|主动公开|依申请|特定.{0,8}|评分标准|考核.*|联系电话|电话|文件依据|(?:启动|开始|起始|开工)(?:时间|时限|日期)|完成情况|进展情况|工作进展|落实情况|佐证.*|附件",
        (OTHER,),
    ),
    (r"[一二三四五六七八123456]级(?:指标|目录|事项|任务|栏目|标题|分类|项目|类别|主题)", (CATEGORY, REQUIREMENT)),
    (
        r"工作任务|重点任务|主要任务|任务|重点工作|重点工作任务|工作事项|重点事项|事项|公开事项|任务名称|工作名称|事项名称|目标任务|年度任务|年度重点任务|工作要点|重点工作内容|主要工作|工作项目|项目|项目名称|指标|工作安排|工作目标|任务分解|任务清单|任务类型|重要任务",
        (CATEGORY, REQUIREMENT),
    ),
    (
        r"类别|类型|领域|板块|分类|公开目录|目录|栏目|栏目名称|公开栏目|公开类别|工作类别|任务类别|工作领域|重点领域|工作板块|信息类别|公开领域|所属(?:领域|类别|板块|栏目)|主题|内容分类",
        (CATEGORY,),
    ),
    (
        r"(?:工作|具体|推进|落实|实施|主要|贯彻|保障|工作推进|贯彻落实)(?:举措|措施)|举措|措施|本单位.*措施|落实方式|方法步骤",
        (MEASURE, REQUIREMENT),
    ),
    (
        r"(?:工作|具体|任务|落实|公开|目标|主要|工作具体|公开具体|质量|建设|维护|指标|内容)要求|(?:维护|公开|工作|任务|具体|主要|公开事项|信息|重点|建设)(?:内容|要素|标准|任务|工作|事项|目标)(?:及要求|和要求|与要求|（要素）|\(要素\)|（.*）)?|内容|要求|内容及要求|要点内容|公开内容（要素）|公开要素|具体工作任务|分解任务|任务内容及要求|工作内容及要求|工作任务及要求|任务描述|具体任务",
        (REQUIREMENT, CATEGORY),
    ),
)
_HEADING_RULES = tuple((re.compile(rf"(?:{pattern})\Z"), roles) for pattern, roles in _HEADINGS)
_SPACES = re.compile(r"[\s\u3000\xa0\u200b\ufeff]+")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,40}>|\*\*|__")


@lru_cache(maxsize=4096)
def heading_roles(text: str) -> tuple[str, ...]:
    """The roles a heading name may stand for, likeliest first; () when it is no heading name."""
    name = _SPACES.sub("", _MARKUP.sub("", text)).strip("：:。*").replace("(", "（").replace(")", "）")
    if not name or len(name) > 16:
        return ()
    for rule, roles in _HEADING_RULES:
        if rule.match(name):
            return roles
    return ()


def is_heading_row(texts: list[str] | tuple[str, ...]) -> bool:
    """True for a row of heading names: at least two of them, different roles, hardly anything else in the row."""
    filled = [t for t in texts if t.strip()]
    if len(filled) < 2:
        return False
    named = [heading_roles(t) for t in filled]
    hits = [roles for roles in named if roles]
    if named[0] == (SERIAL,) and len(filled) >= 3 and all(len(t) <= 12 and serial(t) is None for t in filled):
        return True  # 序号 says that names follow, known or not
    if len(hits) < 2 or len(hits) * 3 < len(filled) * 2:
        return False
    return len({roles[0] for roles in hits}) >= 2


# ---------------------------------------------------------------- serials

_SERIAL = re.compile(r"[（(]?(\d{1,4})[)）]?[.．、]?\Z")


_WRITTEN = re.compile(r"[（(]?([一二三四五六七八九十]{1,3})[)）]?[、.．]?\Z")


@lru_cache(maxsize=8192)
def serial(text: str) -> int | None:
    """The number when the whole cell is one (`12`, `（3）`, `0505`, `（十一）`), else None."""
    flat = _SPACES.sub("", text)
    found = _SERIAL.match(flat)
    if found:
        return int(found.group(1))
    written = _WRITTEN.match(flat)
    return chinese_number(written.group(1)) if written else None


_CODE = re.compile(r"[A-Za-z]{0,3}[-—－]?\d{1,4}(?:[-—－.．]\d{1,3}){0,3}\Z")


@lru_cache(maxsize=8192)
def ordinal(text: str) -> int | None:
    """The place of a serial or of a code (1-2, 1.2, A01, 0103) in its order; None for anything else.

    Two levels stay in order: 1-9 comes before 1-10 and 2-1.
    """
    number = serial(text)
    if number is not None:
        return number
    flat = _SPACES.sub("", text)
    parts = re.findall(r"\d+", flat) if _CODE.match(flat) else []
    lettered = flat[:1].isalpha()
    if not parts or (len(parts) == 1 and not lettered) or len(parts[0]) > 3:  # 2024.6 is no code
        return None
    place = ord(flat[0].upper()) - 64 if lettered else 0
    for part in parts:
        place = place * 100 + int(part)
    return place


# ---------------------------------------------------------------- deadlines

_DATED = re.compile(
    r"\d+\s*月|[一二三四五六七八九十]+月|年底|年末|月底|季度|工作日|每[年月季周]|半年|日前|日内|个月内|\d+\s*年|当日|\d+个月|\d+日|[一二三四五六七八九十]+年|年内|同上"
)
_LASTING = re.compile(
    r"全年|长期|持续|及时|实时|即时|适时|常年|随时|时限|动态|立即|常态化?|按要求|按时|定期|不定期|日常|第一时间|按规定|贯穿|同步|之前"
)
_DEADLINE = re.compile(f"{_DATED.pattern}|{_LASTING.pattern}")
_BESIDE = re.compile(
    r"坚持|推进|公开|公布|发布|更新|调整|完成|报送|转载|维护|管理|开展|落实|进行|予以|工作|要求|一次性|并|前|后|底|内|以|的|，|、|。|,|\d"
)


_SOME_BESIDE = 4
_LEFT_OVER = 3  # of words beside 及时 or 长期; more of them are a label (长期护理保险) or a task (及时回应群众关切)
_MOST_BESIDE = 10  # characters that name the event of a deadline; more of them are a sentence (满三年的政策…)


@lru_cache(maxsize=8192)
def like_deadline(text: str) -> bool:
    """A short cell that speaks of time and of nothing else; a longer one counts the days from an event."""
    flat = _SPACES.sub("", text)
    if says_time(flat):
        return True
    if not flat or len(flat) > 90 or not _DEADLINE.search(flat):
        return False
    if len(flat) <= 24:
        if _DATED.search(flat):
            return not re.search(r"。.|；", flat) and (_beside(flat) <= _MOST_BESIDE or bool(_COUNTED.search(flat)))
        return len(_BESIDE.sub("", _LASTING.sub("", flat))) <= _LEFT_OVER
    if (
        len(flat) <= 32
        and not re.search(r"[，。；].*[，。；]", flat)
        and re.search(r"公开|更新|完成|长期|全年|前", flat)
    ):
        return True
    if _FROM.match(flat):
        return bool(_COUNTED.search(flat))
    return bool(_COUNTED.search(flat)) and len(flat) <= 42 and len(re.findall(r"[，,；。]", flat)) < 3


def _beside(flat: str) -> int:
    """Characters that speak of something else than time."""
    return len(_BESIDE.sub("", _LASTING.sub("", _DATED.sub("", flat))))


def _dated_task(flat: str) -> bool:
    """A short text that may as well be a task with its time: 每季度通报一次情况, 12月底前完成目录更新."""
    return 8 <= len(flat) <= 24 and not says_time(flat) and not _DAYS.search(flat) and _beside(flat) >= _SOME_BESIDE


_DAYS = re.compile(r"(?:工作日|日|天|个月)(?:内|前|之内|以内)|不超过\d+个?工作日")
_COUNTED = re.compile(rf"{_DAYS.pattern}|底前")
_FROM = re.compile(r"自|从|信息|在|于|该|政府信息|收到|按照?|根据|与|制作|获取")


# ---------------------------------------------------------------- units

_ROLE_WORDS = re.compile(
    r"(?:按(?:照)?(?:各自)?职责分工)?(?:分别|共同|积极|密切|总)?(?:牵头|配合|分工负责|具体落实|负责落实|具体负责|组织实施|协助|负责|落实|承办|参与)+"
    r"(?:抓总|统筹|协调|推进|推动|抓好|做好|落实|组织|实施|有关|相关|工作)*"
    r"|等(?:相关|有关)?(?:部门|单位|科室)*|[。;；]"
)
_UNIT_END = (
    r"(?:局|委|办|办公室|厅|处|科|室|中心|部|院|委员会|政府|街道|镇|乡|办事处|单位|部门|科室|处室|股室|公司|集团|(?<!网)站|所|大队|支队|总队|队|协会|"
    r"联合会|总工会|团|社|馆|学校|大学|学院|分局|分行|海关|指挥部|管委|管委会|联|主体|银行|各县|各区|县级市|市|县|(?<!专)区|园区|开发区|高新区|新区|组|专班|"
    r"小组|(?<!平)台|网|法院|检察院|公安|税务|机关|村|社区|企业|行业|支行|公积金|工会|妇联|残联|科协|文联|电视台|融媒体|镇办|起草者|法规股|股|党政办|系统|领导)"
)
_UNIT = re.compile(rf"{_UNIT_END}\Z")
_FIELDS = re.compile(
    r"(?:[\u4e00-\u9fff]{2,6}[、，])+[\u4e00-\u9fff]{2,6}等(?:[\u4e00-\u9fff]{0,4})(?:部门|单位|机构)\Z"
)
"""民政、人社等部门: fields instead of names."""
_PLACE = re.compile(r"(?:网站|平台|专区|系统|栏目|现场|基地)\Z")  # where something is published, no organ
_UNIT_SPLIT = re.compile(r"[、，,；;\s/／]|(?<=[局办委部室厅院心府道镇乡门位馆队所)）])(?:以及|及|和|与|或)")
_SENTENCE = re.compile(
    r"(?:在(?!线)|对|将|把|通过|围绕|按照|根据|结合|及时|加强|推进|推动|做好|完善|健全|强化|深化|开展|组织开展|打造|筛选|建立|提升|提高|优化|落实|严格|进一步|鼓励|邀请|拓展|规范|构建|畅通|夯实|聚焦|持续|抓好|办好|创新|探索|切实|全面|不断|大力|着力|务实|丰富|营造|保障(?!局|中心|部|处|科))"
    r"|.{6,}(?:打造|做好|加强|开展|围绕|完善|健全|强化|提升|推动|确保|公开).{4,}"
)


@lru_cache(maxsize=8192)
def unit_share(text: str) -> float:
    """The share (0 to 1) of the listed names that end as names of organs do; 0 for blank and for running text."""
    whole = without_brackets(text).strip()
    if _FIELDS.match(whole):
        return 1.0
    if like_channel(whole):
        return 0.0  # 政务服务网 ends like an organ
    flat = _ROLE_WORDS.sub(" ", whole.replace("特别是", "、"))
    parts = [p for p in _UNIT_SPLIT.split(flat) if p]
    if not parts:
        return 0.0
    if len(parts) == 1 and len(parts[0]) > 30:
        return 0.0
    return sum(1 for p in parts if _ends_as_unit(p) and len(p) <= 30 and not _SENTENCE.match(p)) / len(parts)


def _ends_as_unit(name: str) -> bool:
    """The end of an organ's name, or any end a name may have where 各 or the place stands before it."""
    return bool(_UNIT.search(name) or (PREFIXED.match(name) and ENDS.search(name) and not _PLACE.search(name)))


def like_units(text: str) -> bool:
    return unit_share(text) >= 0.6


# ---------------------------------------------------------------- persons, texts

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦"
    "江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳"
    "盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁"
    "商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}\Z")


def like_person(text: str) -> bool:
    parts = [p for p in re.split(r"[、，,\s]+", text.strip()) if p]
    return bool(parts) and all(
        _PERSON.match(p) and p[0] in _SURNAMES and not _UNIT.search(p) and not _DEADLINE.search(p) for p in parts
    )


_MARKS = re.compile(r"(?=.*\S)[■□☑√✓●○/／×\s\-—、。]+\Z")


def like_marks(text: str) -> bool:
    """A cell of ticks and boxes only, or a list of ■ and □ channels."""
    return bool(_MARKS.match(text)) or bool(re.match(r"[^■□☑]{0,12}[■□☑]", text))


_LAW = re.compile(
    r"《[^《》]{2,80}》|[（(]?[A-Z]{2,5}(?:/[A-Z])?[\d.]+(?:[-—–－]\d{2,4})?[)）]?|[（(][^（()）]{2,40}(?:号|修正|修订|通过)[)）]|第[一二三四五六七八九十百零\d]+[条款项章]|[^，。；《》]{0,12}〔20\d\d〕\d+号"
)


def like_basis(text: str) -> bool:
    """A cell that names laws and documents and says hardly anything else: the basis of a disclosure, not its content."""
    flat = _SPACES.sub("", text)
    found = _LAW.findall(flat)
    return bool(found) and bool(_NAMED_LAW.search(flat)) and sum(map(len, found)) * 10 >= len(flat) * 7


_NAMED_LAW = re.compile(r"《|〔20\d\d〕\d+号")


_CHAPTER = re.compile(r"(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）])")


@lru_cache(maxsize=8192)
def like_title(text: str) -> bool:
    """A short text with the numeral of a chapter (一、 or （一）) and without a full stop."""
    flat = _SPACES.sub("", text)
    return 2 < len(flat) <= 45 and bool(_CHAPTER.match(flat)) and not re.search(r"[。；]", flat)


_LINK_ONLY = re.compile(r"(?:[^，。；]{0,6})?链接.{0,80}?(?:栏目|网站|专栏|专区|平台|页面|网|模块)")


def is_link_only(text: str) -> bool:
    """A requirement that only points at a column of another site: it has no unit and no deadline of its own."""
    flat = _SPACES.sub("", text)
    return len(flat) <= 80 and flat.startswith("链接") and bool(_LINK_ONLY.match(flat))


_SAME = re.compile(r"(?:同上|″|〃|同前|同上一?行|\")\Z")


def is_same_as_above(text: str) -> bool:
    return bool(_SAME.match(_SPACES.sub("", text).strip("。（）()")))


_ITEM = re.compile(r"\s*(?:\d{1,2}[.．、)）]|[（(]\d{1,2}[)）]|[①-⑳]|[■□])")
_OPEN = re.compile(r"(?:[：:；;，,、]|包括|如下)\s*\Z")


def continues_list(before: str, text: str) -> bool:
    """True when the text goes on with the list or the sentence before it: an item 2. after 1., anything after a colon."""
    return bool(_ITEM.match(text) or _OPEN.search(before)) and serial(text) is None


# ---------------------------------------------------------------- how well a cell fits a role


@lru_cache(maxsize=65536)
def fit(text: str, role: str) -> float:
    """How well a cell suits a column of the role; about -3 (impossible) to +3 (surely). Blank is near 0 everywhere."""
    flat = _SPACES.sub("", text)
    if not flat:
        return {SERIAL: -0.6, REQUIREMENT: -1.0}.get(role, 0.0)
    if role == SERIAL:
        return 3.0 if ordinal(text) is not None else -3.0
    if ordinal(text) is not None and len(flat) <= (4 if flat.isdigit() else 8):
        return -0.2 if role == OTHER else -2.5
    return _fit_words(text, flat, role)


_LABEL_ENDS = 16  # characters: a longer text that ends in a full stop is a sentence, no label
_PUBLISHED = 0.6  # a channel is a label as well (政府网站, 政务新媒体 under 平台建设)


def _fit_words(text: str, flat: str, role: str) -> float:
    long = len(flat)
    if is_same_as_above(text):
        return {CATEGORY: 0.3, REQUIREMENT: -0.5, MEASURE: -0.5}.get(role, 0.8)
    units, time, person = unit_share(text), like_deadline(text), like_person(text)
    if role != OTHER and like_marks(text):
        return -2.5
    if role == CATEGORY:
        if long > 60 or flat[-1] in "、，,：:；;":
            return -2.5
        if units > 0.6 or person:
            return -0.8
        if flat[-1] == "。" and long > _LABEL_ENDS:
            return -0.8
        return -0.8 if time and (long <= 14 or says_time(flat)) else (1.0 if long <= 32 else 0.2)
    if role in (REQUIREMENT, MEASURE):
        if like_basis(text):
            return -0.6
        if units >= 0.6 and long < 200 and not re.search(r"[。；]", text):
            return -2.5
        if time and (long <= 20 or says_time(flat)):
            return 0.3 if _dated_task(flat) else -1.5
        return 2.5 if long >= 30 else (2.0 if long >= 14 else 0.3)
    if role in UNIT_ROLES:
        return 2.5 if units >= 0.6 else (0.8 if units >= 0.4 else (-3.0 if long > 25 else -1.2))
    if role == DEADLINE:
        if time and _dated_task(flat):
            return 0.8
        return 2.5 if time else (-2.5 if units >= 0.6 else (-3.0 if long > 40 else -0.8))
    if role == PERSON:
        return 2.5 if person else -2.0
    return 1.2 if like_marks(text) or like_basis(text) else (_PUBLISHED if like_channel(text) else -0.2)
