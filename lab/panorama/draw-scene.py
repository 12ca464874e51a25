#!/usr/bin/python3
# Draws one wide match and films it three times: by the left camera, by the right one, and as the panorama that both should become.
# Never keeps a frame: each goes to the encoders as it is drawn. Told its order as JSON on the command line, tells its progress as JSON lines.

import json
import subprocess
import sys

import cv2
import numpy as np

order = json.loads(sys.argv[1])
FPS = order["fps"]
WIDTH, HEIGHT = order["camera"]
PANORAMA_WIDTH, PANORAMA_HEIGHT = order["panorama"]
FRAMES = round(order["seconds"] * FPS)
# The drawn plane reaches beyond the panorama on all sides: the right camera looks a little above and below it.
TOP = 130
PLANE_WIDTH, PLANE_HEIGHT = PANORAMA_WIDTH + 88, PANORAMA_HEIGHT + 260

GAIN_BGR = np.array([0.90, 0.88, 0.85])
BIAS = 5
NOISE = 2.6

cv2.setNumThreads(1)
chance = np.random.default_rng(order["seed"])


def octaves(height, width, parts):
    """Smooth noise of several sizes: turf is neither flat nor repeats."""
    total = np.zeros((height, width), np.float32)
    for size, share in parts:
        coarse = chance.standard_normal((height // size + 2, width // size + 2)).astype(np.float32)
        total += share * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return total


def colour(low, high):
    return tuple(float(value) for value in chance.integers(low, high, 3))


def still_scene():
    plane = np.zeros((PLANE_HEIGHT, PLANE_WIDTH, 3), np.float32)
    plane[:] = (60, 125, 70)
    turf = 9 * octaves(PLANE_HEIGHT, PLANE_WIDTH, ((64, 1.0), (24, 0.8), (9, 0.6), (3, 0.5), (1, 0.35)))
    plane += turf[..., None] * np.array((0.8, 1.0, 0.7), np.float32)
    for x in range(0, PLANE_WIDTH, 174):
        plane[TOP + 300 :, x : x + 87] *= 1.08
    for _ in range(5200):
        x, y, size = int(chance.integers(0, PLANE_WIDTH)), int(chance.integers(0, TOP + 215)), int(chance.integers(5, 15))
        cv2.rectangle(plane, (x, y), (x + size, y + int(size * 1.5)), colour(20, 235), -1)
    for number, x in enumerate(range(0, PLANE_WIDTH, 290)):
        ground = colour(30, 230)
        ink = tuple(255 - value for value in ground)
        cv2.rectangle(plane, (x, TOP + 220), (x + 280, TOP + 290), ground, -1)
        cv2.putText(plane, f"COURT {number:02d} N{(number * 53) % 97:02d}", (x + 8, TOP + 272), cv2.FONT_HERSHEY_DUPLEX, 1.3, ink, 3, cv2.LINE_AA)
    lines(plane)
    for _ in range(900):
        x, y, size = int(chance.integers(0, PLANE_WIDTH)), int(chance.integers(TOP + 300, PLANE_HEIGHT)), int(chance.integers(2, 7))
        mark = np.clip(plane[min(y, PLANE_HEIGHT - 1), x] + float(chance.integers(-30, 30)), 0, 255).tolist()
        cv2.ellipse(plane, (x, y), (size * 2, size), float(chance.integers(0, 180)), 0, 360, tuple(mark), -1, cv2.LINE_AA)
    return np.clip(plane, 0, 255).astype(np.uint8)


def lines(plane):
    white = (235, 240, 238)
    left, right, top, bottom, middle = 60, PANORAMA_WIDTH + 8, TOP + 330, TOP + 1040, PLANE_WIDTH // 2 - 10
    cv2.rectangle(plane, (left, top), (right, bottom), white, 6, cv2.LINE_AA)
    cv2.line(plane, (middle, top), (middle, bottom), white, 6, cv2.LINE_AA)
    cv2.rectangle(plane, (left, TOP + 520), (left + 420, TOP + 850), white, 6, cv2.LINE_AA)
    cv2.rectangle(plane, (right - 420, TOP + 520), (right, TOP + 850), white, 6, cv2.LINE_AA)
    cv2.circle(plane, (middle, TOP + 685), 150, white, 6, cv2.LINE_AA)
    cv2.circle(plane, (middle, TOP + 685), 9, white, -1, cv2.LINE_AA)


class Player:
    """Walks a Lissajous figure; drawn to a sixteenth of a pixel, so that slow steps are seen, too."""

    def __init__(self, number):
        self.number = number
        self.middle = (chance.uniform(150, PANORAMA_WIDTH - 140), chance.uniform(TOP + 390, TOP + 980))
        self.size = (chance.uniform(120, 520), chance.uniform(30, 150))
        self.speed = (chance.uniform(0.25, 1.3), chance.uniform(0.3, 1.5))
        self.phase = (chance.uniform(0, 6.3), chance.uniform(0, 6.3))
        self.shirt = [int(value) for value in chance.integers(20, 240, 3)]

    def draw(self, picture, at):
        x = self.middle[0] + self.size[0] * np.sin(self.speed[0] * at + self.phase[0])
        y = self.middle[1] + self.size[1] * np.sin(self.speed[1] * at + self.phase[1])
        tall = 0.55 + 0.65 * (y - TOP) / PANORAMA_HEIGHT

        def place(right, down):
            return int((x + right * tall) * 16), int((y + down * tall) * 16)

        def radii(wide, high):
            return int(wide * tall * 16), int(high * tall * 16)

        cv2.ellipse(picture, place(12, 72), radii(40, 10), 0, 0, 360, (35, 75, 42), -1, cv2.LINE_AA, 4)
        swing, thick = np.sin(6 * at + self.phase[0]) * 18, int(10 * tall) + 1
        cv2.line(picture, place(-8, 20), place(-8 - swing, 72), (30, 30, 45), thick, cv2.LINE_AA, 4)
        cv2.line(picture, place(8, 20), place(8 + swing, 72), (40, 30, 30), thick, cv2.LINE_AA, 4)
        cv2.ellipse(picture, place(0, -12), radii(24, 40), 0, 0, 360, self.shirt, -1, cv2.LINE_AA, 4)
        cv2.ellipse(picture, place(0, -66), radii(14, 16), 0, 0, 360, (120, 155, 205), -1, cv2.LINE_AA, 4)
        corner = place(-13, 0)
        ink = [255 - value for value in self.shirt]
        cv2.putText(picture, str(self.number), (corner[0] // 16, corner[1] // 16), cv2.FONT_HERSHEY_SIMPLEX, 0.8 * tall, ink, 2, cv2.LINE_AA)


background = still_scene()
players = [Player(number) for number in range(22)]


def daylight(at):
    """Clouds, and the evening when it was ordered: linear over the film."""
    clouds = 1 + 0.04 * np.sin(0.55 * at) + 0.02 * np.sin(1.9 * at + 1)
    return clouds * (1 - (1 - order["dusk"]) * at / order["seconds"])


def scene(at):
    picture = background.copy()
    for player in players:
        player.draw(picture, at)
    x = PLANE_WIDTH / 2 - 10 + 1500 * np.sin(0.9 * at)
    y = TOP + 700 - abs(np.sin(2.3 * at)) * 330
    cv2.circle(picture, (int(x * 16), int(y * 16)), 13 * 16, (250, 250, 250), -1, cv2.LINE_AA, 4)
    return cv2.convertScaleAbs(picture, alpha=daylight(at))


grain = [np.clip(128 + chance.standard_normal((HEIGHT + 64, WIDTH + 64, 3)) * NOISE, 0, 255).astype(np.uint8) for _ in range(8)]


def noisy(picture, frame, which):
    """Independent for each camera and frame: pieces of eight large fields."""
    field = grain[(frame * 5 + which * 3) % 8]
    down, right = (frame * 13 + which * 29) % 64, (frame * 7 + which * 17) % 64
    return cv2.addWeighted(picture, 1, field[down : down + HEIGHT, right : right + WIDTH], 1, -128)


def counter(picture, value, left):
    """16 bits in cells of 16 by 16 pixels, the most significant first, and the complement below."""
    for bit in range(16):
        light = 255 if (value >> (15 - bit)) & 1 else 0
        picture[0:16, left + 16 * bit : left + 16 * bit + 16] = light
        picture[16:32, left + 16 * bit : left + 16 * bit + 16] = 255 - light


def exposed(at):
    """The right camera's own exposure; towards the evening it opens a little more than the left one does."""
    gain = GAIN_BGR * (1 + 0.25 * (1 - order["dusk"]) * at / order["seconds"])
    return np.clip(np.arange(256)[:, None] * gain[None] + BIAS, 0, 255).astype(np.uint8).reshape(256, 1, 3)


def encoder(name, width, height, options):
    command = ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-r", str(FPS), "-i", "-"]
    command += ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-pix_fmt", "yuv420p", *options]
    command += ["-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", f"{order['folder']}/{name}.mp4"]
    return subprocess.Popen(command, stdin=subprocess.PIPE)


as_camera = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-b:v", "8M", "-maxrate", "10M", "-bufsize", "10M", "-g", "30", "-bf", "0"]
as_camera += ["-movflags", "+faststart"]
left_film = encoder("left", WIDTH, HEIGHT, as_camera)
right_film = encoder("right", WIDTH, HEIGHT, as_camera)
truth_film = encoder("truth", PANORAMA_WIDTH, PANORAMA_HEIGHT, ["-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-crf", "8", "-g", "30"])

# The plane lies TOP pixels lower than the left picture's plane; OpenCV wants the map from the plane to the right picture.
to_right = np.linalg.inv(np.array(order["homography"], np.float64).reshape(3, 3)) @ np.array([[1, 0, 0], [0, 1, -TOP], [0, 0, 1]], np.float64)
told = -1
for frame in range(FRAMES):
    at = frame / FPS
    right_at = at * (1 + order["driftPpm"] / 1e6) + order["rightOffsetMs"] / 1000
    plane = scene(at)
    right_plane = plane if right_at == at else scene(right_at)
    left = noisy(plane[TOP : TOP + HEIGHT, 0:WIDTH], frame, 0)
    counter(left, frame, 0)
    left_film.stdin.write(left.tobytes())
    right = cv2.warpPerspective(right_plane, to_right, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)
    right = noisy(cv2.LUT(right, exposed(at)), frame, 1)
    counter(right, frame, WIDTH - 256)
    right_film.stdin.write(right.tobytes())
    truth_film.stdin.write(np.ascontiguousarray(plane[TOP : TOP + PANORAMA_HEIGHT, :PANORAMA_WIDTH]).tobytes())
    percent = (frame + 1) * 100 // FRAMES
    if percent > told:
        told = percent
        print(json.dumps({"fraction": percent / 100}), flush=True)

for film in (left_film, right_film, truth_film):
    film.stdin.close()
failed = [film.wait() for film in (left_film, right_film, truth_film)]
sys.exit(1 if any(failed) else 0)
