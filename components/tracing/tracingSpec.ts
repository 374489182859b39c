/** What a blueprint says of how spans are gathered. */
export interface OpenTelemetrySpec {
  /**
   * How many of those traces are kept that have no error and took no longer than {@link slowMilliseconds}, percent, 0 to 100:
   * of the others all are.
   *
   * @default 10
   */
  readonly samplePercent?: number | undefined;
}

/** What a blueprint says of where traces are kept and looked at. */
export interface TraceStoreSpec {
  /**
   * How long traces are kept, days, 1 to 90.
   *
   * @default 7 - what is looked into later than a week after it happened has its metrics and its logs
   */
  readonly retentionDays?: number | undefined;
}

/** What a blueprint says of Jaeger. */
export interface JaegerSpec extends TraceStoreSpec {
  /**
   * Spans of the traces that are kept, in an index, GiB a day: what the disks of Elasticsearch follow from.
   *
   * @default 5 - at 500 bytes each, 120 spans a second: 1,200 of which a tenth is kept
   */
  readonly gibPerDay?: number | undefined;
}

/** Where a blueprint does not say. */
export const tracingDefaults = { samplePercent: 10, retentionDays: 7, gibPerDay: 5 } as const;

/** A trace that took longer is kept, milliseconds: as long as the 95th percentile of what users wait for may take. */
export const slowMilliseconds = 1000;
