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

-- What stands in the bucket beside a film: poster, small pictures, smaller version, manifest. Written after the bucket has acknowledged it.
create table bucket_object (
  place text not null,                       -- endpoint and bucket
  object_key text not null,
  film_key text not null,                    -- video.object_key
  bytes integer not null,
  sha256 text not null,                      -- of what was sent
  changed_at_ms real not null,               -- of the file that was sent
  sent_at_ms integer not null,
  primary key (place, object_key)
) strict, without rowid;

-- The page of a link of mode `bucket`. Its key is made of the link's id and a secret of the home, and stands in no row.
create table share_page (
  share_id text primary key references share_link (id),
  place text not null,
  film_key text not null,
  written_at_ms integer,                     -- absent until the bucket has it
  signed_until_ms integer,                   -- the addresses in it end then
  removed_at_ms integer                      -- the link has ended or was revoked, and its page is gone
) strict;

-- A film on its way to another key, so that addresses that were given away end. One for each film.
create table object_move (
  film_key text primary key,
  from_key text not null,
  to_key text not null,
  upload_id text,                            -- of the copy that is being made
  copied_at_ms integer,                      -- the bucket has proven the copy; the old object is still to go
  wanted_at_ms integer not null
) strict;

-- Films in the bucket are asked for again, some each night.
alter table upload add column checked_at_ms integer;       -- when the bucket was last asked for it, after it was confirmed
alter table upload add column finding text;                -- missing | different: what was found then; absent when it was the film
