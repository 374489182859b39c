import type * as pulumi from "@pulumi/pulumi";

/**
 * The provider of a package that a component was given. A remote component hands its children only the providers it gets
 * itself, so it needs them named once more, and so does a child that stands in another component.
 */
export function explicitProvider(
  component: pulumi.ComponentResource,
  packageName: string,
): pulumi.ProviderResource {
  const provider = component.getProvider(`${packageName}:index:Provider`);
  if (provider === undefined) {
    throw new Error(`opts.providers: expected a provider of the package ${packageName}, got none`);
  }
  return provider;
}
