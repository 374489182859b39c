/** The systems that Groundwork knows how to stand up. */
export const blueprintNames = ["seo-platform", "suuupra", "gainsly", "explico", "publishing"] as const;
export type BlueprintName = (typeof blueprintNames)[number];
