-- A booking that keeps the court and is not recorded: nothing is captured for it, and there is no film.
alter table booking add column record integer not null default 1 check (record in (0, 1));
-- The erasure that took its personal fields.
alter table booking add column erasure_id text;

-- Whose bookings and films the key sees: those of one user alone; absent: all.
alter table api_key add column user_id text;

-- Somebody's data is removed everywhere. Never says whose: rows name ids of ours alone, and stay as the proof.
create table erasure (
  id text primary key,
  asked_by text not null,                    -- id of the account or key
  asked_at_ms integer not null,
  waits_for text,                            -- in words, while something is still to go
  cleaned_at_ms integer,                     -- when nothing was left in files and rows; copies of the database follow
  done_at_ms integer
) strict;

-- What an erasure removed, when.
create table erasure_item (
  erasure_id text not null references erasure (id),
  kind text not null,                        -- booking | address | mail | link | pin | entry | marker | clip | score | answer | key | film | recording | footage | left
  subject_id text not null,                  -- ours; of footage the take
  at_ms integer not null,
  pieces integer not null default 1,         -- how many; of footage its segments
  primary key (erasure_id, kind, subject_id)
) strict, without rowid;

-- An entry of bookings.json whose booking was erased: as long as it says the same it is not booked again. A salted hash: it names nobody.
create table erased_entry (
  entry_hash blob primary key,               -- SHA-256 of erasure id, user, entry, start and end as they are written
  erasure_id text not null references erasure (id),
  until_ms integer not null                  -- the end of that booking: from then on the entry is over anyway
) strict, without rowid;

-- Who did or saw what is nobody's daily work, for two years.
create table audit (
  id integer primary key autoincrement,
  at_ms integer not null,
  who text not null,                         -- id of the account or key
  what text not null,                        -- user.erased, user.exported, preview.seen...
  subject_id text,
  facts text not null default '{}'           -- JSON, nothing personal and no secrets
) strict;
