-- Intro and outro of a film, its bookends: what was set and found when its merge began, and what was made of it with the film's own parameters.
-- They stand before and behind the chunks in the published file and in the live stream; no chunk, gap or coverage counts them.
alter table recording add column bookends text check (bookends in ('begun', 'fixed')); -- begun: their files are taken; fixed: nothing changes any more
create table bookend (
  recording_id text not null references recording (id),
  slot text not null,                        -- intro | outro
  file text not null,                        -- as it was set
  sha256 text,                               -- of the file as it was taken; absent when it could not be
  tries integer not null default 0,          -- to make it: what ends its maker again and again is left out
  frames integer,                            -- of the film; absent while it is not made
  bytes integer,                             -- of what was made of it: chunks/<slot>.mp4
  payload_bytes integer,                     -- of its samples, end to end
  made_sha256 text,                          -- of chunks/<slot>.mp4
  description_sha256 text,                   -- of its sample descriptions: they must be the film's own
  fragments text,                            -- JSON: its fragments with their samples, as a chunk and its runs
  fault text,                                -- why it is not in the film
  primary key (recording_id, slot)
) strict, without rowid;

-- What stood on the film, and from which frame on: noted when it was seen, so that a merge that goes on, or is made later, draws the same.
alter table recording add column score text; -- JSON: file, position, height, margin, fixed when its merge begins; empty: there is none
create table score (
  recording_id text not null references recording (id),
  first_frame integer not null,
  text text not null,                        -- one or two lines, as they are drawn; empty: nothing
  primary key (recording_id, first_frame)
) strict, without rowid;
