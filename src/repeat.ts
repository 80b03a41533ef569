/** Something that goes on until it is closed. */
export interface Running {
  /** Starts nothing more, and waits for what is under way. */
  close(): Promise<void>
}

/** Runs `work` at once, and then every so many seconds, never two at a time. `onError` gets what it throws. */
export function repeat(
  seconds: number,
  work: () => Promise<void>,
  onError: (error: unknown) => void,
): Running {
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const round = async () => {
    await work().catch(onError)
    if (!closed) timer = setTimeout(start, seconds * 1000)
  }
  let under: Promise<void>
  function start() {
    under = round()
  }
  start()
  return {
    close: async () => {
      closed = true
      clearTimeout(timer)
      await under
    },
  }
}
