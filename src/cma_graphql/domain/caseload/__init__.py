"""What a caseload looks like across the rooms: a board of its cases by stage, with what is due."""
