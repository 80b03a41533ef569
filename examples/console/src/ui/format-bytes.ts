const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** A BigInt of the gateway, which is a decimal string. */
export function formatBytes(bytes: string): string {
  let size = Number(bytes)
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${size.toFixed(unit === 0 || size >= 100 ? 0 : 1)} ${units[unit]}`
}
