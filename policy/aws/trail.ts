import type { Props } from "../resource";

/** True for a trail with data events of S3's objects. */
export function recordsObjects({ props }: { readonly props: Props<"aws:cloudtrail/trail:Trail"> }): boolean {
  return (
    props.advancedEventSelectors?.some(({ fieldSelectors }) =>
      fieldSelectors?.some(
        ({ field, equals }) => field === "resources.type" && equals?.includes("AWS::S3::Object"),
      ),
    ) === true ||
    props.eventSelectors?.some(({ dataResources }) =>
      dataResources?.some(({ type }) => type === "AWS::S3::Object"),
    ) === true
  );
}
