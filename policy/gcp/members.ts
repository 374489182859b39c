/** Whom a grant of IAM names: the one member, or those of a binding. */
export function membersOf({
  props: { member, members },
}: {
  readonly props: { readonly member?: unknown; readonly members?: unknown };
}): readonly string[] {
  return [member, members].flat().filter((each) => typeof each === "string");
}

export function isServiceAccount(member: string): boolean {
  return member.startsWith("serviceAccount:");
}

/** True for the account of Compute Engine that a machine is where it names none. */
export function isDefaultAccount(email: string): boolean {
  return /^(default$|\d+-compute@)/.test(email);
}
