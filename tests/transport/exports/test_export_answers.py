"""What an export answers: the file, its head, and what is refused by name."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import today
from cma_graphql.core.ids import PLATFORM_CENTRE
from support.data import Data
from support.exporting import Exporting
from support.households import a_household
from transport.exports.conftest import CLIENTS, NAMES, Shelf


async def test_a_file_holds_the_whole_list_in_its_order(exporting: Exporting, shelf: Shelf) -> None:
    exported = await exporting.run(NAMES, as_=shelf.manager)
    assert exported.status == 200
    assert exported.whole
    assert exported.lines[0] == ["id", "reference", "firstName", "lastName"]
    assert [row["reference"] for row in exported.rows] == await shelf.references()
    assert len(exported.rows) == CLIENTS
    assert exported.body.endswith(b"\r\n")
    head = exported.headers
    assert head["content-type"] == "text/csv; charset=utf-8; header=present"
    assert head["content-disposition"] == f'attachment; filename="clients-{today().isoformat()}.csv"'
    assert head["cache-control"] == "no-store"
    assert head["x-content-type-options"] == "nosniff"
    assert "content-length" not in head
    assert "cma-redacted" not in head
    assert exporting.figure("cma_exports_begun_total") == 1
    assert exporting.figure("cma_exports_ended_total", outcome="OK") == 1
    assert exporting.figure("cma_exported_rows_total") == CLIENTS
    assert exporting.figure("cma_exports_in_flight") == 0


async def test_an_empty_list_is_its_header_line(exporting: Exporting, data: Data) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    exported = await exporting.run(NAMES, as_=manager)
    assert exported.body == b"id,reference,firstName,lastName\r\n"
    assert exported.whole


async def test_columns_are_response_paths_in_the_order_of_the_selection(exporting: Exporting, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    advisor = await data.a_member(centre, first_name="Ann", last_name="Visor")
    client = await data.a_client(centre, first_name="Cay", last_name="Smith")
    await data.a_case(centre, client_id=client, advisor=advisor, title="One")
    await data.a_case(centre, title="Two")
    query = """
      query Listed($no: Boolean!, $yes: Boolean! = true, $first: Int) {
        all: cases(orderBy: CREATED_AT_ASC, first: $first) { ...Rows __typename more: edges { __typename } }
      }
      fragment Rows on CaseConnection { more: edges { node { __typename ...One status } } }
      fragment One on Case {
        client { name: lastName }
        heading: title
        number: caseNumber @include(if: $no)
        ... on Node { id @skip(if: $yes) }
        ... @include(if: $yes) { client { firstName } advisor { fullName } restricted }
      }
    """
    exported = await exporting.run(query, as_=manager, variables={"no": False})
    assert exported.lines[0] == [
        "client.name", "client.firstName", "heading", "advisor.fullName", "restricted", "status",
    ]  # fmt: skip
    assert exported.lines[1][:] == ["Smith", "Cay", "One", "Ann Visor", "false", "ASSIGNED"]
    assert exported.lines[2][2:] == ["Two", "", "false", "NEW"]


async def test_hostile_texts_come_out_as_texts(exporting: Exporting, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    hostile = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", 'q"uo,te', "two\nlines", "plain", "ünïcode €"]
    for number, text in enumerate(hostile):
        client = await data.a_client(centre, city=text, first_name=f"N{number}")
        await data.a_case(centre, client_id=client, estimated_value=Decimal("12.5") if number == 0 else None)
    query = "{ cases(orderBy: CREATED_AT_ASC) { edges { node { client { city } estimatedValue openedOn } } } }"
    rows = (await exporting.run(query, as_=manager)).rows
    assert [row["client.city"] for row in rows] == [
        f"'{text}" if text.startswith(tuple("=+-@\t\r")) else text for text in hostile
    ]
    assert rows[0]["estimatedValue"] == "12.50"
    assert rows[0]["openedOn"] == today().isoformat()


@pytest.mark.parametrize(("option", "marked"), [("", False), ("?bom=true", True), ("?bom=false&other=1", False)])
async def test_a_byte_order_mark_on_demand(exporting: Exporting, shelf: Shelf, option: str, marked: bool) -> None:  # noqa: FBT001
    exported = await exporting.run(NAMES, as_=shelf.manager, address=f"/export{option}")
    assert exported.body.startswith(b"\xef\xbb\xbfid,") is marked
    assert exported.body.count(b"\xef\xbb\xbf") == marked


async def test_what_has_no_place_in_a_file_is_refused_before_anything_is_read(
    exporting: Exporting, shelf: Shelf
) -> None:
    exported = await exporting.run("{ cases { totalCount edges { node { id } } } }", as_=shelf.manager)
    assert exported.status == 400
    assert exported.headers["content-type"] == "application/graphql-response+json; charset=utf-8"
    assert exported.code == "NOT_EXPORTABLE"
    assert exported.error["extensions"]["field"] == "cases.totalCount"
    assert exporting.contexts == []
    assert await shelf.audit() == []


async def test_an_operation_is_chosen_by_its_name(exporting: Exporting, shelf: Shelf) -> None:
    both = f"query A {NAMES} query B {{ clients {{ edges {{ node {{ reference }} }} }} }}"
    assert (await exporting.run(both, as_=shelf.manager, operation_name="B")).lines[0] == ["reference"]
    assert (await exporting.run(both, as_=shelf.manager)).code == "OPERATION_UNRESOLVED"
    assert (await exporting.run(NAMES, as_=shelf.manager, variables={"unknown": 1})).whole


async def test_what_graphql_refuses_is_refused_alike(exporting: Exporting, shelf: Shelf) -> None:
    given = {
        "GRAPHQL_PARSE_FAILED": "{",
        "GRAPHQL_VALIDATION_FAILED": "{ cases { nothing } }",
        "BAD_USER_INPUT": "query ($f: CaseFilter!) { cases(filter: $f) { edges { node { id } } } }",
    }
    for code, query in given.items():
        exported = await exporting.run(query, as_=shelf.manager)
        assert (exported.status, exported.code) == (400, code)


async def test_a_filter_that_is_refused_when_it_is_read(exporting: Exporting, shelf: Shelf) -> None:
    query = '{ clients(filter: { nationalInsuranceNumber: "nonsense" }) { edges { node { id } } } }'
    exported = await exporting.run(query, as_=shelf.manager)
    assert (exported.status, exported.code) == (400, "INVALID")
    assert await shelf.audit() == []
    assert exporting.figure("cma_exports_ended_total", outcome="INVALID") == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
async def test_other_methods_are_refused(exporting: Exporting, shelf: Shelf, method: str) -> None:
    exported = await exporting.run(NAMES, as_=shelf.manager, method=method)
    assert (exported.status, exported.headers["allow"]) == (405, "OPTIONS, POST")


async def test_a_browser_may_ask_which_there_are(exporting: Exporting) -> None:
    exported = await exporting.run(NAMES, method="OPTIONS")
    assert (exported.status, exported.headers["allow"]) == (204, "OPTIONS, POST")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"content-type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"content-type": "application/x-www-form-urlencoded"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"accept": "application/json"}, 406, "NOT_ACCEPTABLE"),
        ({"accept": "text/csv;q=0, */*"}, 406, "NOT_ACCEPTABLE"),
    ],
)
async def test_media_types_are_those_of_the_edge(
    exporting: Exporting, shelf: Shelf, headers: dict[str, str], status: int, code: str
) -> None:
    exported = await exporting.run(NAMES, as_=shelf.manager, headers=headers)
    assert (exported.status, exported.code) == (status, code)


@pytest.mark.parametrize("option", ["bom=yes", "bom=", "bom=true&bom=true", "&".join(f"a{n}=1" for n in range(30))])
async def test_an_option_that_is_none(exporting: Exporting, shelf: Shelf, option: str) -> None:
    exported = await exporting.run(NAMES, as_=shelf.manager, address=f"/export?{option}")
    assert (exported.status, exported.code) == (400, "BAD_REQUEST")


async def test_who_could_not_tell_a_broken_file_is_given_none(exporting: Exporting, shelf: Shelf) -> None:
    exported = await exporting.run(NAMES, as_=shelf.manager, http_version="1.0")
    assert (exported.status, exported.code) == (505, "HTTP_VERSION_NOT_SUPPORTED")


async def test_the_anonymous_are_refused(exporting: Exporting) -> None:
    exported = await exporting.run(NAMES)
    assert (exported.status, exported.code) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.TRAINEE, Role.AUDITOR])
async def test_a_refusal_is_in_the_security_log(exporting: Exporting, shelf: Shelf, role: Role) -> None:
    # At an address of its own: of one address so many refusals a minute are kept, and no more.
    member = replace(await shelf.data.a_member(shelf.centre, role), remote_address=f"2001:db8::e:{role}")
    exported = await exporting.run(NAMES, as_=member)
    assert (exported.status, exported.code) == (403, "FORBIDDEN")
    await exporting.graph.sign_in.settle()
    query = "SELECT kind, details FROM security_log WHERE centre_id = $1 AND actor_id = $2"
    [entry] = await shelf.rows.fetch(query, shelf.centre, member.user_id)
    assert (entry["kind"], entry["details"]) == (
        "access.refused", {"field": "export clients", "permission": "DATA_EXPORT"},
    )  # fmt: skip
    assert await shelf.audit() == []
    assert exporting.contexts[-1].statements == 0


async def test_the_right_to_export_is_no_right_to_the_list(exporting: Exporting, shelf: Shelf) -> None:
    program = await shelf.data.a_service(shelf.centre, Permission.DATA_EXPORT, Permission.CASE_READ)
    exported = await exporting.run(NAMES, as_=program)
    assert (exported.status, exported.code) == (403, "FORBIDDEN")
    assert exported.error["extensions"]["permission"] == "CLIENT_READ"
    assert await shelf.audit() == []


async def test_above_the_centres(exporting: Exporting, shelf: Shelf) -> None:
    network = await shelf.data.an_administrator(Role.NETWORK_ADMIN)
    query = "{ centres { edges { node { id name } } } }"
    before = len(await shelf.audit(PLATFORM_CENTRE))
    exported = await exporting.run(query, as_=network)
    assert exported.whole
    assert f"centre_{shelf.centre.hex}" in {row["id"] for row in exported.rows}
    assert len(await shelf.audit(PLATFORM_CENTRE)) == before + 1
    assert (await exporting.run(NAMES, as_=network)).code == "FORBIDDEN"
    system = await shelf.data.an_administrator(Role.SYSTEM_ADMIN)
    assert (await exporting.run(query, as_=system)).code == "FORBIDDEN"


async def test_a_client_of_the_portal_exports_their_own_record(exporting: Exporting, shelf: Shelf) -> None:
    own = await shelf.data.a_client(shelf.centre, last_name="Own", national_insurance_number="AB123456C")
    client = await shelf.data.a_member(shelf.centre, Role.CLIENT, client_id=own)
    query = "{ clients { edges { node { lastName nationalInsuranceNumber } } } }"
    exported = await exporting.run(query, as_=client)
    assert exported.rows == [{"lastName": "Own", "nationalInsuranceNumber": "AB123456C"}]
    [entry] = await shelf.audit()
    assert (entry["client_id"], entry["actor_kind"]) == (own, "CLIENT")


async def test_what_is_withheld_is_named_in_the_head(exporting: Exporting, shelf: Shelf) -> None:
    await shelf.data.a_client(shelf.centre, national_insurance_number="AB123456C", safe_contact_note="After six")
    program = await shelf.data.a_service(shelf.centre, Permission.DATA_EXPORT, Permission.CLIENT_READ)
    query = (
        "{ clients(orderBy: CREATED_AT_DESC) { edges { node { nino: nationalInsuranceNumber safeContactNote "
        "recorder { fullName } } } } }"
    )
    exported = await exporting.run(query, as_=program)
    assert exported.whole
    assert exported.headers["cma-redacted"] == (
        '"nino";permission=CLIENT_READ_IDENTITY;treatment=MASKED, '
        '"recorder";permission=USER_READ;treatment=HIDDEN, '
        '"safeContactNote";permission=CLIENT_READ_VULNERABILITY;treatment=HIDDEN'
    )
    assert exported.rows[0] == {"nino": "******56C", "safeContactNote": "", "recorder.fullName": ""}
    assert {row["safeContactNote"] for row in exported.rows} == {""}


async def test_what_comes_to_be_withheld_without_notice_breaks_the_file_off(exporting: Exporting, shelf: Shelf) -> None:
    client = await shelf.data.a_client(shelf.centre)
    await a_household(shelf.data, shelf.centre, client)
    program = await shelf.data.a_service(shelf.centre, Permission.DATA_EXPORT, Permission.CLIENT_READ)
    below = 'household { dependantsByAgeBand(asOf: "2020-01-01") { unknown } }'
    late = await exporting.run(
        f"{{ clients(orderBy: CREATED_AT_ASC) {{ edges {{ node {{ {below} }} }} }} }}", as_=program
    )
    assert (late.status, late.whole, len(late.rows)) == (200, False, 200)
    assert exporting.figure("cma_exports_ended_total", outcome="WITHHELD_UNANNOUNCED") == 1
    soon = await exporting.run(
        f"{{ clients(orderBy: CREATED_AT_DESC) {{ edges {{ node {{ {below} }} }} }} }}", as_=program
    )
    assert soon.whole
    assert soon.headers["cma-redacted"].startswith('"household.dependantsByAgeBand";')


async def test_another_centres_clients_are_not_in_it(exporting: Exporting, shelf: Shelf) -> None:
    elsewhere = await shelf.data.a_centre()
    stranger = await shelf.data.a_member(elsewhere, Role.CENTRE_MANAGER)
    await shelf.data.a_client(elsewhere, last_name="Elsewhere")
    exported = await exporting.run(NAMES, as_=stranger)
    assert [row["lastName"] for row in exported.rows] == ["Elsewhere"]
    misled = replace(stranger, centre_id=shelf.centre)
    assert "Elsewhere" not in (await exporting.run(NAMES, as_=misled)).body.decode()
