-- Small pictures of a film, sampled while it is composed; written with their chunk's row, gone when the film's previews are made of them.
create table small_picture (
  recording_id text not null references recording (id),
  kind text not null check (kind in ('thumbnail', 'preview')),
  frame integer not null,                    -- of the film
  width integer not null,
  height integer not null,
  lost integer not null,                     -- cameras that are a card in it
  picture blob not null,                     -- YUV 4:2:0, as it was composed
  primary key (recording_id, kind, frame)
) strict;

-- Files in the store beside a published film: small pictures of it for pages and players, and a smaller version of it.
create table companion (
  video_id text not null references video (id),
  kind text not null check (kind in ('preview', 'thumbnails', 'sheet', 'rendition')),
  number integer not null,                   -- of a sheet, from 1; else 0
  object_key text not null unique,           -- in the store: <the film's key without .mp4>/<name>
  width integer,                             -- in pixels; absent where there are none
  height integer,
  bytes integer not null,
  sha256 text not null,
  made_at_ms integer not null,
  primary key (video_id, kind, number)
) strict, without rowid;

alter table video add column verdict text;                      -- JSON: what was found of its pictures and cameras, when it was published
alter table video add column loudness text;                     -- JSON: of its sound; null until measured, and for a film without
alter table video add column rendition_asked_at_ms integer;     -- somebody wants its smaller version now
