-- Rows of the audit are counted and cleared by their kind and their age; each sign-in is one now.
create index audit_what on audit (what);
create index audit_at on audit (at_ms);
