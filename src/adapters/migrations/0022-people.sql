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
  done_at_ms integer
) strict;

-- What an erasure removed, when.
create table erasure_item (
  erasure_id text not null references erasure (id),
  kind text not null,                        -- booking | address | mail | link | pin | marker | clip | score | answer | key | film | recording | footage
  subject_id text not null,                  -- ours; of footage the take
  at_ms integer not null,
  pieces integer not null default 1,         -- how many; of footage its segments
  primary key (erasure_id, kind, subject_id)
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
