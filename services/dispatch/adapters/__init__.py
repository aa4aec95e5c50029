"""dispatch's way outside: the log in DynamoDB, Slack, the mail, the bus, the rules."""
