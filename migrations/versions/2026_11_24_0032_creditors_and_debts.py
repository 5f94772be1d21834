"""Creditors and debts: the network's catalogues, each centre's copies, debts with their history."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

from operations import APPLICATION, CLIENT

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# code, name, default priority, adviser decides, excluded from, regulated credit, limitation, sanction, note, source
_STATUTE, _CONTRACT, _MORTGAGE, _TAX = "NOT_KNOWN", "SIMPLE_CONTRACT", "MORTGAGE_CAPITAL", "COUNCIL_TAX"
_PUBLIC = ("DRO", "BREATHING_SPACE")
_LISTS_DIFFER = "On some lists of priority debts: being taken from benefits does not alone make a debt a priority."
_GOODS = "A priority where the goods are essential: the adviser decides."
_BUSINESS = "By the nature of the business and of what is owed: the adviser decides."
# fmt: off
DEBT_TYPES = (
    ("MORTGAGE_ARREARS", "Mortgage arrears", "PRIORITY", False, (), "UNKNOWN", _MORTGAGE, "Repossession and eviction", None, "S33"),
    ("SECURED_LOAN_ARREARS", "Secured loan arrears", "PRIORITY", False, (), "UNKNOWN", _MORTGAGE, "Repossession and eviction", None, "S33"),
    ("RENT_ARREARS", "Rent arrears of the present home", "PRIORITY", False, (), "NO", _CONTRACT, "Eviction", "Arrears of a former tenancy are FORMER_RENT.", "S33"),
    ("FORMER_RENT", "Rent arrears of a former home", "NON_PRIORITY", False, (), "NO", _CONTRACT, "County-court judgment and its enforcement", None, ""),
    ("GROUND_RENT_SERVICE_CHARGE", "Ground rent or service charge", "PRIORITY", False, (), "NO", _STATUTE, "Forfeiture of the lease", None, "S33"),
    ("COUNCIL_TAX", "Council tax", "PRIORITY", False, (), "NO", _TAX, "Enforcement agents; in England prison", "Wales abolished prison in 2019. In Scotland water charges are collected with it.", "S34"),
    ("RATES_NI", "Domestic rates (Northern Ireland)", "PRIORITY", False, (), "NO", _STATUTE, "Enforcement of Judgments Office", None, "S34"),
    ("GAS", "Gas, present supplier", "PRIORITY", False, (), "NO", _CONTRACT, "Disconnection or a prepayment meter", "What a former supplier is owed is FORMER_ENERGY.", "S34"),
    ("ELECTRICITY", "Electricity, present supplier", "PRIORITY", False, (), "NO", _CONTRACT, "Disconnection or a prepayment meter", "What a former supplier is owed is FORMER_ENERGY.", "S34"),
    ("TV_LICENCE", "Television licence", "PRIORITY", False, (), "NO", _STATUTE, "Prosecution and a fine", "Not owed as arrears: watching without a licence is the offence.", "S35"),
    ("MAGISTRATES_FINE", "Magistrates' court fine", "PRIORITY", False, _PUBLIC, "NO", _STATUTE, "Imprisonment", None, "S35"),
    ("COMPENSATION_ORDER", "Compensation order of a criminal court", "PRIORITY", False, _PUBLIC, "NO", _STATUTE, "Imprisonment", None, "S35"),
    ("CHILD_MAINTENANCE", "Child maintenance", "PRIORITY", False, _PUBLIC, "NO", _STATUTE, "Liability order and committal", None, "S35"),
    ("SPOUSAL_MAINTENANCE", "Maintenance of a former spouse or partner", "PRIORITY", False, _PUBLIC, "NO", _STATUTE, "Liability order and committal", None, "S35"),
    ("INCOME_TAX", "Income tax", "PRIORITY", False, (), "NO", _STATUTE, "Seizure of goods and bankruptcy", None, "S35"),
    ("NATIONAL_INSURANCE", "National insurance contributions", "PRIORITY", False, (), "NO", _STATUTE, "Seizure of goods and bankruptcy", None, "S35"),
    ("VAT", "Value added tax", "PRIORITY", False, (), "NO", _STATUTE, "Seizure of goods and bankruptcy", None, "S35"),
    ("HP_ESSENTIAL", "Hire purchase of essential goods", "PRIORITY", True, (), "YES", _CONTRACT, "Repossession of the goods", _GOODS, "S35"),
    ("CONDITIONAL_SALE_ESSENTIAL", "Conditional sale of essential goods", "PRIORITY", True, (), "YES", _CONTRACT, "Repossession of the goods", _GOODS, "S35"),
    ("LOGBOOK_LOAN", "Logbook loan", "PRIORITY", True, (), "YES", _CONTRACT, "Repossession of the vehicle", _GOODS, "S35"),
    ("PARKING_PCN", "Penalty charge notice (parking or traffic)", "PRIORITY", False, (), "NO", _STATUTE, "Enforcement agents", None, "S35"),
    ("BENEFIT_OVERPAYMENT", "Overpaid benefit", "NON_PRIORITY", True, (), "NO", _STATUTE, "Deductions from benefits or wages", _LISTS_DIFFER, "S33, S35"),
    ("TAX_CREDIT_OVERPAYMENT", "Overpaid tax credits", "NON_PRIORITY", True, (), "NO", _STATUTE, "Deductions from benefits or wages", _LISTS_DIFFER, "S33, S35"),
    ("SOCIAL_FUND", "Social fund loan", "NON_PRIORITY", True, ("DRO",), "NO", _STATUTE, "Deductions from benefits", _LISTS_DIFFER, "S33, S35, S73"),
    ("WATER", "Water and sewerage", "NON_PRIORITY", False, (), "NO", _CONTRACT, "County-court judgment and its enforcement", "England and Wales: a home is not disconnected. Scotland: collected with council tax.", "S35, S36"),
    ("CREDIT_CARD", "Credit card", "NON_PRIORITY", False, (), "YES", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("STORE_CARD", "Store card", "NON_PRIORITY", False, (), "YES", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("CATALOGUE", "Catalogue", "NON_PRIORITY", False, (), "YES", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("OVERDRAFT", "Overdraft", "NON_PRIORITY", False, (), "YES", _CONTRACT, "County-court judgment and its enforcement", "Urgent where wages are paid into the account: change the bank.", "S33"),
    ("BANK_LOAN", "Bank loan", "NON_PRIORITY", False, (), "YES", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("PAYDAY", "Payday loan", "NON_PRIORITY", False, (), "YES", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("DOORSTEP", "Doorstep loan", "NON_PRIORITY", False, (), "YES", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("BNPL", "Buy now, pay later", "NON_PRIORITY", False, (), "UNKNOWN", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("CREDIT_UNION", "Credit union loan", "NON_PRIORITY", False, (), "UNKNOWN", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("PHONE_BROADBAND", "Telephone, mobile or broadband", "NON_PRIORITY", False, (), "NO", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("FAMILY_FRIENDS", "Family or friends", "NON_PRIORITY", False, (), "NO", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("GUARANTOR_LOAN", "Guarantor loan", "NON_PRIORITY", False, (), "YES", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("MORTGAGE_SHORTFALL", "Shortfall after a repossession", "NON_PRIORITY", False, (), "UNKNOWN", _MORTGAGE, "County-court judgment and its enforcement", "The period is that of the capital; interest is barred sooner.", "S33"),
    ("FORMER_ENERGY", "Gas or electricity, former supplier", "NON_PRIORITY", False, (), "NO", _CONTRACT, "County-court judgment and its enforcement", None, ""),
    ("PRIVATE_PARKING", "Private parking charge", "NON_PRIORITY", False, (), "NO", _CONTRACT, "County-court judgment and its enforcement", None, "S33"),
    ("OTHER_UNSECURED", "Other unsecured debt", "NON_PRIORITY", False, (), "UNKNOWN", _STATUTE, "County-court judgment and its enforcement", None, "S33"),
    ("STUDENT_LOAN", "Student loan", "NON_PRIORITY", False, ("DRO", "BREATHING_SPACE", "BANKRUPTCY", "MAP_TOTAL"), "NO", _STATUTE, "Deductions from wages", None, "S73, S75"),
    ("BUSINESS_LOAN", "Business loan or credit", "NON_PRIORITY", True, (), "UNKNOWN", _CONTRACT, "County-court judgment and its enforcement", _BUSINESS, ""),
    ("BUSINESS_SUPPLIER", "Business supplier", "NON_PRIORITY", True, (), "NO", _CONTRACT, "County-court judgment and its enforcement", _BUSINESS, ""),
    ("BUSINESS_RATES", "Business rates", "NON_PRIORITY", True, (), "NO", _STATUTE, "Enforcement agents", _BUSINESS, ""),
    ("BUSINESS_RENT", "Rent of business premises", "NON_PRIORITY", True, (), "NO", _CONTRACT, "Loss of the premises", _BUSINESS, ""),
    ("BUSINESS_OTHER", "Other business debt", "NON_PRIORITY", True, (), "UNKNOWN", _STATUTE, "By the nature of the debt", _BUSINESS, ""),
)
# jurisdiction, kind, years, valid from, valid until, certainty, source
_OLD, _REFORM, _EVE = date(1980, 1, 1), date(2025, 2, 28), date(2025, 2, 27)
LIMITATION_PERIODS = (
    ("ENGLAND_AND_WALES", "SIMPLE_CONTRACT", 6, _OLD, None, "SOURCED", "S37"),
    ("ENGLAND_AND_WALES", "MORTGAGE_CAPITAL", 12, _OLD, None, "GENERAL_KNOWLEDGE", "Domain reference 2.7"),
    ("NORTHERN_IRELAND", "SIMPLE_CONTRACT", 6, _OLD, None, "SOURCED", "S37"),
    ("NORTHERN_IRELAND", "MORTGAGE_CAPITAL", 12, _OLD, None, "GENERAL_KNOWLEDGE", "Domain reference 2.7"),
    ("SCOTLAND", "SIMPLE_CONTRACT", 5, _OLD, _EVE, "SOURCED", "S37"),
    ("SCOTLAND", "SIMPLE_CONTRACT", 5, _REFORM, None, "SOURCED", "S37"),
    ("SCOTLAND", "COUNCIL_TAX", 20, _OLD, None, "SOURCED", "S37"),
    ("SCOTLAND", "DECREE", 20, _OLD, None, "SOURCED", "S37"),
)
# code, name, trading names, kind, whether debts are passed to it, website, note
_KIND = "One entry for the kind: make the centre's own for a particular one."
CREDITORS = (
    ("HMRC", "HM Revenue and Customs", ("HMRC",), "CENTRAL_GOVERNMENT", False, "https://www.gov.uk/government/organisations/hm-revenue-customs", None),
    ("DWP", "Department for Work and Pensions", ("DWP",), "CENTRAL_GOVERNMENT", False, "https://www.gov.uk/government/organisations/department-for-work-pensions", None),
    ("DWP_DEBT", "DWP Debt Management", ("Department for Work and Pensions Debt Management",), "CENTRAL_GOVERNMENT", True, None, None),
    ("CMS", "Child Maintenance Service", ("CMS",), "CENTRAL_GOVERNMENT", False, None, None),
    ("DFC_NI", "Department for Communities", (), "CENTRAL_GOVERNMENT", False, "https://www.communities-ni.gov.uk", "Northern Ireland."),
    ("SOCIAL_SECURITY_SCOTLAND", "Social Security Scotland", (), "CENTRAL_GOVERNMENT", False, "https://www.socialsecurity.gov.scot", "Scotland."),
    ("LPS_NI", "Land and Property Services", ("LPS",), "CENTRAL_GOVERNMENT", False, None, "Northern Ireland: rates."),
    ("SLC", "Student Loans Company", ("SLC",), "CENTRAL_GOVERNMENT", False, "https://www.gov.uk/government/organisations/student-loans-company", None),
    ("DVLA", "Driver and Vehicle Licensing Agency", ("DVLA",), "CENTRAL_GOVERNMENT", False, "https://www.gov.uk/government/organisations/driver-and-vehicle-licensing-agency", None),
    ("INSOLVENCY_SERVICE", "The Insolvency Service", (), "CENTRAL_GOVERNMENT", False, "https://www.gov.uk/government/organisations/insolvency-service", None),
    ("TV_LICENSING", "TV Licensing", (), "OTHER", False, "https://www.tvlicensing.co.uk", None),
    ("HMCTS", "HM Courts and Tribunals Service", ("HMCTS",), "COURT", False, "https://www.gov.uk/government/organisations/hm-courts-and-tribunals-service", None),
    ("SCTS", "Scottish Courts and Tribunals Service", ("SCTS",), "COURT", False, "https://www.scotcourts.gov.uk", "Scotland."),
    ("NICTS", "Northern Ireland Courts and Tribunals Service", ("NICTS",), "COURT", False, None, "Northern Ireland."),
    ("EJO_NI", "Enforcement of Judgments Office", ("EJO",), "COURT", True, None, "Northern Ireland."),
    ("TRAFFIC_ENFORCEMENT_CENTRE", "Traffic Enforcement Centre", ("TEC",), "COURT", False, None, "England and Wales."),
    ("LOCAL_COUNCIL", "Local council", (), "LOCAL_AUTHORITY", False, None, _KIND),
    ("COUNCIL_LANDLORD", "Council as landlord", (), "LANDLORD", False, None, _KIND),
    ("NIHE", "Northern Ireland Housing Executive", ("NIHE",), "LANDLORD", False, "https://www.nihe.gov.uk", "Northern Ireland."),
    ("HOUSING_ASSOCIATION", "Housing association", (), "LANDLORD", False, None, _KIND),
    ("PRIVATE_LANDLORD", "Private landlord", (), "LANDLORD", False, None, _KIND),
    ("FREEHOLDER", "Freeholder or managing agent", (), "LANDLORD", False, None, _KIND),
    ("MORTGAGE_LENDER", "Mortgage lender", (), "MORTGAGE_LENDER", False, None, _KIND),
    ("SECURED_LENDER", "Second-charge lender", (), "MORTGAGE_LENDER", False, None, _KIND),
    ("BANK", "Bank", (), "BANK_OR_CARD", False, None, _KIND),
    ("CARD_ISSUER", "Card issuer", (), "BANK_OR_CARD", False, None, _KIND),
    ("BUILDING_SOCIETY", "Building society", (), "BUILDING_SOCIETY", False, None, _KIND),
    ("CREDIT_UNION", "Credit union", (), "CREDIT_UNION", False, None, _KIND),
    ("PAYDAY_LENDER", "Payday lender", (), "HIGH_COST_LENDER", False, None, _KIND),
    ("HOME_CREDIT", "Home credit company", ("Doorstep lender",), "HIGH_COST_LENDER", False, None, _KIND),
    ("LOGBOOK_LENDER", "Logbook lender", (), "HIGH_COST_LENDER", False, None, _KIND),
    ("MOTOR_FINANCE", "Motor finance company", (), "HIGH_COST_LENDER", False, None, _KIND),
    ("CATALOGUE", "Catalogue or retailer", (), "RETAIL_OR_CATALOGUE", False, None, _KIND),
    ("BNPL_PROVIDER", "Buy-now-pay-later provider", (), "RETAIL_OR_CATALOGUE", False, None, _KIND),
    ("ENERGY_SUPPLIER", "Gas or electricity supplier", (), "UTILITY", False, None, _KIND),
    ("SCOTTISH_WATER", "Scottish Water", (), "WATER", False, "https://www.scottishwater.co.uk", "Charges of homes are collected with council tax."),
    ("WATER_COMPANY", "Water company", (), "WATER", False, None, _KIND),
    ("TELECOMS_PROVIDER", "Telephone, mobile or broadband provider", (), "TELECOMS", False, None, _KIND),
    ("DEBT_COLLECTOR", "Debt collection agency", (), "DEBT_COLLECTOR", True, None, _KIND),
    ("DEBT_PURCHASER", "Debt purchaser", (), "DEBT_COLLECTOR", True, None, _KIND),
    ("ENFORCEMENT_AGENT", "Enforcement agent", ("Bailiff",), "ENFORCEMENT_AGENT", True, None, _KIND),
    ("SHERIFF_OFFICER", "Sheriff officer", (), "ENFORCEMENT_AGENT", True, None, "Scotland. " + _KIND),
    ("SOLICITOR", "Solicitor for a creditor", (), "SOLICITOR", True, None, _KIND),
    ("PARKING_COMPANY", "Private parking company", (), "OTHER", False, None, _KIND),
    ("FAMILY_OR_FRIEND", "Family member or friend", (), "INDIVIDUAL", False, None, "Without a name: a debt's description may say who."),
)
# fmt: on
_DEBT_TYPE_COLUMNS = (
    "code",
    "name",
    "default_priority",
    "adviser_decides",
    "excluded_from",
    "regulated_credit",
    "limitation_kind",
    "sanction",
    "note",
    "source",
)
_COPIED = ", ".join((*_DEBT_TYPE_COLUMNS, "certainty", "position"))
_BACKFILL = f"""
INSERT INTO debt_types (centre_id, id, catalogue_id, active, {_COPIED})
SELECT centres.id, gen_random_uuid(), catalogue.id, true, {", ".join(f"catalogue.{name.strip()}" for name in _COPIED.split(","))}
FROM centres CROSS JOIN debt_type_catalogue AS catalogue
WHERE centres.id <> '00000000-0000-7000-8000-000000000001'
"""
_ALL_COPIED = """
DO $$ BEGIN
    IF (SELECT count(*) FROM debt_types) <> (SELECT count(*) FROM debt_type_catalogue) *
        (SELECT count(*) FROM centres WHERE id <> '00000000-0000-7000-8000-000000000001')
    THEN RAISE EXCEPTION 'not every centre has every type of debt'; END IF;
