"""What the product's throughput is to be, as multiples of its peers'; and by how much it falls short."""

from collections.abc import Callable, Iterable, Mapping

GOALS: Mapping[str, Mapping[str, float]] = {
    "mercurius": {"Q1": 0.6, "Q2": 1.2, "Q3": 1.2, "Q4": 0.3, "Q5": 0.4},
    "postgraphile": {"Q1": 1.5, "Q2": 1.3, "Q3": 1.5, "Q4": 0.5, "Q5": 0.8},
    "apollo": {"Q1": 1.3, "Q2": 2.0, "Q3": 2.0, "Q4": 0.5, "Q5": 0.8},
    "strawberry": {"Q1": 10.0, "Q2": 10.0, "Q3": 10.0, "Q4": 5.0, "Q5": 8.0},
}
"""By peer and workload: the least ratio of throughput, the median of the rounds."""

WORKLOADS = ("Q1", "Q2", "Q3", "Q4", "Q5")


def compared(reached: Callable[[str, str], float | None]) -> Iterable[tuple[str, ...]]:
    """Give a row for each peer: its name, and for each workload what was to be reached and what was.

    `reached` answers the median ratio for a workload and a peer, None where it was not measured.
    """
    for peer, goals in GOALS.items():
        yield peer, *(_told(goals[workload], reached(workload, peer)) for workload in WORKLOADS)


def _told(goal: float, ratio: float | None) -> str:
    if ratio is None:
        return f"≥ {goal:g}×"
    if ratio >= goal:
        return f"≥ {goal:g}×: **{ratio:.3g}×**"
    return f"≥ {goal:g}×: {ratio:.2g}×, {100 * (1 - ratio / goal):.0f} % short"
