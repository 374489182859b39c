/** What a namespaced object looks like to whatever selects by labels. */
interface Labelled {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string | undefined>>;
}

/** Selectors by namespace and by one of their labels, so that finding those of a pod is no walk over all. */
export class SelectorIndex {
  private readonly byLabel = new Map<string, Readonly<Record<string, string | undefined>>[]>();
  private readonly wholeNamespaces = new Set<string>();

  /** Add a selector; one without labels takes every pod of its namespace. */
  add(namespace: string, matchLabels: Readonly<Record<string, string | undefined>>): void {
    const [first] = Object.entries(matchLabels);
    if (!first) {
      this.wholeNamespaces.add(namespace);
      return;
    }
    const key = keyOf(namespace, ...first);
    const same = this.byLabel.get(key);
    if (same) same.push(matchLabels);
    else this.byLabel.set(key, [matchLabels]);
  }

  /** True when one of the selectors takes the pod. */
  selects({ namespace, labels }: Labelled): boolean {
    if (this.wholeNamespaces.has(namespace)) return true;
    return Object.entries(labels).some(([name, value]) =>
      (this.byLabel.get(keyOf(namespace, name, value)) ?? []).some((matchLabels) =>
        Object.entries(matchLabels).every(([wanted, asked]) => labels[wanted] === asked),
      ),
    );
  }
}

function keyOf(namespace: string, name: string, value: string | undefined): string {
  return `${namespace} ${name}=${value ?? ""}`;
}
