-- The uplink as the worker last saw it; one row.
create table uplink (
  id integer primary key check (id = 1),
  at_ms integer not null,
  bytes_per_second real,                     -- measured by parts that arrived; absent until one has
  limit_bytes_per_second real,               -- what the settings allow now; absent without a limit
  paused_by text                             -- window | recording; absent while parts may begin
) strict;

-- When somebody beyond the venue network last asked this box for a live picture; one row.
create table live_viewer (
  id integer primary key check (id = 1),
  at_ms integer not null
) strict;
