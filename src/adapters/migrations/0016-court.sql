-- What the file bookings.json said of each of its entries when it was last acted on: an edit is what differs from it.
create table bookings_file_entry (
  user_id text not null,                     -- whose id it is
  entry_id text not null,                    -- as in the file: opaque
  content text not null,                     -- JSON: start, end, title as they were written, and whether it was cancelled
  booking_id text not null references booking (id),
  seen_at_ms integer not null,
  primary key (user_id, entry_id)
) strict, without rowid;
