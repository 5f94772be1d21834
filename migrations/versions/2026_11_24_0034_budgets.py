"""Budgets: the catalogue of statement lines, and the statements of cases."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

SCHEME_BEGAN = date(2017, 3, 1)
TAX_CREDITS_ENDED = date(2025, 4, 5)
LINES = sa.table(
    "statement_lines",
    sa.column("id", sa.Uuid()),
    sa.column("scheme", sa.Text()),
    sa.column("scheme_version", sa.Text()),
    sa.column("code", sa.Text()),
    sa.column("kind", sa.Text()),
    sa.column("group_code", sa.Text()),
    sa.column("section", sa.Text()),
    sa.column("name", sa.Text()),
    sa.column("element", sa.Text()),
    sa.column("repeatable", sa.Boolean()),
    sa.column("needs_description", sa.Boolean()),
    sa.column("guideline_category", sa.Text()),
    sa.column("position", sa.Integer()),
    sa.column("active_from", sa.Date()),
    sa.column("active_to", sa.Date()),
    sa.column("source", sa.Text()),
    sa.column("certainty", sa.Text()),
)
FREQUENCIES = sa.table(
    "payment_frequencies",
    sa.column("id", sa.Uuid()),
    sa.column("code", sa.Text()),
    sa.column("name", sa.Text()),
    sa.column("periods_per_year", sa.Integer()),
    sa.column("position", sa.Integer()),
    sa.column("active_from", sa.Date()),
    sa.column("active_to", sa.Date()),
    sa.column("source", sa.Text()),
    sa.column("certainty", sa.Text()),
)
PARAMETERS = sa.table(
    "statement_parameters",
    sa.column("id", sa.Uuid()),
    sa.column("scheme", sa.Text()),
    sa.column("code", sa.Text()),
    sa.column("value", sa.Numeric(15, 4)),
    sa.column("active_from", sa.Date()),
    sa.column("active_to", sa.Date()),
    sa.column("source", sa.Text()),
    sa.column("certainty", sa.Text()),
)
REPEATABLE = {"FIX.ESS.OTHER"}
ENDED = {"INC.BEN.WTC": TAX_CREDITS_ENDED, "INC.BEN.CTC": TAX_CREDITS_ENDED}
DEFINITION = "Standard Financial Statement, data definition 1.1"
# kind, group, section, guideline category, then each line: the rest of its code, its element, its name
FORM = (
    (
        "INCOME",
        "INC.EARN",
        "Earnings",
        None,
        (
            ("CLIENT", "client-salary-or-wages", "Client's salary or wages, after tax"),
            ("PARTNER", "partner-salary-or-wages", "Partner's salary or wages, after tax"),
            ("OTHER", "other-earnings", "Other earnings"),
        ),
    ),
    (
        "INCOME",
        "INC.BEN",
        "Benefits and tax credits",
        None,
        (
            ("UC", "tax-credits-universal-credit", "Universal Credit"),
            ("JSA_IB", "jobseekers-allowance-income-based", "Jobseeker's Allowance, income-based"),
            ("JSA_CB", "jobseekers-allowance-contribution-based", "Jobseeker's Allowance, contribution-based"),
            ("IS", "income-support", "Income Support"),
            ("WTC", "working-tax-credit", "Working Tax Credit"),
            ("CTC", "child-tax-credit", "Child Tax Credit"),
            ("CHB", "child-benefit", "Child Benefit"),
            ("ESA", "employment-support-allowance", "Employment and Support Allowance or Statutory Sick Pay"),
            ("DISABILITY", "disability-benefits", "Disability benefits"),
            ("CARERS", "carers-allowance", "Carer's Allowance"),
            ("LHA", "local-housing-allowance", "Local Housing Allowance or Housing Benefit"),
            ("CTS", "council-tax-support", "Council Tax support"),
            ("OTHER", "other-benefits", "Other benefits"),
        ),
    ),
    (
        "INCOME",
        "INC.PEN",
        "Pensions",
        None,
        (
            ("STATE", "state-pensions", "State pension"),
            ("PRIVATE", "private-work-pensions", "Private or work pension"),
            ("CREDIT", "pension-credit", "Pension Credit"),
            ("OTHER", "other-pensions", "Other pensions"),
        ),
    ),
    (
        "INCOME",
        "INC.OTH",
        "Other income",
        None,
        (
            ("MAINTENANCE", "maintenance-child-support", "Maintenance or child support received"),
            ("LODGERS", "boarders-lodgers", "Boarders or lodgers"),
            ("NONDEP", "non-dependants-contributions", "Contributions of non-dependants"),
            ("STUDENT", "student-loans-grants", "Student loans and grants"),
            ("OTHER", "other-other-income", "Any other income"),
        ),
    ),
    (
        "FIXED",
        "FIX.HOME",
        "Home and contents",
        None,
        (
            ("RENT", "rent", "Rent"),
            ("GROUND_RENT", "ground-rent-service-charges", "Ground rent and service charges"),
            ("MORTGAGE", "mortgage", "Mortgage"),
            ("ENDOWMENT", "mortgage-endowment", "Mortgage endowment"),
            ("SECURED", "secured-loans", "Secured loans"),
            ("COUNCIL_TAX", "council-tax-rates", "Council tax or rates"),
            ("APPLIANCE_RENTAL", "appliance-furniture-rental", "Rental of appliances and furniture"),
            ("TV_LICENCE", "tv-licence", "TV licence"),
            ("OTHER", "other-home-contents", "Other costs of home and contents"),
        ),
    ),
    (
        "FIXED",
        "FIX.UTIL",
        "Utilities",
        None,
        (
            ("GAS", "gas", "Gas"),
            ("ELEC", "electricity", "Electricity"),
            ("FUEL", "other-utilities", "Other fuel: coal, oil, bottled gas"),
            ("OTHER", "other-utilities-expenditure", "Other costs of utilities"),
        ),
    ),
    (
        "FIXED",
        "FIX.WATER",
        "Water",
        None,
        (
            ("SUPPLY", "water-supply", "Water supply"),
            ("WASTE", "water-waste", "Waste water"),
        ),
    ),
    (
        "FIXED",
        "FIX.CARE",
        "Care and health",
        None,
        (
            ("CHILDCARE", "childcare-costs", "Childcare"),
            ("ADULT", "adult-care-costs", "Care of adults"),
            ("MAINTENANCE", "child-maintenance-child-support", "Child maintenance or child support paid"),
            ("PRESCRIPTIONS", "prescriptions-medicines", "Prescriptions and medicines"),
            ("DENTAL_OPTICAL", "dentistry-opticians", "Dentist and optician"),
            ("OTHER", "other-care-health", "Other costs of care and health"),
        ),
    ),
    (
        "FIXED",
        "FIX.TRAVEL",
        "Transport and travel",
        None,
        (
            ("PUBLIC", "public-transport", "Public transport"),
            ("HP", "hire-purchase-conditional-sale-vehicle", "Hire purchase or conditional sale of a vehicle"),
            ("INSURANCE", "car-insurance", "Car insurance"),
            ("ROAD_TAX", "road-tax", "Road tax"),
            ("MOT", "mot-ongoing-maintenance", "MOT and maintenance"),
            ("BREAKDOWN", "breakdown-cover", "Breakdown cover"),
            ("FUEL", "fuel-parking-toll-road-charges", "Fuel, parking, tolls and road charges"),
            ("OTHER", "other-transport-travel", "Other costs of transport and travel"),
        ),
    ),
    (
        "FIXED",
        "FIX.SCHOOL",
        "School",
        None,
        (
            ("UNIFORM", "school-uniform", "School uniform"),
            ("CLUBS_TRIPS", "after-school-clubs-school-trips", "After-school clubs and school trips"),
            ("OTHER", "other-school", "Other costs of school"),
        ),
    ),
    (
        "FIXED",
        "FIX.INS",
        "Pensions and insurances",
        None,
        (
            ("PENSION", "pension-payments", "Payments into a pension"),
            ("LIFE", "life-insurance", "Life insurance"),
            ("MPPI", "mortgage-payment-protection-insurance", "Mortgage payment protection insurance"),
            ("HOME", "buildings-contents-insurance", "Buildings and contents insurance"),
            ("HEALTH", "health-insurance", "Health insurance"),
            ("OTHER", "other-pensions-insurances", "Other pensions and insurances"),
        ),
    ),
    (
        "FIXED",
        "FIX.PROF",
        "Professional costs",
        None,
        (
            ("COURSES", "professional-courses", "Professional courses"),
            ("UNION", "union-fees", "Union fees"),
            ("FEES", "professional-fees", "Professional fees"),
            ("OTHER", "other-professional", "Other professional costs"),
        ),
    ),
    (
        "FIXED",
        "FIX.ESS",
        "Other essential costs",
        None,
        (("OTHER", "other-essential-costs", "Another essential cost"),),
    ),
    (
        "FLEXIBLE",
        "FLX.COMMS",
        "Communications and leisure",
        "COMMUNICATIONS_LEISURE",
        (
            ("HOME", "home-phone-internet-tv", "Home phone, internet and TV"),
            ("MOBILE", "mobile-phone", "Mobile phone"),
            ("HOBBIES", "hobbies-leisure-sport", "Hobbies, leisure and sport"),
            ("GIFTS", "gifts", "Gifts"),
            ("POCKET_MONEY", "pocket-money", "Pocket money"),
            ("NEWS_POST", "newspapers-magazines-stationery-postage", "Newspapers, magazines, stationery, postage"),
            ("OTHER", "other-communications-leisure", "Other communications and leisure"),
        ),
    ),
    (
        "FLEXIBLE",
        "FLX.FOOD",
        "Food and housekeeping",
        "FOOD_HOUSEKEEPING",
        (
            ("GROCERIES", "groceries", "Groceries"),
            ("BABY", "nappies-baby-items", "Nappies and baby items"),
            ("MEALS", "school-work-meals", "Meals at school and at work"),
            ("LAUNDRY", "laundry-dry-cleaning", "Laundry and dry cleaning"),
            ("ALCOHOL", "alcohol", "Alcohol"),
            ("SMOKING", "smoking-products", "Smoking products"),
            ("PETS", "vet-bills-pet-insurance", "Vet's bills and pet insurance"),
            ("REPAIRS", "house-repairs-maintenance", "Repairs and maintenance of the house"),
            ("OTHER", "other-food-housekeeping", "Other food and housekeeping"),
        ),
    ),
    (
        "FLEXIBLE",
        "FLX.PERS",
        "Personal costs",
        "PERSONAL",
        (
            ("CLOTHING", "clothing-footwear", "Clothing and footwear"),
            ("HAIR", "hairdressing", "Hairdressing"),
            ("TOILETRIES", "toiletries", "Toiletries"),
            ("OTHER", "other-personal", "Other personal costs"),
        ),
    ),
    (
        "SAVINGS",
        "SAV",
        "Savings",
        None,
        (("CONTRIBUTION", "savings-contribution", "Monthly savings contribution"),),
    ),
    (
        "DEBT_FEE",
        "DEBT",
        "Debts",
        None,
        (("ADMIN_FEE", "debt-admin-fee", "Fee for the administration of debts"),),
    ),
)
PERIODS = (
    ("WEEKLY", "Every week", 52, "National Debtline, How to deal with debt", "READ"),
    ("FORTNIGHTLY", "Every two weeks", 26, "National Debtline, How to deal with debt", "READ"),
    ("FOUR_WEEKLY", "Every four weeks", 13, "National Debtline, How to deal with debt", "READ"),
    ("TWICE_MONTHLY", "Twice a month", 24, "arithmetic of the calendar", "DESIGN"),
    ("MONTHLY", "Every calendar month", 12, "arithmetic of the calendar", "READ"),
    ("TEN_INSTALMENTS", "Ten instalments a year", 10, "council tax over ten months", "GK-H"),
    ("QUARTERLY", "Every quarter", 4, "Macmillan, financial statement", "READ"),
    ("TERMLY", "Every school term", 3, "three terms a year", "DESIGN"),
    ("HALF_YEARLY", "Every half-year", 2, "arithmetic of the calendar", "DESIGN"),
    ("ANNUAL", "Once a year", 1, "arithmetic of the calendar", "READ"),
)
FIGURES = (
    ("sfs.savings.rate", Decimal("0.10"), "Standard Financial Statement: up to 10 % of the surplus", "GK-M"),
    ("sfs.savings.cap", Decimal("20.00"), "Standard Financial Statement: at most 20 pounds a month", "GK-M"),
)
SCHEMES = "scheme IN ('SFS', 'CFS')"
FREQUENCY_VALUES = (
    "IN ('WEEKLY', 'FORTNIGHTLY', 'FOUR_WEEKLY', 'TWICE_MONTHLY', 'MONTHLY', 'QUARTERLY', 'TERMLY', "
    "'HALF_YEARLY', 'ANNUAL', 'TEN_INSTALMENTS')"
)


def _key(kind: int, position: int) -> UUID:
    return UUID(f"01900000-0000-7000-8000-0034{kind:02x}{position:06x}")


def upgrade() -> None:
    """Make the tables, confine them, and fill the catalogue."""
    _make_catalogue()
    _make_sheets()
    _make_lines()
    for table in ("statement_lines", "payment_frequencies", "statement_parameters"):
        op.share_catalogue(table)
    op.confine_to_centre("budget_sheets", client="own")
    op.confine_to_centre("budget_lines", client="own")
    _fill()


def _make_catalogue() -> None:
    op.create_table(
        "statement_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("scheme_version", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("repeatable", sa.Boolean(), nullable=False),
        sa.Column("needs_description", sa.Boolean(), nullable=False),
        sa.Column("guideline_category", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.CheckConstraint(SCHEMES, name=op.f("statement_lines_scheme_check")),
        sa.CheckConstraint(
            "kind IN ('INCOME', 'FIXED', 'FLEXIBLE', 'SAVINGS', 'DEBT_FEE')", name=op.f("statement_lines_kind_check")
        ),
        sa.CheckConstraint(
            "guideline_category IN ('COMMUNICATIONS_LEISURE', 'FOOD_HOUSEKEEPING', 'PERSONAL')",
            name=op.f("statement_lines_guideline_category_check"),
        ),
        sa.CheckConstraint("active_to >= active_from", name=op.f("statement_lines_active_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("statement_lines_pkey")),
    )
    op.create_index(
        "statement_lines_scheme_code_key", "statement_lines", ["scheme", "scheme_version", "code"], unique=True
    )
    op.create_table(
        "payment_frequencies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("periods_per_year", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.CheckConstraint(f"code {FREQUENCY_VALUES}", name=op.f("payment_frequencies_code_check")),
        sa.CheckConstraint("periods_per_year > 0", name=op.f("payment_frequencies_periods_per_year_check")),
        sa.CheckConstraint("active_to >= active_from", name=op.f("payment_frequencies_active_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_frequencies_pkey")),
    )
    op.create_index("payment_frequencies_code_key", "payment_frequencies", ["code"], unique=True)
    op.create_table(
        "statement_parameters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(precision=15, scale=4), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("certainty", sa.Text(), nullable=False),
        sa.CheckConstraint(SCHEMES, name=op.f("statement_parameters_scheme_check")),
        sa.CheckConstraint("active_to >= active_from", name=op.f("statement_parameters_active_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("statement_parameters_pkey")),
    )
    op.create_index(
        "statement_parameters_scheme_code_key",
        "statement_parameters",
        ["scheme", "code", "active_from"],
        unique=True,
    )


def _make_sheets() -> None:
    op.create_table(
        "budget_sheets",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("scheme_version", sa.Text(), nullable=False),
        sa.Column("statement_date", sa.Date(), nullable=False),
        sa.Column("sheet_type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("joint_application", sa.Boolean(), nullable=False),
        sa.Column("asset_use_considered", sa.Boolean(), nullable=False),
        sa.Column("savings_considered", sa.Boolean(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("began_in_portal", sa.Boolean(), nullable=False),
        sa.Column("copied_from_id", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("verification_status", sa.Text(), nullable=False),
        sa.Column("verified_by", sa.Uuid(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verification_note", sa.Text(), nullable=True),
        sa.Column("accuracy_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_to_send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmation_channel", sa.Text(), nullable=True),
        sa.Column("consent_channel", sa.Text(), nullable=True),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_to", sa.Text(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("total_income", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("total_fixed", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("total_flexible", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("savings_contribution", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("debt_admin_fee", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(SCHEMES, name=op.f("budget_sheets_scheme_check")),
        sa.CheckConstraint(
            "sheet_type IN ('INITIAL', 'REVISED', 'FINAL')", name=op.f("budget_sheets_sheet_type_check")
        ),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'READY_FOR_REVIEW', 'CONFIRMED_BY_CLIENT', 'SENT', 'SUPERSEDED', 'WITHDRAWN')",
            name=op.f("budget_sheets_status_check"),
        ),
        sa.CheckConstraint(
            "verification_status IN ('UNVERIFIED', 'PARTIALLY_VERIFIED', 'VERIFIED', 'REJECTED')",
            name=op.f("budget_sheets_verification_status_check"),
        ),
        sa.CheckConstraint(
            "confirmation_channel IN ('IN_PERSON', 'TELEPHONE', 'ONLINE', 'PAPER')",
            name=op.f("budget_sheets_confirmation_channel_check"),
        ),
        sa.CheckConstraint(
            "consent_channel IN ('IN_PERSON', 'TELEPHONE', 'ONLINE', 'PAPER')",
            name=op.f("budget_sheets_consent_channel_check"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("budget_sheets_number_check")),
        sa.CheckConstraint(
            "status <> 'SENT' OR (accuracy_confirmed_at IS NOT NULL AND consent_to_send_at IS NOT NULL "
            "AND sent_at IS NOT NULL)",
            name=op.f("budget_sheets_sent_check"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('CONFIRMED_BY_CLIENT', 'SENT') OR (accuracy_confirmed_at IS NOT NULL "
            "AND total_income IS NOT NULL AND total_fixed IS NOT NULL AND total_flexible IS NOT NULL "
            "AND savings_contribution IS NOT NULL AND debt_admin_fee IS NOT NULL)",
            name=op.f("budget_sheets_confirmed_check"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("budget_sheets_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("budget_sheets_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "copied_from_id"],
            ["budget_sheets.centre_id", "budget_sheets.id"],
            name=op.f("budget_sheets_centre_id_copied_from_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "supersedes_id"],
            ["budget_sheets.centre_id", "budget_sheets.id"],
            name=op.f("budget_sheets_centre_id_supersedes_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "verified_by"],
            ["memberships.centre_id", "memberships.user_id"],
            name=op.f("budget_sheets_centre_id_verified_by_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("budget_sheets_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("budget_sheets_pkey")),
    )
    op.create_index(
        "budget_sheets_centre_id_case_id_number_key",
        "budget_sheets",
        ["centre_id", "case_id", "number"],
        unique=True,
    )
    op.create_index(
        "budget_sheets_centre_id_case_id_current_key",
        "budget_sheets",
        ["centre_id", "case_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('CONFIRMED_BY_CLIENT', 'SENT')"),
    )
    op.create_index(
        "budget_sheets_centre_id_client_id_idx",
        "budget_sheets",
        ["centre_id", "client_id", "accuracy_confirmed_at"],
        unique=False,
    )


def _make_lines() -> None:
    op.create_table(
        "budget_lines",
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("monthly_amount", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(f"frequency {FREQUENCY_VALUES}", name=op.f("budget_lines_frequency_check")),
        sa.CheckConstraint("amount >= 0", name=op.f("budget_lines_amount_check")),
        sa.CheckConstraint("monthly_amount >= 0", name=op.f("budget_lines_monthly_amount_check")),
        sa.CheckConstraint("entry >= 1", name=op.f("budget_lines_entry_check")),
        sa.ForeignKeyConstraint(
            ["centre_id", "sheet_id"],
            ["budget_sheets.centre_id", "budget_sheets.id"],
            name=op.f("budget_lines_centre_id_sheet_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "case_id"], ["cases.centre_id", "cases.id"], name=op.f("budget_lines_centre_id_case_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["centre_id", "client_id"],
            ["clients.centre_id", "clients.id"],
            name=op.f("budget_lines_centre_id_client_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centres.id"], name=op.f("budget_lines_centre_id_fkey")),
        sa.PrimaryKeyConstraint("centre_id", "id", name=op.f("budget_lines_pkey")),
    )
    op.create_index(
        "budget_lines_centre_id_sheet_id_code_entry_key",
        "budget_lines",
        ["centre_id", "sheet_id", "code", "entry"],
        unique=True,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("budget_lines_centre_id_case_id_idx", "budget_lines", ["centre_id", "case_id"], unique=False)


def _fill() -> None:
    lines = [
        (kind, group, section, category, f"{group}.{rest}", element, name)
        for kind, group, section, category, rows in FORM
        for rest, element, name in rows
    ]
    op.bulk_insert(
        LINES,
        [
            {
                "id": _key(1, position),
                "scheme": "SFS",
                "scheme_version": "1.1",
                "code": code,
                "kind": kind,
                "group_code": group,
                "section": section,
                "name": name,
                "element": element,
                "repeatable": code in REPEATABLE,
                "needs_description": code.endswith(".OTHER"),
                "guideline_category": category,
                "position": position,
                "active_from": SCHEME_BEGAN,
                "active_to": ENDED.get(code),
                "source": f"{DEFINITION}; end of tax credits" if code in ENDED else DEFINITION,
                "certainty": "GK-H" if code in ENDED else "READ",
            }
            for position, (kind, group, section, category, code, element, name) in enumerate(lines, start=1)
        ],
    )
    op.bulk_insert(
        FREQUENCIES,
        [
            {
                "id": _key(2, position),
                "code": code,
                "name": name,
                "periods_per_year": periods,
                "position": position,
                "active_from": SCHEME_BEGAN,
                "active_to": None,
                "source": source,
                "certainty": certainty,
            }
            for position, (code, name, periods, source, certainty) in enumerate(PERIODS, start=1)
        ],
    )
    op.bulk_insert(
        PARAMETERS,
        [
            {
                "id": _key(3, position),
                "scheme": "SFS",
                "code": code,
                "value": value,
                "active_from": SCHEME_BEGAN,
                "active_to": None,
                "source": source,
                "certainty": certainty,
            }
            for position, (code, value, source, certainty) in enumerate(FIGURES, start=1)
        ],
    )


def downgrade() -> None:
    """Take the tables back."""
    op.drop_table("budget_lines")
    op.drop_table("budget_sheets")
    op.drop_table("statement_parameters")
    op.drop_table("payment_frequencies")
    op.drop_table("statement_lines")
