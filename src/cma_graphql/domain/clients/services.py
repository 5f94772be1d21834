"""What people do with clients and their consents."""

NATIONAL_INSURANCE_PURPOSE = "clients.national_insurance_number"
"""What the blind index of national insurance numbers is keyed for."""
