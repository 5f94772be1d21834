"""Users: people, their memberships of centres, and the teams they work in."""
