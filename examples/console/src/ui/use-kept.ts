import { useState } from 'react'

/** The last value that there was: what is shown stays until there is something newer, also where asking fails. */
export function useKept<Value>(value: Value | undefined): Value | undefined {
  const [kept, setKept] = useState(value)
  if (value !== undefined && value !== kept) setKept(value)
  return value ?? kept
}
