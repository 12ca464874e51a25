-- How far the overlap lay beside where the calibration puts it, looked at now and then while a panorama was composed; written with the chunk's row, so
-- that a merge that goes on decides as it would have.
create table rig_look (
  recording_id text not null references recording (id),
  number integer not null,                   -- the chunk whose pictures were looked at
  verdict text not null,                     -- measured, or why nothing could be
  px real,                                   -- measured: pixels of the canvas
  beyond integer check (beyond in (0, 1)),   -- measured: 1: at least so many
  patches integer,                           -- measured: how many told it
  primary key (recording_id, number)
) strict, without rowid;

-- From which frame on a panorama is drawn otherwise than its recording says, within the same canvas: its rig was moved. Never made anew: a film that is
-- merged again from its tracks is the same.
create table redrawn (
  recording_id text not null references recording (id),
  first_frame integer not null,              -- of the film; a chunk begins with it
  drawn text not null check (drawn in ('panorama', 'side-by-side')),
  calibration text,                          -- of a panorama: JSON, its canvas and seam spelled out
  because text not null,
  primary key (recording_id, first_frame)
) strict, without rowid;
