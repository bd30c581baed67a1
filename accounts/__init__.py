"""People, their sign-ins, and invitations to the practice."""
