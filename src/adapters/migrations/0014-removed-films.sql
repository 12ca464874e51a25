-- A published film that somebody removed: its row stays and says so; nothing of it is told or served from that instant. Row before file.
alter table video add column removed_at_ms integer;
alter table video add column removed_by text;                 -- account or key
alter table video add column gone_at_ms integer;              -- when its files were gone

-- A reason not to remove a film, nor the footage that it was made of.
alter table video add column held_because text;
