"""The peers are pinned to the letter, and their locks name no registry."""

import json

import pytest

from peers import LIVE_PEERS, PEERS, Peer
from servers import OURS

OF_NODE = [peer for peer in dict.fromkeys((*PEERS, *LIVE_PEERS)) if peer.node]


@pytest.mark.parametrize("peer", OF_NODE, ids=lambda peer: peer.name)
def test_packages_are_locked_as_declared(peer: Peer) -> None:
    declared = json.loads((peer.folder / "package.json").read_text())["dependencies"]
    lock = json.loads((peer.folder / "package-lock.json").read_text())
    assert lock["packages"][""]["dependencies"] == declared
    assert {name: lock["packages"][f"node_modules/{name}"]["version"] for name in declared} == declared
    assert peer.package in declared


@pytest.mark.parametrize("peer", OF_NODE, ids=lambda peer: peer.name)
def test_locks_hold_digests_and_no_addresses_of_registries(peer: Peer) -> None:
    packages = json.loads((peer.folder / "package-lock.json").read_text())["packages"]
    locked = [facts for place, facts in packages.items() if place]
    assert len(locked) > 30
    assert all(facts["integrity"].startswith("sha512-") for facts in locked)
    assert not any("resolved" in facts for facts in locked)


def test_every_peer_has_a_name_of_its_own_and_a_program() -> None:
    assert len({OURS, *(peer.name for peer in PEERS)}) == 5
    assert all((peer.folder / ("server.js" if peer.node else "server.py")).is_file() for peer in PEERS)
    assert all((peer.folder / ("following.js" if peer.node else "following.py")).is_file() for peer in LIVE_PEERS)
