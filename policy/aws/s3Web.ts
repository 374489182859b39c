import { isSet } from "../check";
import { always } from "../levels";
import { resourceRule } from "../rule";

export const noWebsite = resourceRule({
  id: "aws-s3-no-website",
  title: "Buckets are no websites of their own",
  severity: "medium",
  description:
    "The address of a bucket's website speaks plain HTTP alone and needs a bucket that everyone may read.",
  remedy: "Serve the bucket by CloudFront with an origin access control; a redirect may stay.",
  controls: { soc2: ["CC6.6", "CC6.7"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: ["aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration"],
  check: ({ props }) => !isSet(props, "redirectAllRequestsTo") && "the bucket serves a website",
});

const writes = ["PUT", "POST", "DELETE"];

export const noOpenCors = resourceRule({
  id: "aws-s3-cors-named-origins",
  title: "Only pages that are named write to buckets",
  severity: "medium",
  description: "With * any page that a user has open may send what the user's signature allows.",
  remedy: "Name the origins in corsRules[].allowedOrigins, or allow GET and HEAD alone.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:s3/bucketCorsConfiguration:BucketCorsConfiguration"],
  check: ({ props }) =>
    props.corsRules?.map(({ allowedOrigins, allowedMethods }, place) => {
      const may = allowedMethods?.filter((method) => writes.includes(method)) ?? [];
      return (
        allowedOrigins?.includes("*") === true &&
        may.length > 0 &&
        `corsRules[${place}] lets every origin ${may.join(", ")}`
      );
    }),
});
