import { type Exporter, monitor } from "./exporter";

/** Amazon VPC CNI, the network's agent on each node of EKS. */
export const vpcCni: Exporter = {
  source: "aws/amazon-vpc-cni-k8s: utils/prometheusmetrics/prometheusmetrics.go",
  there: monitor("kube-system/aws-node"),
  series: {
    awscni_ec2api_error_count: ["fn"],
    awscni_ec2api_req_count: ["fn"],
    awscni_no_available_ip_addresses: [],
  },
};
