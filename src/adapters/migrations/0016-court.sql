-- What the file bookings.json said of each of its entries when it was last acted on: an edit is what differs from it.
create table bookings_file_entry (
  user_id text not null,                     -- whose id it is
  entry_id text not null,                    -- as in the file: opaque
  content text not null,                     -- JSON: start, end, title as they were written, whether it was cancelled, a hash of its e-mail address
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

-- What a request answered that was sent with an Idempotency-Key: for a day the same key is answered the same. Written before anything is done.
create table answered_request (
  asker text not null,                       -- id of the account or key
  key_hash blob not null,                    -- SHA-256 of the Idempotency-Key
  request_hash blob not null,                -- SHA-256 of method, path and body; of a body with secrets nothing of them
  status integer,                            -- absent: under way, or a life ended in the middle of it
  answer text,                               -- the JSON; absent where it told a secret, or is large
  at_ms integer not null,
  primary key (asker, key_hash)
) strict, without rowid;
create index answered_request_by_time on answered_request (at_ms);

-- The last seconds of a match, kept as each camera saw them. Asked for while it is on; made by the worker from the segments on this box alone.
create table clip (
  id text primary key,
  recording_id text not null references recording (id),
  from_ms integer not null,                  -- of the match, within the recording's window
  to_ms integer not null,
  state text not null,                       -- pending (its footage is held) | made | failed
  label text,                                -- shown to people; free text
  asked_by text not null,                    -- id of the account or key, or 'court' for the court's page
  asked_at_ms integer not null,
  fault text,                                -- why there is none
  check (from_ms < to_ms)
) strict;
create index clip_by_recording on clip (recording_id, asked_at_ms);
create index clip_to_make on clip (asked_at_ms) where state = 'pending';

-- What a clip consists of: a file for each camera, and one more for each time that it began anew in those seconds.
create table clip_file (
  clip_id text not null references clip (id),
  name text not null,                        -- left-1.mp4: in the recording's folder it is clips/<clip>-left-1.mp4
  frames integer not null,
  bytes integer not null,
  sha256 text not null,
  primary key (clip_id, name)
) strict, without rowid;

-- A link may exist from the booking on; it may want a password, and open for so many people only.
create table share_link_next (
  id text primary key,
  recording_id text references recording (id),  -- one of these two
  booking_id text references booking (id),
  token_hash blob not null unique,           -- SHA-256 of the token
  mode text not null,                        -- box: page and bytes come from this box
  created_at_ms integer not null,
  expires_at_ms integer not null,
  revoked_at_ms integer,
  password_hash text,                        -- argon2id, PHC string
  most_views integer,                        -- openings of the page by people; absent: any number
  views integer not null default 0,          -- by people: no programs, no byte ranges
  downloads integer not null default 0,      -- begun: a range that goes on does not count
  check ((recording_id is null) <> (booking_id is null))
) strict;
insert into share_link_next (id, recording_id, token_hash, mode, created_at_ms, expires_at_ms, revoked_at_ms, views)
  select id, recording_id, token_hash, mode, created_at_ms, expires_at_ms, revoked_at_ms, views from share_link;
create temp table kept_share_page as select * from share_page; -- its rows name links: they would stand in the way
delete from share_page;
drop table share_link;
alter table share_link_next rename to share_link;
insert into share_page select * from kept_share_page;
drop table kept_share_page;

-- A browser that was let in by a link which wants a password or opens for so many people only.
create table share_visit (
  token_hash blob primary key,               -- SHA-256 of the cookie's value
  link_id text not null references share_link (id) on delete cascade,
  expires_at_ms integer not null
) strict, without rowid;

-- Where the news of a booking goes, if its customer gave an address.
create table booking_mail (
  booking_id text primary key references booking (id),
  address text not null
) strict, without rowid;

-- The one e-mail that a booking brings: written when there is something to tell, sent when the server takes it.
create table mail (
  booking_id text primary key references booking (id),
  kind text not null,                        -- ready | partial | missed
  address text not null,
  state text not null,                       -- waiting | sent | failed
  attempts integer not null default 0,
  not_before_ms integer not null,
  link_id text references share_link (id),   -- the link that it brought
  created_at_ms integer not null,
  sent_at_ms integer
) strict, without rowid;
create index mail_to_send on mail (not_before_ms) where state = 'waiting';

-- The PIN with which the people on the court run their own booking from a phone. Made anew, the old one opens nothing any more.
create table court_pin (
  booking_id text primary key references booking (id),
  pin_hash text not null,                    -- argon2id, PHC string
  made_at_ms integer not null
) strict, without rowid;

-- A phone that was let in by a booking's PIN.
create table court_visit (
  token_hash blob primary key,               -- SHA-256 of the cookie's value
  booking_id text not null references booking (id),
  expires_at_ms integer not null
) strict, without rowid;
