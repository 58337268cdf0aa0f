"""Microsoft Project XML goes out and comes in: ours again without a difference, that of other programs by their rules."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from datetime import date
from typing import Any

import pytest

from tests.planning.test_plan_table import told, whole
from tongzhou.calendars.queries import company_calendar
from tongzhou.core.errors import DomainError
from tongzhou.documents.hostile import FileRefused, read_project_xml
from tongzhou.planning import queries, services
from tongzhou.planning.exchange.mspdi import minutes_of, pieces
from tongzhou.planning.exchange.reading import read_plan
from tongzhou.planning.models import Link, Plan, Task

pytestmark = pytest.mark.django_db
SPACE = "{http://schemas.microsoft.com/project}"
__all__ = ["whole"]


def looked(project, data: bytes, **options: Any) -> queries.Incoming:
    return queries.look_through(project, read_plan(data, company_calendar(), project.code, **options))


def taken(project, data: bytes, cast, **options: Any) -> queries.Incoming:
    brought = read_plan(data, company_calendar(), project.code, **options)
    version = Plan.objects.filter(project=project).values_list("version", flat=True).first() or 1
    return services.take_plan_in(project.pk, brought, by=cast.by("lead"), plan_version=version, source="计划.xml")


def task(uid: int, name: str, level: int = 1, more: str = "", duration: str = "PT16H0M0S") -> str:
    return (
        f"<Task><UID>{uid}</UID><ID>{uid}</ID><Name>{name}</Name><OutlineLevel>{level}</OutlineLevel>"
        f"<Duration>{duration}</Duration><DurationFormat>7</DurationFormat>{more}</Task>"
    )


def link(uid: int, kind: int = 1, lag: int = 0, unit: int = 7) -> str:
    return (
        f"<PredecessorLink><PredecessorUID>{uid}</PredecessorUID><Type>{kind}</Type><CrossProject>0</CrossProject>"
        f"<LinkLag>{lag}</LinkLag><LagFormat>{unit}</LagFormat></PredecessorLink>"
    )


def mspdi(*tasks: str, head: str = "", after: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Project xmlns="http://schemas.microsoft.com/project">'
        f"<MinutesPerDay>480</MinutesPerDay>{head}<Tasks>{''.join(tasks)}</Tasks>{after}</Project>"
    ).encode()


def notes(found: queries.Incoming, place: int = 0) -> str:
    return "\n".join(found.rows[place].notes)


# In the manner of other programs: a prefix for the namespace, the project as task 0, empty rows, an order by ID that is
# not the order in the file, a calendar with exceptions, elapsed and percent lags, no LagFormat, resources without e-mail.
OTHER_PROGRAM = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<p:Project xmlns:p="http://schemas.microsoft.com/project/2007">
 <p:SaveVersion>14</p:SaveVersion><p:Name>campaign.pod</p:Name><p:CalendarUID>3</p:CalendarUID>
 <p:MinutesPerDay>480</p:MinutesPerDay><p:StartDate>2026-05-11T08:00:00</p:StartDate>
 <p:Calendars><p:Calendar><p:UID>3</p:UID><p:Name>Standard</p:Name><p:WeekDays>
  <p:WeekDay><p:DayType>1</p:DayType><p:DayWorking>0</p:DayWorking></p:WeekDay>
  <p:WeekDay><p:DayType>7</p:DayType><p:DayWorking>1</p:DayWorking></p:WeekDay>
 </p:WeekDays><p:Exceptions><p:Exception><p:EnteredByOccurrences>0</p:EnteredByOccurrences>
  <p:TimePeriod><p:FromDate>2026-05-20T00:00:00</p:FromDate><p:ToDate>2026-05-20T23:59:00</p:ToDate></p:TimePeriod>
  <p:Name>店庆</p:Name><p:Type>1</p:Type><p:DayWorking>0</p:DayWorking></p:Exception></p:Exceptions>
 </p:Calendar></p:Calendars>
 <p:Tasks>
  <p:Task><p:UID>0</p:UID><p:ID>0</p:ID><p:Name>campaign</p:Name><p:OutlineLevel>0</p:OutlineLevel><p:Summary>1</p:Summary></p:Task>
  <p:Task><p:UID>40</p:UID><p:ID>1</p:ID><p:Name>筹备</p:Name><p:OutlineNumber>1</p:OutlineNumber><p:OutlineLevel>1</p:OutlineLevel>
   <p:Start>2026-05-11T08:00:00</p:Start><p:Finish>2026-05-22T17:00:00</p:Finish><p:Duration>PT80H0M0S</p:Duration><p:Summary>1</p:Summary></p:Task>
  <p:Task><p:UID>12</p:UID><p:ID>3</p:ID><p:Name>页面设计</p:Name><p:OutlineLevel>2</p:OutlineLevel><p:Duration>PT20H0M0S</p:Duration>
   <p:DurationFormat>39</p:DurationFormat><p:PercentComplete>30</p:PercentComplete>
   <p:PredecessorLink><p:PredecessorUID>7</p:PredecessorUID><p:Type>3</p:Type><p:LinkLag>4800</p:LinkLag></p:PredecessorLink></p:Task>
  <p:Task><p:UID>7</p:UID><p:ID>2</p:ID><p:Name>库存盘点</p:Name><p:OutlineLevel>2</p:OutlineLevel><p:Duration>PT24H0M0S</p:Duration>
   <p:DurationFormat>7</p:DurationFormat><p:Start>2026-05-13T08:00:00</p:Start><p:Finish>2026-05-15T17:00:00</p:Finish>
   <p:ConstraintType>4</p:ConstraintType><p:ConstraintDate>2026-05-13T08:00:00</p:ConstraintDate><p:Deadline>2026-05-18T17:00:00</p:Deadline></p:Task>
  <p:Task><p:UID>90</p:UID><p:ID>4</p:ID><p:IsNull>1</p:IsNull></p:Task>
  <p:Task><p:UID>55</p:UID><p:ID>5</p:ID><p:Name>养护</p:Name><p:OutlineLevel>1</p:OutlineLevel><p:Duration>PT72H0M0S</p:Duration>
   <p:DurationFormat>8</p:DurationFormat><p:Start>2026-05-15T08:00:00</p:Start>
   <p:PredecessorLink><p:PredecessorUID>7</p:PredecessorUID><p:Type>1</p:Type><p:LinkLag>43200</p:LinkLag><p:LagFormat>8</p:LagFormat></p:PredecessorLink></p:Task>
  <p:Task><p:UID>56</p:UID><p:ID>6</p:ID><p:Name>上线</p:Name><p:OutlineLevel>1</p:OutlineLevel><p:Duration>PT0H0M0S</p:Duration><p:Milestone>1</p:Milestone>
   <p:PredecessorLink><p:PredecessorUID>55</p:PredecessorUID><p:Type>0</p:Type></p:PredecessorLink>
   <p:PredecessorLink><p:PredecessorUID>40</p:PredecessorUID><p:Type>1</p:Type></p:PredecessorLink>
   <p:PredecessorLink><p:PredecessorUID>12</p:PredecessorUID><p:Type>1</p:Type><p:LinkLag>50</p:LinkLag><p:LagFormat>19</p:LagFormat></p:PredecessorLink></p:Task>
 </p:Tasks>
 <p:Resources>
  <p:Resource><p:UID>0</p:UID><p:ID>0</p:ID><p:Type>1</p:Type></p:Resource>
  <p:Resource><p:UID>1</p:UID><p:ID>1</p:ID><p:Name>产品部</p:Name><p:Type>1</p:Type></p:Resource>
  <p:Resource><p:UID>2</p:UID><p:ID>2</p:ID><p:Name>外包设计师</p:Name><p:Type>1</p:Type></p:Resource>
  <p:Resource><p:UID>3</p:UID><p:ID>3</p:ID><p:Name>Zhao</p:Name><p:Type>1</p:Type><p:EmailAddress>ZHAO.MIN@example.com</p:EmailAddress></p:Resource>
  <p:Resource><p:UID>4</p:UID><p:ID>4</p:ID><p:Name>水泥</p:Name><p:Type>0</p:Type></p:Resource>
 </p:Resources>
 <p:Assignments>
  <p:Assignment><p:UID>1</p:UID><p:TaskUID>7</p:TaskUID><p:ResourceUID>1</p:ResourceUID></p:Assignment>
  <p:Assignment><p:UID>2</p:UID><p:TaskUID>7</p:TaskUID><p:ResourceUID>3</p:ResourceUID></p:Assignment>
  <p:Assignment><p:UID>3</p:UID><p:TaskUID>12</p:TaskUID><p:ResourceUID>2</p:ResourceUID></p:Assignment>
  <p:Assignment><p:UID>4</p:UID><p:TaskUID>55</p:TaskUID><p:ResourceUID>4</p:ResourceUID></p:Assignment>
  <p:Assignment><p:UID>5</p:UID><p:TaskUID>55</p:TaskUID><p:ResourceUID>-65535</p:ResourceUID></p:Assignment>
 </p:Assignments>
</p:Project>""".encode()


