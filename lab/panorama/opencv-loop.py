#!/usr/bin/python3
# What the original does with two films and its homography file: warp, feather, write, one frame after the other. A peer to be measured.
# Never better than it was: the masks that hide most of the right camera, the blender that fails and MPEG-4 part 2 belong to it.
#
#   opencv-loop.py LEFT RIGHT OUT HOMOGRAPHY.json

import json
import sys

import cv2
import numpy as np

TARGET_HEIGHT = 1080
OVERLAP = 200
PADDING = 320

left_name, right_name, out_name, homography_name = sys.argv[1:5]
with open(homography_name) as file:
    homography = np.array(json.load(file)["H"], dtype=np.float32)

left_film, right_film = cv2.VideoCapture(left_name), cv2.VideoCapture(right_name)
fps = left_film.get(cv2.CAP_PROP_FPS) or 30.0
ok_left, left = left_film.read()
ok_right, right = right_film.read()
if not (ok_left and ok_right):
    sys.exit("one of the two films holds no picture")

scale = TARGET_HEIGHT / left.shape[0]
left_width = int(left.shape[1] * scale)
width, height = left_width + int(left_width * 0.6) + PADDING, TARGET_HEIGHT

# The ramp stands at the end of the panorama, not where the two pictures meet.
right_mask = np.zeros((height, width), np.float32)
right_mask[:, width - OVERLAP : width] = np.linspace(0, 1, OVERLAP, dtype=np.float32)
left_mask = np.clip(1.0 - right_mask, 0, 1)
left_mask, right_mask = cv2.merge([left_mask] * 3), cv2.merge([right_mask] * 3)

blender = cv2.detail_MultiBandBlender()
blender.prepare((0, 0, width, height))
writer = cv2.VideoWriter(out_name, cv2.VideoWriter_fourcc(*"mp4v"), fps, (width, height))
frames = 0
while ok_left and ok_right:
    left = cv2.resize(left, (left_width, height), interpolation=cv2.INTER_AREA)
    right = cv2.resize(right, (int(right.shape[1] * scale), height), interpolation=cv2.INTER_AREA)
    warped = cv2.warpPerspective(right, homography, (width, height))
    canvas = np.zeros_like(warped)
    canvas[0:height, 0:left_width] = left
    if blender is not None:
        try:
            # It is given float pictures and float masks, takes neither, and is not asked again.
            blender.feed(canvas.astype(np.float32), (0, 0), np.ones((height, width), np.float32))
            blender.feed(warped.astype(np.float32), (0, 0), np.ones((height, width), np.float32))
            mixed, _ = blender.blend(None, None)
        except Exception:
            blender = None
    if blender is None:
        mixed = canvas.astype(np.float32) * left_mask + warped.astype(np.float32) * right_mask
    writer.write(np.clip(mixed, 0, 255).astype(np.uint8))
    frames += 1
    ok_left, left = left_film.read()
    ok_right, right = right_film.read()
writer.release()
print(json.dumps({"frames": frames, "blended": blender is not None}))
