// Variables of the original that this version does not read. A box that is moved over is told so instead of being left to wonder.
// docs/ref/seed.md says of each when it will be, or what replaces it.

const positions = ['LOGO', 'USER_LOGO', 'MAIN_LOGO', 'SPONSOR_0', 'SPONSOR_1', 'SPONSOR_2', 'SPONSOR_3', 'INTRO'].map(
  (what) => `${what}_POSITION`,
)
const files = ['MAIN_LOGO', 'USER_LOGO', 'SPONSOR_LOGO_1', 'SPONSOR_LOGO_2', 'SPONSOR_LOGO_3', 'INTRO_VIDEO'].map((what) => `${what}_PATH`)
const sizes = ['LOGO', 'USER_LOGO', 'SPONSOR_LOGO', 'MAIN_LOGO'].flatMap((what) => [`${what}_WIDTH`, `${what}_HEIGHT`])
const mail = ['HOST', 'PORT', 'HOST_USER', 'HOST_PASSWORD', 'USE_TLS', 'FROM'].map((what) => `EMAIL_${what}`)
const cameras = ['CAMERA_0_SERIAL', 'CAMERA_1_SERIAL', 'CAMERA_0_NAME', 'CAMERA_1_NAME', 'DUAL_CAMERA_MODE', 'CAMERA_ROTATION']

export const unreadOriginals: ReadonlySet<string> = new Set([
  ...positions,
  ...files,
  ...sizes,
  ...mail,
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
