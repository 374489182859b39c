/** The fields that rules read of Argo CD's kinds, as their CRDs name them. */

interface Source {
  readonly repoURL?: string;
  readonly targetRevision?: string;
  readonly chart?: string;
}

interface ApplicationSpec {
  readonly project?: string;
  readonly source?: Source;
  readonly sources?: readonly Source[];
  readonly syncPolicy?: {
    readonly automated?: {
      readonly prune?: boolean;
      readonly selfHeal?: boolean;
      readonly allowEmpty?: boolean;
    };
    readonly syncOptions?: readonly string[];
  };
}

export interface ApplicationArgs {
  readonly spec?: ApplicationSpec & { readonly template?: undefined };
}

export interface ApplicationSetArgs {
  readonly spec?: { readonly template?: { readonly spec?: ApplicationSpec } };
}

export interface AppProjectArgs {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: {
    readonly sourceRepos?: readonly string[];
    readonly destinations?: readonly {
      readonly namespace?: string;
      readonly server?: string;
      readonly name?: string;
    }[];
    readonly clusterResourceWhitelist?: readonly { readonly group?: string; readonly kind?: string }[];
  };
}

/** Arguments of each of Argo CD's types. */
export interface ArgoCdArgsByType {
  "kubernetes:argoproj.io/v1alpha1:Application": ApplicationArgs;
  "kubernetes:argoproj.io/v1alpha1:ApplicationSet": ApplicationSetArgs;
  "kubernetes:argoproj.io/v1alpha1:AppProject": AppProjectArgs;
}
