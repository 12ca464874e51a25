-- How far each camera's picture is turned in the film, in degrees clockwise: fixed when the recording is opened, with the canvas that follows from it.
alter table recording add column left_rotation integer not null default 0 check (left_rotation in (0, 90, 180, 270));
alter table recording add column right_rotation integer not null default 0 check (right_rotation in (0, 90, 180, 270));