def test_our_own_file_comes_in_again_without_a_difference(project, whole):
    _name, data = queries.plan_file(project, "xml")
    found = looked(project, data)
    assert [(row.verdict, row.errors, row.changes, row.notes) for row in found.rows] == [("same", [], [], [])] * 4
    assert (found.remarks, found.to_do, found.finish_after) == ([], 0, found.finish_before)


def test_our_own_file_makes_the_same_plan_elsewhere(cast, project, whole):
    services.change_task(whole[1].pk, None, {"acceptance": "验😀" * 500, "deliverable": "物" * 300}, by=cast.by("lead"))
    _name, data = queries.plan_file(project, "xml")
    before = told(project)
    services.remove_tasks(project.pk, [one.pk for one in whole], by=cast.by("lead"))
    assert taken(project, data, cast).counts["add"] == 4
    assert told(project) == before


def test_our_file_holds_calendar_links_and_resources_as_microsoft_project_reads_them(cast, project, whole):
    _phase, count, page, live = whole
    root = ElementTree.fromstring(queries.plan_file(project, "xml")[1])  # noqa: S314 - our own file
    tasks = {one.findtext(f"{SPACE}UID"): one for one in root.iter(f"{SPACE}Task")}
    assert set(tasks) == {"0", *(str(one.number) for one in whole)}
    waits = tasks[str(page.number)].find(f"{SPACE}PredecessorLink")
    assert waits is not None
    assert [waits.findtext(f"{SPACE}{name}") for name in ("PredecessorUID", "Type", "LinkLag", "LagFormat")] == [
        str(count.number), "3", "9600", "7",
    ]  # fmt: skip
    assert tasks[str(count.number)].findtext(f"{SPACE}Duration") == "PT24H0M0S"
    assert tasks[str(live.number)].findtext(f"{SPACE}ConstraintType") == "7"
    assert tasks[str(live.number)].findtext(f"{SPACE}Start") == tasks[str(live.number)].findtext(f"{SPACE}Finish")
    names = [one.findtext(f"{SPACE}Name") for one in root.iter(f"{SPACE}Resource")]
    assert names == [cast.product_contact.name]
    # The Dragon Boat festival, 19 June, lies after the plan; the calendar goes on for a year.
    off = [one.findtext(f"{SPACE}TimePeriod/{SPACE}FromDate") for one in root.iter(f"{SPACE}Exception")]
    assert "2026-06-19T00:00:00" in off


