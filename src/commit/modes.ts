/**
 * What is written belongs to its owner, whatever the umask: containers often run with none, and source that everybody
 * on the machine may edit is code that everybody may run as its owner. A stricter umask still applies.
 */
export const FILE_MODE = 0o644;
export const FOLDER_MODE = 0o755;
