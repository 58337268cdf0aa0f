"""The 618 campaign brought to the point where its memorandum is written."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client

from tests.cast import PASSWORD, Cast
from tongzhou.alignment import queries, services
from tongzhou.alignment.models import BreachClause, Memorandum, MemorandumEdition
from tongzhou.people.models import Delegation, Person
from tongzhou.people.services import accept_signing_agreement
from tongzhou.projects import services as projects
from tongzhou.projects.models import Project
from tongzhou.signoff.models import Decision, Signatory
from tongzhou.signoff.services import decide

DUTIES = {
    "marketing": ("提供活动全套设计素材", "主视觉1套、渠道物料6套", "2026-05-18", "lead"),
    "product": ("完成TOP10 SKU库存盘点并补足备货，活动期零断货", "盘点报告", "2026-05-31", "product_contact"),
    "sales": ("落实6个分销渠道的推广位与铺货", "渠道排期表6份", "2026-06-05", "sales_contact"),
    "technology": ("搭建活动页面并完成压力测试，首屏不超过2秒", "活动页面", "2026-06-03", "technology_contact"),
}
HEADS = ("product_head", "sales_head", "technology_head", "marketing_head")


def campaign(cast: Cast, *, sponsor: bool = True) -> Project:
    """618大促活动 in alignment, with three departments beside marketing, two objectives and four commitments."""
    lead = cast.by("lead")
    project = projects.create_project(
        name="618大促活动", scenario_id=cast.scenarios["launch"].pk, initiator_id=cast.marketing.pk, by=lead
    )
    values: dict[str, Any] = {"starts_on": date(2026, 5, 11), "ends_on": date(2026, 6, 20)}
    if sponsor:
        values["sponsor_id"] = cast.sponsor.pk
    projects.change_project(project.pk, None, values, by=lead)
    rows = [(cast.departments[key].pk, cast.persons[f"{key}_contact"].pk) for key in ("product", "sales", "technology")]
    projects.set_parties(project.pk, rows, by=lead)
    for text, metric, target in (("活动期间销售额提升30%", "销售额", 30), ("用户转化率提升15%", "转化率", 15)):
        objective = {"text": text, "metric": metric, "unit": "%", "target": Decimal(target), "due": date(2026, 6, 20)}
        projects.add_objective(project.pk, objective, by=lead)
    projects.open_project(project.pk, by=lead)
    for key, (action, deliverable, due, owner) in DUTIES.items():
        duty = {
            "department_id": cast.departments[key].pk,
            "owner_id": cast.persons[owner].pk,
            "action": action,
            "deliverable": deliverable,
            "due": date.fromisoformat(due),
            "acceptance": "以验收记录为准",
        }
        projects.add_commitment(project.pk, duty, by=lead)
    return Project.objects.get(pk=project.pk)


def composed(cast: Cast, **options: Any) -> Memorandum:
    """The campaign with its memorandum composed and complete."""
    if not BreachClause.objects.exists():
        facts = {"condition": "关键物料延期", "evidence": "系统记录", "consequence": "承担销售损失的10%"}
        BreachClause.objects.create(key="late-material", name="关键物料延期", arbiter="上级审批人", **facts)
    return services.create_memorandum(campaign(cast, **options).pk, by=cast.by("lead"))


def sent(cast: Cast, **options: Any) -> MemorandumEdition:
    """The memorandum out for signing; everybody has accepted the signing agreement."""
    memorandum = composed(cast, **options)
    for part in cast.persons:
        accept_signing_agreement(by=cast.by(part))
    return services.open_signing(memorandum.project_id, memorandum.version, by=cast.by("lead"))


def place(edition: MemorandumEdition, cast: Cast, department: str) -> Signatory:
    """The department's place in the round."""
    assert edition.round is not None
    return edition.round.signatories.get(department=cast.departments[department])


def sign(edition: MemorandumEdition, cast: Cast, part: str, department: str = "", **options: Any) -> Decision:
    """The person signs for the department (their own when none is named)."""
    assert edition.round is not None
    signatory = place(edition, cast, department or part.removesuffix("_head"))
    facts = {"shown_digest": edition.round.digest, "identity": "password", **options}
    return decide(signatory.pk, facts.pop("verdict", "agree"), by=cast.by(part), **facts)


def signed(cast: Cast, **options: Any) -> MemorandumEdition:
    """The memorandum signed by all and sealed."""
    edition = sent(cast, **options)
    for part in HEADS:
        sign(edition, cast, part)
    return MemorandumEdition.objects.select_related("round", "pdf", "sealed_pdf", "memorandum__project").get(
        pk=edition.pk
    )


def amended(edition: MemorandumEdition, cast: Cast, reason: str = "目标调整") -> Memorandum:
    """The memorandum taken back."""
    return services.amend_memorandum(edition.memorandum.project_id, reason, by=cast.by("lead"))


def resent(memorandum: Memorandum, cast: Cast) -> MemorandumEdition:
    """The new version out for signing."""
    fresh = queries.reach_memorandum(cast.by("lead"), memorandum.project_id)
    return services.open_signing(memorandum.project_id, fresh.version, by=cast.by("lead"))


def deputy(cast: Cast, head: str, person: str, scopes: list[str]) -> Delegation:
    """The head names a deputy for May."""
    department = cast.departments[head.removesuffix("_head")]
    return Delegation.objects.create(
        department=department,
        head=cast.persons[head],
        deputy=cast.persons[person],
        scopes=scopes,
        since=date(2026, 5, 1),
        until=date(2026, 5, 31),
    )


def log_in(client: Client, person: Person) -> None:
    """A real login with the password, which counts as a fresh proof of identity for five minutes."""
    answer = client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    assert answer.status_code == 302, answer.status_code
