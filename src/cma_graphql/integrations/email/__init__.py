"""Letters to people: by SMTP, into a folder, or kept in memory."""
