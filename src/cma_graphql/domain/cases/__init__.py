"""Cases: the record of one piece of advice, its states and its team."""
