/** A service's image, and where its sources lie. */
export interface ImageSource {
  /** Name of the service in the blueprint. */
  readonly service: string;
  /** Folder of its Dockerfile, from the repository's root; what is in it makes the image, and nothing else. */
  readonly context: string;
}

/**
 * Which of a blueprint's services have their sources in this repository: the sample applications, each as one service of its
 * runtime. What is written for another system is built where it lives, by the same workflow.
 */
export const imageSources: Readonly<Record<string, readonly ImageSource[]>> = {
  "seo-platform": [
    { service: "backend-api", context: "images/node" },
    { service: "crawler-workers", context: "images/go" },
    { service: "ml-service", context: "images/python" },
    { service: "frontend", context: "images/nextjs" },
    { service: "renderer", context: "images/puppeteer" },
  ],
};

/** What makes every image: the workflows that build them. */
const everyImages = ["image.yaml", "image-check.yaml", "images.yaml"].map(
  (file) => `.github/workflows/${file}`,
);

/** The images whose sources a change touches; all of them where it touches what builds them. */
export function changedImages(
  sources: readonly ImageSource[],
  changed: readonly string[],
): readonly ImageSource[] {
  return sources.filter(({ context }) =>
    changed.some((path) => path.startsWith(`${context}/`) || everyImages.includes(path)),
  );
}
