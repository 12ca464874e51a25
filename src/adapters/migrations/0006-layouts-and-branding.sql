-- How a recording's two pictures become one, beyond the name of the layout: fixed when the recording is opened, with the canvas that follows from it.
-- `layout` is one of side-by-side, stacked, single, picture-in-picture, panorama: what was asked for.
alter table recording add column left_flip text not null default 'none' check (left_flip in ('none', 'horizontal', 'vertical', 'both'));
alter table recording add column right_flip text not null default 'none' check (right_flip in ('none', 'horizontal', 'vertical', 'both'));
alter table recording add column main_camera text not null default 'left' check (main_camera in ('left', 'right')); -- of single and picture-in-picture
alter table recording add column inset_corner text not null default 'top-left'
  check (inset_corner in ('top-left', 'top-right', 'bottom-left', 'bottom-right'));                                 -- of picture-in-picture

-- The logos of a film: what was set and found when its merge began, so that a merge that goes on later draws the same.
alter table recording add column branded integer not null default 0 check (branded in (0, 1));                      -- 1: its logos are fixed
create table logo (
  recording_id text not null references recording (id),
  slot text not null,                        -- platform | venue | sponsor-1 | sponsor-2 | sponsor-3
  file text not null,                        -- as it was set
  sha256 text,                               -- of the file as it was taken; absent when it could not be
  position text not null,
  width integer not null,                    -- of the box that it fits in, in pixels of the film
  height integer not null,
  margin integer not null,
  opacity real not null,
  fault text,                                -- why it is not in the film
  primary key (recording_id, slot)
) strict, without rowid;

-- The files of logos that films were made with: small, and each is kept once, whatever becomes of the file.
create table logo_file (
  sha256 text primary key,
  form text not null,                        -- png | jpeg | webp
  bytes blob not null
) strict;
