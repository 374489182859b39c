/** Whom a grant of IAM names: the one member, or those of a binding; as provider's arguments have them. */
export interface Granted {
  readonly member?: string | undefined;
  readonly members?: readonly string[] | undefined;
}

/** The one member, or those of a binding. */
export function membersOf({ props }: { readonly props: Granted }): readonly string[] {
  return "members" in props ? (props.members ?? []) : "member" in props ? [props.member ?? ""] : [];
}

export function isServiceAccount(member: string): boolean {
  return member.startsWith("serviceAccount:");
}
