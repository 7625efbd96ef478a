"""What people do, by topic. The only modules that commit; each deed is one transaction."""
