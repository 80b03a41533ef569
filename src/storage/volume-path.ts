/** What is said of a path that another account's root is near to, without telling of that account. */
export const outsideOfRoot = 'path is not in the part of VOLUMES_DIR where this account may have volumes'

const maximumComponentBytes = 255
/** So that an index of paths holds it, and so does the system below any root. */
const maximumPathBytes = 1024

/** Why a text cannot be the path of a volume, relative to a root; null if it can. Looks at the text alone. */
export function volumePathProblem(path: string): string | null {
  if (path.includes('\0')) return 'must not contain U+0000'
  if (path.startsWith('/')) return 'must be relative to the volumes root'
  if (Buffer.byteLength(path) > maximumPathBytes) return `must have at most ${maximumPathBytes} bytes`
  for (const component of path.split('/')) {
    if (component === '') return 'must not be empty or have empty parts'
    if (component === '.' || component === '..') return `must not contain ${component} as a part`
    if (Buffer.byteLength(component) > maximumComponentBytes)
      return `must have parts of at most ${maximumComponentBytes} bytes`
  }
  return null
}

/** Whether a text is the path of a directory right below a root. */
export function isSingleComponent(text: string): boolean {
  return !text.includes('/') && volumePathProblem(text) === null
}
