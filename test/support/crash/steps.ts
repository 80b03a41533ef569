/** A moment of an operation in which the program can be killed. */
export interface Point {
  step: string
  when: 'before' | 'in the middle' | 'after'
}

/** What the storage processes are to do at the steps of one method; preload.mjs carries it out. */
export interface FilePlan {
  method: string
  /** Where to write the steps that it comes to. */
  trace?: string
  crash?: Point
  /** Who dies too. */
  alsoKill?: number[]
  /** A step that waits, once it is half done, until the file `until` is there, and the work is aborted; or `anyway`. */
  hold?: { step: string; until: string; anyway?: boolean }
}

const inTheMiddle = /^(write|read|pack) /

/** When in a step the program is killed. */
export function pointsOf(step: string): Point[] {
  const whens = inTheMiddle.test(step)
    ? (['before', 'in the middle', 'after'] as const)
    : (['before', 'after'] as const)
  return whens.map((when) => ({ step, when }))
}
