/** What in a service's lines is worth an alert, the same wherever logs are kept. */
export const logSigns = {
  /** Errors of a service within five minutes from which on they may be a burst. */
  fewestErrors: 50,
  /** Part of its lines that errors have to be. */
  errorShare: 0.1,
  /** Refused sign-ins within ten minutes, more than people mistype. */
  mostRefusals: 100,
} as const;

/** Words for levels of errors, whatever their case. */
export const errorWords = ["error", "critical", "fatal", "panic", "alert", "emerg", "emergency"] as const;

/** The same as pino counts them, the logger of many Node services: errors, and what ends a process. */
export const pinoLevels = { error: 50, fatal: 60 } as const;

/** How lines say that somebody was not let in: a regular expression of RE2. */
export const refusedSignIn =
  "(?i)(?:authentication|authorization|sign-?in|log-?in|password)[ _-]?(?:attempt )?(?:failed|failure|denied|invalid)|invalid[ _-](?:credentials|password|token)|bad credentials";
