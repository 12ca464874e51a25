-- How the box stood, measured each minute; what is older is folded into longer stretches.
create table status_sample (
  at_ms integer primary key,                 -- the stretch's first measurement
  minutes integer not null,                  -- of the stretch
  samples integer not null,                  -- measurements in it
  verdict text not null check (verdict in ('healthy', 'degraded', 'unhealthy')), -- the worst
  reasons text not null,                     -- JSON: names of the checks that were not well
  load_share real not null,                  -- of all cores, mean
  memory_share real not null,                -- in use, mean
  free_bytes integer,                        -- on the media disk with least, the least; null when no disk could be asked
  celsius real,                              -- the most; null where no sensor tells
  cameras_running integer not null,          -- the most
  recording_share real not null,             -- of the measurements, those with a booking that was being filmed
  booking_id text,                           -- the last one that ran
  waiting integer not null,                  -- recordings not published yet, the most
  uptime_s integer not null                  -- of the machine, at the last
) strict;
