// What the file of one kind of camera answers to the door: the command line, and what its pictures cost the board.
// Only a type.

import type { CameraWork } from './board-plan.ts'
import type { CameraCommand } from './camera-command.ts'

export type OpenedDevice = { readonly command: CameraCommand; readonly work: CameraWork }
