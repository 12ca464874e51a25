-- The calibration that a panorama is drawn by, fixed when its merge begins: a rig that is calibrated anew changes no film that was begun.
alter table recording add column calibration text;          -- JSON, its canvas and seam spelled out; null: not fixed yet; empty: there is none
alter table recording add column calibration_fault text;    -- why there is none, so that the film is drawn side by side
