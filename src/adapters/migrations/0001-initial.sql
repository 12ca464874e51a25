-- The state of one box. Times are Unix milliseconds UTC unless a name ends in _us (microseconds of CLOCK_MONOTONIC,
-- comparable only within one boot_id) or _ticks (90 kHz, the camera's own clock). Ids are ULIDs of ours.
-- Order of writing: file before row when making; row before file when removing (docs/design/lifecycle.md).

-- A customer's claim on a rig for [starts_at_ms, ends_at_ms). What became of it is computed from its recording.
create table booking (
  id text primary key,                       -- ours
  caller_id text,                            -- the caller's own id, opaque; makes creation idempotent
  user_id text not null,                     -- whose booking it is (the seed's USER_ID)
  rig_id text not null,                      -- which pair of cameras (the seed's CAMERA_ID)
  title text,                                -- shown to people; free text
  starts_at_ms integer not null,             -- first instant of the film
  ends_at_ms integer not null,               -- first instant after the film; moved by extend and stop
  cancelled_at_ms integer,                   -- set once; a cancelled booking opens no window
  interrupted_at_ms integer,                 -- the box was told to end in mid-film: what is published is partial
  created_at_ms integer not null,
  updated_at_ms integer not null,
  check (starts_at_ms < ends_at_ms)
) strict;
create unique index booking_by_caller on booking (user_id, caller_id) where caller_id is not null;
create index booking_by_time on booking (rig_id, starts_at_ms);

-- One row. Grows with every change that the recorder must know of; capture-plan.json carries the one it was written from.
create table plan_generation (
  only_row integer primary key check (only_row = 1),
  generation integer not null
) strict;
insert into plan_generation values (1, 0);

-- The one attempt to fulfil one booking: a range of time over the rig's segment log.
create table recording (
  id text primary key,
  booking_id text not null unique references booking (id),
  rig_id text not null,
  folder text not null,                      -- below the recordings folder: <local date>/<id>
  starts_at_ms integer not null,             -- the booking's window, as it stands
  ends_at_ms integer not null,
  fps integer not null,                      -- of the film and of both cameras
  camera_width integer not null,             -- of one camera, in pixels
  camera_height integer not null,
  layout text not null,                      -- side-by-side | panorama: what was asked for
  origin_boot_id text,                       -- the film's first frame on the monotonic clock, fixed when the merge begins
  origin_us integer,
  init_segment blob,                         -- ftyp and moov of the first encoder: the one sample description of this film
  opened_at_ms integer not null
) strict;
create index recording_by_start on recording (starts_at_ms);

-- Each step of a recording: pending -> working -> done | failed(code); steps of one recording run at the same time.
create table step (
  recording_id text not null references recording (id),
  name text not null,                        -- capture | check | merge | publish
  state text not null,                       -- pending | working | done | failed
  attempts integer not null default 0,       -- tries that ended in an error, since the last success
  failed_code text,                          -- an error code of ours, when failed or when the last try was
  failed_message text,
  lease_owner text,                          -- service and process that may work on it
  lease_until_ms integer,                    -- the lease is void from this instant
  lease_generation integer not null default 0, -- grows with each claim: a late holder is refused
  not_before_ms integer not null default 0,  -- back-off: not to be claimed earlier
  updated_at_ms integer not null,
  primary key (recording_id, name)
) strict, without rowid;

-- An uninterrupted run of one camera's capture chain. Its footage is in <takes>/<folder>/.
create table take (
  id text primary key,
  rig_id text not null,
  camera text not null,                      -- left | right
  folder text not null,                      -- below the takes folder: <UTC date>/<id>-<camera>
  boot_id text not null,                     -- whose monotonic clock its anchors speak
  begun_at_ms integer not null,
  ended_at_ms integer,                       -- absent while it runs
  end_cause text,                            -- stopped | camera-ended | stalled | killed | disk | ...
  journal_bytes integer not null default 0   -- how much of the journal these rows hold
) strict;
create index take_by_time on take (rig_id, begun_at_ms);

-- One closed file of a take, a few seconds long, beginning with a key frame. Immutable until it is erased.
create table segment (
  take_id text not null references take (id),
  number integer not null,                   -- from 0; the file is <number>.ts
  first_ticks integer not null,              -- time stamp of the first picture, unwrapped past 33 bits
  last_ticks integer not null,               -- of the last picture
  frames integer not null,
  bytes integer not null,
  sha256 text not null,
  erased_at_ms integer,                      -- when it proved to lie outside every booking: its file is gone, or going
  primary key (take_id, number)
) strict, without rowid;

-- Where the camera's clock stood against ours: the earliest arrival within each second of a take.
create table anchor (
  take_id text not null references take (id),
  ticks integer not null,                    -- the camera's time stamp
  monotonic_us integer not null,             -- its arrival on the monotonic clock of the take's boot
  utc_ms integer not null,                   -- its arrival on the wall clock: a label
  primary key (take_id, ticks)
) strict, without rowid;

-- A closed group of pictures of the merged film: a CMAF fragment, immutable, decoded once before its row exists.
create table chunk (
  recording_id text not null references recording (id),
  number integer not null,                   -- from 0; the file is chunks/<number>.m4s
  first_frame integer not null,              -- index of its first picture in the film
  frames integer not null,
  bytes integer not null,                    -- of the file
  payload_bytes integer not null,            -- of its samples, end to end
  sha256 text not null,                      -- of the file
  verified_at_ms integer not null,           -- when every picture of it was decoded
  primary key (recording_id, number)
) strict, without rowid;

-- The samples of one track in one chunk, contiguous in its payload: the film's index is built from these rows alone.
create table chunk_run (
  recording_id text not null,
  number integer not null,                   -- the chunk
  track integer not null,                    -- track id in the init segment: 1 = picture, 2 = sound
  payload_offset integer not null,           -- of its first sample in the chunk's payload
  sample_ticks integer not null,             -- duration of each sample in the track's timescale
  sample_sizes blob not null,                -- 32-bit big endian, one per sample, as in an stsz box
  primary key (recording_id, number, track),
  foreign key (recording_id, number) references chunk (recording_id, number) on delete cascade
) strict, without rowid;

-- A stretch of the film that a camera's footage does not cover, with its cause.
create table gap (
  recording_id text not null references recording (id),
  camera text not null,
  first_frame integer not null,
  frames integer not null,
  cause text not null,
  primary key (recording_id, camera, first_frame)
) strict, without rowid;

-- A stretch of the film in which a camera's picture looked black, covered or frozen: a suspicion, told while it lasts.
create table picture_fault (
  recording_id text not null references recording (id),
  camera text not null,
  fault text not null,                       -- black | covered | frozen
  first_frame integer not null,
  frames integer not null,
  primary key (recording_id, camera, fault, first_frame)
) strict, without rowid;

-- The finished film, one per recording. The body grows while the match is on; header and publication come last.
create table video (
  id text primary key,
  recording_id text not null unique references recording (id),
  object_key text not null unique,           -- in the store: <user>/<date>/<recording id>.mp4
  header_bytes integer not null,             -- reserved in front for the longest end this booking may reach
  body_bytes integer not null default 0,     -- of the body that is durable in the store
  body_chunks integer not null default 0,    -- chunks of the body that are durable in the store
  width integer,                             -- known when published, as all below
  height integer,
  fps integer,
  frames integer,
  bytes integer,
  sha256 text,                               -- of the whole file, filled soon after publishing
  status text,                               -- complete | partial: never better than the truth
  published_at_ms integer,                   -- when the store had confirmed it
  created_at_ms integer not null
) strict;

-- A link for people to one recording's film. The token itself is never stored.
create table share_link (
  id text primary key,
  recording_id text not null references recording (id),
  token_hash blob not null unique,           -- SHA-256 of the token
  mode text not null,                        -- box: page and bytes come from this box
  created_at_ms integer not null,
  expires_at_ms integer not null,
  revoked_at_ms integer,
  views integer not null default 0           -- page openings, not byte ranges
) strict;

-- Facts to tell the cloud, oldest first, at least once; written in the transaction of the change they tell.
create table outbox (
  id integer primary key autoincrement,
  at_ms integer not null,
  kind text not null,                        -- video.published, booking.changed...
  payload text not null,                     -- JSON
  delivered_at_ms integer
) strict;

-- Every move of a state, for ever: who was where, and why it moved.
create table transition (
  id integer primary key autoincrement,
  at_ms integer not null,
  subject text not null,                     -- booking | step | take | video
  subject_id text not null,
  from_state text,
  to_state text not null,
  cause text
) strict;
create index transition_by_subject on transition (subject, subject_id);

-- What other processes may want to know of: they ask for ids above the last one they saw.
create table event (
  id integer primary key autoincrement,
  at_ms integer not null,
  kind text not null,                        -- booking.changed, take.begun, chunk.made, video.published...
  subject_id text not null,
  facts text not null default '{}'           -- JSON, no secrets
) strict;

-- A service was alive at an instant, doing something.
create table heartbeat (
  service text primary key,
  pid integer not null,
  at_ms integer not null,
  doing text not null
) strict, without rowid;

-- People who may sign in.
create table account (
  id text primary key,
  name text not null unique,                 -- what they type to sign in
  role text not null,                        -- admin | operator | viewer
  password_hash text not null,               -- argon2id, PHC string
  created_at_ms integer not null
) strict;

-- A signed-in browser.
create table session (
  token_hash blob primary key,               -- SHA-256 of the cookie's value
  account_id text not null references account (id) on delete cascade,
  created_at_ms integer not null,            -- the absolute limit counts from here
  used_at_ms integer not null                -- the idle limit counts from here
) strict, without rowid;

-- A program that may ask.
create table api_key (
  id text primary key,                       -- stands in the key itself: ezk_<id>_<secret>
  name text not null,
  role text not null,                        -- admin | operator | viewer
  secret_hash blob not null,                 -- SHA-256 of the secret
  created_at_ms integer not null,
  used_at_ms integer,
  revoked_at_ms integer
) strict;

-- The one-time code by which a new box gets its first account. At most one row; gone once used.
create table claim (
  only_row integer primary key check (only_row = 1),
  code_hash blob not null,                   -- SHA-256 of the code
  created_at_ms integer not null,
  failures integer not null default 0        -- wrong codes tried
) strict;
