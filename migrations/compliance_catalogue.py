"""The network's compliance frameworks, checklists and requirements (domain reference 4.2 and 4.3), as rows.

A requirement is `code, text, source, certainty, mandatory, evidence, gate stage`. Certainty says whether the rule's own
words were read (VERIFIED) or only an account of it (GENERAL): the latter are to be read against the handbook before
a centre relies on them.
"""

from datetime import date
from typing import Any
from uuid import UUID

V, G = "VERIFIED", "GENERAL"
YES, NO, IF = "YES", "NO", "CONDITIONAL"
DOC, NOTE, FIELD, SIGN, NONE = "DOCUMENT", "NOTE", "FIELD", "SIGNATURE", "NONE"

DEADLINE_DAYS = 14
"""Days from the start of its stage within which a requirement is due (DESIGN: no rule names a number)."""

# Which case types ask for which checklists (domain reference 4.3). DEBT stands for every advice case.
DEBT = (
    "DEBT_ADVICE",
    "EMERGENCY",
    "DRO",
    "BREATHING_SPACE",
    "MH_BREATHING_SPACE",
    "BANKRUPTCY",
    "IVA",
    "DMP",
    "ADMIN_ORDER",
    "SCOT_STATUTORY",
    "LEGAL_REVIEW",
)
ADVICE = (*DEBT, "BUDGETING", "BENEFITS")

# fmt: off
FRAMEWORKS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("FCA-CONC8", "FCA CONC 8: debt advice", "2025-04-01", "2025-04-01", "FCA Handbook, CONC 8", "The consumer credit rules for those who give debt advice."),
    ("FCA-DUTY", "FCA Consumer Duty", "2023-07-31", "2023-07-31", "FCA Handbook, PRIN 2A", "Good outcomes for retail customers: four outcomes and three cross-cutting rules."),
    ("FCA-VULN", "FCA guidance on vulnerable customers", "FG21/1", "2021-02-23", "FCA FG21/1, February 2021", "Fair treatment of clients who are especially susceptible to harm."),
    ("MAPS-QF", "MaPS quality framework", "2022-04-01", "2022-04-01", "Money and Pensions Service quality framework", "What good advice looks like, from the first contact to the closing letter."),
    ("BS-DUTIES", "Breathing space duties", "2021-05-04", "2021-05-04", "Debt Respite Scheme Regulations 2020", "What a debt advice provider does before and during a moratorium."),
    ("DRO-AI", "Debt relief order: approved intermediary", "2024-06-28", "2024-06-28", "Insolvency Act 1986, Part 7A, and practice of approved intermediaries", "What an approved intermediary holds and says before an application."),
    ("DISP", "FCA dispute resolution", "2025-04-01", "2025-04-01", "FCA Handbook, DISP 1", "How complaints are received, answered and learned from."),
    ("DP", "Data protection", "2025-06-19", "2018-05-25", "UK GDPR, Data Protection Act 2018 and Data (Use and Access) Act 2025", "Notice, lawful basis, consent and rights in a client's data."),
)
"""Code, name, edition, in force from, source, description."""

Requirement = tuple[str, str, str, str, str, str, str | None]