def test_no_character_of_a_title_breaks_the_file(cast, project, add):
    add("<甲> & “乙” 😀")
    found = looked(project, queries.plan_file(project, "xml")[1])
    assert [row.verdict for row in found.rows] == ["same"]


def test_a_file_of_another_program_is_understood_by_its_rules(cast, project):
    found = taken(project, OTHER_PROGRAM, cast)
    rows = {task.title: task for task in Task.objects.all()}
    assert [(row.title, row.depth) for row in found.rows] == [
        ("筹备", 0), ("库存盘点", 1), ("页面设计", 1), ("养护", 0), ("上线", 0),
    ]  # fmt: skip
    count = rows["库存盘点"]
    assert (count.parent, count.duration, count.constraint, count.constraint_on) == (
        rows["筹备"], 3, "snet", date(2026, 5, 13),
    )  # fmt: skip
    # A department among the resources is the department; a person is known by e-mail; the deadline is in the note.
    assert (count.department, count.owner) == (cast.product, cast.product_contact)
    assert "2026-05-18" in count.note
    assert (rows["页面设计"].duration, rows["页面设计"].owner) == (3, None)
    assert "外包设计师" in rows["页面设计"].note
    # Three days around the clock from Friday: Friday and, the Saturday and Sunday being free, nothing more.
    assert rows["养护"].duration == 1
    assert rows["养护"].owner is None
    assert (rows["上线"].is_milestone, rows["上线"].duration) == (True, 0)
    links = {(one.predecessor.title, one.successor.title): (one.kind, one.lag) for one in Link.objects.all()}
    assert links == {
        ("库存盘点", "页面设计"): ("SS", 1),
        # Three days around the clock behind Friday end on Monday.
        ("库存盘点", "养护"): ("FS", 1),
        ("养护", "上线"): ("FF", 0),
        ("页面设计", "上线"): ("FS", 2),
    }


