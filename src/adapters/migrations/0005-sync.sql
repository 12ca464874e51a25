-- By how many frames the right camera's pictures were taken later than the left one's, chunk by chunk, and what was measured from the pictures.
-- Only of films whose rig has a calibration; written with the chunk's row, so that a merge that goes on decides as it would have.
create table sync (
  recording_id text not null references recording (id),
  number integer not null,                   -- the chunk; -1: the lead-in before the film
  shift_frames integer not null,             -- of this chunk
  verdict text,                              -- measured, or why a window that ended with this chunk tells nothing; null: none ended
  offset_ms real,                            -- measured: how far the right camera lags the left one, by capture times
  wanted_frames real,                        -- measured: the shift that would put the two in step
  confidence real,                           -- measured: the peak over the next best one
  cells integer,                             -- places that were looked at
  moving integer,                            -- of these, where both cameras saw somebody
  primary key (recording_id, number)
) strict, without rowid;
