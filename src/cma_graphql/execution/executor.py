"""Executes operations by their compiled plans; what has none is graphql-core's, as it ever was."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any

from graphql import ExecutionResult

from cma_graphql.execution.answering import answer
from cma_graphql.execution.calling import NOT_AT_ONCE
from cma_graphql.execution.counts import Way
from cma_graphql.execution.draining import DrainingExecutor
from cma_graphql.execution.plans import Plan, plans_of
from cma_graphql.execution.run import Nulled, Run
from cma_graphql.execution.runtime import complete_late, give_up_late


class CompiledExecutor(DrainingExecutor):
    """Plugs into strawberry as `execution_context_class`.

    graphql-core still parses, validates, coerces variables and arguments, collects fields and formats errors.
    """

    def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: FBT001 - graphql-core's signature
        """Execute the operation, or one event of a subscription, whose value is the root's."""
        plans = plans_of(self.schema)
        plan = self._obstacle() or plans.find(self.operation, self.fragments, self.variable_values)
        if isinstance(plan, Way):
            plans.counts[plan] += 1
            return super().execute_operation(serially)
        plans.counts[Way.COMPILED] += 1
        running = self._execute(plan)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return _at_once(running)
        return running

    def _obstacle(self) -> Way | None:
        """Answer what of this execution the compiled code does not know."""
        if self.middleware_manager is not None and self.middleware_manager.middlewares:
            return Way.MIDDLEWARE
        if self.abort_signal is not None:
            return Way.ABORTABLE
        return None if self.error_propagation else Way.NO_PROPAGATION

    async def _execute(self, plan: Plan) -> ExecutionResult:
        run = Run(self)
        root = plan.root
        try:
            made = root.function([self.root_value], run)
            (data,) = await made if root.is_async else made
            if run.late:
                await complete_late(run)
        except Nulled:
            give_up_late(run)
            return answer(None, run)
        finally:
            await self.end_what_is_left()
        return answer(data, run)


def _at_once(running: Coroutine[Any, Any, ExecutionResult]) -> ExecutionResult | Awaitable[ExecutionResult]:
    """Execute without an event loop: everything has to be there without waiting."""
    try:
        running.send(None)
    except StopIteration as ended:
        result: ExecutionResult = ended.value
        return result
    running.close()
    raise RuntimeError(NOT_AT_ONCE)
