-- What was wrong with this box, from when to when: a row for each stretch of one trouble. Its checks are those of /health.
create table alert (
  id integer primary key autoincrement,
  check_name text not null,                  -- as in /health: cameras, disk...
  subject text not null,                     -- what of it: left, right, hot..., or box
  status text not null check (status in ('degraded', 'unhealthy')), -- the worst while it lasted
  message text not null,                     -- the newest
  mend text,
  since_ms integer not null,                 -- when it was first seen
  raised_at_ms integer not null,             -- when it had lasted long enough to be told
  cleared_at_ms integer                      -- absent while it lasts
) strict;
create unique index alert_that_lasts on alert (check_name, subject) where cleared_at_ms is null;
create index alert_by_time on alert (raised_at_ms);
