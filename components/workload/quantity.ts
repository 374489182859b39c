const memoryUnits: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** CPU in thousandths of a core: `500m` is 500, `2` is 2000. */
export function millicores(quantity: string, key: string): number {
  const match = /^(\d+)(m?)$/.exec(quantity);
  const value = match === null ? 0 : Number(match[1]) * (match[2] === "m" ? 1 : 1000);
  if (value === 0) {
    throw new RangeError(`${key}: expected CPU such as 500m or 2, got "${quantity}"`);
  }
  return value;
}

/** Memory in bytes: `512Mi`, `3Gi`. Decimal units (`500M`) are refused: they are mistaken for the binary ones. */
export function bytes(quantity: string, key: string): number {
  const match = /^(\d+)(Ki|Mi|Gi|Ti)$/.exec(quantity);
  const value = Number(match?.[1] ?? 0) * (memoryUnits[match?.[2] ?? ""] ?? 0);
  if (value === 0) {
    throw new RangeError(`${key}: expected memory such as 512Mi or 3Gi, got "${quantity}"`);
  }
  return value;
}

/** A CPU quantity of so many thousandths of a core. */
export function cpuQuantity(thousandths: number): string {
  return thousandths % 1000 === 0 ? `${thousandths / 1000}` : `${Math.round(thousandths)}m`;
}

/** A memory quantity, whole MiB, rounded up. */
export function memoryQuantity(size: number): string {
  const mebibytes = Math.ceil(size / 2 ** 20);
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}
