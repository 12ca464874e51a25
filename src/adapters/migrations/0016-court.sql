-- What the file bookings.json said of each of its entries when it was last acted on: an edit is what differs from it.
create table bookings_file_entry (
  user_id text not null,                     -- whose id it is
  entry_id text not null,                    -- as in the file: opaque
  content text not null,                     -- JSON: start, end, title as they were written, and whether it was cancelled
  booking_id text not null references booking (id),
  seen_at_ms integer not null,
  primary key (user_id, entry_id)
) strict, without rowid;

-- A moment of a match that somebody marked while it was on, or later.
create table marker (
  id text primary key,
  recording_id text not null references recording (id),
  at_ms integer not null,                    -- the moment: within the recording's window
  label text,                                -- shown to people; free text
  set_by text not null,                      -- id of the account or key, or 'court' for the court's page
  set_at_ms integer not null
) strict;
create index marker_by_recording on marker (recording_id, at_ms);

-- What a request answered that was sent with an Idempotency-Key: for a day the same key is answered the same.
create table answered_request (
  asker text not null,                       -- id of the account or key
  key_hash blob not null,                    -- SHA-256 of the Idempotency-Key
  request_hash blob not null,                -- SHA-256 of method, path and body
  status integer not null,
  answer text,                               -- the JSON; absent where it told a secret
  answer_hash blob not null,                 -- SHA-256 of the JSON
  at_ms integer not null,
  primary key (asker, key_hash)
) strict, without rowid;
create index answered_request_by_time on answered_request (at_ms);
