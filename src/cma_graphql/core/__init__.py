"""What every floor stands on: errors, ids, time, money, settings, sealing; imports nothing of ours."""
