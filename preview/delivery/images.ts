/** An image of a system, in its parts. */
export interface ImageParts {
  /** What stands before the images of all services. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** `sha256:…`; empty where there is none. */
  readonly digest: string;
}

/** Parts of an image of the system, `<registry>/<system>/<image>:<tag>`; `undefined` of another's image. */
export function imageParts(image: string, system: string): ImageParts | undefined {
  const [reference = "", digest = ""] = image.split("@");
  const slash = reference.lastIndexOf(`/${system}/`);
  const colon = reference.lastIndexOf(":");
  return slash < 0 || colon < slash
    ? undefined
    : {
        registry: reference.slice(0, slash),
        repository: reference.slice(slash + 1, colon),
        tag: reference.slice(colon + 1),
        digest,
      };
}
