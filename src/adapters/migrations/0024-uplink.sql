-- Bytes that went to the bucket of parts that had not arrived: S3 tells of whole parts only, and one may take minutes.
alter table uplink add column under_way_bytes integer not null default 0;
