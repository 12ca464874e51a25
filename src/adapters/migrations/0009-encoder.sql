-- Who encodes a film, fixed when its merge begins: one encoder for the whole of it, because another one describes its pictures otherwise.
alter table recording add column encoder text check (encoder in ('x264', 'v4l2m2m'));   -- null: not fixed yet
alter table recording add column encoder_because text;                                  -- why this one

-- A film whose encoder gave up is begun anew by another one: how often that was, and which of these films the body in the store is of.
alter table recording add column film_begun integer not null default 0;
alter table video add column film_begun integer not null default 0;
