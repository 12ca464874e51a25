-- The calibration that a panorama is drawn by, fixed when its merge begins: a rig that is calibrated anew changes no film that was begun.
alter table recording add column calibration text;          -- JSON, its canvas and seam spelled out; null: not fixed yet; empty: there is none
alter table recording add column calibration_fault text;    -- why there is none, so that the film is drawn side by side

-- How the right picture of a panorama was brought to the left one's light, chunk by chunk; written with the chunk's row.
create table exposure (
  recording_id text not null references recording (id),
  number integer not null,                   -- the chunk
  reached text not null,                     -- JSON: gain and offset of Y, U and V at its end
  next text not null,                        -- where the chunk after it goes
  primary key (recording_id, number)
) strict, without rowid;