def test_what_could_not_be_carried_over_is_said(project):
    found = looked(project, OTHER_PROGRAM)
    remarks = "\n".join(found.remarks)
    # An empty row, Saturdays worked, a day of its own off.
    for words in ("1 个空行", "2026-05-16", "2026-05-20"):
        assert words in remarks
    assert "20 小时" in notes(found, 2)
    assert "72 小时" in notes(found, 3)
    assert "50 %" in notes(found, 4)
    assert "筹备" in notes(found, 4)


@pytest.mark.parametrize(
    ("kind", "day", "constraint", "on"),
    [
        (0, "", "", None),
        (1, "", "", None),
        (2, "2026-05-20T08:00:00", "mso", date(2026, 5, 20)),
        (3, "2026-05-20T17:00:00", "mfo", date(2026, 5, 20)),
        (4, "2026-05-20T08:00:00", "snet", date(2026, 5, 20)),
        # Two days: to start by the 20th is to end by the 21st, to end from the 20th on is to start from the 19th on.
        (5, "2026-05-20T08:00:00", "fnlt", date(2026, 5, 21)),
        (6, "2026-05-20T17:00:00", "snet", date(2026, 5, 19)),
        (7, "2026-05-20T17:00:00", "fnlt", date(2026, 5, 20)),
    ],
)
def test_every_kind_of_constraint_has_its_counterpart(cast, project, kind, day, constraint, on):
    more = f"<ConstraintType>{kind}</ConstraintType>" + (f"<ConstraintDate>{day}</ConstraintDate>" if day else "")
    found = taken(project, mspdi(task(1, "甲", more=more)), cast)
    row = Task.objects.get()
    assert (row.constraint, row.constraint_on) == (constraint, on)
    assert bool(found.rows[0].notes) == (kind in {1, 5, 6})


@pytest.mark.parametrize("day", ["1900-01-01T08:00:00", "9999-12-31T08:00:00", "2026-02-30T08:00:00", ""])
def test_a_constraint_on_an_impossible_day_is_an_error_of_its_row(project, day):
    more = f"<ConstraintType>4</ConstraintType><ConstraintDate>{day}</ConstraintDate>"
    found = looked(project, mspdi(task(1, "甲"), task(2, "乙", more=more)))
    assert [bool(row.errors) for row in found.rows] == [False, True]


def test_dates_of_1900_and_9999_beside_the_tasks_do_no_harm(project):
    more = "<Start>1900-01-01T00:00:00</Start><Finish>9999-12-31T23:59:59</Finish>"
    calendar = "<Calendars><Calendar><UID>1</UID></Calendar></Calendars>"
    long = task(1, "甲", more=more + link(2, lag=14400, unit=8), duration="PT48H0M0S").replace(">7<", ">8<", 1)
    found = looked(project, mspdi(long, task(2, "乙", more=more), after=calendar))
    assert found.is_clean


def test_a_loop_is_named(project):
    found = looked(project, mspdi(task(1, "甲", more=link(2)), task(2, "乙", more=link(1))))
    assert "→" in found.rows[0].errors[0][1]
    assert not found.is_clean


def test_a_negative_lag_and_hours_are_working_days(cast, project):
    taken(
        project,
        mspdi(task(1, "甲"), task(2, "乙", more=link(1, lag=-9600)), task(3, "丙", more=link(1, 1, 4800, 5))),
        cast,
    )
    assert list(Link.objects.order_by("pk").values_list("lag", flat=True)) == [-2, 1]