END $$
"""


def _key(catalogue: int, position: int) -> UUID:
    return UUID(f"01900000-0000-7000-8000-{catalogue:04x}{position:08x}")


def _folded(name: str) -> str:
    """Fold a name as the product folds it: these are plain words."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in name.casefold()).split())


def upgrade() -> None:
    """Make the tables, confine them, fill the catalogues and give every centre its copies."""
    _make_catalogues()
    _make_debts()
    op.share_catalogue("creditor_catalogue")
    op.share_catalogue("debt_type_catalogue")
    op.share_catalogue("limitation_periods")
    op.confine_to_centre("debt_types", client="open")
    op.confine_to_centre("creditors", client="open")
    op.confine_to_centre("debts", client="own")
    for table in ("debt_holders", "debt_payments", "debt_balances"):
        op.confine_to_centre(table, client="own")
    # Among creditors are private people whom other clients owe: a client sees those of their own debts alone.
    op.execute(
        f"CREATE POLICY creditors_client ON creditors AS RESTRICTIVE TO {APPLICATION} USING ({CLIENT} IS NULL "
        "OR EXISTS (SELECT FROM debts WHERE debts.centre_id = creditors.centre_id "
        f"AND debts.client_id = {CLIENT} AND creditors.id IN (debts.creditor_id, debts.collector_id)) "
        "OR EXISTS (SELECT FROM debt_holders WHERE debt_holders.centre_id = creditors.centre_id "
        f"AND debt_holders.client_id = {CLIENT} AND debt_holders.creditor_id = creditors.id))"
    )
    _fill()
    op.execute(_BACKFILL)
    op.execute(_ALL_COPIED)


