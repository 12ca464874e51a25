-- Who is using a recording's files now: somebody who watches, a merge from its footage. A lease: it ends by itself when its owner does not renew it.
create table in_use (
  recording_id text not null references recording (id),
  who text not null,                         -- watched | merged again
  until_ms integer not null,
  primary key (recording_id, who)
) strict, without rowid;

-- What was swept of a published film on this box. Row before file: until gone_at_ms is set its files may still be there. The rows of its chunks stay:
-- they tell what the film was made of.
create table swept (
  recording_id text not null references recording (id),
  what text not null check (what in ('chunks', 'film', 'rendition')),
  bytes integer not null,                    -- that became free
  because text not null,                     -- in words
  going_at_ms integer not null,
  gone_at_ms integer,
  primary key (recording_id, what)
) strict, without rowid;

-- A film was to move once more while its last move still waited for the removal of the old object: it moves again when that is over.
alter table object_move add column again_at_ms integer;

-- By which secret of the home the page of a link is named, as a short hash: one that was made by another secret is not found any more.
alter table share_page add column secret_mark text;

-- A published film is sent to the bucket once more, or gives way to another film of its match. Goes when nothing of it is left to do.
create table film_exchange (
  video_id text primary key references video (id),
  upload_key text not null,                  -- upload.film_key of what is sent, until the switch makes it the film's own
  film text,                                 -- of the one that comes, as JSON: width, height, bytes, sha256; absent: the same film once more
  asked_by text not null,
  asked_at_ms integer not null,
  switched_at_ms integer,                    -- the rows tell of the one that came; its file still lies beside the film's name
  named_at_ms integer,                       -- that file bears the film's name, too; the other name is to go
  fault text                                 -- why it does not go on
) strict, without rowid;
