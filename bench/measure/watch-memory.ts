import type { Generator } from '../load/generator.ts'
import type { Running } from '../servers/start-server.ts'
import type { Settings } from '../settings.ts'

/** Bytes that a server had in memory, so many seconds after the load began. */
export interface MemoryAt {
  seconds: number
  bytes: number
}

/** Puts load of all kinds on a server, and looks at its memory thirty times. */
export async function watchMemory(
  generator: Generator,
  server: Running,
  bodies: string[],
  { connections, memorySeconds }: Settings,
): Promise<MemoryAt[]> {
  const seconds = memorySeconds / 30
  const { port, pid, sentHeaders: headers } = server
  const job = { port, pid, headers, bodies, proof: '"created":"', connections, seconds }
  const seen: MemoryAt[] = []
  for (let time = seconds; seen.length < 30; time += seconds) {
    const { memory } = await generator.load({ ...job, warmUp: { seconds: 0, requests: 0 } })
    if (memory === null) break
    seen.push({ seconds: Math.round(time), bytes: memory })
  }
  return seen
}
