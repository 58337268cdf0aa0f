"""Chinese date phrases: pattern by pattern what is meant."""

# ruff: noqa: E501 - a pattern that is broken over lines is read wrongly

from __future__ import annotations

import re
from datetime import date

from .date_phrase import DateKind, Reader, Reading, Rule, Setting
from .scan import whole_number
from .when import (
    add_days,
    add_months,
    add_workdays,
    day_of,
    month_end,
    next_day,
    next_month_end,
    next_quarter_end,
    part_of_month,
    quarter_end,
    this_quarter,
    weekday_of,
)

_N = r"[0-9]{1,4}|[零〇一二两三四五六七八九十百]{1,5}"
_DAY = r"(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_MONTH = r"(?<![0-9.])(?P<month>[0-9]{1,2}|[一二三四五六七八九十]{1,2})"
_YEAR = r"(?:(?P<year>[12][0-9]{3}|[二一][零〇一二三四五六七八九]{3})\s?年|(?P<rel>今年|本年|明年|后年|次年))"
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 6}
_WEEKDAYS |= {str(number): number - 1 for number in range(1, 8)}
_PARTS = r"(?P<part>上旬|中旬|下旬|初|中(?=[旬前,完内之以到交])|底|末)"
_FESTIVALS = {
    "元旦": (1, 1), "五一": (5, 1), "劳动节": (5, 1), "国庆": (10, 1), "十一": (10, 1), "双十一": (11, 11),
    "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12), "618": (6, 18), "六一": (6, 1), "圣诞": (12, 25),
}  # fmt: skip
_EVENTS = (
    "上线|发布|活动|开始|开业|开幕|启动|交付|交货|发货|会议|开会|会前|大促|结束|签署|签订|签约|收到|接到|验收|评审|收货|"
    "到货|投产|开工|竣工|下单|审批|通过|确认|立项|端午节?|中秋节?|春节|清明节?|节|国庆节?|学期结束|项目结束|合同生效|提交|完成"
)


def _int(match: re.Match[str], name: str) -> int:
    return whole_number(match[name]) or 0


def _year(match: re.Match[str], today: date) -> int | None:
    """The year that is named; None when none is."""
    if match["year"]:
        return whole_number(match["year"])
    offset = {"今年": 0, "本年": 0, "明年": 1, "次年": 1, "后年": 2}.get(match["rel"] or "")
    return None if offset is None else today.year + offset


def _certain(day: date | None, kind: DateKind = DateKind.ON) -> Reading:
    """A day that the text names outright: where there is none, the text is wrong and is told so."""
    return Reading(day, kind) if day else Reading(None, DateKind.INVALID)


def _full_date(match: re.Match[str], setting: Setting) -> Reading:
    year = _year(match, setting.today)
    month, day = _int(match, "month"), _int(match, "day")
    return _certain(day_of(year, month, day) if year else next_day(setting.today, month, day))


def _range(match: re.Match[str], setting: Setting) -> Reading:
    first = _full_date(match, setting).day
    last = day_of(first.year, first.month, int(match["last"])) if first else None
    if first is None or last is None or last < first:
        return Reading(None, DateKind.INVALID)
    return Reading(last, DateKind.WITHIN, start=first)


def _numeric_date(match: re.Match[str], setting: Setting) -> Reading | None:
    return _certain(day_of(int(match["y"]), int(match["m"]), int(match["d"])))


def _slashed_date(match: re.Match[str], setting: Setting) -> Reading | None:
    day = next_day(setting.today, int(match["m"]), int(match["d"]))
    return Reading(day) if day else None


def _month_of(match: re.Match[str], setting: Setting) -> tuple[int, int] | None:
    month = _int(match, "month")
    if not 1 <= month <= 12:
        return None
    year = _year(match, setting.today)
    if year is None:
        year = setting.today.year + (month < setting.today.month)
    return year, month


def _month_part(match: re.Match[str], setting: Setting) -> Reading | None:
    at = _month_of(match, setting)
    if at is None:
        return Reading(None, DateKind.INVALID)
    day = part_of_month(*at, match["part"])
    if day and day < setting.today and not match["year"] and not match["rel"]:
        day = part_of_month(at[0] + 1, at[1], match["part"])
    return Reading(day, approximate=match["part"] not in "底末") if day else None


