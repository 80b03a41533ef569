import { useEffect, useEffectEvent, useRef } from 'react'
import type { LiveEvent } from './follow-events.ts'
import { useLive, useLiveEvents } from './live.tsx'

/** Events of a moment lead to one request. */
const gatherFor = 300

export interface AskedAgainOptions {
  ask: () => void
  /** Whether an event changes more than the cache can know. */
  isChangedBy?: (event: LiveEvent) => boolean
  hasFailed: boolean
}

/** Asks a query again where events do not say enough, after a gap in them, and once the gateway is back if it had failed. */
export function useAskedAgain({ ask, isChangedBy = () => false, hasFailed }: AskedAgainOptions): void {
  const { gaps, state } = useLive()
  const askAgain = useEffectEvent(ask)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useLiveEvents((event) => {
    if (!isChangedBy(event)) return
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      askAgain()
    }, gatherFor)
  })
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [],
  )
  useEffect(() => {
    if (gaps > 0) askAgain()
  }, [gaps])
  const askIfFailed = useEffectEvent(() => {
    if (hasFailed) ask()
  })
  useEffect(() => {
    if (state === 'live') askIfFailed()
  }, [state])
}
