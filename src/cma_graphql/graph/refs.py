"""Lazy names of types, for annotations that cross rooms: the object graph is cyclic, the code is not."""

from typing import Annotated

import strawberry

from cma_graphql.graph.pagination import Connection

CentreRef = Annotated["Centre", strawberry.lazy("cma_graphql.graph.centres.types")]  # type: ignore[name-defined]  # noqa: F821
MembershipRef = Annotated["Membership", strawberry.lazy("cma_graphql.graph.users.types")]  # type: ignore[name-defined]  # noqa: F821
TeamRef = Annotated["Team", strawberry.lazy("cma_graphql.graph.users.types")]  # type: ignore[name-defined]  # noqa: F821
ClientRef = Annotated["Client", strawberry.lazy("cma_graphql.graph.clients.types")]  # type: ignore[name-defined]  # noqa: F821
CaseRef = Annotated["Case", strawberry.lazy("cma_graphql.graph.cases.types")]  # type: ignore[name-defined]  # noqa: F821
CaseTypeRef = Annotated["CaseType", strawberry.lazy("cma_graphql.graph.cases.types")]  # type: ignore[name-defined]  # noqa: F821
AuditEntryRef = Annotated["AuditEntry", strawberry.lazy("cma_graphql.graph.audit.types")]  # type: ignore[name-defined]  # noqa: F821
AuditConnection = Connection[AuditEntryRef]
CaseConnection = Connection[CaseRef]
ClientConnection = Connection[ClientRef]
MembershipConnection = Connection[MembershipRef]
TeamConnection = Connection[TeamRef]
