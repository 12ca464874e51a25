// The variables of the rig: which cameras, in what form they record, when they count as lost.
// Never looks for a camera.

import { z } from 'zod'
import { flips } from '../picture-words.ts'
import {
  cameraSource,
  decimalNumber,
  flag,
  frameRate,
  frameSize,
  identifier,
  lightPlace,
  oneOf,
  rotation,
  soundSource,
  wholeNumber,
} from '../values.ts'
import { optionalVariable, variable } from '../variable.ts'

const sourceUnit = 'source: auto, rpicam:PATH, v4l2:DEVICE, rtsp://ADDRESS, file:PATH, simulated:SIDE'

const mainsFrequency = z.enum(['50', '60'], { error: 'is neither 50 nor 60' }).transform((text) => (text === '50' ? 50 : 60))

const gainPair = /^(\d{1,2}(?:\.\d{1,4})?),(\d{1,2}(?:\.\d{1,4})?)$/

const whiteBalance = z
  .string()
  .refine(
    (text) =>
      gainPair
        .exec(text)
        ?.slice(1)
        .every((gain) => Number(gain) >= 0.1 && Number(gain) <= 32) ?? false,
    {
      error: 'is not two factors from 0.1 to 32 such as 1.8,1.4',
    },
  )
  .transform((text) => {
    const [red = 1, blue = 1] = text.split(',').map(Number)
    return { red, blue }
  })

export const cameraVariables = z.object({
  left: variable(
    { name: 'CAMERA_LEFT', unit: sourceUnit, meaning: 'The camera on the left.', default: 'auto', example: 'simulated:left' },
    cameraSource,
  ),
  right: variable(
    { name: 'CAMERA_RIGHT', unit: sourceUnit, meaning: 'The camera on the right.', default: 'auto', example: 'simulated:right' },
    cameraSource,
  ),
  sound: variable(
    {
      name: 'SOUND',
      unit: 'source: off, alsa:DEVICE, rtsp://ADDRESS, file:PATH, simulated',
      meaning: 'The sound of the rig. Off unless it is set: who records voices needs the consent of those who are heard.',
      default: 'off',
      example: 'alsa:plughw:CARD=Device,DEV=0',
    },
    soundSource,
  ),
  rigId: variable(
    {
      name: 'CAMERA_ID',
      unit: 'identifier',
      meaning: 'The name of the rig, the pair of cameras that a booking claims.',
      default: 'rig-1',
      example: 'court-3',
    },
    identifier,
  ),
  frameSize: variable(
    {
      name: 'RESOLUTION',
      unit: 'WIDTHxHEIGHT in pixels, both even',
      meaning: "The size of each camera's picture.",
      default: '1280x720',
      example: '1920x1080',
    },
    frameSize,
  ),
  leftRotation: variable(
    {
      name: 'CAMERA_LEFT_ROTATION',
      unit: 'degrees clockwise: 0, 90, 180 or 270',
      meaning: "How far the left camera's picture is turned in the film, because the camera hangs otherwise.",
      default: '0',
      example: '90',
    },
    rotation,
  ),
  rightRotation: variable(
    {
      name: 'CAMERA_RIGHT_ROTATION',
      unit: 'degrees clockwise: 0, 90, 180 or 270',
      meaning: "How far the right camera's picture is turned in the film, because the camera hangs otherwise.",
      default: '0',
      example: '270',
    },
    rotation,
  ),
  leftFlip: variable(
    {
      name: 'CAMERA_LEFT_FLIP',
      unit: 'word: none, horizontal, vertical or both',
      meaning: "How the left camera's picture is mirrored in the film, after it was turned.",
      default: 'none',
      example: 'horizontal',
    },
    oneOf(...flips),
  ),
  rightFlip: variable(
    {
      name: 'CAMERA_RIGHT_FLIP',
      unit: 'word: none, horizontal, vertical or both',
      meaning: "How the right camera's picture is mirrored in the film, after it was turned.",
      default: 'none',
      example: 'vertical',
    },
    oneOf(...flips),
  ),
  fps: variable(
    {
      name: 'RECORDING_FPS',
      unit: 'frames per second',
      meaning: 'The frame rate of both cameras and of the film.',
      default: '25',
      example: '30',
    },
    frameRate,
  ),
  bitrateKbps: variable(
    {
      name: 'CAMERA_BITRATE_KBPS',
      unit: 'kbit/s',
      meaning: "The bit rate asked of each camera's encoder, where the box encodes.",
      default: '5000',
      example: '8000',
    },
    wholeNumber(250, 50_000),
  ),
  mainsHz: variable(
    {
      name: 'CAMERA_MAINS_HZ',
      unit: 'hertz',
      meaning:
        'The frequency of the mains, whose lamps flicker: 50 or 60. CSI cameras expose by it; at 50 Hz take 25 or 50 frames per second.',
      default: '50',
      example: '60',
    },
    mainsFrequency,
  ),
  shutterUs: optionalVariable(
    {
      name: 'CAMERA_SHUTTER_US',
      unit: 'microseconds',
      meaning: 'A fixed exposure time for both CSI cameras; unset, each finds its own.',
      example: '4000',
    },
    wholeNumber(20, 100_000),
  ),
  gain: optionalVariable(
    {
      name: 'CAMERA_GAIN',
      unit: 'factor',
      meaning: 'A fixed sensor gain for both CSI cameras; unset, each finds its own.',
      example: '2.5',
    },
    decimalNumber(1, 64),
  ),
  awbGains: optionalVariable(
    {
      name: 'CAMERA_AWB_GAINS',
      unit: 'factors RED,BLUE',
      meaning: 'A fixed white balance for both CSI cameras; unset, each finds its own.',
      example: '1.8,1.4',
    },
    whiteBalance,
  ),
  sync: variable(
    {
      name: 'CAMERA_SYNC',
      unit: 'true or false',
      meaning: 'Runs a pair of CSI cameras in step; without it they may be half a frame apart.',
      default: 'true',
      example: 'false',
    },
    flag,
  ),
  segmentSeconds: variable(
    {
      name: 'CAMERA_SEGMENT_SECONDS',
      unit: 'seconds',
      meaning: 'The length of one captured file.',
      default: '4',
      example: '4',
    },
    wholeNumber(1, 30),
  ),
  leadInSeconds: variable(
    {
      name: 'CAMERA_LEAD_IN_SECONDS',
      unit: 'seconds',
      meaning: 'How long before a booking the cameras start, so that its first second is whole.',
      default: '10',
      example: '15',
    },
    decimalNumber(0, 120),
  ),
  tailSeconds: variable(
    {
      name: 'CAMERA_TAIL_SECONDS',
      unit: 'seconds',
      meaning: 'How long after a booking the cameras go on, so that its last second is whole.',
      default: '2',
      example: '3',
    },
    decimalNumber(0, 120),
  ),
  stallSeconds: variable(
    {
      name: 'CAMERA_STALL_SECONDS',
      unit: 'seconds',
      meaning: 'A camera that has sent nothing for so long is taken for lost and started again.',
      default: '2.5',
      example: '5',
    },
    decimalNumber(0.5, 120),
  ),
  statusLed: variable(
    {
      name: 'STATUS_LED',
      unit: 'off, led:NAME, gpio:LINE or gpio:CHIP/NUMBER',
      meaning:
        'The light that tells those on the court that they are recorded: a LED below /sys/class/leds, or a GPIO line. It blinks when a booking is on and no camera gives pictures.',
      default: 'off',
      example: 'gpio:GPIO17',
    },
    lightPlace,
  ),
})
