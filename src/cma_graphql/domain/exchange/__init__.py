"""Exchange: caseloads taken in from CSV, lists given out as CSV."""
