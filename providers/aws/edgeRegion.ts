/**
 * Where CloudFront looks for certificates, firewalls and deliveries of logs, and Route 53 for the key that it signs with and
 * for its log group, whatever the stack's region.
 */
export const edgeRegion = "us-east-1";
