/** A service account of the stack. */
export const robot = "serviceAccount:robot@bad-stack.iam.gserviceaccount.com";

/** A key of the stack. */
export const key = "projects/bad-stack/locations/europe-west1/keyRings/ring/cryptoKeys/seal";
