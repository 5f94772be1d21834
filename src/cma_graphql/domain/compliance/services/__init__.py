"""What can be done with frameworks, checklists and the requirements of cases."""
