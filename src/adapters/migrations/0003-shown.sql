-- What each camera gave to the frames of a chunk, counted while they were composed; written with the chunk's row.
-- Films merged before this table have no such rows: nothing is known of their repeats, and nothing is claimed.
create table shown (
  recording_id text not null,
  number integer not null,                   -- the chunk
  camera text not null,                      -- left | right
  kept integer not null,                     -- frames that show a picture of this camera captured for them
  repeated integer not null,                 -- frames that show the picture before again
  missing integer not null,                  -- frames that show the card
  primary key (recording_id, number, camera),
  foreign key (recording_id, number) references chunk (recording_id, number) on delete cascade
) strict, without rowid;