def _type_of(column: str) -> TypeEngine[Any]:
    """Tell the type of a column of debt types."""
    if column == "excluded_from":
        return sa.ARRAY(sa.Text())
    return sa.Boolean() if column == "adviser_decides" else sa.Text()


def _fill() -> None:
    """Put the network's rows into the catalogues."""
    columns: list[sa.ColumnClause[Any]] = [sa.column(name, _type_of(name)) for name in _DEBT_TYPE_COLUMNS]
    further = (sa.column("id", sa.Uuid()), sa.column("certainty", sa.Text()), sa.column("position", sa.Integer()))
    op.bulk_insert(
        sa.table("debt_type_catalogue", *columns, *further),
        [
            {
                **dict(zip(_DEBT_TYPE_COLUMNS, row, strict=True)),
                "excluded_from": list(row[4]),
                "source": row[-1] or "Domain reference 2.7",
                "certainty": "SOURCED" if row[-1] else "GENERAL_KNOWLEDGE",
                "id": _key(2, position),
                "position": position,
            }
            for position, row in enumerate(DEBT_TYPES, start=1)
        ],
    )
    op.bulk_insert(
        sa.table(
            "limitation_periods",
            sa.column("id", sa.Uuid()),
            sa.column("jurisdiction", sa.Text()),
            sa.column("kind", sa.Text()),
            sa.column("years", sa.Integer()),
            sa.column("valid_from", sa.Date()),
            sa.column("valid_until", sa.Date()),
            sa.column("certainty", sa.Text()),
            sa.column("source", sa.Text()),
        ),
        [
            {
                "id": _key(3, position),
                "jurisdiction": row[0],
                "kind": row[1],
                "years": row[2],
                "valid_from": row[3],
                "valid_until": row[4],
                "certainty": row[5],
                "source": row[6],
            }
            for position, row in enumerate(LIMITATION_PERIODS, start=1)
        ],
    )
    op.bulk_insert(
        sa.table(
            "creditor_catalogue",
            sa.column("id", sa.Uuid()),
            sa.column("code", sa.Text()),
            sa.column("name", sa.Text()),
            sa.column("name_key", sa.Text()),
            sa.column("trading_names", sa.Text()),
            sa.column("kind", sa.Text()),
            sa.column("is_collector", sa.Boolean()),
            sa.column("website", sa.Text()),
            sa.column("note", sa.Text()),
        ),
        [
            {
                "id": _key(4, position),
                "code": code,
                "name": name,
                "name_key": _folded(name),
                "trading_names": "\n".join(trading_names) or None,
                "kind": kind,
                "is_collector": is_collector,
                "website": website,
                "note": note,
            }
            for position, (code, name, trading_names, kind, is_collector, website, note) in enumerate(
                CREDITORS, start=1
            )
        ],
    )