CHECKLISTS: tuple[tuple[str, str, str, tuple[str, ...], str | None, tuple[Requirement, ...]], ...] = (
    ("FCA-CONC8", "CONC8", "Debt advice under CONC 8", DEBT, None, (
        ("CONC-01", "The client's country of residence is recorded, and the set of advice matches it.", "CONC 8.2.2G(1)", V, YES, FIELD, "FACT_FIND"),
        ("CONC-02", "The client was not discouraged from other sources of advice; alternatives were pointed out.", "CONC 8.2.2G(3)", V, YES, NOTE, "TRIAGE"),
        ("CONC-03", "At the first enquiry the client was told in a durable medium what the service is, how long it takes, that it is free, and how to cancel and to complain.", "CONC 8.3.1R", V, YES, DOC, "TRIAGE"),
        ("CONC-04", "What the advice means for the credit rating and for future credit was explained.", "CONC 8.3.1R(10)", V, YES, DOC, "ADVICE"),
        ("CONC-05", "The advice has regard to the client's best interests.", "CONC 8.3.2R(1)(a)", G, YES, NOTE, "ADVICE"),
        ("CONC-06", "The advice is appropriate to the client's individual circumstances.", "CONC 8.3.2R(1)(b)", G, YES, NOTE, "ADVICE"),
        ("CONC-07", "The client's financial circumstances were assessed fully enough.", "CONC 8.3.2R(1)(c)", G, YES, FIELD, "BUDGET"),
        ("CONC-08", "The client was given enough information about the options that suit them.", "CONC 8.3.2R(2)", G, YES, DOC, "ADVICE"),
        ("CONC-09", "Why the options suit, and why the others do not, is recorded and was explained.", "CONC 8.3.2R(3)", G, YES, FIELD, "ADVICE"),
        ("CONC-10", "Written advice in a durable medium names the debts that are in and out, advantages, disadvantages, costs, risks, conditions and warnings; or the reason for the exemption is recorded.", "CONC 8.3.4R, 8.3.4AR", G, YES, DOC, "RECOMMENDATION"),
        ("CONC-11", "Identity, income and outgoings were verified by reasonable steps.", "CONC 8.3.5R to 8.3.6G", G, YES, DOC, "BUDGET"),
        ("CONC-12", "Unusually high or low spending was queried and explained.", "CONC 8.3.6G", G, YES, NOTE, "BUDGET"),
        ("CONC-13", "The client was given a source of impartial information on debt solutions.", "CONC 8.3.7R", G, YES, DOC, "ADVICE"),
        ("CONC-14", "The client was warned of risks to home and property, that enforcement may go on and that creditors may refuse.", "CONC 8.3.7R", G, YES, DOC, "ADVICE"),
        ("CONC-15", "No referral fee or other benefit steered the advice; conflicts of interest are recorded.", "CONC 8.3 as amended by PS23/5", V, YES, FIELD, "ADVICE"),
        ("CONC-16", "The recommended solution is affordable for the whole time it is expected to take.", "CONC 8.2.2G(2)", V, YES, FIELD, "RECOMMENDATION"),
        ("CONC-17", "The financial statement is accurate, realistic and complete.", "CONC 8.5.1R(1)", V, YES, FIELD, "BUDGET"),
        ("CONC-18", "Any fee of the firm stands on the statement; nought where the service is free.", "CONC 8.5.1R(2)", V, YES, FIELD, "BUDGET"),
        ("CONC-19", "The client consented to the statement being sent and confirmed that it is accurate.", "CONC 8.5.1R(3)", V, YES, SIGN, "IMPLEMENTATION"),
        ("CONC-20", "The statement went to the lenders as soon as practicable after the confirmation.", "CONC 8.5.1R(4)", V, YES, FIELD, "IMPLEMENTATION"),
        ("CONC-21", "The client has a copy of the statement and of the covering letter.", "CONC 8.5.1R(5)", V, YES, DOC, "IMPLEMENTATION"),
        ("CONC-22", "A uniform format of statement was used: the Standard Financial Statement.", "CONC 8.5.2G", V, YES, FIELD, "BUDGET"),
        ("CONC-23", "Offers are realistic and sustainable from disposable income.", "CONC 8.5.3G", V, YES, FIELD, "IMPLEMENTATION"),
        ("CONC-24", "The client was told of refusals and of other important replies of creditors.", "CONC 8.5.4R to 8.5.5R", G, YES, DOC, "IMPLEMENTATION"),
        ("CONC-25", "Where the client was advised to stop or cut contractual payments: why that is in their best interests is recorded.", "CONC 8.6.1R(1)", V, IF, NOTE, "ADVICE"),
        ("CONC-26", "Where payments are stopped or cut: the client was told to notify the lenders without delay.", "CONC 8.6.1R(2)", V, IF, DOC, "ADVICE"),
        ("CONC-27", "Where payments are stopped or cut: the client was warned of what follows and of what may follow.", "CONC 8.6.2R", V, IF, DOC, "ADVICE"),
        ("CONC-28", "Payments below the interest are advised only in the client's best interests, and were explained.", "CONC 8.6.3R, 8.6.4G", V, IF, NOTE, "ADVICE"),
        ("CONC-29", "The client was told when withheld payments should begin again, or that the solution does not start.", "CONC 8.6.5R to 8.6.6R", G, IF, NOTE, "IMPLEMENTATION"),
        ("CONC-31", "Where credit information is obtained: the client's authority is held, and the purpose is limited.", "CONC 8.10", G, IF, DOC, "FACT_FIND"),
    )),
    ("FCA-CONC8", "CONC8-DMP", "Debt management plans under CONC 8", ("DMP",), "REVIEW", (
        ("CONC-30", "The plan is monitored and reviewed at least yearly, and the client has a statement of it.", "CONC 8.8", G, IF, DOC, "REVIEW"),
    )),
    ("FCA-DUTY", "DUTY", "Consumer Duty", DEBT, None, (
        ("DUTY-01", "The service fits the client's needs: debt advice within its scope is what they look for.", "PRIN 2A.3", G, YES, FIELD, "TRIAGE"),
        ("DUTY-02", "Price and value: that the service is free was confirmed; fees of third parties were explained.", "PRIN 2A.4", G, YES, NOTE, "ADVICE"),
        ("DUTY-03", "Understanding: key information was given plainly, in the format and language that is needed, and understanding was checked.", "PRIN 2A.5", G, YES, NOTE, "RECOMMENDATION"),
        ("DUTY-04", "Support: the channel and adjustments suit the client; leaving and complaining meet no unreasonable barrier.", "PRIN 2A.6", G, YES, FIELD, "TRIAGE"),
        ("DUTY-05", "The centre acted in good faith towards the client.", "PRIN 2A.2", V, YES, NONE, "CLOSURE"),
        ("DUTY-06", "Foreseeable harm was avoided: risks are logged, urgent ones were acted on.", "PRIN 2A.2", V, YES, FIELD, "FACT_FIND"),
        ("DUTY-07", "The client could pursue their financial objectives: goals are recorded and were reviewed.", "PRIN 2A.2", V, YES, FIELD, "REVIEW"),
        ("DUTY-08", "The outcome is recorded, so that it can be compared for clients in vulnerable circumstances.", "PRIN 2A.9", G, YES, FIELD, "CLOSURE"),
    )),
    ("FCA-VULN", "VULN", "Vulnerable circumstances", ADVICE, None, (
        ("VULN-01", "Vulnerability was considered at the first contact, by all four drivers; the result is recorded even if there is none.", "FG21/1", G, YES, FIELD, "TRIAGE"),
        ("VULN-02", "Before health or similar detail was stored, explicit consent or another condition of Article 9 was recorded.", "FG21/1; UK GDPR Art 9", G, IF, FIELD, "TRIAGE"),
        ("VULN-03", "The effect of the circumstances and the needs of communication are recorded; adjustments are agreed.", "FG21/1", G, IF, FIELD, "FACT_FIND"),
        ("VULN-04", "Where there is domestic abuse: safe ways and times of contact are recorded, and letters held back if need be.", "FG21/1", G, IF, FIELD, "TRIAGE"),
        ("VULN-05", "In a mental-health crisis: the crisis moratorium and the Debt and Mental Health Evidence Form were considered.", "FG21/1", G, IF, NOTE, "ADVICE"),
        ("VULN-06", "Where there is doubt about capacity: it was assessed in proportion, and the supporter or attorney was verified.", "FG21/1; Mental Capacity Act 2005", G, IF, DOC, "FACT_FIND"),
        ("VULN-07", "Where there is a risk of suicide or a safeguarding concern: the protocol was followed, and a manager was told the same day.", "FG21/1", G, IF, NOTE, None),
        ("VULN-08", "Vulnerability was looked at again at each change of stage, and every three months while the case is open.", "FG21/1", G, YES, FIELD, "REVIEW"),
    )),
    ("MAPS-QF", "QF", "Quality of advice", DEBT, None, (
        ("QF-01", "Preliminary information is recorded: circumstances, housing, employment, health, equality, and why the client came.", "MaPS quality framework", V, YES, FIELD, "TRIAGE"),
        ("QF-02", "The client has signed an authority to act towards third parties.", "MaPS quality framework", V, YES, SIGN, "FACT_FIND"),
        ("QF-03", "The advisor's role, its limits and the complaints procedure were explained; the leaflet of the service was offered.", "MaPS quality framework", V, YES, NOTE, "TRIAGE"),
        ("QF-04", "Emergencies were identified and acted on.", "MaPS quality framework", G, YES, FIELD, "TRIAGE"),
        ("QF-05", "The client's liability was checked for each debt.", "MaPS quality framework", G, YES, FIELD, "FACT_FIND"),
        ("QF-06", "All creditors are listed, those without arrears, too.", "MaPS quality framework", G, YES, FIELD, "FACT_FIND"),
        ("QF-07", "Ways to raise the income were considered.", "MaPS quality framework", G, YES, NOTE, "BUDGET"),
        ("QF-08", "Priority debts were dealt with before offers on other debts.", "MaPS quality framework", G, YES, FIELD, "ADVICE"),
        ("QF-09", "The full range of options was considered, and what the client prefers.", "MaPS quality framework", G, YES, FIELD, "ADVICE"),
        ("QF-10", "The advice was confirmed by letter; a simple case of advice only has a record of the advice.", "MaPS quality framework", V, YES, DOC, "RECOMMENDATION"),
        ("QF-11", "What the client and what the advisor will do, by when and within which limits, is agreed.", "MaPS quality framework", G, YES, FIELD, "RECOMMENDATION"),
        ("QF-12", "The case record is clear, in the order of time, and creditor by creditor.", "MaPS quality framework", G, YES, NONE, "CLOSURE"),
        ("QF-14", "The file was reviewed where the sample took it: every file of newcomers and trainees, of others the share that the centre has set.", "MaPS quality framework", G, YES, FIELD, "CLOSURE"),
        ("QF-15", "A closing letter or call told the client what to do if things change.", "MaPS quality framework", G, YES, DOC, "CLOSURE"),
        ("QF-16", "Closed files are reviewed independently each quarter, and advisors told of the results.", "MaPS quality framework", G, NO, FIELD, None),
    )),
    ("MAPS-QF", "QF-DRO", "Quality of debt relief order applications", ("DRO",), "IMPLEMENTATION", (
        ("QF-13", "A second advisor has checked the application for a debt relief order.", "MaPS quality framework", V, YES, SIGN, "IMPLEMENTATION"),
    )),
    ("BS-DUTIES", "BS", "Breathing space", ("BREATHING_SPACE", "MH_BREATHING_SPACE"), None, (
        ("BS-C01", "Before the application the client was advised on its suitability, conditions and consequences.", "Regulation 23", V, YES, NOTE, "IMPLEMENTATION"),
        ("BS-C02", "Eligibility was assessed and recorded.", "Regulation 24", V, YES, FIELD, "IMPLEMENTATION"),
        ("BS-C03", "The client was told their obligations: ongoing liabilities are paid, no new credit is taken.", "Regulation 16", G, YES, DOC, "IMPLEMENTATION"),
        ("BS-C04", "Whether the client's address should be withheld was considered.", "Regulation 38", V, YES, FIELD, "IMPLEMENTATION"),
        ("BS-C05", "The midway review was made within its window, and its result is recorded.", "Regulation 27", V, YES, FIELD, "REVIEW"),
        ("BS-C06", "A creditor's request for a review was answered in time.", "Regulations 17 and 18", V, IF, FIELD, None),
        ("BS-C07", "There is a plan for the time after the moratorium, before its end.", "Good practice", G, YES, NOTE, "REVIEW"),
    )),
    ("BS-DUTIES", "BS-MH", "Mental health crisis moratorium", ("MH_BREATHING_SPACE",), None, (
        ("MH-C01", "The approved mental health professional's evidence form is held, and few may see it.", "Regulation 28 and following", V, YES, DOC, "IMPLEMENTATION"),
        ("MH-C02", "The nominated point of contact was asked every 20 to 30 days.", "Regulation 28 and following", V, YES, FIELD, "REVIEW"),
    )),
    ("DRO-AI", "DRO", "Debt relief order", ("DRO",), None, (
        ("DRO-C01", "Evidence of identity, income, spending, assets and creditors is held.", "Practice of approved intermediaries", G, YES, DOC, "IMPLEMENTATION"),
        ("DRO-C02", "A credit file was searched and reconciled with the list of debts.", "Practice of approved intermediaries", G, YES, DOC, "FACT_FIND"),
        ("DRO-C03", "The client was warned of the restrictions, of revocation and of the offence of a false statement.", "Insolvency Act 1986, Part 7A", V, YES, SIGN, "IMPLEMENTATION"),
        ("DRO-C04", "Whether preferences or transactions at an undervalue put the order at risk was considered.", "Insolvency Act 1986, Part 7A", V, YES, FIELD, "IMPLEMENTATION"),
        ("DRO-C05", "The duty to tell of changed circumstances for twelve months stands in the diary.", "Insolvency Act 1986, Part 7A", V, YES, FIELD, "REVIEW"),
    )),
    ("DISP", "DISP", "Complaints procedure", DEBT, "TRIAGE", (
        ("DISP-01", "The complaints procedure was explained to the client at the start.", "DISP 1.2", G, YES, DOC, "TRIAGE"),
    )),
    ("DISP", "DISP-COMPLAINT", "Handling of a complaint", ("COMPLAINT",), None, (
        ("DISP-02", "The complaint was logged on the day it was received, in the client's own words.", "DISP 1.9", G, YES, FIELD, "ENQUIRY"),
        ("DISP-03", "A prompt acknowledgement was sent in writing.", "DISP 1.6.1R", V, YES, DOC, "TRIAGE"),
        ("DISP-04", "Whoever handles it is independent of the advisor complained about.", "Good practice", G, YES, FIELD, "TRIAGE"),
        ("DISP-05", "It was investigated competently, diligently and impartially; the evidence is listed.", "DISP 1.4", G, YES, NOTE, "FACT_FIND"),
        ("DISP-06", "Where it was resolved by the close of the third business day: a summary resolution communication was sent.", "DISP 1.5.4R", V, IF, DOC, "CLOSURE"),
        ("DISP-07", "A final response, or a holding letter, went out within eight weeks, with the right to go to the ombudsman and the limit of six months.", "DISP 1.6.2R", V, YES, DOC, "CLOSURE"),
        ("DISP-08", "Redress or remedial action is complete.", "DISP 1.4", G, IF, NOTE, "CLOSURE"),
        ("DISP-09", "The root cause is recorded, and the lessons were passed on.", "DISP 1.3", G, YES, FIELD, "CLOSURE"),
        ("DISP-10", "The record will be kept for three years from receipt at least.", "DISP 1.9", V, YES, NONE, "CLOSURE"),
        ("DISP-11", "A complaint about data protection was acknowledged within 30 days and answered with the outcome and the right to go to the Information Commissioner.", "Data (Use and Access) Act 2025", V, IF, DOC, "CLOSURE"),
    )),
    ("DP", "DP", "Data protection", ADVICE, None, (
        ("DP-01", "The privacy notice was given: its version, the day and the channel are recorded.", "UK GDPR Art 13", G, YES, DOC, "TRIAGE"),
        ("DP-02", "A lawful basis is set for each purpose.", "UK GDPR Art 6", G, YES, FIELD, "TRIAGE"),
        ("DP-03", "Where special categories of data are held: explicit consent or another condition is set.", "UK GDPR Art 9", V, IF, FIELD, "TRIAGE"),
        ("DP-04", "Consent to sharing is held for each class of recipient: creditors, credit reference agencies, plan providers, funders, quality assurance.", "UK GDPR Art 6 and 9", G, YES, SIGN, "FACT_FIND"),
        ("DP-05", "How long data are kept was explained.", "UK GDPR Art 13(2)(a)", G, YES, NOTE, "TRIAGE"),
        ("DP-06", "The right to withdraw consent was explained.", "UK GDPR Art 7(3)", G, IF, NOTE, "TRIAGE"),
    )),
)
"""Framework, code, name, case types, gate stage of the whole, requirements."""
# fmt: on


