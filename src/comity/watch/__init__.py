"""What changed, and is it worth a person's time? Channels that find alerts, and a ledger of who was told."""
