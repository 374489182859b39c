/** @type {import("next").NextConfig} */
export default {
  // what runs, and nothing else, with the packages that it needs
  output: "standalone",
  // of a folder above, which has a lock file too, nothing is ours
  outputFileTracingRoot: import.meta.dirname,
  serverExternalPackages: ["prom-client"],
  poweredByHeader: false,
  headers: () => [
    {
      source: "/:path*",
      headers: [
        {
          key: "content-security-policy",
          value: "frame-ancestors 'none'; base-uri 'self'; object-src 'none'",
        },
        { key: "referrer-policy", value: "strict-origin-when-cross-origin" },
        { key: "x-content-type-options", value: "nosniff" },
      ],
    },
  ],
};
