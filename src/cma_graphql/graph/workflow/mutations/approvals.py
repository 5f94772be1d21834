"""Mutations of approvals: asking for them, deciding, withdrawing; proposing to resolve or to close a case."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.domain.casework.decide import decide_approval
from cma_graphql.domain.casework.propose import propose_closure, propose_resolution
from cma_graphql.domain.workflow.services.asking import request_approval, withdraw_approval
from cma_graphql.graph.cases.enums import ClosureReason, ResolutionType
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.workflow.approval_types import Approval
from cma_graphql.graph.workflow.enums import ApprovalSubject, Decision
from cma_graphql.graph.writing import MutationInput, reread, write


@strawberry.input(description="Which approval, as you last read it.")
class ApprovalInput(MutationInput):
    """The part that inputs about one approval share."""

    id: strawberry.ID = strawberry.field(description="The approval.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.input(description="An approval to ask for.")
class ApprovalRequestInput(MutationInput):
    """An approval to request."""

    case_id: strawberry.ID = strawberry.field(description="The case that it is about.")
    subject: ApprovalSubject = strawberry.field(
        description="What is to be approved; stages, resolutions and closings have mutations of their own."
    )
    note: str = strawberry.field(description="What approvers have to know.")
    role: Role | None = strawberry.field(
        default=None,
        description="Who is to approve; null: as the template says. Where that says more, or another role, it stays.",
    )
    deadline_on: date | None = strawberry.field(
        default=None, description="The day by whose end it is to be decided; null: as the template says."
    )


@strawberry.input(description="An approval to give.")
class ApprovalApproveInput(ApprovalInput):
    """An approval to give."""

    comment: str | None = strawberry.field(default=None, description="What there is to say about it.")


@strawberry.input(description="An approval to refuse.")
class ApprovalRejectInput(ApprovalInput):
    """An approval to refuse."""

    comment: str = strawberry.field(description="Why.")


@strawberry.input(description="An approval to be given once something is mended.")
class ApprovalRequestChangesInput(ApprovalInput):
    """An approval to send back."""

    comment: str = strawberry.field(description="What is to be mended.")


@strawberry.input(description="An approval for somebody else to decide.")
class ApprovalDelegateInput(ApprovalInput):
    """An approval to give on."""

    member_id: strawberry.ID = strawberry.field(description="Who is to decide instead: of a role that may.")
    comment: str | None = strawberry.field(default=None, description="What there is to say about it.")


@strawberry.input(description="An approval on which one does not decide.")
class ApprovalAbstainInput(ApprovalInput):
    """An approval to abstain from."""

    comment: str | None = strawberry.field(default=None, description="Why not.")


@strawberry.input(description="An approval that is not asked for any more.")
class ApprovalWithdrawInput(ApprovalInput):
    """An approval to withdraw."""

    reason: str = strawberry.field(description="Why not.")


@strawberry.input(description="Which case to propose something of, as you last read it.")
class CaseProposalInput(MutationInput):
    """The part that proposals share."""

    id: strawberry.ID = strawberry.field(description="The case.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.input(description="A case to be resolved, once a manager approves it.")
class CaseProposeResolutionInput(CaseProposalInput):
    """A resolution to propose."""

    resolution_type: ResolutionType = strawberry.field(description="What the advice came to.")
    summary: str = strawberry.field(description="The result, in a few sentences.")
    satisfaction: int | None = strawberry.field(default=None, description="How satisfied the client was, 1 to 5.")


@strawberry.input(description="A case to be closed, once a manager approves it.")
class CaseProposeClosureInput(CaseProposalInput):
    """A closing to propose."""

    reason: ClosureReason = strawberry.field(description="Why it is to be closed.")
    note: str | None = strawberry.field(default=None, description="What there is to say about it.")


@strawberry.type(description="What a mutation of an approval answers.")
class ApprovalPayload(Payload):
    """The part that payloads with an approval share."""

    approval: Approval | None = strawberry.field(
        default=None, description="The approval as it is now; null where it was refused."
    )


@strawberry.type(description="The approval, asked for.")
class ApprovalRequestPayload(ApprovalPayload):
    """What approvalRequest answers."""


@strawberry.type(description="The approval, given; settled if nobody else has to give it.")
class ApprovalApprovePayload(ApprovalPayload):
    """What approvalApprove answers."""


@strawberry.type(description="The approval, refused.")
class ApprovalRejectPayload(ApprovalPayload):
    """What approvalReject answers."""


@strawberry.type(description="The approval, sent back.")
class ApprovalRequestChangesPayload(ApprovalPayload):
    """What approvalRequestChanges answers."""


@strawberry.type(description="The approval, for somebody else to decide.")
class ApprovalDelegatePayload(ApprovalPayload):
    """What approvalDelegate answers."""


@strawberry.type(description="The approval, for others to decide.")
class ApprovalAbstainPayload(ApprovalPayload):
    """What approvalAbstain answers."""


@strawberry.type(description="The approval, withdrawn.")
class ApprovalWithdrawPayload(ApprovalPayload):
    """What approvalWithdraw answers."""


@strawberry.type(description="The approval that resolves the case once it is given.")
class CaseProposeResolutionPayload(ApprovalPayload):
    """What caseProposeResolution answers."""


@strawberry.type(description="The approval that closes the case once it is given.")
class CaseProposeClosurePayload(ApprovalPayload):
    """What caseProposeClosure answers."""


P = TypeVar("P", bound=ApprovalPayload)


async def _answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: MutationInput, **said: Any
) -> P:
    """Call a service in a unit of work; answer its approval as it is afterwards."""
    outcome = await write(info, service, given, **said)
    approval = await reread(info, Approval, outcome.subject_ids[0])
    return payload(approval=approval, replayed=outcome.replayed)


def _on(given: ApprovalInput) -> dict[str, Any]:
    return {"approval_id": read_id("approval", given.id), "version": given.expected_version}


def _on_case(given: CaseProposalInput) -> dict[str, Any]:
    return {"case_id": read_id("case", given.id), "version": given.expected_version}


async def _decide(info: Info, payload: type[P], given: Any, decision: Decision, **said: Any) -> P:
    return await _answer(
        info, payload, decide_approval, given, **_on(given), decision=decision, comment=given.comment, **said
    )


ApprovalArgument = strawberry.argument(description="The approval.")


@strawberry.type
class ApprovalMutations:
    """What can be done with approvals."""

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Ask for an approval of something that people then do by hand. While it is pending its case is "
        "neither resolved nor closed.",
    )
    async def approval_request(
        self, info: Info, input: Annotated[ApprovalRequestInput, ApprovalArgument]
    ) -> ApprovalRequestPayload:
        """Request an approval."""
        return await _answer(
            info,
            ApprovalRequestPayload,
            request_approval,
            input,
            case_id=read_id("case", input.case_id, field="case_id"),
            subject=input.subject,
            note=input.note,
            role=input.role,
            deadline_on=input.deadline_on,
        )

    @mutation(
        requires=Permission.CASE_APPROVE,
        description="Approve. With the last approval that it takes the stage is completed, or the case resolved or "
        "closed as proposed. Nobody approves their own work.",
    )
    async def approval_approve(
        self, info: Info, input: Annotated[ApprovalApproveInput, ApprovalArgument]
    ) -> ApprovalApprovePayload:
        """Approve."""
        return await _decide(info, ApprovalApprovePayload, input, Decision.APPROVE)

    @mutation(
        requires=Permission.CASE_APPROVE,
        description="Refuse. The stage goes back to whoever does it, with the comment.",
    )
    async def approval_reject(
        self, info: Info, input: Annotated[ApprovalRejectInput, ApprovalArgument]
    ) -> ApprovalRejectPayload:
        """Reject."""
        return await _decide(info, ApprovalRejectPayload, input, Decision.REJECT)

    @mutation(
        requires=Permission.CASE_APPROVE,
        description="Send back: something is to be mended, and the approval to be asked for anew.",
    )
    async def approval_request_changes(
        self, info: Info, input: Annotated[ApprovalRequestChangesInput, ApprovalArgument]
    ) -> ApprovalRequestChangesPayload:
        """Request changes."""
        return await _decide(info, ApprovalRequestChangesPayload, input, Decision.REQUEST_CHANGES)

    @mutation(requires=Permission.CASE_APPROVE, description="Let another approver decide in one's stead.")
    async def approval_delegate(
        self, info: Info, input: Annotated[ApprovalDelegateInput, ApprovalArgument]
    ) -> ApprovalDelegatePayload:
        """Delegate."""
        delegate = read_id("membership", input.member_id, field="member_id")
        return await _decide(info, ApprovalDelegatePayload, input, Decision.DELEGATE, delegate_id=delegate)

    @mutation(requires=Permission.CASE_APPROVE, description="Leave the decision to the other approvers.")
    async def approval_abstain(
        self, info: Info, input: Annotated[ApprovalAbstainInput, ApprovalArgument]
    ) -> ApprovalAbstainPayload:
        """Abstain."""
        return await _decide(info, ApprovalAbstainPayload, input, Decision.ABSTAIN)

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Take back what one asked for, or, as an approver, what a colleague did.",
    )
    async def approval_withdraw(
        self, info: Info, input: Annotated[ApprovalWithdrawInput, ApprovalArgument]
    ) -> ApprovalWithdrawPayload:
        """Withdraw."""
        return await _answer(info, ApprovalWithdrawPayload, withdraw_approval, input, **_on(input), reason=input.reason)

    @mutation(
        requires=Permission.CASE_CHANGE_STATUS,
        description="Propose that a case is resolved: as a trainee, or whoever wants a second opinion. A manager's "
        "approval resolves it.",
    )
    async def case_propose_resolution(
        self, info: Info, input: Annotated[CaseProposeResolutionInput, strawberry.argument(description="The case.")]
    ) -> CaseProposeResolutionPayload:
        """Propose a resolution."""
        return await _answer(
            info,
            CaseProposeResolutionPayload,
            propose_resolution,
            input,
            **_on_case(input),
            resolution_type=input.resolution_type,
            summary=input.summary,
            satisfaction=input.satisfaction,
        )

    @mutation(
        requires=Permission.CASE_CHANGE_STATUS,
        description="Propose that a case is closed: as a trainee, or whoever wants a second opinion. A manager's "
        "approval closes it.",
    )
    async def case_propose_closure(
        self, info: Info, input: Annotated[CaseProposeClosureInput, strawberry.argument(description="The case.")]
    ) -> CaseProposeClosurePayload:
        """Propose a closing."""
        return await _answer(
            info,
            CaseProposeClosurePayload,
            propose_closure,
            input,
            **_on_case(input),
            reason=input.reason,
            note=input.note,
        )
