// Variables of the original that this version does not read. A box that is moved over is told so instead of being left to wonder.
// docs/ref/seed.md says of each when it will be, or what replaces it.

const branding = ['SPONSOR_0_POSITION', 'INTRO_POSITION']
const cameras = ['CAMERA_0_SERIAL', 'CAMERA_1_SERIAL', 'CAMERA_0_NAME', 'CAMERA_1_NAME', 'DUAL_CAMERA_MODE', 'CAMERA_ROTATION']

export const unreadOriginals: ReadonlySet<string> = new Set([
  ...branding,
  ...cameras,
  'RECORDING_QUALITY',
  'VIDEO_WORKER_CHECK_INTERVAL',
  'BOOKING_CHECK_INTERVAL',
  'ENHANCED_MERGE_ROTATE_DEGREES',
  'ENABLE_DISTORTION_CORRECTION',
  'LIVE_PREVIEW_TOKEN',
  'STATUS_TABLE',
  'SUPABASE_ANON_KEY',
  'SUPABASE_RATE_LIMIT_SECONDS',
  'AUTO_UPLOAD',
])
