"""What a person can do with templates: make and clone them, work on drafts, publish, retire."""
