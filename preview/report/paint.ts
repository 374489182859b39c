import picocolors from "picocolors";

/** Colours of the report: none unless it goes to a terminal and the user does not refuse them (`NO_COLOR`). */
export type Paint = ReturnType<typeof picocolors.createColors>;

/** Colours for what is written to `stream`. */
export function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  return picocolors.createColors(stream.isTTY === true && picocolors.isColorSupported);
}

/** `1 resource`, `2 resources`, `1,204 resources`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? singular : plural}`;
}

/** `aws:ec2/vpc:Vpc` as people write it: `aws:ec2:Vpc`. */
export function shortType(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  const path = module.split("/");
  const repeats = path.length > 1 && path.at(-1)?.toLowerCase() === name.toLowerCase();
  return [pkg, repeats ? path.slice(0, -1).join("/") : module, name].join(":");
}
