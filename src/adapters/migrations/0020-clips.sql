-- A part of a match made for phones: small enough for a messenger, upright or wide, cut around the play. Made from the published film in idle time.
create table phone_clip (
  id text primary key,
  recording_id text not null references recording (id),
  from_ms integer not null,                  -- of the match, within the recording's window
  to_ms integer not null,
  shape text not null check (shape in ('9:16', '16:9')),
  state text not null,                       -- pending | made | failed
  progress real not null default 0,          -- 0 to 1, of the try that is under way
  label text,                                -- shown to people; free text
  asked_by text not null,                    -- id of the account or key, or 'court' for the court's page
  asked_at_ms integer not null,
  fault text,                                -- why there is none
  width integer,                             -- of what was made, in pixels; in the recording's folder it is clips/<id>-phone.mp4
  height integer,
  bytes integer,
  sha256 text,
  check (from_ms < to_ms),
  check (state <> 'made' or (bytes is not null and sha256 is not null))
) strict;
create index phone_clip_by_recording on phone_clip (recording_id, asked_at_ms);
create index phone_clip_to_make on phone_clip (asked_at_ms) where state = 'pending';

-- The smaller version of a film on its way to the bucket, which takes it part by part. Goes when the bucket holds it, or nobody wants it there.
create table rendition_upload (
  film_key text primary key,                 -- video.object_key
  place text not null,                       -- endpoint and bucket
  object_key text not null,
  upload_id text not null
) strict, without rowid;