def _id(kind: int, number: int) -> UUID:
    return UUID(f"01900000-0000-7000-8000-0036{kind:04x}{number:04x}")


def framework_rows() -> list[dict[str, Any]]:
    """Answer the rows of the frameworks."""
    return [
        {
            "id": _id(1, position),
            "code": code,
            "name": name,
            "edition": edition,
            "effective_from": date.fromisoformat(effective_from),
            "effective_to": None,
            "source": source,
            "description": description,
            "active": True,
            "position": position,
        }
        for position, (code, name, edition, effective_from, source, description) in enumerate(FRAMEWORKS, start=1)
    ]


def checklist_rows() -> list[dict[str, Any]]:
    """Answer the rows of the checklists, all of them mandatory."""
    numbers = {framework[0]: number for number, framework in enumerate(FRAMEWORKS, start=1)}
    return [
        {
            "id": _id(2, position),
            "framework_id": _id(1, numbers[framework]),
            "code": code,
            "name": name,
            "case_types": list(case_types),
            "gate_stage": gate_stage,
            "mandatory": True,
            "position": position,
        }
        for position, (framework, code, name, case_types, gate_stage, _) in enumerate(CHECKLISTS, start=1)
    ]


def item_rows() -> list[dict[str, Any]]:
    """Answer the rows of the requirements: one that has no gate, or that is optional, has no deadline of its own."""
    rows: list[dict[str, Any]] = []
    for number, (*_, requirements) in enumerate(CHECKLISTS, start=1):
        for position, (code, text, source, certainty, mandatory, evidence, gate) in enumerate(requirements, start=1):
            rows.append(
                {
                    "id": _id(3, number * 256 + position),
                    "checklist_id": _id(2, number),
                    "code": code,
                    "text": text,
                    "source": source,
                    "certainty": certainty,
                    "mandatory": mandatory,
                    "evidence_kind": evidence,
                    "case_types": [],
                    "weight": 1,
                    "gate_stage": gate,
                    "deadline_days": None if gate is None or mandatory == NO else DEADLINE_DAYS,
                    "position": position,
                }
            )
    return rows
