/** What a blueprint and its stack say of the scanner. */
export interface TrivySpec {
  /**
   * Registry and folder that hold the databases of vulnerabilities, `trivy-db` and `trivy-java-db`: a mirror of one's own where
   * nothing is to be read from outside.
   *
   * @default "mirror.gcr.io/aquasec" - Google's mirror of what Aqua publishes, where the chart reads them too
   */
  readonly databases?: string | undefined;
}

/** Where the databases are read where nothing is said. */
export const publishedDatabases = "mirror.gcr.io/aquasec";
