// Both paths of a question are absolute, or relative to the same root; '' is that root itself.

/** Whether a path is the same as another one, or inside it. */
export function isWithin(path: string, outer: string): boolean {
  const folder = outer === '' || outer === '/' ? outer : `${outer}/`
  return `${path}/`.startsWith(folder)
}

/** Whether two paths are the same, or one is inside the other. */
export function pathsOverlap(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a)
}
