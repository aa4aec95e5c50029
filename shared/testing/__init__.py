"""What the services' tests share: the published contracts, and fakes for the plumbing. Not shipped."""
