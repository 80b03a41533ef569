import { setTimeout as pause } from 'node:timers/promises'
import { memoryOf, processTree } from '../start/process-memory.ts'
import { askSnapshot, type GatewayClient } from './gateway-client.ts'

/** Bytes (PSS) of a gateway and its children, without Postgres, at the most while something goes on. */
export function watchMemory(pid: number, postgres: number): () => number {
  const look = () => {
    const ofPostgres = processTree(postgres)
    return memoryOf(processTree(pid).filter((one) => !ofPostgres.includes(one))).pss
  }
  let peak = look()
  const timer = setInterval(() => {
    peak = Math.max(peak, look())
  }, 200)
  return () => {
    clearInterval(timer)
    return Math.max(peak, look())
  }
}

/** Milliseconds of Q1, asked by four connections that rest for 10 ms in between, until `over` is aborted. */
export async function watchLatency(client: GatewayClient, id: string, over: AbortSignal): Promise<number[]> {
  const times: number[] = []
  const loop = async () => {
    while (!over.aborted) {
      const begin = performance.now()
      await askSnapshot(client, id)
      times.push(performance.now() - begin)
      await pause(10)
    }
  }
  await Promise.all([loop(), loop(), loop(), loop()])
  return times
}
