"""All that is sent: links to sign in and to confirm, and the digest."""