def test_links_into_nothing_and_to_other_projects_are_left_out_and_said(cast, project):
    cross = link(1).replace("<CrossProject>0", "<CrossProject>1")
    found = taken(project, mspdi(task(1, "甲"), task(2, "乙", more=link(77) + cross)), cast)
    assert len(found.rows[1].notes) == 2
    assert not Link.objects.exists()


def test_inactive_and_manual_tasks_are_told(cast, project):
    manual = "<Manual>1</Manual><ManualStart>2026-05-18T08:00:00</ManualStart>"
    found = taken(project, mspdi(task(1, "甲", more="<Active>0</Active>"), task(2, "乙", more=manual)), cast)
    row = Task.objects.get()
    assert (row.title, row.constraint, row.start) == ("乙", "snet", date(2026, 5, 18))
    assert len(found.remarks) == 2


def test_a_file_without_namespace_and_with_chinese_encoding_is_read(cast, project):
    text = mspdi(task(1, "盘点")).decode().replace(' xmlns="http://schemas.microsoft.com/project"', "")
    for data in (text.replace("UTF-8", "GBK").encode("gbk"), text.replace("UTF-8", "UTF-16").encode("utf-16")):
        assert [row.title for row in looked(project, data).rows] == ["盘点"]


def test_a_task_without_name_gets_one_and_levels_that_jump_are_mended(project):
    found = looked(project, mspdi(task(1, ""), task(2, "乙", level=4)))
    assert found.is_clean
    assert [row.depth for row in found.rows] == [0, 1]
    assert notes(found, 0)
    assert notes(found, 1)


BILLION = b"""<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<Project><Name>&d;</Name></Project>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<Project><Name>&x;</Name></Project>"""
DTD = b"""<?xml version="1.0"?><!DOCTYPE Project SYSTEM "http://example.com/project.dtd"><Project/>"""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (BILLION, "xml_entities"),
        (OUTSIDE, "xml_entities"),
        (DTD, "xml_entities"),
        (BILLION.decode().replace("?>", ' encoding="GBK"?>', 1).encode("gbk"), "xml_entities"),
        (mspdi(task(1, "甲"))[:-30], "xml_broken"),
        (b"<Project>\x00</Project>", "xml_broken"),
        (b'<?xml version="1.0" encoding="UTF-7"?><Project/>', "xml_broken"),
        (b"<Project>" + b"<a>" * 100_000, "xml_too_deep"),
        (b"<Project><Views>" + b"<a>" * 100_000, "xml_too_deep"),
        (b"<html><body/></html>", "not_a_project"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an .mpp", "project_binary"),
        (mspdi("<Task/>" * 10_001), "too_many_tasks"),
    ],
)
def test_hostile_and_broken_files_are_refused_in_words(project, data, code):
    with pytest.raises(FileRefused) as refusal:
        looked(project, data)
    assert refusal.value.code == code
    assert str(refusal.value.message)
    assert not Task.objects.exists()


def test_a_file_without_tasks_is_refused(project):
    for data in (mspdi(), b"<Project/>", b"<Project><Tasks/></Project>", b"<Project>text<Tasks>text</Tasks></Project>"):
        with pytest.raises(DomainError):
            looked(project, data)


def test_what_happened_in_which_hour_is_passed_over():
    hours = "<TimephasedData><Type>1</Type><Value>PT8H0M0S</Value></TimephasedData>" * 100
    found = read_project_xml(mspdi(task(1, "甲", more=hours)))
    assert "TimephasedData" not in found["Tasks"][0]["Task"][0]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("PT16H0M0S", 960),
        ("PT16H30M", 990),
        ("P2D", 960),
        ("P1DT2H", 600),
        ("-PT8H0M0S", -480),
        ("P", None),
        ("16h", None),
    ],
)
def test_durations_are_read_as_the_standard_writes_them(text, minutes):
    assert minutes_of(text, 480) == minutes


def test_long_texts_are_cut_into_fields_and_whole_again():
    text = "验收😀" * 200
    cut = pieces(text, 8)
    assert "".join(cut) == text
    assert max(len(piece.encode("utf-16-le")) // 2 for piece in cut) <= 255