def _make_catalogues() -> None:
    """Make what the centres share and their copies of it."""
    op.create_table(
        "creditor_catalogue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("trading_names", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_collector", sa.Boolean(), nullable=False),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('BANK_OR_CARD', 'BUILDING_SOCIETY', 'CREDIT_UNION', 'HIGH_COST_LENDER', 'RETAIL_OR_CATALOGUE', 'MORTGAGE_LENDER', 'UTILITY', 'WATER', 'TELECOMS', 'LOCAL_AUTHORITY', 'CENTRAL_GOVERNMENT', 'COURT', 'LANDLORD', 'DEBT_COLLECTOR', 'ENFORCEMENT_AGENT', 'SOLICITOR', 'INDIVIDUAL', 'OTHER')",
            name=op.f("creditor_catalogue_kind_check"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("creditor_catalogue_pkey")),
    )
    op.create_index("creditor_catalogue_code_key", "creditor_catalogue", ["code"], unique=True)
    op.create_index("creditor_catalogue_name_key_idx", "creditor_catalogue", ["name_key", "id"], unique=False)
    op.create_table(
        "creditors",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("catalogue_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("trading_names", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("is_collector", sa.Boolean(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("address_line1", sa.Text(), nullable=True),
        sa.Column("address_line2", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('BANK_OR_CARD', 'BUILDING_SOCIETY', 'CREDIT_UNION', 'HIGH_COST_LENDER', 'RETAIL_OR_CATALOGUE', 'MORTGAGE_LENDER', 'UTILITY', 'WATER', 'TELECOMS', 'LOCAL_AUTHORITY', 'CENTRAL_GOVERNMENT', 'COURT', 'LANDLORD', 'DEBT_COLLECTOR', 'ENFORCEMENT_AGENT', 'SOLICITOR', 'INDIVIDUAL', 'OTHER')",
            name=op.f("creditors_kind_check"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("creditors_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("creditors_pkey")),
    )
    op.create_index(
        "creditors_centre_id_catalogue_id_key",
        "creditors",
        ["centre_id", "catalogue_id"],
        unique=True,
        postgresql_where=sa.text("catalogue_id IS NOT NULL"),
    )
    op.create_index("creditors_centre_id_kind_idx", "creditors", ["centre_id", "kind", "name_key", "id"], unique=False)
    op.create_index("creditors_centre_id_name_key_idx", "creditors", ["centre_id", "name_key", "id"], unique=False)
    op.create_table(
        "debt_type_catalogue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("default_priority", sa.Text(), nullable=False),
        sa.Column("adviser_decides", sa.Boolean(), nullable=False),
        sa.Column("excluded_from", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("regulated_credit", sa.Text(), nullable=False),
        sa.Column("limitation_kind", sa.Text(), nullable=False),
        sa.Column("sanction", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "certainty IN ('SOURCED', 'GENERAL_KNOWLEDGE')", name=op.f("debt_type_catalogue_certainty_check")
        ),
        sa.CheckConstraint(
            "default_priority IN ('PRIORITY', 'NON_PRIORITY')", name=op.f("debt_type_catalogue_default_priority_check")
        ),
        sa.CheckConstraint(
            "excluded_from <@ ARRAY['DRO', 'BREATHING_SPACE', 'BANKRUPTCY', 'MAP_TOTAL']",
            name=op.f("debt_type_catalogue_excluded_from_check"),
        ),
        sa.CheckConstraint(
            "limitation_kind IN ('SIMPLE_CONTRACT', 'MORTGAGE_CAPITAL', 'COUNCIL_TAX', 'DECREE', 'NOT_KNOWN')",
            name=op.f("debt_type_catalogue_limitation_kind_check"),
        ),
        sa.CheckConstraint(
            "regulated_credit IN ('YES', 'NO', 'UNKNOWN')", name=op.f("debt_type_catalogue_regulated_credit_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("debt_type_catalogue_pkey")),
    )
    op.create_index("debt_type_catalogue_code_key", "debt_type_catalogue", ["code"], unique=True)
    op.create_table(
        "debt_types",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("catalogue_id", sa.Uuid(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("default_priority", sa.Text(), nullable=False),
        sa.Column("adviser_decides", sa.Boolean(), nullable=False),
        sa.Column("excluded_from", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("regulated_credit", sa.Text(), nullable=False),
        sa.Column("limitation_kind", sa.Text(), nullable=False),
        sa.Column("sanction", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("certainty IN ('SOURCED', 'GENERAL_KNOWLEDGE')", name=op.f("debt_types_certainty_check")),
        sa.CheckConstraint(
            "default_priority IN ('PRIORITY', 'NON_PRIORITY')", name=op.f("debt_types_default_priority_check")
        ),
        sa.CheckConstraint(
            "excluded_from <@ ARRAY['DRO', 'BREATHING_SPACE', 'BANKRUPTCY', 'MAP_TOTAL']",
            name=op.f("debt_types_excluded_from_check"),
        ),
        sa.CheckConstraint(
            "limitation_kind IN ('SIMPLE_CONTRACT', 'MORTGAGE_CAPITAL', 'COUNCIL_TAX', 'DECREE', 'NOT_KNOWN')",
            name=op.f("debt_types_limitation_kind_check"),
        ),
        sa.CheckConstraint(
            "regulated_credit IN ('YES', 'NO', 'UNKNOWN')", name=op.f("debt_types_regulated_credit_check")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("debt_types_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("debt_types_pkey")),
    )
    op.create_index("debt_types_centre_id_code_key", "debt_types", ["centre_id", "code"], unique=True)
    op.create_table(
        "limitation_periods",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "certainty IN ('SOURCED', 'GENERAL_KNOWLEDGE')", name=op.f("limitation_periods_certainty_check")
        ),
        sa.CheckConstraint(
            "jurisdiction IN ('ENGLAND_AND_WALES', 'SCOTLAND', 'NORTHERN_IRELAND')",
            name=op.f("limitation_periods_jurisdiction_check"),
        ),
        sa.CheckConstraint(
            "kind IN ('SIMPLE_CONTRACT', 'MORTGAGE_CAPITAL', 'COUNCIL_TAX', 'DECREE', 'NOT_KNOWN')",
            name=op.f("limitation_periods_kind_check"),
        ),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("limitation_periods_valid_until_check")),
        sa.CheckConstraint("years > 0", name=op.f("limitation_periods_years_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("limitation_periods_pkey")),
    )
    op.create_index(
        "limitation_periods_jurisdiction_kind_key",
        "limitation_periods",
        ["jurisdiction", "kind", "valid_from"],
        unique=True,
    )


def _make_debts() -> None:
    """Make debts and their history."""
    op.create_table(
        "debts",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("debt_type_id", sa.Uuid(), nullable=False),
        sa.Column("creditor_id", sa.Uuid(), nullable=False),
        sa.Column("collector_id", sa.Uuid(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("account_number", sa.LargeBinary(), nullable=True),
        sa.Column("account_number_index", sa.LargeBinary(), nullable=True),
        sa.Column("original_balance", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("current_balance", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("balance_as_of", sa.Date(), nullable=True),
        sa.Column("monthly_payment", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("arrears", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("interest_rate", sa.Numeric(precision=8, scale=2), nullable=True),
        sa.Column("interest_frozen", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("priority_override_reason", sa.Text(), nullable=True),
        sa.Column("liability", sa.Text(), nullable=False),
        sa.Column("joint_party_name", sa.Text(), nullable=True),
        sa.Column("regulated_credit", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("incurred_on", sa.Date(), nullable=True),
        sa.Column("defaulted_on", sa.Date(), nullable=True),
        sa.Column("last_payment_on", sa.Date(), nullable=True),
        sa.Column("last_acknowledged_on", sa.Date(), nullable=True),
        sa.Column("judgment_on", sa.Date(), nullable=True),
        sa.Column("judgment_amount", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("judgment_reference", sa.Text(), nullable=True),
        sa.Column("judgment_satisfied", sa.Boolean(), nullable=True),
        sa.Column("enforcement_stage", sa.Text(), nullable=False),
        sa.Column("next_action", sa.Text(), nullable=True),
        sa.Column("next_action_on", sa.Date(), nullable=True),
        sa.Column("due_key", sa.Date(), nullable=False),
        sa.Column("secured_amount", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("fraud_alleged", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("status_changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("due_key = coalesce(next_action_on, 'infinity'::date)", name=op.f("debts_due_key_check")),
        sa.CheckConstraint(
            "enforcement_stage IN ('NONE', 'REMINDER', 'DEFAULT_NOTICE', 'COLLECTOR', 'LETTER_BEFORE_CLAIM', 'CLAIM', 'CCJ', 'WARRANT', 'WRIT', 'ENFORCEMENT_AGENT', 'CHARGING_ORDER', 'ATTACHMENT_OF_EARNINGS', 'BANKRUPTCY_PETITION', 'POSSESSION_CLAIM', 'EVICTION_DATE', 'DISCONNECTION', 'SHERIFF_OFFICER', 'CHARGE_FOR_PAYMENT')",
            name=op.f("debts_enforcement_stage_check"),
        ),
        sa.CheckConstraint(
            "jurisdiction IN ('ENGLAND_AND_WALES', 'SCOTLAND', 'NORTHERN_IRELAND')",
            name=op.f("debts_jurisdiction_check"),
        ),
        sa.CheckConstraint(
            "liability IN ('SOLE', 'JOINT', 'GUARANTOR', 'DISPUTED', 'NOT_LIABLE')", name=op.f("debts_liability_check")
        ),
        sa.CheckConstraint(
            "liability NOT IN ('JOINT', 'GUARANTOR') OR joint_party_name IS NOT NULL",
            name=op.f("debts_joint_party_name_check"),
        ),
        sa.CheckConstraint("priority IN ('PRIORITY', 'NON_PRIORITY')", name=op.f("debts_priority_check")),
        sa.CheckConstraint("regulated_credit IN ('YES', 'NO', 'UNKNOWN')", name=op.f("debts_regulated_credit_check")),
        sa.CheckConstraint(
            "status IN ('ACTIVE', 'DISPUTED', 'IN_BREATHING_SPACE', 'IN_SOLUTION', 'SETTLED', 'WRITTEN_OFF', 'PRESCRIBED', 'CLOSED')",
            name=op.f("debts_status_check"),
        ),
        sa.CheckConstraint(
            "(current_balance IS NULL) = (balance_as_of IS NULL)", name=op.f("debts_balance_as_of_check")
        ),
        sa.CheckConstraint(
            "original_balance >= 0 AND current_balance >= 0 AND monthly_payment >= 0 AND arrears >= 0 AND judgment_amount >= 0 AND secured_amount >= 0 AND interest_rate BETWEEN 0 AND 99999.99",
            name=op.f("debts_amounts_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("debts_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"], ["clients.centre_id", "clients.id"], name=op.f("debts_centre_id_client_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "collector_id"],
            ["creditors.centre_id", "creditors.id"],
            name=op.f("debts_centre_id_collector_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "creditor_id"],
            ["creditors.centre_id", "creditors.id"],
            name=op.f("debts_centre_id_creditor_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "debt_type_id"],
            ["debt_types.centre_id", "debt_types.id"],
            name=op.f("debts_centre_id_debt_type_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("debts_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("debts_pkey")),
    )
    op.create_index("debts_centre_id_account_number_idx", "debts", ["centre_id", "account_number_index"], unique=False)
    op.create_index("debts_centre_id_case_id_idx", "debts", ["centre_id", "case_id", "created_at", "id"], unique=False)
    op.create_index(
        "debts_centre_id_client_id_idx", "debts", ["centre_id", "client_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "debts_centre_id_collector_id_idx", "debts", ["centre_id", "collector_id", "created_at", "id"], unique=False
    )
    op.create_index("debts_centre_id_created_at_idx", "debts", ["centre_id", "created_at", "id"], unique=False)
    op.create_index(
        "debts_centre_id_creditor_id_idx", "debts", ["centre_id", "creditor_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "debts_centre_id_debt_type_id_idx", "debts", ["centre_id", "debt_type_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "debts_centre_id_deleted_at_idx",
        "debts",
        ["centre_id", "deleted_at", "id"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index("debts_centre_id_due_key_idx", "debts", ["centre_id", "due_key", "id"], unique=False)
    op.create_index(
        "debts_centre_id_enforcement_stage_idx",
        "debts",
        ["centre_id", "enforcement_stage", "due_key", "id"],
        unique=False,
    )
    op.create_index(
        "debts_centre_id_status_due_key_idx", "debts", ["centre_id", "status", "due_key", "id"], unique=False
    )
    op.create_table(
        "debt_holders",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("creditor_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("held_from", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("debt_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(position = 0) = (held_from IS NULL)", name=op.f("debt_holders_held_from_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("debt_holders_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("debt_holders_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "creditor_id"],
            ["creditors.centre_id", "creditors.id"],
            name=op.f("debt_holders_centre_id_creditor_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "debt_id"], ["debts.centre_id", "debts.id"], name=op.f("debt_holders_centre_id_debt_id_fkey")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("debt_holders_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("debt_holders_pkey")),
    )
    op.create_index("debt_holders_centre_id_case_id_idx", "debt_holders", ["centre_id", "case_id"], unique=False)
    op.create_index("debt_holders_centre_id_client_id_idx", "debt_holders", ["centre_id", "client_id"], unique=False)
    op.create_index(
        "debt_holders_centre_id_creditor_id_idx", "debt_holders", ["centre_id", "creditor_id"], unique=False
    )
    op.create_index(
        "debt_holders_centre_id_debt_id_key", "debt_holders", ["centre_id", "debt_id", "position"], unique=True
    )
    op.create_table(
        "debt_payments",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("lowers_balance", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("debt_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("debt_payments_amount_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("debt_payments_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("debt_payments_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "debt_id"], ["debts.centre_id", "debts.id"], name=op.f("debt_payments_centre_id_debt_id_fkey")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("debt_payments_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("debt_payments_pkey")),
    )
    op.create_index("debt_payments_centre_id_case_id_idx", "debt_payments", ["centre_id", "case_id"], unique=False)
    op.create_index("debt_payments_centre_id_client_id_idx", "debt_payments", ["centre_id", "client_id"], unique=False)
    op.create_index(
        "debt_payments_centre_id_debt_id_idx", "debt_payments", ["centre_id", "debt_id", "paid_on", "id"], unique=False
    )
    op.create_table(
        "debt_balances",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("debt_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("debt_balances_amount_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("debt_balances_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("debt_balances_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "debt_id"], ["debts.centre_id", "debts.id"], name=op.f("debt_balances_centre_id_debt_id_fkey")
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("debt_balances_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("debt_balances_pkey")),
    )
    op.create_index("debt_balances_centre_id_case_id_idx", "debt_balances", ["centre_id", "case_id"], unique=False)
    op.create_index("debt_balances_centre_id_client_id_idx", "debt_balances", ["centre_id", "client_id"], unique=False)
    op.create_index(
        "debt_balances_centre_id_debt_id_idx", "debt_balances", ["centre_id", "debt_id", "as_of", "id"], unique=False
    )


def downgrade() -> None:
    """Take the tables back."""
    op.execute("DROP POLICY creditors_client ON creditors")
    for table in ("debt_balances", "debt_payments", "debt_holders", "debts", "limitation_periods", "debt_types"):
        op.drop_table(table)
    op.drop_table("debt_type_catalogue")
    op.drop_table("creditors")
    op.drop_table("creditor_catalogue")