def _month_before(match: re.Match[str], setting: Setting) -> Reading | None:
    at = _month_of(match, setting)
    if at is None:
        return Reading(None, DateKind.INVALID)
    first = day_of(*at, 1)
    if first and first <= setting.today and not match["year"] and not match["rel"]:
        first = day_of(at[0] + 1, at[1], 1)
    return Reading(add_days(first, -1), DateKind.BEFORE) if first else None


def _month_whole(match: re.Match[str], setting: Setting) -> Reading | None:
    at = _month_of(match, setting)
    end = month_end(*at) if at else None
    return Reading(end, DateKind.WITHIN, approximate=True) if end else None


def _months_ahead(match: re.Match[str], setting: Setting) -> date | None:
    ahead = {"下": 1, "下下": 2, "次": 1}.get(match["which"] or "", 0)
    return add_months(setting.today.replace(day=1), ahead)


def _this_month(match: re.Match[str], setting: Setting) -> Reading | None:
    month = _months_ahead(match, setting)
    part = match["part"]
    if month is None:
        return None
    if part is None or part == "内":
        return Reading(month_end(month.year, month.month), DateKind.WITHIN)
    day = part_of_month(month.year, month.month, part)
    if day and day < setting.today:
        later = add_months(month, 1)
        day = part_of_month(later.year, later.month, part) if later else None
    return Reading(day, approximate=part not in "底末") if day else None


def _day_of_this_month(match: re.Match[str], setting: Setting) -> Reading | None:
    month = _months_ahead(match, setting)
    number = _int(match, "day")
    if month is None:
        return None
    day = day_of(month.year, month.month, number)
    if day and day < setting.today:
        day = _next_day_of_month(setting.today, number)
    return _certain(day)


def _day_alone(match: re.Match[str], setting: Setting) -> Reading | None:
    day = _next_day_of_month(setting.today, _int(match, "day"))
    return Reading(day) if day else None


def _next_day_of_month(today: date, number: int) -> date | None:
    for ahead in range(13):
        month = add_months(today.replace(day=1), ahead)
        day = day_of(month.year, month.month, number) if month else None
        if day and day >= today:
            return day
    return None


def _weekday(match: re.Match[str], setting: Setting) -> Reading | None:
    which = match["which"]
    weeks = {"下": 1, "下下": 2, "本": 0, "这": 0, "次": 1}.get(which) if which else None
    return Reading(weekday_of(setting.today, _WEEKDAYS[match["wd"]], weeks))


def _week(match: re.Match[str], setting: Setting) -> Reading | None:
    weeks = {"下": 1, "下下": 2, "次": 1}.get(match["which"] or "", 0)
    return Reading(weekday_of(setting.today, 6, weeks), DateKind.WITHIN)


