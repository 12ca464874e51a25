// The variables of the rig: which cameras, in what form they record, when they count as lost.
// Never looks for a camera.

import { z } from 'zod'
import { cameraSource, decimalNumber, frameSize, identifier, wholeNumber, frameRate } from '../values.ts'
import { variable } from '../variable.ts'

const sourceUnit = 'source: auto, rpicam:PATH, v4l2:DEVICE, rtsp://ADDRESS, file:PATH, simulated:SIDE'

export const cameraVariables = z.object({
  left: variable(
    { name: 'CAMERA_LEFT', unit: sourceUnit, meaning: 'The camera on the left.', default: 'auto', example: 'simulated:left' },
    cameraSource,
  ),
  right: variable(
    { name: 'CAMERA_RIGHT', unit: sourceUnit, meaning: 'The camera on the right.', default: 'auto', example: 'simulated:right' },
    cameraSource,
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
      meaning: "The bit rate asked of each camera's encoder.",
      default: '5000',
      example: '8000',
      later: 'used with real cameras',
    },
    wholeNumber(250, 50_000),
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
      default: '3',
      example: '5',
    },
    decimalNumber(0.5, 120),
  ),
})
