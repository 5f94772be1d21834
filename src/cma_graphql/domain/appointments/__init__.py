"""Appointments of clients with advisors: booked without overlap, moved, kept or missed; and the centre's diary."""