def _stretch(match: re.Match[str], setting: Setting) -> Reading | None:
    today = setting.today
    number = 0.5 if match["n"] == "半" else whole_number(match["n"])
    if number is None:
        return None
    unit = match["unit"]
    if unit in ("小时", "钟头", "分钟", "h", "H"):
        hours = number / 60 if unit == "分钟" else number
        return Reading(add_days(today, int(hours // 24)), DateKind.WITHIN, hours=max(1, round(hours)))
    if unit in ("工作日", "个工作日"):
        return Reading(add_workdays(today, int(number), setting.calendar), DateKind.WITHIN)
    if unit in ("天", "日"):
        return Reading(add_days(today, int(number)), DateKind.WITHIN)
    if unit in ("周", "星期", "礼拜"):
        return Reading(add_days(today, int(number * 7)), DateKind.WITHIN)
    months = number * {"月": 1, "季度": 3, "季": 3, "年": 12}[unit]
    return Reading(add_days(today, 15) if months == 0.5 else add_months(today, int(months)), DateKind.WITHIN)


def _anchored(match: re.Match[str], setting: Setting) -> Reading:
    return Reading(None, DateKind.ANCHORED)


def _quarter(match: re.Match[str], setting: Setting) -> Reading | None:
    quarter = {"一": 1, "二": 2, "三": 3, "四": 4}.get(match["q"]) or int(match["q"])
    year = _year(match, setting.today)
    end = quarter_end(year, quarter) if year else next_quarter_end(setting.today, quarter)
    return Reading(end, DateKind.WITHIN) if end else None


def _this_quarter(match: re.Match[str], setting: Setting) -> Reading | None:
    ahead = 1 if match["which"] in ("下", "次") else 0
    return Reading(quarter_end(setting.today.year, this_quarter(setting.today) + ahead), DateKind.WITHIN)


def _half_year(match: re.Match[str], setting: Setting) -> Reading | None:
    month = 6 if match["half"] == "上" else 12
    year = _year(match, setting.today)
    end = month_end(year, month) if year else next_month_end(setting.today, month)
    return Reading(end, DateKind.WITHIN) if end else None


def _year_end(match: re.Match[str], setting: Setting) -> Reading | None:
    year = _year(match, setting.today) or setting.today.year
    end = day_of(year, 12, 31)
    return Reading(end, DateKind.WITHIN) if end else None


def _year_before(match: re.Match[str], setting: Setting) -> Reading | None:
    year = _year(match, setting.today) or setting.today.year
    end = day_of(year - 1, 12, 31)
    return Reading(end, DateKind.BEFORE) if end else None


def _near_day(match: re.Match[str], setting: Setting) -> Reading:
    word = match[0]
    ahead = 3 if word == "大后天" else 2 if word == "后天" else 1 if word.startswith(("明", "次日", "翌")) else 0
    return Reading(add_days(setting.today, ahead))


def _festival(match: re.Match[str], setting: Setting) -> Reading:
    return Reading(next_day(setting.today, *_FESTIVALS[match["name"]]), DateKind.BEFORE)


def _recurring(match: re.Match[str], setting: Setting) -> Reading:
    parts = match.groupdict()
    if parts.get("wd"):
        return Reading(weekday_of(setting.today, _WEEKDAYS[match["wd"]], None), DateKind.RECURRING)
    if parts.get("day"):
        day = _next_day_of_month(setting.today, _int(match, "day"))
        return Reading(day, DateKind.RECURRING if day else DateKind.INVALID)
    return Reading(None, DateKind.RECURRING)


def _next_recurring_workday(match: re.Match[str], setting: Setting) -> Reading:
    return Reading(add_workdays(setting.today, 0, setting.calendar), DateKind.RECURRING)


def _rule(pattern: str, read: Reader) -> Rule:
    return re.compile(pattern), read


_SINCE = r"(?<![到至为于过在])(?<!不超过)(?<!低于)"
_SPAN = r"(?:之内|以内|内)(?!部)"

RULES: tuple[Rule, ...] = (
    _rule(rf"(?:{_YEAR}\s?)?{_MONTH}\s?月(?:份)?\s?{_DAY}\s?[日号](?!楼|仓|库|线|机|车|院|店)", _full_date),
    _rule(rf"(?:{_YEAR}\s?)?{_MONTH}\s?月\s?{_DAY}\s?[日号]?\s?(?:至|到|-|—|–|~)\s?(?P<last>[0-3]?[0-9])\s?[日号]", _range),
    _rule(r"(?<![0-9./-])(?P<y>[12][0-9]{3})(?P<s>[-/.])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})(?![0-9.-])", _numeric_date),
    _rule(r"(?<![0-9./:-])(?P<m>[01]?[0-9])/(?P<d>[0-3]?[0-9])(?![0-9/%])(?!\s?(?:of|的|以上|以下))", _slashed_date),
    _rule(rf"(?:{_YEAR}\s?)?{_MONTH}\s?月\s?(?:份)?{_PARTS}", _month_part),
    _rule(rf"(?:{_YEAR}\s?)?{_MONTH}\s?月(?:份)?(?:之前|以前|前)", _month_before),
    _rule(rf"(?:{_YEAR}\s?)?{_MONTH}\s?月(?:份)?(?![0-9一二三四五六七八九十底末初上中下])(?:内)?", _month_whole),
    _rule(r"(?<![每一二两三四五六七八九十0-9个上])(?P<which>下下|下|本|这|当|次)?个?月(?P<part>上旬|中旬|下旬|初|底|末)", _this_month),
    _rule(r"(?P<which>下下|下|本|这|当|次)个?月(?P<part>内|中)?(?![0-9一二三四五六七八九十底末初上下])", _this_month),
    _rule(rf"(?P<which>下下|下|本|这|当|次)个?月\s?{_DAY}\s?[日号]", _day_of_this_month),
    _rule(r"(?<![月0-9一二三四五六七八九十每])(?P<day>[0-3]?[0-9])\s?[日号](?=之前|以前|前|下班|当天|上午|下午)", _day_alone),
    _rule(r"(?<![每上])(?P<which>下下|下|本|这|次)?个?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天末]|[1-7](?![0-9]))(?![年个名期周])", _weekday),
    _rule(r"(?P<which>下下|下|本|这|次)个?(?:周|星期|礼拜)(?:内|之内|以内)?(?![一二三四五六日天末1-7年期])", _week),
    _rule(rf"{_SINCE}(?P<n>{_N}|半)\s?个?\s?(?P<unit>工作日|天|日|周|星期|礼拜|月|季度|年|小时|钟头|分钟|h|H)\s?{_SPAN}", _stretch),
    _rule(rf"(?:{_EVENTS})[{chr(0x3400)}-{chr(0x9fff)}]{{0,8}}?(?:之日起|以后|之后|后|起|前|之前)\s?的?(?:第)?(?:{_N}|半)\s?个?\s?(?:自然|工作)?"
          rf"(?:工作日|天|日|周|星期|月|小时|分钟)(?:{_SPAN}|前)?", _anchored),
    _rule(rf"[\u3400-\u9fff](?<![目之以日此年当先月号天周个])[\u3400-\u9fff](?<![目之以日此年当先月号天周底末初])前\s?(?:{_N}|半)\s?个?(?:工作日|天|周|星期|月|小时|分钟)", _anchored),
    _rule(r"(?:学期|项目|活动|会议|大促|合同|试运行|培训)?(?:正式)?(?:结束|开始|上线|开业|启动|发布|交付|验收)(?:之前|以前|前)(?![0-9一二两三四五六七八九十])", _anchored),
    _rule(rf"(?:{_YEAR}\s?)?(?:Q|q)(?P<q>[1-4])(?![0-9])(?:季度)?(?:末|底|结束)?", _quarter),
    _rule(rf"(?:{_YEAR}\s?)?(?:第)?(?P<q>[一二三四1-4])季度(?:末|底|结束)?", _quarter),
    _rule(r"(?P<which>本|这|下|次|当)?个?季度?(?:末|底|结束)", _this_quarter),
    _rule(r"(?P<which>本|这|下|次|当)个?季度?(?:内|之内|以内)?", _this_quarter),
    _rule(rf"(?:{_YEAR}\s?)?(?P<half>上|下)半年(?:末|底|内)?", _half_year),
    _rule(rf"(?:{_YEAR}|(?P<bare>年(?=[底末内])|本年度|全年|年度内))\s?(?:度|全年|年度)?(?:底|末|内|之内|以内|(?![0-9一二三四五六七八九十零〇初前底末内]|以前|之前|同期|相比|基数|的[数实]))", _year_end),
    _rule(rf"{_YEAR}(?:之前|以前|前)", _year_before),
    _rule(r"大后天|后天|明天|明日|明早|明晚|明年今日|今天|今日|今晚|当日|次日|翌日", _near_day),
    _rule(r"(?P<name>双十一|双11|双十二|双12|元旦|五一|劳动节|国庆|(?<!双)十一(?=[前节])|(?<![0-9])618(?![0-9])|六一|圣诞)(?:节)?(?:之前|以前|前)(?![0-9一二两三四五六七八九十])", _festival),
    _rule(r"每(?:个)?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天末]|[1-7](?![0-9]))(?![年个名期])", _recurring),
    _rule(r"每(?:个)?月\s?(?P<day>[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s?[日号]", _recurring),
    _rule(r"每(?:个)?工作日", _next_recurring_workday),
    _rule(r"每(?:天|日|晚|早|(?:周|星期)(?![一二三四五六日天末1-7])|(?:个)?月(?:底|末|初)?|(?:个)?季度(?:末)?|半年|两周|双周|隔周|年(?:底|末)?)", _recurring),
)  # fmt: skip
