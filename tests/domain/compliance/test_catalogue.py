"""Every centre has the network's frameworks, and every case type asks for its own (domain reference 4.2, 4.3)."""

from collections import Counter

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.domain.casework.open import open_case
from support.acting import Acting
from support.compliance import checklists, items
from support.data import Data

EXPECTED = {"CONC": 31, "DUTY": 8, "VULN": 8, "QF": 16, "BS": 7, "MH": 2, "DRO": 5, "DISP": 11, "DP": 6}
GENERAL = {"CONC8", "DUTY", "VULN", "QF", "DISP", "DP"}
BY_TYPE = {
    "DEBT_ADVICE": GENERAL,
    "EMERGENCY": GENERAL,
    "DRO": GENERAL | {"QF-DRO", "DRO"},
    "BREATHING_SPACE": GENERAL | {"BS"},
    "MH_BREATHING_SPACE": GENERAL | {"BS", "BS-MH"},
    "BANKRUPTCY": GENERAL,
    "IVA": GENERAL,
    "DMP": GENERAL | {"CONC8-DMP"},
    "ADMIN_ORDER": GENERAL,
    "SCOT_STATUTORY": GENERAL,
    "LEGAL_REVIEW": GENERAL,
    "BUDGETING": {"VULN", "DP"},
    "BENEFITS": {"VULN", "DP"},
    "COMPLAINT": {"DISP-COMPLAINT"},
}


async def test_a_centre_has_a_copy_of_every_requirement(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    copies = await acting.rows.fetch("SELECT * FROM compliance_requirements WHERE centre_id = $1", centre)
    assert Counter(row["code"].split("-")[0] for row in copies) == EXPECTED
    assert len({row["code"] for row in copies}) == len(copies) == 94
    originals = {
        row["code"]: (row["text"], row["mandatory"], row["evidence_kind"], row["gate_stage"])
        for row in await acting.rows.fetch("SELECT * FROM compliance_item_catalogue")
    }
    assert originals == {
        row["code"]: (row["text"], row["mandatory"], row["evidence_kind"], row["gate_stage"]) for row in copies
    }
    frameworks = await acting.rows.fetchval(
        "SELECT count(*) FROM compliance_frameworks WHERE centre_id = $1 AND catalogue_id IS NOT NULL", centre
    )
    assert frameworks == 8


async def test_requirements_are_as_the_reference_has_them(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    rows = {
        row["code"]: row
        for row in await acting.rows.fetch("SELECT * FROM compliance_requirements WHERE centre_id = $1", centre)
    }

    def facts(code: str) -> tuple[object, ...]:
        row = rows[code]
        return row["certainty"], row["mandatory"], row["evidence_kind"], row["gate_stage"], row["deadline_days"]

    assert facts("CONC-03") == ("VERIFIED", "YES", "DOCUMENT", "TRIAGE", 14)
    assert facts("CONC-19") == ("VERIFIED", "YES", "SIGNATURE", "IMPLEMENTATION", 14)
    assert facts("CONC-25") == ("VERIFIED", "CONDITIONAL", "NOTE", "ADVICE", 14)
    assert facts("DUTY-05") == ("VERIFIED", "YES", "NONE", "CLOSURE", 14)
    assert facts("VULN-07") == ("GENERAL", "CONDITIONAL", "NOTE", None, None)
    assert facts("QF-16") == ("GENERAL", "NO", "FIELD", None, None)
    assert facts("DISP-02") == ("GENERAL", "YES", "FIELD", "ENQUIRY", 14)
    assert Counter(row["mandatory"] for row in rows.values()) == {"YES": 74, "CONDITIONAL": 19, "NO": 1}


@pytest.mark.parametrize("kind", sorted(BY_TYPE))
async def test_a_case_type_asks_for_its_checklists(kind: str, data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_type = await acting.rows.fetchval("SELECT id FROM case_types WHERE centre_id = $1 AND code = $2", centre, kind)
    case_id = await acting(
        manager,
        open_case,
        client_id=await data.a_client(centre),
        case_type_id=case_type,
        title="A case",
        description="Of this type.",
    )
    assert set(await checklists(data, case_id)) == BY_TYPE[kind]
    began = await items(data, case_id)
    assert {item["state"] for item in began.values()} == {"OPEN"}
    assert all(item["binding"] == (item["mandatory"] == "YES") for item in began.values())
