-- The way of a film into the bucket: one upload that lives for each film, and what was begun and is wanted no more until it is cleared away.
create table upload (
  id text primary key,
  film_key text not null,                    -- the film's key in the store of this box: video.object_key
  place text not null,                       -- endpoint and bucket: an upload goes on only where it began
  object_key text not null,                  -- in the bucket; another one than film_key when somebody's object stood there
  upload_id text,                            -- the bucket's own; absent until it has answered
  checksum text not null,                    -- crc32 | sha256 | etag: what the bucket keeps of the whole
  part_bytes integer not null,               -- of every part but the last
  header_bytes integer not null,             -- the film begins anew when its header's room does
  state text not null,                       -- open | completing | confirmed | abandoned (to be aborted) | discarded (and the object removed)
  may_replace integer not null default 0,    -- 1: what stands under its key can only be of an earlier upload of this film
  bytes integer,                             -- of the whole, from completing on
  etag text,                                 -- of the object, when confirmed
  proof text,                                -- crc32 | sha256 | etag: by what it was confirmed
  confirmed_at_ms integer,
  fault_kind text,                           -- what keeps it from going on; absent while it does
  fault_message text,
  fault_hint text,                           -- the mend
  fault_since_ms integer,
  created_at_ms integer not null
) strict;
create unique index upload_that_lives on upload (film_key) where state in ('open', 'completing', 'confirmed');

-- A part that the bucket has acknowledged. Written before anything else is done.
create table upload_part (
  upload text not null references upload (id) on delete cascade,
  number integer not null,                   -- from 1
  first_byte integer not null,               -- of the film
  bytes integer not null,
  md5 text not null,                         -- of what was sent, hexadecimal, as sha256
  sha256 text not null,
  crc32 integer not null,
  etag text not null,                        -- as the bucket answered
  sent_at_ms integer not null,
  primary key (upload, number)
) strict, without rowid;
