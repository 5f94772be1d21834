"""Queues what a template's notification rules ask for, where a change is one that they tell of (decision 69)."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import ARRAY, Interval, Text, Uuid, and_, bindparam, case, func, literal, or_, select
from sqlalchemy.sql import any_

from cma_graphql.domain.case_templates.kinds import NotificationMoment
from cma_graphql.domain.case_templates.models import CaseTemplateNotification, CaseTemplateStage
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.jobs.queue import AT_ONCE, queueing
from cma_graphql.domain.workflow.models import CaseWorkflow
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.reads import Compiled
from cma_graphql.persistence.transaction import compile_change
from cma_graphql.persistence.unit_of_work import UnitOfWork

NOTICES = "tasks.give_notices"
"""The job that does what the rules ask for, by its name in the worker's registry; a later room has its handler."""
_BEHIND = timedelta(minutes=1)
"""How much later than it falls due something is looked for, so that it has fallen due by then whatever the clocks."""


@cache
def _queueing_of_rules() -> Compiled:
    """Compile what queues a job for each delay that rules about such a change have; none where there is no rule."""
    rule, stage = CaseTemplateNotification, CaseTemplateStage
    delays = (
        select(rule.days)
        .select_from(CaseWorkflow)
        .join(rule, and_(rule.centre_id == CaseWorkflow.centre_id, rule.version_id == CaseWorkflow.template_version_id))
        .outerjoin(stage, and_(stage.centre_id == rule.centre_id, stage.id == rule.stage_id))
        .where(
            CaseWorkflow.centre_id == ACTOR_CENTRE,
            CaseWorkflow.case_id == bindparam("case_id", type_=Uuid()),
            CaseWorkflow.deleted_at.is_(None),
            rule.moment == bindparam("moment", type_=Text()),
            or_(rule.stage_id.is_(None), stage.code == any_(bindparam("codes", type_=ARRAY(Text())))),
        )
        .distinct()
        .subquery("delays")
    )
    delay = case(
        (delays.c.days == 0, literal(AT_ONCE, Interval())),
        else_=func.make_interval(0, 0, 0, delays.c.days) + literal(_BEHIND, Interval()),
    )
    key = case((delays.c.days == 0, bindparam("key", type_=Text())))
    return compile_change(select(queueing(dedupe=key, delay=delay)).select_from(delays))


async def queue_notices(
    uow: UnitOfWork, subject: Case, moment: NotificationMoment, codes: Sequence[str | None] = ()
) -> None:
    """Queue what the rules of a locked case's template ask for at this moment, about these stages.

    What is told at once is queued once however often a case changes; what is told later, for each change.
    """
    await uow.flush()
    await uow.connection.value(
        _queueing_of_rules(),
        actor_centre=uow.actor.centre_id,
        kind=NOTICES,
        ids={"case_id": str(subject.id)},
        key=str(subject.id),
        case_id=subject.id,
        moment=moment.value,
        codes=[code for code in codes if code is not None],
    )
