import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react'

type Notify = (text: string) => void

const NotifyContext = createContext<Notify>(() => {})

const shownFor = 6000

/** Says what came of one's own doing, also to those who hear the page. Others' changes are seen, and not announced. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const [notice, setNotice] = useState<{ text: string } | null>(null)
  const notify = useCallback<Notify>((text) => setNotice({ text }), [])
  useEffect(() => {
    if (!notice) return
    const timer = setTimeout(() => setNotice(null), shownFor)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <NotifyContext value={notify}>
      {children}
      <div role="status" aria-label="Notices" className="notices">
        {notice && <p>{notice.text}</p>}
      </div>
    </NotifyContext>
  )
}

export function useNotify(): Notify {
  return use(NotifyContext)
}
